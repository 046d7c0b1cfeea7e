"""Accounts off the list that most resemble those that bought: a sum that people can read.

Every attribute that stands out among the buyers (`tiering.icp.shared`) adds its points, or takes them away: the
difference of the two shares in percentage points. Nothing else counts; an unknown fact adds nothing and is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Case, Exists, F, IntegerField, OuterRef, QuerySet, Value, When

from accounts import facts
from accounts.clusters.traits import band_of
from accounts.models import Account
from tiering.choices import HoldKind
from tiering.icp.counts import seated
from tiering.icp.rules import Line, wrong_by_any
from tiering.icp.shared import SINGLE, Comparison, Feature
from tiering.icp.wins import won_deals
from tiering.models import Hold

#: So many are kept; nobody reads further.
MOST: Final = 1_000
#: A look-alike shares at least this much, in points.
LEAST: Final = 10


@dataclass(frozen=True)
class Likeness:
    """What an account shares with the buyers, and what is not known of it."""

    points: int
    shares: tuple[Feature, ...]
    unknown: tuple[str, ...]


def telling(found: Comparison) -> list[Feature]:
    """The attributes that count, the weightiest first; of too few wins, none."""
    if found.too_few:
        return []
    some = (one for one in found.features if one.points)
    return sorted(some, key=lambda one: (-one.points, one.attribute, one.value))


def possible(features: Sequence[Feature]) -> int:
    """The most that one account can share: the best of each attribute that has one value, all of the others."""
    single = {name: max((one.points for one in features if one.attribute == name), default=0) for name in SINGLE}
    return sum(single.values()) + sum(max(0, one.points) for one in features if one.attribute not in SINGLE)


def rank(features: Sequence[Feature], lines: Sequence[Line], as_of: date) -> list[tuple[int, int]]:
    """`[(account, points)]`, the most alike first, at most `MOST`."""
    if not features:
        return []
    conditions = [(facts.where(one.condition()), one.points) for one in features]
    points: Any = sum(
        (Case(When(where, then=Value(n)), default=Value(0), output_field=IntegerField()) for where, n in conditions),
        Value(0),
    )
    ranked = eligible(lines, as_of).annotate(points=points).filter(points__gte=LEAST)
    return list(ranked.order_by("-points", F("pk")).values_list("pk", "points")[:MOST])


def eligible(lines: Sequence[Line], as_of: date) -> QuerySet[Any]:
    """Off the list, open for business, not disqualified, not failing the ICP, and no buyer of the period."""
    out = Hold.objects.filter(account=OuterRef("pk"), kind=HoldKind.DISQUALIFIED, ended_at__isnull=True)
    buyers = won_deals(as_of).filter(account=OuterRef("pk"))
    accounts: QuerySet[Any] = Account.objects.present().filter(closure="")
    return accounts.filter(~seated(), ~Exists(out), ~Exists(buyers)).exclude(wrong_by_any(lines)).order_by()


def likeness(account: Account, features: Sequence[Feature]) -> Likeness:
    """The same sum in Python, for the reasons beside an account."""
    values = _values(account)
    shares = tuple(one for one in features if one.value in values[one.attribute])
    unknown = tuple(name for name in dict.fromkeys(one.attribute for one in features) if not values[name])
    return Likeness(sum(one.points for one in shares), shares, unknown)


def _values(account: Account) -> Mapping[str, frozenset[str]]:
    band = band_of(account.employees)
    return {
        "industry": frozenset({account.industry} - {""}),
        "country": frozenset({account.country} - {""}),
        "region": frozenset({account.region} - {""}),
        "size": frozenset() if band is None else frozenset({str(band)}),
        "technologies": frozenset(account.technologies),
        "problems": frozenset(account.problem_tags),
    }
