"""What capacity is computed from. Money is in whole units with cents, shares and FTE are fractions of 1."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

WEEKS = 13  # of a quarter: a year has 52 weeks, whatever the calendar says
QUARTERS = 4
USUAL_WEEK = Fraction(40)
USUAL_HOLIDAY = Fraction(12, 100)


@dataclass(frozen=True)
class TierFacts:
    """`wanted` seats are kept for a tier, out of the time of automatic people, before a lower tier gets any.

    `places` are the places in staffed clusters, for a clustered tier; `cluster_size` divides work per cluster.
    """

    id: int
    name: str
    order: int
    wanted: int
    capped: bool = True
    clustered: bool = False
    places: int = 0
    cluster_size: Fraction = Fraction(10)


@dataclass(frozen=True)
class Promise:
    """One entitlement: `times` a year for each account, or for each cluster; hours by role and money each time."""

    tier: int
    times: int
    hours: tuple[tuple[int, Fraction], ...] = ()
    money: Fraction = Fraction(0)
    per_cluster: bool = False


@dataclass(frozen=True)
class WorkerFacts:
    """Someone who does the work; `present` is the part of each quarter that they are there.

    Without `shares` (tier, part of the time) they serve tiers by order.
    """

    role: int
    fte: Fraction
    hours_week: Fraction = USUAL_WEEK
    holiday: Fraction = USUAL_HOLIDAY
    shares: tuple[tuple[int, Fraction], ...] = ()
    present: tuple[Fraction, ...] = (Fraction(1),) * QUARTERS

    def heads(self, quarter: int) -> Fraction:
        return self.fte * self.present[quarter]

    def hours(self, quarter: int) -> Fraction:
        """Working hours in a quarter, without holidays."""
        return self.heads(quarter) * self.hours_week * WEEKS * (1 - self.holiday)

    def share_of(self, tier: int) -> Fraction:
        return sum((part for of, part in self.shares if of == tier), Fraction(0))


@dataclass(frozen=True)
class StaffingFacts:
    """One person of `role` covers `covers` accounts, or clusters, of the tier (T1)."""

    tier: int
    role: int
    covers: Fraction
    per_cluster: bool = False


@dataclass(frozen=True)
class Facts:
    """`budgets` by (tier, quarter 0–3). What nobody has entered (a role's people, a budget) is unknown and no bound."""

    tiers: tuple[TierFacts, ...]
    roles: Mapping[int, str]
    promises: tuple[Promise, ...] = ()
    workers: tuple[WorkerFacts, ...] = ()
    staffing: tuple[StaffingFacts, ...] = ()
    budgets: Mapping[tuple[int, int], Fraction] = field(default_factory=dict)

    def by_order(self) -> list[TierFacts]:
        return sorted(self.tiers, key=lambda tier: tier.order)

    def knows(self, role: int) -> bool:
        """Somebody was ever entered for the role; only then are its hours a bound."""
        return any(worker.role == role for worker in self.workers)


def need_a_year(facts: Facts, tier: TierFacts, role: int) -> Fraction:
    """Hours of `role` that one account of the tier needs in a year; work per cluster is shared by its members."""
    total = Fraction(0)
    for promise in facts.promises:
        if promise.tier == tier.id:
            hours = sum((each for of, each in promise.hours if of == role), Fraction(0))
            total += promise.times * hours / (tier.cluster_size if promise.per_cluster else 1)
    return total


def money_a_year(facts: Facts, tier: TierFacts) -> Fraction:
    """What one account of the tier costs in a year; money per cluster is shared by its members."""
    return sum(
        (
            promise.times * promise.money / (tier.cluster_size if promise.per_cluster else 1)
            for promise in facts.promises
            if promise.tier == tier.id
        ),
        Fraction(0),
    )


def fte_of(facts: Facts, role: int) -> Fraction:
    """Full-time equivalents of a role in the first quarter."""
    return sum((worker.heads(0) for worker in facts.workers if worker.role == role), Fraction(0))


def varied(facts: Facts, *, fte: Mapping[int, Fraction] | None = None, budget: Fraction | None = None) -> Facts:
    """The same with other people or money: each role's people scaled to `fte` in all, budgets to `budget` a year."""
    workers = list(facts.workers)
    for role, wanted in (fte or {}).items():
        now = fte_of(facts, role)
        if now:
            workers = [replace(one, fte=one.fte * wanted / now) if one.role == role else one for one in workers]
        elif wanted:
            workers.append(WorkerFacts(role=role, fte=wanted))
    budgets = facts.budgets
    year = sum(budgets.values(), Fraction(0))
    if budget is not None and year:
        budgets = {key: amount * budget / year for key, amount in budgets.items()}
    return replace(facts, workers=tuple(workers), budgets=budgets)
