"""What must be true of every assignment, over random workspaces."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiering.engine.assignment import assign
from tiering.engine.assignment_types import Assignment, Candidate, Held, HoldOf, Rules, TierRule, Why

type Workspace = tuple[list[Candidate], list[TierRule]]

POINT = 5_000
CYCLE = 7
#: Tier 1 is the top.
POTENTIALS = (2_000_000, 250_000, None, None)
COVERAGE = (70, 50, 30, 0)
STAY = (2, 1, 1, 1)


@st.composite
def tiers(draw: st.DrawFn) -> list[TierRule]:
    count = draw(st.integers(1, 4))
    caps = draw(st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=count, max_size=count))
    return [
        TierRule(n + 1, f"T{n + 1}", caps[n], (60, 45, 30, 20)[n] * POINT, POTENTIALS[n], COVERAGE[n], STAY[n])
        for n in range(count)
    ]


HOLDS = st.builds(
    Held,
    kind=st.sampled_from(HoldOf),
    tier=st.sampled_from([None, 1, 2, 3, 4]),
    score_then=st.one_of(st.none(), st.integers(0, 500_000)),
)


@st.composite
def workspaces(draw: st.DrawFn) -> Workspace:
    rules = draw(tiers())
    ids = [rule.id for rule in rules]
    count = draw(st.integers(0, 16))
    accounts = [
        Candidate(
            number,
            draw(st.one_of(st.none(), st.integers(0, 100).map(lambda points: points * POINT))),
            draw(st.integers(0, 100)),
            draw(st.one_of(st.none(), st.sampled_from([100_000, 200_000, 250_000, 1_600_000, 2_000_000, 9_000_000]))),
            draw(st.one_of(st.none(), st.sampled_from(ids))),
            draw(st.one_of(st.none(), st.integers(CYCLE - 3, CYCLE))),
            below=draw(st.integers(0, 2)),
            disqualified=draw(st.sampled_from(["", "", "", "", "Closed."])),
            holds=tuple(draw(st.lists(HOLDS, max_size=1))),
        )
        for number in range(1, count + 1)
    ]
    return accounts, rules


def applied(accounts: list[Candidate], outcome: Assignment) -> list[Candidate]:
    """The workspace after every recommendation was published in this cycle."""
    told = outcome.by_account()
    return [
        account
        if told[account.id].tier == account.tier
        else replace(account, tier=told[account.id].tier, placed_in=CYCLE, below=0)
        for account in accounts
    ]


def caps_are_never_exceeded_but_by_holds_and_the_unscored(workspace: Workspace) -> None:
    accounts, rules = workspace
    outcome = assign(accounts, rules, Rules(CYCLE))
    scored = {account.id for account in accounts if account.total is not None}
    for rule in rules:
        seated = [rec for rec in outcome.recommendations if rec.tier == rule.id]
        settled = [rec for rec in seated if rec.why is Why.HELD or rec.account not in scored]
        if rule.cap is not None:
            assert len(seated) <= max(rule.cap, len(settled))


def its_own_result_published_proposes_nothing_new(workspace: Workspace) -> None:
    accounts, rules = workspace
    after = applied(accounts, assign(accounts, rules, Rules(CYCLE)))
    again = assign(after, rules, Rules(CYCLE)).by_account()
    assert {account.id: again[account.id].tier for account in after} == {account.id: account.tier for account in after}


def nobody_better_is_left_out_beyond_margin_stay_and_holds(workspace: Workspace) -> None:
    accounts, rules = workspace
    terms = Rules(CYCLE)
    outcome = assign(accounts, rules, terms).by_account()
    by_id = {account.id: account for account in accounts}
    place = {rule.id: number for number, rule in enumerate(rules)}
    for rule in rules:
        seated = [by_id[rec.account] for rec in outcome.values() if rec.tier == rule.id]
        for account in accounts:
            if not challenges(account, rule, outcome[account.id].tier, place):
                continue
            assert rule.cap is not None
            assert len(seated) >= rule.cap
            for other in seated:
                if outcome[other.id].why is Why.HELD or other.total is None or account.total is None:
                    continue
                incumbent = other.tier == rule.id
                fell = other.tier is not None and place[other.tier] < place[rule.id]
                in_stay = incumbent and other.placed_in is not None and CYCLE - other.placed_in < rule.stay
                assert (
                    fell
                    or in_stay
                    or (incumbent and account.total - other.total < terms.margin)
                    or order(other) < order(account)
                )


def challenges(account: Candidate, rule: TierRule, seat: int | None, place: dict[int, int]) -> bool:
    """Eligible for `rule`, left below it, neither falling nor held."""
    return (
        account.total is not None
        and not account.holds
        and not account.disqualified
        and account.total >= rule.score
        and account.coverage >= rule.coverage
        and (rule.potential is None or (account.potential is not None and account.potential >= rule.potential))
        and (account.tier is None or place[account.tier] > place[rule.id])
        and (seat is None or place[seat] > place[rule.id])
    )


def order(account: Candidate) -> tuple[int, int, int]:
    return (-(account.total or 0), 1 if account.potential is None else -account.potential, account.id)


def nobody_falls_two_tiers_while_there_is_a_seat(workspace: Workspace) -> None:
    accounts, rules = workspace
    roomy = [replace(rule, cap=None if number else rule.cap) for number, rule in enumerate(rules)]
    outcome = assign(accounts, roomy, Rules(CYCLE)).by_account()
    place = {rule.id: number for number, rule in enumerate(rules)} | {None: len(rules)}
    for account in accounts:
        if account.tier is not None and not account.disqualified and not account.holds:
            assert place[outcome[account.id].tier] <= place[account.tier] + 1


def the_order_of_the_input_does_not_matter(workspace: Workspace) -> None:
    accounts, rules = workspace
    shuffled = sorted(accounts, key=lambda account: (account.id * 7919 % 101, account.id))
    one, other = assign(accounts, rules, Rules(CYCLE)), assign(shuffled, rules, Rules(CYCLE))
    for account in accounts:
        assert one.by_account()[account.id] == other.by_account()[account.id]


def linked_pairs_point_at_each_other_and_share_a_group(workspace: Workspace) -> None:
    told = assign(*workspace, Rules(CYCLE)).by_account()
    for rec in told.values():
        if rec.displaces is not None:
            loser = told[rec.displaces]
            assert (loser.displaced_by, loser.group) == (rec.account, rec.group)
            assert rec.group is not None
        if rec.displaced_by is not None:
            assert told[rec.displaced_by].displaces == rec.account


LAWS = (
    caps_are_never_exceeded_but_by_holds_and_the_unscored,
    its_own_result_published_proposes_nothing_new,
    nobody_better_is_left_out_beyond_margin_stay_and_holds,
    nobody_falls_two_tiers_while_there_is_a_seat,
    the_order_of_the_input_does_not_matter,
    linked_pairs_point_at_each_other_and_share_a_group,
)


def hold(law: Callable[[Workspace], None], examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(workspaces())
    def held(workspace: Workspace) -> None:
        law(workspace)

    held()


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_law(law: Callable[[Workspace], None]) -> None:
    hold(law, 30)


@pytest.mark.soak
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_law_over_many_workspaces(law: Callable[[Workspace], None]) -> None:
    hold(law, 1_000)
