"""How many accounts meet, fail or leave open each rule, in all and on the target list; what a change would do.

One statement over all accounts. Up to `LIVE` accounts it is asked each time; above that the page shows what a task
counted last (`tiering.icp.summaries`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Account
from accounts.querysets import AccountQuerySet
from tiering.icp.rules import Line, wrong_by_any
from tiering.models import Placement

SHOWN = 50


@dataclass(frozen=True)
class RuleCount:
    """Accounts that meet a rule, fail it, and of which nobody knows."""

    met: int
    wrong: int
    unknown: int

    @property
    def total(self) -> int:
        return self.met + self.wrong + self.unknown


@dataclass(frozen=True)
class Counted:
    """`open` are accounts that pass so far, with a must-have or exclusion that nobody knows of them."""

    accounts: int
    passes: int
    fails: int
    open: int
    rules: dict[int, RuleCount]


def seated() -> Exists:
    """The account holds a tier."""
    return Exists(Placement.objects.base().open().filter(account=OuterRef("pk")))


def target_list() -> AccountQuerySet:
    return Account.objects.present().filter(seated())


def open_by_any(lines: Sequence[Line]) -> Q:
    some = Q()
    for line in lines:
        if line.binds:
            some |= line.unknown
    return some or Q(pk__in=())


def count(accounts: QuerySet[Account], lines: Sequence[Line]) -> Counted:
    """All figures of the rules in one read of the accounts."""
    wrong = wrong_by_any(lines)
    asked: dict[str, Any] = {
        "accounts": Count("pk"),
        "fails": Count("pk", filter=wrong),
        "open": Count("pk", filter=~wrong & open_by_any(lines)),
    }
    for number, line in enumerate(lines):
        asked[f"wrong_{number}"] = Count("pk", filter=line.wrong)
        asked[f"unknown_{number}"] = Count("pk", filter=line.unknown)
    found = accounts.order_by().aggregate(**asked)
    total = found["accounts"]
    rules = {
        number: RuleCount(
            total - found[f"wrong_{number}"] - found[f"unknown_{number}"],
            found[f"wrong_{number}"],
            found[f"unknown_{number}"],
        )
        for number in range(len(lines))
    }
    return Counted(total, total - found["fails"], found["fails"], found["open"], rules)


@dataclass(frozen=True)
class Effect:
    """What other rules would do to the target list: who would fail now, who would pass again; the first of each."""

    leaves: int
    returns: int
    first_leaving: list[Account]
    first_returning: list[Account]
    seated: int


def effect(before: Sequence[Line], after: Sequence[Line]) -> Effect:
    listed = target_list()
    wrong, wrong_now = wrong_by_any(after), wrong_by_any(before)
    leaving, returning = listed.filter(wrong & ~wrong_now), listed.filter(wrong_now & ~wrong)
    return Effect(
        leaving.count(), returning.count(), _first(leaving), _first(returning), listed.count()
    )  # fmt: skip


def _first(accounts: QuerySet[Account]) -> list[Account]:
    return list(accounts.select_related("owner").order_by("name", "pk")[:SHOWN])
