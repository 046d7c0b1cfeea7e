"""Who may change what on the tiering side. No actor means the system itself: commands, tasks, first run."""

from abxsite.lib.errors import NotAllowed
from abxsite.users.choices import Role
from abxsite.users.models import User

#: Marketers own scorecard, tiers, caps and the settings of the rules; admins may too.
KEEPERS = (Role.MARKETER, Role.ADMIN)


def may_keep(user: User) -> bool:
    return user.has_role(*KEEPERS)


def check_may_keep(actor: User | None, what: str) -> None:
    """Raises NotAllowed unless `actor` is a marketer or an admin; `what` ends the sentence."""
    if actor is not None and not actor.has_role(*KEEPERS):
        raise NotAllowed(f"Only marketers and admins may {what}.")
