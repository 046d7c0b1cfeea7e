"""The area under the curve: by hand, against the definition, against DeLong, and its interval by simulation."""

import random
from itertools import product
from math import erfc, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiering.backtest.separation import area, components, covariance, difference, midranks

sides = st.lists(st.integers(0, 12), min_size=2, max_size=15)


def by_definition(won: list[int], lost: list[int]) -> float:
    return sum(1.0 if w > x else 0.5 if w == x else 0.0 for w, x in product(won, lost)) / len(won) / len(lost)


def delong(won: list[int], lost: list[int]) -> float:
    """Variance of the area of independent deals, straight from the paper."""
    value = by_definition(won, lost)
    up = [by_definition([w], lost) - value for w in won]
    down = [by_definition(won, [x]) - value for x in lost]
    return sum(u * u for u in up) / (len(won) - 1) / len(won) + sum(d * d for d in down) / (len(lost) - 1) / len(lost)


def outcomes(won: list[int], lost: list[int]) -> tuple[list[int], list[bool]]:
    return [*won, *lost], [True] * len(won) + [False] * len(lost)


def test_equal_numbers_share_the_mean_of_their_ranks() -> None:
    assert midranks([10, 20, 20, 5, 20]) == [2.0, 4.0, 4.0, 1.0, 4.0]


def test_ties_count_half() -> None:
    found = components([3, 2, 1, 2], [True, True, False, False])

    assert found.value == 0.875
    assert found.parts == (1.0, 0.75, 1.0, 0.75)


@given(sides, sides)
def test_the_area_is_the_share_of_pairs_that_the_won_deal_leads(won: list[int], lost: list[int]) -> None:
    assert components(*outcomes(won, lost)).value == pytest.approx(by_definition(won, lost))


@given(sides, sides)
def test_one_deal_per_account_gives_delongs_variance(won: list[int], lost: list[int]) -> None:
    numbers, outcome = outcomes(won, lost)
    found = components(numbers, outcome)

    # Every cluster holds one deal: the cross term has no pair, and I10/((I10 − 1) M) is DeLong's 1/(M − 1).
    assert covariance(found, found, outcome, range(len(numbers))) == pytest.approx(delong(won, lost), abs=1e-12)


@given(sides, sides)
def test_the_difference_of_a_score_and_itself_is_nothing(won: list[int], lost: list[int]) -> None:
    numbers, outcome = outcomes(won, lost)
    found = difference(numbers, [2 * n for n in numbers], outcome, range(len(numbers)))

    assert (found.value, found.p) == (0.0, 1.0)


@given(sides, sides)
def test_turned_around_the_area_is_the_rest_to_one(won: list[int], lost: list[int]) -> None:
    numbers, outcome = outcomes(won, lost)
    there, back = area(numbers, outcome, numbers), area([-n for n in numbers], outcome, numbers)

    assert there.value + back.value == pytest.approx(1)
    assert there.low <= there.value <= there.high


def test_a_score_that_tells_all_apart_keeps_the_doubt_of_a_small_sample() -> None:
    found = area([9, 8, 7, 6, 1, 2, 3], [True] * 4 + [False] * 3, range(7))

    assert (found.value, round(found.low, 4), found.high) == (1.0, 0.4385, 1.0)


def test_deals_of_one_side_only_have_no_area() -> None:
    with pytest.raises(ValueError, match="won and deals that were lost"):
        components([1, 2], [True, True])


def test_two_independent_scores_are_compared_by_their_variances() -> None:
    chance = random.Random(5)
    won = [chance.random() < 0.4 for _ in range(400)]
    first = [int(1000 * (chance.gauss(0, 1) + win)) for win in won]
    second = [int(1000 * chance.gauss(0, 1)) for _ in won]
    found = difference(first, second, won, range(400))

    one, other = components(first, won), components(second, won)
    variance = covariance(one, one, won, range(400)) + covariance(other, other, won, range(400))
    variance -= 2 * covariance(one, other, won, range(400))
    assert found.value == one.value - other.value
    assert found.p == erfc(found.value / sqrt(variance) / sqrt(2))
    assert found.excludes_zero


@pytest.mark.parametrize(("accounts", "per"), [(85, 20), (40, 3), (300, 1)])
def test_of_a_score_that_says_nothing_the_interval_holds_a_half_in_95_of_100(accounts: int, per: int) -> None:
    """Deals of one account win or lose together; the interval that takes them as independent holds it in 65 only."""
    chance, held, rounds = random.Random(accounts), 0, 150
    for _ in range(rounds):
        numbers, won, clusters = [], [], []
        for account in range(accounts):
            score, luck = chance.gauss(0, 1), chance.gauss(0, 1)
            numbers += [int(1e6 * score)] * per
            won += [chance.random() < 1 / (1 + 2.718281828**-luck) for _ in range(per)]
            clusters += [account] * per
        found = area(numbers, won, clusters)
        held += found.low <= 0.5 <= found.high
    assert held >= 0.9 * rounds
