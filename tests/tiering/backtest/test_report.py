"""The backtest's tables, from deals written by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tiering.backtest.report import Deal, Verdict, compare, report

DAY = date(2026, 3, 1)


def deal(number: int, total: int, won: bool, *, account: int | None = None, tier: int | None = 1) -> Deal:
    return Deal(
        number, account or number, DAY + timedelta(number), won, total, 80, tier, Decimal(1000 * number), 30 + number
    )


def test_nothing_at_all_is_too_few() -> None:
    found = report([])

    assert (found.n, found.won, found.rate, found.verdict, found.area, found.fifths) == (
        0, 0, None, Verdict.FEW, None, (),
    )  # fmt: skip


def test_few_wins_show_their_counts_and_no_curve() -> None:
    found = report([deal(n, 1000 * n, n > 13) for n in range(1, 21)])

    assert (found.won, found.lost, found.verdict, found.area, found.lift) == (7, 13, Verdict.FEW, None, None)
    assert [(group.place, group.n, group.won) for group in found.fifths] == [
        (1, 4, 4), (2, 4, 3), (3, 4, 0), (4, 4, 0), (5, 4, 0),
    ]  # fmt: skip


def test_a_score_that_separates_says_so_with_its_top_tenth() -> None:
    found = report([deal(n, 1000 * n, n > 20 or n in (3, 9)) for n in range(1, 41)])

    assert found.verdict == Verdict.SEPARATES
    assert found.area is not None
    assert round(found.area.value, 4) == round((20 * 18 + 2 + 7) / (22 * 18), 4)
    assert found.lift is not None
    assert (found.lift.top.n, found.lift.top.won, round(found.lift.value, 4)) == (4, 4, round(40 / 22, 4))
    top = found.fifths[0]
    assert (top.n, top.won, top.low_score, top.high_score) == (8, 8, 33_000, 40_000)
    assert (top.mean_won, top.median_days) == (Decimal(36_500), 66)


def test_a_score_turned_around_is_called_reversed() -> None:
    assert report([deal(n, -n, n > 20) for n in range(1, 41)]).verdict == Verdict.REVERSED


def test_many_deals_of_two_accounts_are_no_evidence() -> None:
    """Forty deals, and yet only two accounts: each has one score, so luck of one account is all there is to see."""
    deals = [deal(n, 2000 if n % 2 else 1000, (n % 2 == 1) == (n % 8 != 0), account=n % 2 + 1) for n in range(1, 41)]

    assert report(deals).verdict == Verdict.NO_EVIDENCE


def test_equal_scores_stay_in_one_fifth() -> None:
    found = report([deal(n, 5000, n % 2 == 0) for n in range(1, 21)])

    assert [(group.place, group.n) for group in found.fifths] == [(3, 20)]
    assert found.lift is None


def test_tiers_come_in_order_with_off_the_list_last() -> None:
    deals = [deal(n, 1000 * n, n % 2 == 0, tier={0: None, 1: 2, 2: 1}[n % 3]) for n in range(1, 31)]

    assert [(group.place, group.n, group.won) for group in report(deals).tiers] == [
        (1, 10, 5),
        (2, 10, 5),
        (None, 10, 5),
    ]


def test_calibration_steps_are_ten_points_wide_from_the_top() -> None:
    deals = [deal(n, 499_999 if n % 2 else 75_000, n % 4 < 2) for n in range(1, 41)]

    assert [(step.place, step.n, step.won) for step in report(deals).steps] == [(9, 20, 10), (1, 20, 10)]


def test_two_versions_are_compared_over_the_deals_that_both_scored() -> None:
    first = [deal(n, n, n > 20) for n in range(1, 41)]
    second = [deal(n, n % 7, n > 20) for n in range(1, 41) if n != 40]
    found = compare(first, second)

    assert found is not None
    won, lost = [n % 7 for n in range(21, 40)], [n % 7 for n in range(1, 21)]
    pairs = [1.0 if w > x else 0.5 if w == x else 0.0 for w in won for x in lost]
    assert found.value == pytest.approx(1 - sum(pairs) / len(pairs))
    assert found.excludes_zero
    assert compare(first[:9], second[:9]) is None
