"""Which accounts pass the ICP: its must-haves and exclusions, over account facts."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Account
from tiering.choices import RuleKind
from tiering.models import IcpRule

LOOKUPS = {"is": "exact", "in": "in", "at_least": "gte", "at_most": "lte", "contains": "icontains"}


def passing_accounts() -> QuerySet[Any] | None:
    """The accounts that pass; None when there is no rule, and so all pass."""
    rules = list(IcpRule.objects.filter(active=True).exclude(kind=RuleKind.NICE))
    if not rules:
        return None
    found = Account.objects.all()
    for rule in rules:
        met = Q(**{f"{rule.field}__{LOOKUPS[rule.operator]}": rule.value})
        found = found.exclude(met) if rule.kind == RuleKind.EXCLUDE else found.filter(met)
    return found
