"""Placements and deals at given days, for the measures."""

from datetime import date
from decimal import Decimal
from typing import Any

from abxsite.lib import clock
from accounts.choices import Outcome
from accounts.models import Account, Opportunity
from tests.factories import OpportunityFactory
from tiering.choices import Layer, PlacementSource
from tiering.models import Placement, Tier

FIRST_LIST = date(2026, 1, 1)


def make_tier(order: int, name: str, **fields: Any) -> Tier:
    return Tier.objects.create(order=order, name=name, short_name=name[:20], colour=order, **fields)


def hold(account: Account, tier: Tier, since: date = FIRST_LIST, until: date | None = None, **fields: Any) -> Placement:
    placed: Placement = Placement.objects.create(
        account=account,
        tier=tier,
        since=clock.start_of(since),
        until=clock.start_of(until) if until else None,
        **{"layer": Layer.BASE, "source": PlacementSource.CYCLE} | fields,
    )
    return placed


def deal(
    account: Account | None, opened: date | None, outcome: str = "open", closed: date | None = None, **fields: Any
) -> Opportunity:
    amount = fields.pop("amount", None)
    made: Opportunity = OpportunityFactory.create(
        account=account,
        opened_on=opened,
        closed_on=closed,
        outcome=Outcome(outcome),
        amount=None if amount is None else Decimal(str(amount)),
        **fields,
    )
    return made
