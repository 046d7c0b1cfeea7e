"""Suggested weights: found where the past has them, refused where it does not."""

import random
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiering.backtest.suggestion import Case, fit, percents, suggest

WEIGHTS = (25, 25, 25, 25)


def cases(n: int, slopes: tuple[float, ...], seed: int = 8) -> list[Case]:
    """Deals whose log odds of winning are linear in the points, around even."""
    chance = random.Random(seed)
    made = []
    for number in range(n):
        points = tuple(chance.randrange(0, 6) * 1000 for _ in slopes)
        value = sum(slope * (p / 1000 - 2.5) for slope, p in zip(slopes, points, strict=True))
        made.append(Case(points, number // 2, chance.random() < 1 / (1 + exp(-value))))
    return made


def test_the_weights_follow_what_the_deals_depended_on() -> None:
    found = suggest(cases(1200, (0.8, 0.4, 0.0, 0.0)), WEIGHTS)

    assert found is not None
    assert 58 <= found.weights[0] <= 72
    assert 27 <= found.weights[1] <= 37
    assert sum(found.weights) == 100
    assert found.unseen.low > 0.7
    assert found.gain.low > 0


def test_a_criterion_that_speaks_against_winning_gets_no_weight_and_is_named() -> None:
    found = suggest(cases(500, (0.7, -0.6, 0.0, 0.3)), WEIGHTS)

    assert found is not None
    assert found.weights[1] == 0
    assert 1 in found.against


def test_where_nothing_matters_the_unseen_deals_show_no_gain() -> None:
    found = suggest(cases(400, (0.0, 0.0, 0.0, 0.0)), WEIGHTS)

    assert found is not None
    assert found.unseen.low < 0.5 < found.unseen.high
    assert not found.gain.low > 0


@pytest.mark.parametrize(("n", "slopes"), [(90, (3.0, 3.0)), (60, (0.5, 0.5))])
def test_under_40_won_and_40_lost_it_refuses(n: int, slopes: tuple[float, ...]) -> None:
    some = cases(n, slopes)
    few = [case for case in some if case.won][:39] + [case for case in some if not case.won]

    assert suggest(few, (50, 50)) is None


def test_a_criterion_that_never_varies_does_no_harm() -> None:
    made = [Case((2500, case.points[0]), case.account, case.won) for case in cases(400, (0.9,))]
    found = suggest(made, (50, 50))

    assert found is not None
    assert found.weights == (0, 100)


def test_without_penalty_the_fit_is_the_maximum_of_the_likelihood() -> None:
    """Two groups: the fitted chances are the shares themselves."""
    made = [Case((0,), n, n < 20) for n in range(100)] + [Case((1000,), 100 + n, n < 60) for n in range(100)]
    low, slope = fit(made, 0.0)

    assert 1 / (1 + exp(-low)) == pytest.approx(0.2)
    assert 1 / (1 + exp(-low - slope)) == pytest.approx(0.6)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=8).filter(lambda slopes: sum(slopes) > 1e-3))
def test_percents_are_whole_and_sum_to_100(slopes: list[float]) -> None:
    found = percents(slopes)

    assert sum(found) == 100
    assert all(abs(p - 100 * slope / sum(slopes)) < 1 + 1e-6 for p, slope in zip(found, slopes, strict=True))
