"""The pure capacity model: the pencil example, and the properties that hold for every workspace."""

from dataclasses import replace
from fractions import Fraction as F
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entitlements.capacity import (
    Facts,
    Kind,
    Promise,
    StaffingFacts,
    TierCapacity,
    TierFacts,
    WorkerFacts,
    compute,
    fte_of,
    money_a_year,
    need_a_year,
    varied,
)

MARKETER, DESIGNER = 1, 2
ONE = TierFacts(1, "One-to-One", 1, wanted=12)
FEW = TierFacts(2, "One-to-Few", 2, wanted=80, clustered=True, places=80)
MANY = TierFacts(3, "One-to-Many", 3, wanted=500)


def pencil() -> Facts:
    """1.5 designers at 40 hours, 12 % holidays: 686.4 hours a quarter; 62 hours an account a year: 15.5 a quarter."""
    return Facts(
        tiers=(ONE,),
        roles={MARKETER: "Marketer", DESIGNER: "Designer"},
        promises=(
            Promise(1, 1, ((MARKETER, F(24)),)),
            Promise(1, 4, ((DESIGNER, F(14)),), money=F(2500)),
            Promise(1, 2, ((MARKETER, F(10)), (DESIGNER, F(3))), money=F(6000)),
        ),
        workers=(
            WorkerFacts(DESIGNER, F(1), shares=((1, F(1, 4)),)),
            WorkerFacts(DESIGNER, F(1, 2), shares=((1, F(1, 4)),)),
            WorkerFacts(MARKETER, F(3), shares=((1, F(1)),)),
        ),
        staffing=(StaffingFacts(1, MARKETER, F(5)),),
        budgets={(1, quarter): F(162_500) for quarter in range(4)},
    )


def of(capacities: list[TierCapacity], tier: int) -> TierCapacity:
    return next(one for one in capacities if one.tier == tier)


def test_a_pencil_finds_the_same_cap() -> None:
    [one] = compute(pencil())
    # 1.5 FTE × 25 % × 457.6 h = 171.6 h; ÷ 15.5 h = 11.07
    assert one.seats == 11
    assert one.binding is not None
    assert (one.binding.kind, one.binding.role) == (Kind.HOURS, DESIGNER)
    assert one.binding.seats == F(1716, 155)
    assert one.money == 22_000
    assert one.hours == ((MARKETER, F(44)), (DESIGNER, F(62)))
    # half a designer more, all for this tier: 228.8 h more, 25.8 accounts; but three marketers cover 15
    assert one.sentence == "Designer hours: 0.5 FTE more gives 4 more One-to-One accounts."


def test_the_staffing_rule_binds_when_hours_would_carry_more() -> None:
    facts = pencil()
    [one] = compute(varied(facts, fte={DESIGNER: F(9)}))
    assert (one.seats, one.label) == (15, "Marketers")
    assert one.sentence == "Marketers: 0.5 FTE more gives 2 more One-to-One accounts."


def test_money_binds_and_says_what_ten_thousand_adds() -> None:
    facts = replace(pencil(), budgets={(1, quarter): F(11_000) for quarter in range(4)})
    [one] = compute(facts)
    assert (one.seats, one.label) == (2, "Budget")
    # 2,000 a quarter short of a third account would do, and 10,000 a year is 2,500 a quarter
    [less] = compute(replace(facts, budgets={**facts.budgets, (1, 2): F(10_900)}))
    assert less.seats == 1
    assert less.sentence == "Budget: $10,000 more a year gives 1 more One-to-One account."
    assert one.sentence == "Budget: $22,000 more a year gives 1 more One-to-One account."


def test_the_smallest_quarter_decides() -> None:
    facts = pencil()
    leaves = replace(facts.workers[2], present=(F(1), F(1), F(1, 3), F(1)))
    [one] = compute(replace(facts, workers=(*facts.workers[:2], leaves)))
    assert one.seats == 5
    assert one.binding is not None
    assert (one.binding.kind, one.binding.quarter) == (Kind.STAFFING, 2)


def test_work_for_a_cluster_is_divided_by_its_size() -> None:
    few = replace(FEW, cluster_size=F(8))
    promise = Promise(2, 2, ((MARKETER, F(24)),), money=F(4000), per_cluster=True)
    facts = Facts(tiers=(few,), roles={MARKETER: "Marketer"}, promises=(promise,))
    assert need_a_year(facts, few, MARKETER) == 6
    assert money_a_year(facts, few) == 1000


def test_a_clustered_tier_has_no_more_seats_than_places() -> None:
    facts = Facts(
        tiers=(replace(FEW, places=30),),
        roles={MARKETER: "Marketer"},
        staffing=(StaffingFacts(2, MARKETER, F(6), per_cluster=True),),
        workers=(WorkerFacts(MARKETER, F(1)),),
    )
    [few] = compute(facts)
    assert (few.seats, few.label) == (30, "Places in staffed clusters")
    assert few.sentence.endswith("one more staffed cluster of 10 gives 10 more One-to-Few accounts.")
    [open_tier] = compute(replace(facts, tiers=(replace(FEW, clustered=False),)))
    assert open_tier.seats == 60


def test_people_without_shares_serve_the_top_tier_first_and_leave_the_rest() -> None:
    facts = Facts(
        tiers=(ONE, MANY),
        roles={MARKETER: "Marketer"},
        promises=(Promise(1, 4, ((MARKETER, F(20)),)), Promise(3, 4, ((MARKETER, F(1, 2)),))),
        workers=(WorkerFacts(MARKETER, F(1)),),
    )
    # 457.6 h a quarter: One-to-One could have all of it (22), keeps 12 × 20 = 240, and leaves 217.6 ÷ 0.5
    assert [one.seats for one in compute(facts)] == [22, 435]


def test_what_nobody_has_entered_is_unknown_and_bounds_nothing() -> None:
    facts = replace(pencil(), workers=(), budgets={})
    [one] = compute(facts)
    assert (one.seats, one.binding) == (None, None)
    assert one.unknown == ("Marketer", "Designer", "budget")
    assert one.sentence == "Nothing that is known bounds this tier."


def test_a_role_whose_only_person_gives_the_tier_no_time_closes_it() -> None:
    facts = pencil()
    elsewhere = WorkerFacts(DESIGNER, F(1), shares=((9, F(1)),))
    [one] = compute(replace(facts, workers=(elsewhere, facts.workers[2])))
    assert (one.seats, one.label) == (0, "Designer hours")


def test_a_tier_without_a_cap_has_no_seats_but_still_needs_hours() -> None:
    [one] = compute(replace(pencil(), tiers=(replace(ONE, capped=False),)))
    assert (one.seats, one.bounds, one.sentence) == (None, (), "This tier has no cap.")
    assert one.hours == ((MARKETER, F(44)), (DESIGNER, F(62)))


def test_a_what_if_scales_people_and_money_and_adds_a_missing_role() -> None:
    facts = varied(pencil(), fte={DESIGNER: F(3)}, budget=F(1_300_000))
    assert fte_of(facts, DESIGNER) == 3
    assert set(facts.budgets.values()) == {F(325_000)}
    nobody = varied(replace(pencil(), workers=()), fte={DESIGNER: F(1)})
    assert fte_of(nobody, DESIGNER) == 1


# properties

parts = st.integers(0, 40).map(lambda n: F(n, 20))
shares = st.sampled_from(((), ((1, F(1)),), ((2, F(1)),), ((1, F(1, 2)), (2, F(1, 3))), ((3, F(3, 4)),)))
workers = st.builds(
    WorkerFacts,
    role=st.sampled_from((MARKETER, DESIGNER)),
    fte=parts,
    hours_week=st.integers(20, 45).map(F),
    holiday=st.integers(0, 30).map(lambda n: F(n, 100)),
    shares=shares,
    present=st.tuples(*[st.sampled_from((F(1), F(1), F(1, 2), F(0)))] * 4),
)
hours = st.lists(
    st.tuples(st.sampled_from((MARKETER, DESIGNER)), st.integers(1, 4000).map(lambda n: F(n, 100))), max_size=2
).map(tuple)
promises = st.builds(
    Promise,
    tier=st.integers(1, 3),
    times=st.integers(1, 12),
    hours=hours,
    money=st.integers(0, 500_000).map(lambda n: F(n, 100)),
    per_cluster=st.booleans(),
)
worlds = st.builds(
    lambda people, promised, money, wanted, size: Facts(
        tiers=(
            replace(ONE, wanted=wanted),
            replace(FEW, wanted=4 * wanted, cluster_size=size, places=7 * wanted),
            replace(MANY, wanted=20 * wanted),
        ),
        roles={MARKETER: "Marketer", DESIGNER: "Designer"},
        promises=tuple(promised),
        workers=tuple(people),
        staffing=(StaffingFacts(1, MARKETER, F(5)), StaffingFacts(2, MARKETER, F(6), per_cluster=True)),
        budgets={key: F(amount) for key, amount in money.items()},
    ),
    st.lists(workers, min_size=1, max_size=4),
    st.lists(promises, max_size=6),
    st.dictionaries(st.tuples(st.integers(1, 3), st.integers(0, 3)), st.integers(0, 400_000), max_size=12),
    st.integers(0, 20),
    st.integers(5, 15).map(F),
)


def never_lower(before: list[TierCapacity], after: list[TierCapacity]) -> None:
    for was, now in zip(before, after, strict=True):
        assert now.seats is None or (was.seats is not None and now.seats >= was.seats)


def check_more_people(facts: Facts, which: int, more: F) -> None:
    people = list(facts.workers)
    chosen = people[which % len(people)]
    never_lower(compute(facts), compute(replace(facts, workers=(*people, replace(chosen, fte=more)))))
    people[which % len(people)] = replace(chosen, fte=chosen.fte + more)
    never_lower(compute(facts), compute(replace(facts, workers=tuple(people))))


@settings(max_examples=60, deadline=None)
@given(worlds, st.integers(0, 3), parts)
def test_more_people_never_lower_a_cap(facts: Facts, which: int, more: F) -> None:
    check_more_people(facts, which, more)


@settings(max_examples=60, deadline=None)
@given(worlds, st.integers(0, 12), st.integers(1, 900_000))
def test_more_money_never_lowers_a_cap(facts: Facts, which: int, more: int) -> None:
    if facts.budgets:
        key = sorted(facts.budgets)[which % len(facts.budgets)]
        richer = {**facts.budgets, key: facts.budgets[key] + more}
        never_lower(compute(facts), compute(replace(facts, budgets=richer)))


def check_binding(facts: Facts) -> None:
    for one in compute(facts):
        if one.binding is None:
            assert one.seats is None
            continue
        assert one.seats == floor(one.binding.seats)
        assert all(bound.seats >= one.binding.seats for bound in one.bounds)
        assert one.gain is not None
        assert one.gain.seats >= 0
        assert one.sentence.startswith(one.label)


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_the_binding_constraint_binds(facts: Facts) -> None:
    check_binding(facts)


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_money_that_is_said_to_be_enough_for_one_more_is_enough(facts: Facts) -> None:
    for one in compute(facts):
        if one.binding and one.gain and one.binding.kind == Kind.MONEY and one.gain.seats == 1:
            assert one.seats is not None
            extra = one.gain.more / 4
            more = {key: amount + (extra if key[0] == one.tier else 0) for key, amount in facts.budgets.items()}
            assert (of(compute(replace(facts, budgets=more)), one.tier).seats or 0) >= one.seats + 1


@settings(max_examples=40, deadline=None)
@given(worlds, st.integers(2, 3))
def test_shared_cluster_work_divides_by_size(facts: Facts, times: int) -> None:
    larger = replace(facts, tiers=tuple(replace(tier, cluster_size=tier.cluster_size * times) for tier in facts.tiers))
    shared = replace(facts, promises=tuple(one for one in facts.promises if one.per_cluster))
    shared_larger = replace(larger, promises=shared.promises)
    for tier, grown in zip(facts.tiers, larger.tiers, strict=True):
        assert money_a_year(shared_larger, grown) * times == money_a_year(shared, tier)
        assert need_a_year(shared_larger, grown, MARKETER) * times == need_a_year(shared, tier, MARKETER)


@pytest.mark.soak
@settings(max_examples=3000, deadline=None)
@given(worlds, st.integers(0, 3), parts)
def test_long_more_people_never_lower_a_cap(facts: Facts, which: int, more: F) -> None:
    check_more_people(facts, which, more)
    check_binding(facts)
