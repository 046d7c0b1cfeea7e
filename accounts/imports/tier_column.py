"""A tier that the team uses already, in a column of the file: opening placements (T3).

Tiers belong to a higher app: it registers a keeper in `AppConfig.ready`, and the import calls what it was given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from abxsite.users.models import User
from accounts.imports.staging import Staging
from accounts.models import ImportChange, ImportJob

#: `ImportChange.what` of an opening placement; `after["placement"]` is its id, `record_id` its account.
WHAT = "placement"


_TAKEN = "m.verdict IN ('create', 'update', 'unchanged') AND s.tier IS NOT NULL"
COUNT = "SELECT count(*) FROM {match} m JOIN {rows} s ON s.n = m.n WHERE " + _TAKEN
_OPENINGS = (
    "SELECT m.target_id, s.tier, s.tier_since FROM {match} m JOIN {rows} s ON s.n = m.n"
    " JOIN accounts_account t ON t.id = m.target_id WHERE m.n > %(low)s AND m.n <= %(high)s AND " + _TAKEN
)


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

    def void(self, *, actor: User | None, placements: Sequence[int], reason: str) -> set[int]:
        """Void placements that an import made and that nobody has moved on since; returns those."""


_keeper: list[TierKeeper] = []


def register(keeper: TierKeeper) -> None:
    _keeper[:] = [keeper]


def keeper() -> TierKeeper | None:
    return _keeper[0] if _keeper else None


def tiers() -> list[tuple[str, str]]:
    """(key, name) of the tiers in use, from the top."""
    found = keeper()
    return found.tiers() if found else []


def guess(word: str) -> str:
    """The key of the tier that a word most likely means; ''."""
    found = keeper()
    return found.guess(word) if found else ""


def take_back(actor: User | None, placements: Sequence[int], what: str) -> set[int]:
    found = keeper()
    return found.void(actor=actor, placements=placements, reason=f"Undone: {what}.") if found else set()


def openings_of(staging: Staging, params: dict[str, Any]) -> list[Opening]:
    """Of a range of rows, the accounts that came with a tier."""
    return [Opening(*row) for row in staging.fetch(_OPENINGS, params)]


def place(job: ImportJob, openings: Sequence[Opening]) -> int:
    """Place the accounts that hold no tier, and remember it for undo; returns how many."""
    found = keeper()
    if not found or not openings:
        return 0
    placed = found.place(actor=job.actor, openings=openings, reason=f"Came in with {job.file_name}.")
    ImportChange.objects.bulk_create(
        [
            ImportChange(job=job, record_id=account, created=True, what=WHAT, after={"placement": placement})
            for account, placement in placed.items()
        ],
        batch_size=1_000,
    )
    return len(placed)
