"""The bounds of one tier: each says how many accounts one scarce thing carries in one quarter."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from entitlements.capacity.facts import QUARTERS, Facts, TierFacts, money_a_year, need_a_year

ZERO = Fraction(0)


class Kind(StrEnum):
    HOURS = "hours"
    STAFFING = "staffing"
    MONEY = "money"
    PLACES = "places"


@dataclass(frozen=True)
class Bound:
    """`available` ÷ `need` accounts in `quarter` (0–3; None for what has no quarter). `role` for people's time."""

    kind: Kind
    available: Fraction
    need: Fraction
    quarter: int | None = None
    role: int | None = None

    @property
    def seats(self) -> Fraction:
        return self.available / self.need


def bounds_of(facts: Facts, tier: TierFacts) -> list[Bound]:
    """Every bound of a tier, the tightest first; of equals people's hours before rules, money and places."""
    found = [
        *_hours(facts, tier),
        *_staffing(facts, tier),
        *_money(facts, tier),
        *_places(tier),
    ]
    return sorted(found, key=lambda bound: bound.seats)


def _hours(facts: Facts, tier: TierFacts) -> Iterator[Bound]:
    for role in facts.roles:
        need = need_a_year(facts, tier, role) / QUARTERS
        if need and facts.knows(role):
            for quarter in range(QUARTERS):
                yield Bound(Kind.HOURS, hours_for(facts, tier, role, quarter), need, quarter, role)


def _staffing(facts: Facts, tier: TierFacts) -> Iterator[Bound]:
    for role in facts.roles:
        need = _heads_needed(facts, tier, role)
        if need and facts.knows(role):
            for quarter in range(QUARTERS):
                yield Bound(Kind.STAFFING, heads_for(facts, tier, role, quarter), need, quarter, role)


def _money(facts: Facts, tier: TierFacts) -> Iterator[Bound]:
    need = money_a_year(facts, tier) / QUARTERS
    if need:
        for quarter in range(QUARTERS):
            if (tier.id, quarter) in facts.budgets:
                yield Bound(Kind.MONEY, facts.budgets[tier.id, quarter], need, quarter)


def _places(tier: TierFacts) -> Iterator[Bound]:
    if tier.clustered:
        yield Bound(Kind.PLACES, Fraction(tier.places), Fraction(1))


def hours_for(facts: Facts, tier: TierFacts, role: int, quarter: int) -> Fraction:
    """Hours of a role that a tier can have: its people's shares, and what the tiers above leave of automatic time."""
    return _supply(
        facts,
        tier,
        lambda of: sum(
            (one.hours(quarter) * one.share_of(of) for one in facts.workers if one.role == role and one.shares), ZERO
        ),
        sum((one.hours(quarter) for one in facts.workers if one.role == role and not one.shares), ZERO),
        lambda other: need_a_year(facts, other, role) / QUARTERS,
    )


def heads_for(facts: Facts, tier: TierFacts, role: int, quarter: int) -> Fraction:
    """Full-time equivalents of a role for a tier, holidays included: the staffing rules count heads."""
    return _supply(
        facts,
        tier,
        lambda of: sum(
            (one.heads(quarter) * one.share_of(of) for one in facts.workers if one.role == role and one.shares), ZERO
        ),
        sum((one.heads(quarter) for one in facts.workers if one.role == role and not one.shares), ZERO),
        lambda other: _heads_needed(facts, other, role),
    )


def _supply(
    facts: Facts,
    tier: TierFacts,
    dedicated: Callable[[int], Fraction],
    automatic: Fraction,
    need: Callable[[TierFacts], Fraction],
) -> Fraction:
    """What a tier above keeps of the automatic time depends on its wanted seats alone, never on people or money:
    so more of either can only raise a cap, its own and those below."""
    left = automatic
    for above in facts.by_order():
        if above.order >= tier.order:
            break
        left -= max(ZERO, above.wanted * need(above) - dedicated(above.id))
    return dedicated(tier.id) + max(ZERO, left)


def _heads_needed(facts: Facts, tier: TierFacts, role: int) -> Fraction:
    """Heads of a role for one account of the tier: of several rules the strictest."""
    return max(
        (
            1 / (rule.covers * (tier.cluster_size if rule.per_cluster else 1))
            for rule in facts.staffing
            if rule.tier == tier.id and rule.role == role and rule.covers
        ),
        default=ZERO,
    )
