"""First run: the default tiers, caps and settings; then what the workspace's own won values propose (T2)."""

from typing import Final, NamedTuple

from django.db import transaction

from abxsite.lib import locks
from abxsite.users.models import User
from tiering.models import Cap, Tier, WorkspaceSettings
from tiering.services.settings import change_settings, current_settings


class TierDefault(NamedTuple):
    """A tier of T1; score in points, potential in whole currency a year, coverage in percent, stay in cycles."""

    name: str
    short_name: str
    score: int
    potential: int | None
    coverage: int
    stay: int
    two_sided: bool
    seats: int


DEFAULTS: Final = (
    TierDefault("One-to-One", "One", 60, 2_000_000, 70, 2, True, 12),
    TierDefault("One-to-Few", "Few", 45, 250_000, 50, 1, True, 80),
    TierDefault("One-to-Many", "Many", 30, None, 30, 1, False, 500),
    TierDefault("Targeted Demand Gen", "Demand Gen", 20, None, 0, 1, False, 2_000),
)
POINT: Final = 5_000


@transaction.atomic
def ensure_defaults(*, actor: User | None = None) -> WorkspaceSettings:
    """Default tiers with caps, and settings version 1, where none exist; the present settings otherwise."""
    locks.take("tiers")
    if not Tier.objects.exists():
        for order, default in enumerate(DEFAULTS, start=1):
            tier = Tier.objects.create(
                name=default.name,
                short_name=default.short_name,
                order=order,
                colour=order,
                two_sided=default.two_sided,
                minimum_score=default.score * POINT,
                minimum_potential=default.potential,
                minimum_coverage=default.coverage,
                minimum_stay=default.stay,
            )
            Cap.objects.create(tier=tier, seats=default.seats, note="Default", published_by=actor)
    settings = current_settings()
    return settings if settings.version else change_settings(actor=None)
