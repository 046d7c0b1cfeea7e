"""Win rate, deal size and cycle (M1), periods, renewals, and what is said of few deals (M3)."""

from datetime import date

import pytest
import time_machine

from reviews.measure import insights
from tests.factories import AccountFactory
from tests.reviews.insights.makers import FIRST_LIST, deal, hold, make_tier

pytestmark = pytest.mark.django_db


def test_the_figures_of_a_row() -> None:
    tier, account = make_tier(1, "One-to-One"), AccountFactory.create()
    hold(account, tier)
    for days, amount in ((10, 100), (20, 200), (40, 400)):
        deal(account, date(2026, 1, 1 + days // 10), "won", date(2026, 3, 1), amount=amount)
    deal(account, date(2026, 2, 1), "won", date(2026, 2, 11))
    deal(account, date(2026, 2, 1), "lost", date(2026, 2, 5), amount=0)
    row = insights().as_json()["rows"][0]
    assert (row["won"], row["lost"], row["closed"]) == (4, 1, 5)
    assert (row["win_rate"], row["win_rate_low"], row["win_rate_high"]) == (0.8, 0.375535, 0.963776)
    assert (row["won_value"], row["won_value_n"], row["mean_won_deal"]) == (700, 3, 233.333333)
    assert (row["cycle_n"], row["mean_cycle_days"], row["median_cycle_days"]) == (4, 45.0, 55)
    assert row["too_few_to_tell"] is True


def test_doubtful_and_negative_dates_stay_out_of_the_cycle_but_not_of_the_rate() -> None:
    account = AccountFactory.create()
    deal(account, date(2026, 3, 1), "won", date(2026, 2, 1), dates_doubtful=True)
    deal(account, date(2026, 3, 1), "won", date(2026, 2, 1))
    deal(account, None, "won", date(2026, 2, 1))
    deal(account, date(2026, 3, 1), "won", date(2026, 3, 1))
    total = insights(by="none").as_json()["total"]
    assert (total["won"], total["cycle_n"], total["median_cycle_days"]) == (4, 1, 0)


def test_renewals_stay_out_of_rate_and_cycle_unless_asked_for() -> None:
    account = AccountFactory.create()
    deal(account, FIRST_LIST, "won", date(2026, 1, 5), type="renewal", amount=900)
    deal(account, FIRST_LIST, "lost", date(2026, 1, 6), type="renewal")
    deal(account, FIRST_LIST, "won", date(2026, 1, 9), type="new", amount=100)
    total = insights(by="none").as_json()["total"]
    assert (total["won"], total["lost"], total["renewals_won"], total["renewals_lost"]) == (1, 0, 1, 1)
    assert (total["won_value"], total["won_value_n"], total["mean_cycle_days"]) == (1000, 2, 8.0)
    total = insights(by="none", renewals=True).as_json()["total"]
    assert (total["won"], total["lost"], total["renewals_won"], total["mean_cycle_days"]) == (2, 1, 0, 6.0)


def test_a_period_asks_for_opening_days_of_pipeline_and_closing_days_of_wins() -> None:
    account = AccountFactory.create()
    deal(account, date(2026, 1, 31), "won", date(2026, 2, 1), amount=1)
    deal(account, date(2026, 2, 1), "won", date(2026, 3, 1), amount=10)
    deal(account, date(2026, 2, 28), amount=100)
    deal(account, date(2026, 3, 1), amount=1000)
    total = insights(by="none", since=date(2026, 2, 1), until=date(2026, 2, 28)).as_json()["total"]
    assert (total["deals"], total["created"], total["created_amount"]) == (3, 2, 110)
    assert (total["won"], total["won_value"], total["median_cycle_days"]) == (1, 1, 1)
    assert (total["open"], total["open_amount"]) == (1, 100)


@time_machine.travel("2026-03-01T12:00Z")
def test_open_and_lost_deals_are_censored_in_the_survival() -> None:
    account = AccountFactory.create()
    deal(account, date(2026, 1, 1), "won", date(2026, 1, 11))
    deal(account, date(2026, 1, 1), "lost", date(2026, 1, 21))
    deal(account, date(2026, 1, 1), "won", date(2026, 1, 31))
    deal(account, date(2026, 2, 1))
    total = insights(by="none").as_json()["total"]
    assert (total["survival_n"], total["survival_median_days"], total["still_open_share"]) == (4, 30, 0.25)
    assert total["median_cycle_days"] == 10


def test_nothing_at_all_gives_empty_rows_and_no_rate() -> None:
    make_tier(1, "One-to-One")
    found = insights().as_json()
    assert [row["name"] for row in found["rows"]] == ["One-to-One"]
    assert (found["total"]["deals"], found["total"]["win_rate"], found["total"]["mean_won_deal"]) == (0, None, None)
    assert found["findings"] == []
