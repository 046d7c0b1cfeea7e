"""Money of a tier in a quarter."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction

from abxsite.audit import services as audit
from abxsite.lib import clock, locks
from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from entitlements import policies
from entitlements.models import Budget
from tiering.models import Tier


@transaction.atomic
def set_budget(*, actor: User | None, tier: Tier, quarter: date, amount: Decimal | None) -> Budget | None:
    """The tier's money in the quarter that starts on `quarter`; None makes it unknown again."""
    policies.check_may_keep(actor, "change the budget")
    if quarter != clock.quarter_start(quarter):
        raise DomainError("A quarter starts in January, April, July or October.")
    locks.take("budget")
    budget = Budget.objects.filter(tier=tier, quarter=quarter).first()
    before = budget.amount if budget else None
    if before == amount:
        return budget
    name = clock.quarter_name(quarter)
    if amount is None:
        Budget.objects.filter(tier=tier, quarter=quarter).delete()
        budget = None
    else:
        budget = budget or Budget(tier=tier, quarter=quarter)
        budget.amount = amount
        budget.full_clean()
        budget.save()
    audit.record(actor=actor, action="budget_set", subject=tier, before={name: before}, after={name: amount})
    return budget


@transaction.atomic
def set_budgets(*, actor: User | None, amounts: Mapping[tuple[Tier, date], Decimal | None]) -> None:
    for (tier, quarter), amount in amounts.items():
        set_budget(actor=actor, tier=tier, quarter=quarter, amount=amount)
