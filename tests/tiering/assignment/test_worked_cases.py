"""The worked cases of the rules A1–A4 and A8, with exact seats."""

from dataclasses import replace
from typing import Any

from tiering.choices import Deck as DeckChoice
from tiering.choices import Reason
from tiering.engine.assignment import assign
from tiering.engine.assignment_types import (
    Assignment,
    Candidate,
    Deck,
    Held,
    HoldOf,
    Recommendation,
    Rules,
    TierRule,
    Why,
)

POINT = 5_000
ONE, FEW, MANY, GEN = 1, 2, 3, 4
RULES = Rules(cycle=5)


def tiers(one: int = 12, few: int = 80, many: int = 500, gen: int = 2_000) -> list[TierRule]:
    return [
        TierRule(ONE, "One-to-One", one, 60 * POINT, 2_000_000, 70, 2),
        TierRule(FEW, "One-to-Few", few, 45 * POINT, 250_000, 50, 1),
        TierRule(MANY, "One-to-Many", many, 30 * POINT, None, 30, 1),
        TierRule(GEN, "Targeted Demand Gen", gen, 20 * POINT, None, 0, 1),
    ]


def who(
    number: int, score: float, tier: int | None = None, *, potential: int | None = 3_000_000, **more: Any
) -> Candidate:
    return replace(Candidate(number, round(score * POINT), potential=potential, tier=tier, placed_in=1), **more)


def result(assignment: Assignment, account: int) -> Recommendation:
    return assignment.by_account()[account]


def test_the_codes_are_those_of_the_choices() -> None:
    assert {why.value for why in Why} == set(Reason.values)
    assert {deck.value for deck in Deck} == set(DeckChoice.values)


def test_1_a_challenger_six_ahead_takes_the_lowest_seat_and_the_two_are_linked() -> None:
    full = [who(n, 70 + n, ONE) for n in range(2, 13)]
    initech, hooli = who(1, 61.00, ONE), who(99, 67.00, FEW)
    assignment = assign([*full, initech, hooli], tiers(), RULES)
    taken, gives = result(assignment, 99), result(assignment, 1)
    assert (taken.tier, taken.why, taken.displaces, taken.needed) == (ONE, Why.DISPLACES, 1, 66 * POINT)
    assert (gives.tier, gives.why, gives.displaced_by) == (FEW, Why.DISPLACED, 99)
    assert taken.group == gives.group == 1
    assert sum(rec.tier == ONE for rec in assignment.recommendations) == 12


def test_1_against_an_incumbent_less_than_five_behind_nothing_moves() -> None:
    full = [who(n, 70 + n, ONE) for n in range(2, 13)]
    assignment = assign([*full, who(1, 63.00, ONE), who(99, 67.00, FEW)], tiers(), RULES)
    assert (result(assignment, 1).tier, result(assignment, 1).why) == (ONE, Why.STAYS)
    left = result(assignment, 99)
    assert (left.tier, left.deck, left.deck_tier, left.deck_needed) == (FEW, Deck.FULL, ONE, 68 * POINT)


def test_exactly_five_ahead_is_enough() -> None:
    assignment = assign([who(1, 62.00, ONE), who(2, 67.00, FEW)], tiers(one=1), RULES)
    assert (result(assignment, 2).tier, result(assignment, 1).tier) == (ONE, FEW)


def test_2_on_an_empty_list_everything_enters_where_it_fits() -> None:
    accounts = [
        who(1, 80),
        who(2, 50),
        who(3, 50, potential=90_000),
        who(4, 50, potential=None),
        who(5, 22, potential=None),
        who(6, 19.99),
    ]
    assignment = assign(accounts, tiers(), RULES)
    assert [rec.tier for rec in assignment.recommendations] == [ONE, FEW, MANY, MANY, GEN, None]
    assert [rec.why for rec in assignment.recommendations] == [Why.ENTERS] * 5 + [Why.OFF_LIST]


def test_3_a_hundred_linked_pairs_across_two_full_tiers() -> None:
    few = [who(n, 46 + n / 1000, FEW) for n in range(1, 101)]
    many = [who(1000 + n, 55 + n / 1000, MANY) for n in range(1, 101)]
    rest = [who(2000 + n, 40, MANY) for n in range(400)]
    assignment = assign([*few, *many, *rest], tiers(few=100), RULES)
    assert all(result(assignment, n).tier == MANY for n in range(1, 101))
    assert all(result(assignment, 1000 + n).tier == FEW for n in range(1, 101))
    groups = [rec.group for rec in assignment.recommendations if rec.group]
    assert len(groups) == 200
    assert sorted(groups) == sorted([*range(1, 101), *range(1, 101)])


def test_4_a_potential_within_twenty_percent_stays() -> None:
    assignment = assign([who(1, 70, ONE, potential=1_950_000)], tiers(), RULES)
    assert (result(assignment, 1).tier, result(assignment, 1).below) == (ONE, 0)


def test_4_a_potential_further_below_leaves_at_the_second_review() -> None:
    account = who(1, 70, ONE, potential=1_500_000)
    first = result(assign([account], tiers(), RULES), 1)
    assert (first.tier, first.why, first.below) == (ONE, Why.STAYS, 1)
    second = result(assign([replace(account, below=1)], tiers(), RULES), 1)
    assert (second.tier, second.why, second.below) == (FEW, Why.BELOW_POTENTIAL, 2)


def test_a_score_five_below_leaves_at_the_second_review_and_falls_one_tier() -> None:
    assert result(assign([who(1, 55.00, ONE, below=1)], tiers(), RULES), 1).tier == ONE
    gone = result(assign([who(1, 12.00, ONE, below=1)], tiers(), RULES), 1)
    assert (gone.tier, gone.why) == (FEW, Why.BELOW_SCORE)


def test_5_seats_stay_empty_when_nobody_qualifies() -> None:
    accounts = [who(n, 70, ONE) for n in range(8)] + [who(100 + n, 59.99, FEW) for n in range(30)]
    assignment = assign(accounts, tiers(one=15), RULES)
    assert assignment.tiers[0].after == 8
    assert assignment.tiers[0].cut == 60 * POINT


def test_6_without_a_cluster_it_waits_on_deck() -> None:
    rules = [tier if tier.id != FEW else replace(tier, clustered=True) for tier in tiers()]
    accounts = [who(n, 50) for n in range(22)] + [who(50, 50, in_cluster=True), who(51, 50, FEW)]
    assignment = assign(accounts, rules, RULES)
    waiting = [rec for rec in assignment.recommendations if rec.deck is Deck.NEEDS_CLUSTER]
    assert [(rec.tier, rec.deck_tier) for rec in waiting] == [(MANY, FEW)] * 22
    assert (result(assignment, 50).tier, result(assignment, 51).tier) == (FEW, FEW)


def test_7_a_displaced_account_takes_the_lowest_seat_one_tier_down() -> None:
    accounts = [who(1, 61.00, ONE), who(2, 67.00), who(3, 57.00, FEW), who(4, 58.00, FEW)]
    assignment = assign(accounts, tiers(one=1, few=2), RULES)
    assert [rec.tier for rec in assignment.recommendations] == [FEW, ONE, MANY, FEW]
    assert result(assignment, 3).displaced_by == 1
    assert {result(assignment, n).group for n in (1, 2, 3)} == {1}
    assert result(assignment, 4).group is None


def test_7_it_never_falls_two_tiers_even_when_lower_than_all() -> None:
    accounts = [who(1, 56.00, ONE), who(2, 67.00), who(3, 57.00, FEW), who(4, 58.00, FEW)]
    assignment = assign(accounts, tiers(one=1, few=2), RULES)
    assert [rec.tier for rec in assignment.recommendations] == [FEW, ONE, MANY, FEW]


def test_a_cap_published_down_moves_the_lowest_whatever_their_stay() -> None:
    accounts = [who(n, 60 + n, ONE, placed_in=5) for n in range(1, 13)]
    assignment = assign(accounts, tiers(one=10), RULES)
    left = [rec.account for rec in assignment.recommendations if rec.why is Why.OVER_CAP]
    assert left == [1, 2]
    assert assignment.tiers[0].after == 10


def test_the_stay_protects_against_challengers() -> None:
    accounts = [who(1, 61.00, ONE, placed_in=4), who(2, 90.00)]
    assert result(assign(accounts, tiers(one=1), Rules(cycle=5)), 1).tier == ONE
    assert result(assign(accounts, tiers(one=1), Rules(cycle=6)), 1).tier == FEW


def test_10_what_was_agreed_against_the_model_holds() -> None:
    nominated = who(1, 25.00, ONE, potential=None, holds=(Held(HoldOf.KEEP, ONE),))
    assignment = assign([nominated, who(2, 90.00)], tiers(one=1), RULES)
    assert (result(assignment, 1).tier, result(assignment, 1).why) == (ONE, Why.HELD)
    assert (result(assignment, 2).tier, result(assignment, 2).deck_needed) == (FEW, None)


def test_11_a_vetoed_move_up_stays_away_unless_the_score_moves_by_five() -> None:
    veto = (Held(HoldOf.VETOED, ONE, 66 * POINT),)
    assert result(assign([who(1, 70.99, FEW, holds=veto)], tiers(), RULES), 1).tier == FEW
    assert result(assign([who(1, 71.00, FEW, holds=veto)], tiers(), RULES), 1).tier == ONE


def test_11_a_vetoed_move_down_keeps_the_seat_and_the_next_one_goes() -> None:
    kept = who(1, 61.00, ONE, holds=(Held(HoldOf.VETOED, FEW, 61 * POINT),))
    assignment = assign([kept, who(2, 62.00, ONE), who(3, 70.00)], tiers(one=2), RULES)
    assert [rec.tier for rec in assignment.recommendations] == [ONE, FEW, ONE]
    assert result(assignment, 1).why is Why.HELD


def test_12_an_acquired_account_leaves_at_once_pin_or_not() -> None:
    pinned = who(1, 90.00, ONE, placed_in=5, holds=(Held(HoldOf.KEEP, ONE),), disqualified="Acquired.")
    gone = result(assign([pinned], tiers(), RULES), 1)
    assert (gone.tier, gone.why) == (None, Why.DISQUALIFIED)


def test_13_a_high_score_that_little_is_known_of_is_on_deck() -> None:
    assignment = assign([who(1, 90.00, coverage=40)], tiers(), RULES)
    waits = result(assignment, 1)
    assert (waits.tier, waits.deck, waits.deck_tier) == (MANY, Deck.FIND_OUT_FIRST, ONE)


def test_an_incumbent_keeps_its_seat_at_low_coverage_and_unknown_potential() -> None:
    kept = result(assign([who(1, 70.00, ONE, coverage=10, potential=None)], tiers(), RULES), 1)
    assert (kept.tier, kept.why) == (ONE, Why.PLACED)


def test_a_follower_holds_no_seat_of_its_own() -> None:
    assert result(assign([who(1, 90.00, ONE, follows="Parent")], tiers(), RULES), 1).tier is None


def test_an_account_not_scored_yet_stays_where_it_is() -> None:
    new = Candidate(1, None, tier=FEW)
    assert result(assign([new, Candidate(2, None)], tiers(), RULES), 1).tier == FEW


def test_ties_fall_to_potential_then_to_the_lower_id() -> None:
    accounts = [who(3, 70), who(2, 70), who(9, 70, potential=4_000_000)]
    assignment = assign(accounts, tiers(one=2), RULES)
    assert [rec.account for rec in assignment.recommendations if rec.tier == ONE] == [2, 9]
