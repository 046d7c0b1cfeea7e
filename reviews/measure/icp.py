"""Which accounts pass the ICP: the same rules that keep accounts off the list, as a set."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Account
from tiering.choices import RuleKind
from tiering.icp import FACTS, matches
from tiering.models import IcpRule


def passing_accounts() -> QuerySet[Any] | None:
    """The accounts that no must-have or exclusion keeps off; None when there is no rule, and so all pass.

    An unknown fact fails nothing (`tiering.icp`).
    """
    rules = IcpRule.objects.filter(active=True, field__in=FACTS).exclude(kind=RuleKind.NICE)
    failing = [
        matches(rule) if rule.kind == RuleKind.EXCLUDE else ~matches(rule) & _known(rule.field) for rule in rules
    ]
    if not failing:
        return None
    found = Account.objects.all()
    for wrong in failing:
        found = found.exclude(wrong)
    return found


def _known(field: str) -> Q:
    unknown = FACTS[field]
    return Q(**{f"{field}__isnull": False}) if unknown is None else ~Q(**{field: unknown})
