"""A tier that the team uses already, in a column of the file: opening placements (T3).

Tiers belong to a higher app: it registers a keeper in `AppConfig.ready`, and the import calls what it was given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from abxsite.users.models import User

#: `ImportChange.what` of an opening placement; `after["placement"]` is its id, `record_id` its account.
WHAT = "placement"


@dataclass(frozen=True)
class Opening:
    """An account that comes in with a tier (its key), held since a day, as far as the file knows it."""

    account_id: int
    tier: str
    since: date | None


class TierKeeper(Protocol):
    def tiers(self) -> list[tuple[str, str]]:
        """(key, name) of the tiers in use, from the top."""

    def guess(self, word: str) -> str:
        """The key of the tier that a word most likely means; ''."""

    def place(self, *, actor: User | None, openings: Sequence[Opening], reason: str) -> dict[int, int]:
        """{account: placement} of those placed; an account that holds a tier keeps it, and is left out."""

    def void(self, *, actor: User | None, placements: Sequence[int], reason: str) -> int:
        """Void placements that an import made; returns how many were open to it."""


_keeper: list[TierKeeper] = []


def register(keeper: TierKeeper) -> None:
    _keeper[:] = [keeper]


def keeper() -> TierKeeper | None:
    return _keeper[0] if _keeper else None


def take_back(actor: User | None, placements: Sequence[int], what: str) -> int:
    found = keeper()
    return found.void(actor=actor, placements=placements, reason=f"Undone: {what}.") if found else 0
