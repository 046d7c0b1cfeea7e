"""Closed-won deals of the last twelve months against the ICP: which fit, which do not, how fast each kind closed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.db.models import Case, QuerySet, Value, When
from django.db.models.fields import IntegerField

from abxsite.lib.clock import add_months
from abxsite.lib.stats import counted_median
from accounts.choices import OpportunityType, Outcome
from accounts.models import Account, Opportunity
from tiering.icp.counts import open_by_any
from tiering.icp.rules import Line

MONTHS: Final = 12


class Fits(StrEnum):
    """An account against the rules that bind."""

    YES = "fits"
    OPEN = "open"
    NO = "fails"


@dataclass
class Pace:
    """Wins of one kind: `days` counts calendar days from opened to closed, of the deals whose dates can be used."""

    deals: int = 0
    accounts: set[int] = field(default_factory=set)
    amount: Decimal = Decimal(0)
    without_amount: int = 0
    days: Counter[int] = field(default_factory=Counter)

    @property
    def median_days(self) -> int | None:
        return counted_median(self.days)

    @property
    def timed(self) -> int:
        return self.days.total()

    @property
    def mean(self) -> Decimal | None:
        counted = self.deals - self.without_amount
        return self.amount / counted if counted else None


@dataclass(frozen=True)
class Verdict:
    """How one account stands to the rules; `rule` is the first one that it fails."""

    fits: Fits
    rule: Line | None = None


def period(as_of: date) -> tuple[date, date]:
    """The first and the last day: twelve months up to `as_of`."""
    return add_months(as_of, -MONTHS), as_of


def won_deals(as_of: date) -> QuerySet[Any]:
    """With an account; renewals stay out (M1)."""
    first, last = period(as_of)
    deals: QuerySet[Any] = Opportunity.objects.filter(
        outcome=Outcome.WON, closed_on__gt=first, closed_on__lte=last, account__isnull=False
    ).exclude(type=OpportunityType.RENEWAL)
    return deals


def verdicts(accounts: QuerySet[Any], lines: Sequence[Line]) -> dict[int, Verdict]:
    """{account: how it stands}, by the facts of today."""
    binding = [line for line in lines if line.binds]
    whens = [When(line.wrong, then=Value(number)) for number, line in enumerate(binding)]
    whens.append(When(open_by_any(binding), then=Value(-1)))
    marked = accounts.order_by().annotate(mark=Case(*whens, default=Value(-2), output_field=IntegerField()))
    found = {}
    for account, mark in marked.values_list("pk", "mark"):
        rule = binding[mark] if mark >= 0 else None
        found[account] = Verdict(Fits.NO if rule else Fits.OPEN if mark == -1 else Fits.YES, rule)
    return found


@dataclass(frozen=True)
class Wins:
    """`by_fit` has every kind; `by_rule` counts the wins that a rule would have kept away."""

    as_of: date
    total: Pace
    by_fit: dict[Fits, Pace]
    by_rule: list[tuple[Line, Pace]]
    verdicts: dict[int, Verdict]
    without_account: int


def read_wins(as_of: date, lines: Sequence[Line]) -> Wins:
    deals = won_deals(as_of)
    told = verdicts(Account.objects.filter(pk__in=deals.values("account_id")), lines)
    total, by_fit = Pace(), {fits: Pace() for fits in Fits}
    by_rule: dict[int | None, Pace] = {line.pk: Pace() for line in lines if line.binds}
    rows = deals.values_list("account_id", "amount", "opened_on", "closed_on", "dates_doubtful")
    for account, amount, opened, closed, doubtful in rows.iterator():
        verdict = told[account]
        paces = [total, by_fit[verdict.fits]]
        if verdict.rule is not None:
            paces.append(by_rule[verdict.rule.pk])
        days = None if opened is None or doubtful else (closed - opened).days
        for pace in paces:
            _add(pace, account, amount, days)
    first, last = period(as_of)
    orphans = Opportunity.objects.filter(
        outcome=Outcome.WON, closed_on__gt=first, closed_on__lte=last, account__isnull=True
    )
    ruled = [(line, by_rule[line.pk]) for line in lines if line.binds and by_rule[line.pk].deals]
    return Wins(as_of, total, by_fit, ruled, told, orphans.count())


def _add(pace: Pace, account: int, amount: Decimal | None, days: int | None) -> None:
    pace.deals += 1
    pace.accounts.add(account)
    if amount is None:
        pace.without_amount += 1
    else:
        pace.amount += amount
    if days is not None:
        pace.days[days] += 1
