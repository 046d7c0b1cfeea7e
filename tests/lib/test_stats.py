"""Known values: Newcombe 1998 (tables I and II of both papers), Freireich 1963 as in every survival textbook."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abxsite.lib.stats import counted_median, kaplan_meier_median, lower_median, mean, newcombe, rate, wilson


@pytest.mark.parametrize(
    ("won", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_wilson_gives_newcombes_published_intervals(won: int, n: int, low: float, high: float) -> None:
    assert [round(end, 4) for end in wilson(won, n)] == [low, high]


def test_wilson_of_nothing_says_nothing_and_of_nonsense_refuses() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_gives_the_published_intervals(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    found = newcombe(*counts)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found.excludes_zero == (low > 0 or high < 0)


def test_a_difference_needs_two_rates() -> None:
    with pytest.raises(ValueError, match="two rates"):
        newcombe(1, 2, 0, 0)


@given(st.integers(1, 400), st.integers(0, 400), st.integers(1, 400), st.integers(0, 400))
def test_intervals_hold_their_rate_and_mirror(n: int, won: int, m: int, lost: int) -> None:
    won, lost = min(won, n), min(lost, m)
    low, high = wilson(won, n)
    assert 0 <= low <= won / n <= high <= 1
    there, back = newcombe(won, n, lost, m), newcombe(lost, m, won, n)
    assert there.low == pytest.approx(-back.high)
    assert -1 - 1e-9 <= there.low <= there.value <= there.high <= 1 + 1e-9


SIX_MP_ENDED = Counter([6, 6, 6, 7, 10, 13, 16, 22, 23])
SIX_MP_CENSORED = Counter([6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
PLACEBO = Counter([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23])


def test_kaplan_meier_of_freireichs_leukaemia_trial() -> None:
    assert kaplan_meier_median(SIX_MP_ENDED, SIX_MP_CENSORED) == 23
    assert kaplan_meier_median(PLACEBO, {}) == 8


def test_a_median_that_is_not_reached_is_none() -> None:
    assert kaplan_meier_median({5: 2}, {10: 3}) is None
    assert kaplan_meier_median({}, {10: 3}) is None
    assert kaplan_meier_median({}, {}) is None


def test_exactly_half_is_reached_though_floats_multiply() -> None:
    """Ten ended one after the other of twenty: the survival is a half at the tenth."""
    assert kaplan_meier_median(dict.fromkeys(range(1, 11), 1), {99: 10}) == 10


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_without_censoring_kaplan_meier_is_the_lower_median(values: list[int]) -> None:
    assert kaplan_meier_median(Counter(values), {}) == lower_median(values) == counted_median(Counter(values))


def test_medians_means_and_rates_of_few_and_of_nothing() -> None:
    assert (lower_median([4, 1, 3, 2]), lower_median([7]), lower_median([])) == (2, 7, None)
    assert (counted_median({3: 0, 5: 1}), counted_median({})) == (5, None)
    assert (mean([1, 2]), mean([])) == (1.5, None)
    assert (rate(1, 4), rate(0, 0)) == (0.25, None)
