"""The ICP's rules as a filter over account facts. A fact that is unknown fails nothing: it is to be found out."""

from typing import Any, Final

from django.db.models import Q

from accounts.models import Account
from tiering.choices import RuleKind
from tiering.models import IcpRule

#: Facts that rules may read, with their unknown value: never score or tier.
FACTS: Final[dict[str, Any]] = {
    "industry": "",
    "country": "",
    "region": "",
    "status": "",
    "employees": None,
    "revenue": None,
}
_LOOKUPS: Final = {"in": "in", "not_in": "in", "eq": "exact", "ne": "exact", "gte": "gte", "lte": "lte"}
_NEGATED: Final = frozenset({"not_in", "ne"})


def matches(rule: IcpRule) -> Q:
    """Accounts whose known fact fits the rule; a rule that cannot be read fits nothing."""
    if rule.field not in FACTS or rule.operator not in _LOOKUPS:
        return Q(pk__in=())
    fits = Q(**{f"{rule.field}__{_LOOKUPS[rule.operator]}": rule.value})
    return _known(rule.field) & ~fits if rule.operator in _NEGATED else fits


def _known(field: str) -> Q:
    unknown = FACTS[field]
    return Q(**{f"{field}__isnull": False}) if unknown is None else ~Q(**{field: unknown})


def failing() -> dict[int, str]:
    """Accounts that an active must-have or exclusion keeps off the list, each with a sentence."""
    failed: dict[int, str] = {}
    for rule in IcpRule.objects.filter(active=True).exclude(kind=RuleKind.NICE):
        if rule.field not in FACTS or rule.operator not in _LOOKUPS:
            continue
        wrong = matches(rule) if rule.kind == RuleKind.EXCLUDE else _known(rule.field) & ~matches(rule)
        label = "An exclusion of the ICP" if rule.kind == RuleKind.EXCLUDE else "A must-have of the ICP fails"
        for account in Account.objects.present().filter(wrong).values_list("pk", flat=True):
            failed.setdefault(account, f"{label}: {rule.field} {rule.operator} {rule.value}.")
    return failed
