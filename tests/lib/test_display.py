"""How figures, money and dates are written for people."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abxsite.lib import display

TODAY = date(2026, 11, 12)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5208, "5,208"),
        (0, "0"),
        (-3, "−3"),
        (Decimal("12.50"), "12.50"),
        (Decimal("12.00"), "12"),
        (1.5, "1.5"),
        (None, "–"),
    ],
)
def test_number_groups_thousands_and_keeps_what_is_there(value: Decimal | int | float | None, text: str) -> None:
    assert display.number(value) == text


def test_number_rounds_half_up_to_given_places() -> None:
    assert display.number(Decimal("2.345"), 2) == "2.35"
    assert display.number(1234, 2) == "1,234.00"


@pytest.mark.parametrize(("value", "text"), [(12, "+12"), (-3, "−3"), (0, "0"), (None, "–")])
def test_signed_shows_the_direction(value: int | None, text: str) -> None:
    assert display.signed(value) == text


@pytest.mark.parametrize(
    ("total", "text"), [(385_800, "77.16"), (500_000, "100.00"), (0, "0.00"), (299_999, "59.99"), (None, "–")]
)
def test_score_is_cut_not_rounded(total: int | None, text: str) -> None:
    assert display.score(total) == text


@given(st.integers(0, 500_000), st.integers(0, 500_000))
def test_a_total_below_a_minimum_never_reads_higher_than_it(total: int, minimum: int) -> None:
    if total < minimum and minimum % 5_000 == 0:
        assert Decimal(display.score(total)) < Decimal(display.score(minimum))


@pytest.mark.parametrize(
    ("difference", "text"), [(63_900, "+12.78"), (-40_750, "−8.15"), (0, "0.00"), (20, "0.00"), (-20, "0.00")]
)
def test_score_delta_has_a_sign_only_when_it_shows(difference: int, text: str) -> None:
    assert display.score_delta(difference) == text


def test_points_show_thousandths() -> None:
    assert display.points(4400) == "4.400"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "$0"),
        (950, "$950"),
        (2_360, "$2.4k"),
        (94_000, "$94k"),
        (940_499, "$940k"),
        (999_499, "$999k"),
        (999_500, "$1.0M"),
        (1_234_567, "$1.2M"),
        (2_000_000, "$2M"),
        (12_100_000, "$12.1M"),
        (415_000_000, "$415M"),
        (1_300_000_000, "$1.3B"),
        (-1_200_000, "−$1.2M"),
        (None, "–"),
    ],
)
def test_money_short(value: int | None, text: str) -> None:
    assert display.money_short(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1_234_567, "$1,234,567"), (Decimal("2360.91"), "$2,360.91"), (Decimal("10.00"), "$10"), (-5, "−$5"), (None, "–")],
)
def test_money_exact(value: Decimal | int | None, text: str) -> None:
    assert display.money(value) == text


def test_percent_of_a_rate_and_of_a_percentage() -> None:
    assert display.percent(0.631501) == "63\u202f%"
    assert display.percent(Decimal("0.631501"), 1) == "63.2\u202f%"
    assert display.percents(95) == "95\u202f%"
    assert display.percent(None) == "–"


def test_days_show_one_decimal_only_where_there_is_one() -> None:
    assert display.days(212) == "212\u202fd"
    assert display.days(Decimal("51.781973")) == "51.8\u202fd"


@pytest.mark.parametrize(
    ("day", "age", "ago"),
    [
        (date(2026, 11, 12), "today", "today"),
        (date(2026, 11, 11), "yesterday", "yesterday"),
        (date(2026, 11, 13), "tomorrow", "tomorrow"),
        (date(2026, 11, 6), "6\u202fd", "6 days ago"),
        (date(2026, 9, 1), "2\u202fmo", "2 months ago"),
        (date(2025, 9, 1), "14\u202fmo", "14 months ago"),
        (date(2022, 11, 1), "4\u202fy", "4 years ago"),
        (date(2026, 11, 17), "in 5\u202fd", "in 5 days"),
    ],
)
def test_age_is_said_as_people_say_it(day: date, age: str, ago: str) -> None:
    assert display.age(day, TODAY) == age
    assert display.ago(day, TODAY) == ago


def test_short_day_names_the_year_only_when_it_is_another() -> None:
    assert display.short_day(date(2026, 2, 3), TODAY) == "3 Feb"
    assert display.short_day(date(2025, 2, 3), TODAY) == "3 Feb 2025"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 3), "9\u202fd late"),
        (date(2026, 11, 12), "today"),
        (date(2026, 11, 13), "tomorrow"),
        (date(2026, 11, 17), "Tue"),
        (date(2026, 11, 19), "19 Nov"),
        (date(2027, 1, 4), "4 Jan 2027"),
    ],
)
def test_due_says_how_late_or_which_day(day: date, text: str) -> None:
    assert display.due(day, TODAY) == text


def test_exact_adds_the_time_only_to_a_moment() -> None:
    assert display.exact(TODAY) == "12 November 2026"
    assert display.exact(datetime(2026, 11, 12, 16, 20)) == "12 November 2026, 16:20"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (3, "a few seconds left"),
        (21, "about 20 seconds left"),
        (200, "about 3 minutes left"),
        (7200, "about 2 hours left"),
    ],
)
def test_time_left_moves_in_steps(seconds: int | None, text: str) -> None:
    assert display.time_left(seconds) == text


@pytest.mark.parametrize(
    ("name", "letters"), [("Mikkel Ost", "MO"), ("Plato", "PL"), ("Ana de la Vega", "AV"), ("", "?")]
)
def test_initials(name: str, letters: str) -> None:
    assert display.initials(name) == letters
