"""A score always opens (S8)."""

from dataclasses import dataclass, field
from typing import Any

from accounts.models import Account
from tiering.models import Run


@dataclass(frozen=True, slots=True)
class Explanation:
    """For now without content; the real one follows within the hour."""

    criteria: tuple[Any, ...] = field(default_factory=tuple)

    def as_json(self) -> dict[str, Any]:
        return {}


def explain(account: Account, run: Run | None = None) -> Explanation | None:
    return None
