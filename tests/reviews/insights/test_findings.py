"""What the page says in sentences, and when it keeps silent (M3)."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from accounts.models import Account
from reviews.measure import insights
from tests.factories import AccountFactory
from tests.reviews.insights.makers import deal, hold, make_tier
from tiering.models import Tier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_june")]


@pytest.fixture
def in_june() -> Iterator[None]:
    with time_machine.travel("2026-06-15T12:00Z"):
        yield


def closed(account: Account, won: int, lost: int, day: date = date(2026, 5, 1)) -> None:
    for at in range(won + lost):
        deal(account, date(2026, 2, 1), "won" if at < won else "lost", day)


def two_tiers() -> tuple[Tier, Tier, Account, Account]:
    top, many = make_tier(1, "One-to-One"), make_tier(2, "One-to-Many")
    high, low = AccountFactory.create_batch(2)
    hold(high, top)
    hold(low, many)
    return top, many, high, low


def said(**asked: str) -> dict[str, str]:
    return {each.key: f"{each.title} {each.text}" for each in insights(**asked).findings}  # type: ignore[arg-type]


def test_an_inversion_beyond_chance_is_named() -> None:
    *_, high, low = two_tiers()
    closed(high, 2, 18)
    closed(low, 16, 4)
    assert said()["inversion"] == (
        "One-to-One wins less often than One-to-Many. "
        "2 of 20 against 16 of 20 in four quarters: a difference of −70 points (−84 to −40)."
    )


def test_a_difference_within_chance_is_no_evidence() -> None:
    *_, high, low = two_tiers()
    closed(high, 4, 6)
    closed(low, 5, 5)
    assert said()["no_inversion"].startswith("No evidence that a higher tier wins less often than a lower one.")


def test_under_eight_closed_deals_nothing_is_said_of_a_tier() -> None:
    *_, high, low = two_tiers()
    closed(high, 0, 7)
    closed(low, 9, 0)
    assert "inversion_unknown" in said()


def test_deals_closed_more_than_four_quarters_ago_do_not_pool() -> None:
    *_, high, low = two_tiers()
    closed(high, 0, 20, date(2025, 6, 30))
    closed(low, 20, 0)
    assert "inversion_unknown" in said()


def test_off_list_wins_beyond_their_share_are_named() -> None:
    *_, high, _ = two_tiers()
    closed(high, 2, 18)
    closed(AccountFactory.create(), 16, 4)
    sentence = "Accounts off the list win more than their share. 16 of 20 against 2 of 20 on the list"
    assert said()["off_list_wins"].startswith(sentence)


def test_nobody_off_the_list_is_said() -> None:
    *_, high, _ = two_tiers()
    closed(high, 9, 0)
    assert "off_list_nobody" in said()


def test_only_a_baseline_is_said_and_not_compared() -> None:
    make_tier(1, "One-to-One")
    deal(AccountFactory.create(), date(2025, 1, 1), "won", date(2025, 2, 1))
    assert said()["baseline_only"].startswith("All of this happened before the first list. 1 deals")
    assert not {"inversion", "no_inversion", "inversion_unknown"} & said().keys()


def test_deals_without_account_and_amount_are_counted_aloud() -> None:
    deal(None, date(2026, 2, 1))
    deal(None, date(2026, 2, 1), amount=5)
    found = said(by="none")
    assert found["unassigned"].startswith("2 deals have no account.")
    assert found["open_unknown"].startswith("1 of 2 open deals has no amount.")


def test_tier_now_says_that_it_flatters() -> None:
    *_, high, _ = two_tiers()
    closed(high, 1, 0)
    assert "tier_now" in said(tier_as_of="now")
