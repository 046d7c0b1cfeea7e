"""The cap of each tier, what binds it, and what a little more of that would add."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from abxsite.lib.display import money, number
from entitlements.capacity.bounds import Bound, Kind, bounds_of
from entitlements.capacity.facts import (
    QUARTERS,
    USUAL_HOLIDAY,
    USUAL_WEEK,
    WEEKS,
    Facts,
    TierFacts,
    money_a_year,
    need_a_year,
)

STEPS_OF_FTE = (Fraction(1, 2), Fraction(1))
STEP_OF_MONEY = Fraction(10_000)
PLACES_OF_A_CLUSTER = 10


@dataclass(frozen=True)
class Gain:
    """What more of the binding thing adds: `seats` accounts for `more` of it (FTE, money a year, or clusters)."""

    more: Fraction
    seats: int
    sentence: str


@dataclass(frozen=True)
class TierCapacity:
    """`seats` is None where the tier has no cap, or where nothing that is known bounds it.

    `label` names what binds ("Designer hours"), `hint` says what more of it would add, `sentence` is both.
    `hours` by role and `money` are what one account needs in a year; `unknown` names roles that nobody is entered for
    and "budget" where none is.
    """

    tier: int
    name: str
    seats: int | None
    bounds: tuple[Bound, ...]
    binding: Bound | None
    gain: Gain | None
    label: str
    sentence: str
    hours: tuple[tuple[int, Fraction], ...]
    money: Fraction
    unknown: tuple[str, ...]

    @property
    def hint(self) -> str:
        return self.gain.sentence if self.gain else ""


def compute(facts: Facts) -> list[TierCapacity]:
    """One capacity per tier, in the order of tiers. Same facts, same answer; no floats on the way."""
    return [_capacity(facts, tier) for tier in facts.by_order()]


def _capacity(facts: Facts, tier: TierFacts) -> TierCapacity:
    bounds = bounds_of(facts, tier) if tier.capped else []
    binding = bounds[0] if bounds else None
    gain = _gain(facts, tier, bounds) if bounds else None
    label = _label(facts, binding) if binding else ""
    hours = tuple((role, need) for role in facts.roles if (need := need_a_year(facts, tier, role)))
    return TierCapacity(
        tier=tier.id,
        name=tier.name,
        seats=floor(binding.seats) if binding else None,
        bounds=tuple(bounds),
        binding=binding,
        gain=gain,
        label=label,
        sentence=_sentence(tier, label, gain),
        hours=hours,
        money=money_a_year(facts, tier),
        unknown=_unknown(facts, tier, [role for role, _ in hours]),
    )


def _unknown(facts: Facts, tier: TierFacts, roles: list[int]) -> tuple[str, ...]:
    missing = [facts.roles[role] for role in roles if not facts.knows(role)]
    if money_a_year(facts, tier) and not any(of == tier.id for of, _ in facts.budgets):
        missing.append("budget")
    return tuple(missing)


def _sentence(tier: TierFacts, label: str, gain: Gain | None) -> str:
    if not tier.capped:
        return "This tier has no cap."
    return f"{label}: {gain.sentence}" if gain else "Nothing that is known bounds this tier."


def _label(facts: Facts, bound: Bound) -> str:
    match bound.kind:
        case Kind.HOURS:
            return f"{facts.roles[bound.role or 0]} hours"
        case Kind.STAFFING:
            return f"{facts.roles[bound.role or 0]}s"
        case Kind.MONEY:
            return "Budget"
        case Kind.PLACES:
            return "Places in staffed clusters"


def _gain(facts: Facts, tier: TierFacts, bounds: list[Bound]) -> Gain:
    binding = bounds[0]
    match binding.kind:
        case Kind.HOURS | Kind.STAFFING:
            return _gain_of_people(facts, tier, bounds, binding.role or 0)
        case Kind.MONEY:
            return _gain_of_money(facts, tier, bounds)
        case Kind.PLACES:
            return _gain_of_places(facts, tier, bounds)


def _seats(bounds: list[Bound]) -> int:
    return floor(min(bound.seats for bound in bounds))


def _with(bounds: list[Bound], more: Callable[[Bound], Fraction]) -> list[Bound]:
    return [replace(bound, available=bound.available + more(bound)) for bound in bounds]


def _next(facts: Facts, bounds: list[Bound]) -> str:
    label = _label(facts, min(bounds, key=lambda bound: bound.seats))
    return f"{label[0].lower()}{label[1:]} would bind next"


def _accounts(seats: int, tier: TierFacts) -> str:
    return f"{number(seats)} more {tier.name} account{'' if seats == 1 else 's'}"


def _gain_of_people(facts: Facts, tier: TierFacts, bounds: list[Bound], role: int) -> Gain:
    """More people of the role, all their time for this tier: both their hours and their heads count."""
    now, a_head = _seats(bounds), _hours_of_a_head(facts, role)
    gained = 0
    for fte in STEPS_OF_FTE:
        after = _with(bounds, lambda bound, fte=fte: _people_in(bound, role, fte, a_head))  # type: ignore[misc]
        gained = _seats(after) - now
        if gained:
            return Gain(fte, gained, f"{_fte(fte)} FTE more gives {_accounts(gained, tier)}.")
    return Gain(STEPS_OF_FTE[-1], gained, f"1 FTE more gives no more {tier.name} accounts: {_next(facts, after)}.")


def _people_in(bound: Bound, role: int, fte: Fraction, a_head: Fraction) -> Fraction:
    if bound.role != role:
        return Fraction(0)
    return fte * a_head if bound.kind == Kind.HOURS else fte


def _fte(fte: Fraction) -> str:
    return number(Decimal(fte.numerator) / fte.denominator)


def _hours_of_a_head(facts: Facts, role: int) -> Fraction:
    """Hours a quarter of one full-time person as those of the role work on average, else as usual."""
    people = [worker for worker in facts.workers if worker.role == role and worker.fte]
    if not people:
        return USUAL_WEEK * WEEKS * (1 - USUAL_HOLIDAY)
    heads = sum((one.fte for one in people), Fraction(0))
    return sum((one.fte * one.hours_week * WEEKS * (1 - one.holiday) for one in people), Fraction(0)) / heads


def _gain_of_money(facts: Facts, tier: TierFacts, bounds: list[Bound]) -> Gain:
    """$10,000 more a year, a quarter of it in each quarter; where that adds nothing, what one more account needs."""
    now = _seats(bounds)
    after = _with(bounds, lambda bound: STEP_OF_MONEY / QUARTERS if bound.kind == Kind.MONEY else Fraction(0))
    gained = _seats(after) - now
    if gained:
        return Gain(STEP_OF_MONEY, gained, f"{money(10_000)} more a year gives {_accounts(gained, tier)}.")
    others = [bound for bound in bounds if bound.kind != Kind.MONEY]
    if others and _seats(others) <= now:
        return Gain(STEP_OF_MONEY, 0, f"More money alone gives no more {tier.name} accounts: {_next(facts, others)}.")
    tight = [bound for bound in bounds if bound.kind == Kind.MONEY]
    lacking = QUARTERS * max((now + 1) * bound.need - bound.available for bound in tight)
    return Gain(lacking, 1, f"{money(ceil(lacking))} more a year gives {_accounts(1, tier)}.")


def _gain_of_places(facts: Facts, tier: TierFacts, bounds: list[Bound]) -> Gain:
    now = _seats(bounds)
    after = _with(bounds, lambda bound: Fraction(PLACES_OF_A_CLUSTER if bound.kind == Kind.PLACES else 0))
    gained = _seats(after) - now
    cluster = f"one more staffed cluster of {PLACES_OF_A_CLUSTER}"
    if gained:
        return Gain(Fraction(1), gained, f"{cluster} gives {_accounts(gained, tier)}.")
    return Gain(Fraction(1), 0, f"{cluster} gives no more {tier.name} accounts: {_next(facts, after)}.")
