"""A workspace with the default tiers and catalogue, and makers for what capacity needs."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from abxsite.lib import clock
from entitlements.models import Worker, WorkRole
from entitlements.services.budgets import set_budget
from entitlements.services.capacity import quarters_from
from entitlements.services.catalogue import ensure_default_catalogue
from entitlements.services.people import add_worker
from tests.cast import Cast
from tests.factories import PersonFactory
from tiering.models import Tier
from tiering.services.setup import ensure_defaults
from tiering.services.tiers import active_tiers

MakeWorker = Callable[..., Worker]


@pytest.fixture
def tiers(cast: Cast) -> list[Tier]:
    """One-to-One, One-to-Few, One-to-Many, Targeted Demand Gen, with the default caps."""
    ensure_defaults(actor=cast.admin)
    return active_tiers()


@pytest.fixture
def catalogue(cast: Cast, tiers: list[Tier]) -> int:
    return ensure_default_catalogue(actor=cast.marketer)


@pytest.fixture
def make_worker(cast: Cast, tiers: list[Tier]) -> MakeWorker:
    """`make_worker("Marketer", {0: 100})`: shares by place of the tier; there since a year ago."""

    def make(role: str, shares: dict[int, int] | None = None, since: date | None = None, **fields: object) -> Worker:
        return add_worker(
            actor=cast.marketer,
            person=PersonFactory(),
            role=WorkRole.objects.get_or_create(name=role)[0],
            shares={tiers[place].pk: percent for place, percent in (shares or {}).items()},
            since=since or clock.today() - timedelta(days=365),
            **fields,
        )

    return make


@pytest.fixture
def budget(cast: Cast, tiers: list[Tier]) -> Callable[[int, int], None]:
    """`budget(0, 120_000)`: so much in each of the next four quarters for the tier at a place."""

    def give(place: int, a_quarter: int) -> None:
        for quarter in quarters_from(clock.today()):
            set_budget(actor=cast.marketer, tier=tiers[place], quarter=quarter, amount=Decimal(a_quarter))

    return give
