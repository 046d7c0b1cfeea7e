"""What other apps do when two accounts become one, and when that is undone: they register here (DESIGN §4).

A handler runs inside the merge's transaction, with both accounts locked. What `merge` gives is kept with the merge
(plain JSON) and handed to `undo`, which answers with a sentence for each thing that cannot return.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from abxsite.users.models import User
    from accounts.models import Account


class MergeHandler(Protocol):
    def preview(self, *, survivor: "Account", loser: "Account") -> list[str]:
        """Sentences on what the merge will do, before anybody says yes."""
        ...

    def merge(
        self, *, actor: "User | None", survivor: "Account", loser: "Account", moment: datetime
    ) -> dict[str, Any]: ...

    def undo(
        self, *, actor: "User | None", survivor: "Account", loser: "Account", done: dict[str, Any], moment: datetime
    ) -> list[str]: ...


_handlers: dict[str, tuple[int, MergeHandler]] = {}


def register(name: str, handler: MergeHandler, *, place: int) -> None:
    """In `AppConfig.ready`; lower apps have lower places and go first. Registering again replaces."""
    _handlers[name] = (place, handler)


def registered() -> dict[str, MergeHandler]:
    """By their places."""
    ranked = sorted(_handlers.items(), key=lambda item: item[1][0])
    return {name: handler for name, (_, handler) in ranked}
