"""Cells into values: the usual forms, exactly; and never a crash, whatever stands in the cell."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.imports import values, words
from accounts.imports.values import DAY_FIRST, MONTH_FIRST, BadValue


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1100.04", "1100.04"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("$1.2M", "1200000"),
        ("(1,200)", "-1200"),
        ("12 %", "12"),
        ("1 234", "1234"),
        ("10,000+", "10000"),
        ("51-200", "125.5"),
        ("51-200 employees", "125.5"),
        ("$10M - $25M", "17500000"),
        ("$10M - $50M", "30000000"),
        ("10-25M", "17500000"),
        ("€ 3,4 Mio", "3400000"),
        ("1.2k", "1200"),
        ("12,5 Mrd. EUR", "12500000000"),
        ("1.234,56-", "-1234.56"),
        ("1.5E+06", "1500000"),
        ("1,23457E+11", "123457000000"),
        (">1000", "1000"),
        ("more than 5,000", "5000"),
        ("< $1M", "1000000"),
        ("12 T€", "12000"),
        ("R$ 1.234,50", "1234.5"),
        ("1\u00a0234,5", "1234.5"),
        ("1\u202f234", "1234"),
        ("500 Mitarbeiter", "500"),
        ("−5", "-5"),
        ("2 crore", "20000000"),
        ("0.123", "0.123"),
        ("2300000.0", "2300000"),
        ("1,23", "1.23"),
        ("1.234.567", "1234567"),
        ("-5", "-5"),
        ("€ 3,5 Mio.", "3500000"),
        ("US$ 5", "5"),
        ("1’200", "1200"),
        ("1,001 to 5,000", "3000.5"),
        ("250k", "250000"),
    ],
)
def test_numbers(cell: str, number: str) -> None:
    assert values.number(cell) == Decimal(number)


@pytest.mark.parametrize(
    ("cell", "mark", "number"),
    [
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        ("1,234", ",", "1.234"),
        ("1,234", ".", "1234"),
        ("1.234.567", "", "1234567"),
        ("12.5", ",", "12.5"),
    ],
)
def test_the_columns_decimal_mark_settles_what_one_cell_leaves_open(cell: str, mark: str, number: str) -> None:
    assert values.number(cell, mark) == Decimal(number)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("1,234.5", "."),
        ("1.234,5", ","),
        ("12.5", "."),
        ("12,5", ","),
        ("1,234,567", "."),
        ("1.234.567", ","),
        ("1234.567", "."),
        ("0,123", ","),
        ("1.234", "?."),
        ("$1,234", "?,"),
        ("1234", ""),
        ("n/a", ""),
    ],
)
def test_what_a_cell_says_of_the_decimal_mark(cell: str, said: str) -> None:
    assert values.decimal_mark(cell) == said


def test_a_count_of_things_has_no_decimals() -> None:
    assert [values.count(cell) for cell in ("1.234", "1,234", "51-200", "12.0", "10,000+")] == [
        1234,
        1234,
        126,
        12,
        10_000,
    ]


def test_a_cell_that_names_its_own_scale_is_not_multiplied_by_the_columns() -> None:
    assert values.whole("$1.2M", unit=values.UNITS["thousands"]) == 1_200_000
    assert values.whole("1,200", unit=values.UNITS["thousands"]) == 1_200_000


@pytest.mark.parametrize(
    ("cell", "is_range"),
    [("51-200", True), ("$1M to $5M", True), ("10,000+", True), ("> 500", True), ("-5", False), ("1,200", False)],
)
def test_ranges_are_known_as_such(cell: str, is_range: bool) -> None:
    assert values.is_range(cell) == is_range


def test_a_formula_is_text_and_its_number_is_asked_for() -> None:
    with pytest.raises(BadValue, match="“=SUM\\(A1:A3\\)” is a formula, not a number; save the file with values"):
        values.number("=SUM(A1:A3)")


@pytest.mark.parametrize(
    ("cell", "truth"),
    [
        *((cell, True) for cell in ("TRUE", "true", "yes", "Y", "1", "x", "ja", "Oui", "sí", "✓", "wahr")),
        *((cell, False) for cell in ("FALSE", "no", "N", "0", "nein", "Non", "falsch")),
    ],
)
def test_yes_and_no(cell: str, truth: bool) -> None:
    assert values.truth(cell) is truth


@pytest.mark.parametrize("cell", ["", " ", "-", "n/a", "NULL", "–", "unknown"])
def test_blanks_are_none_everywhere(cell: str) -> None:
    assert values.number(cell) is None
    assert values.moment(cell, "", UTC) is None
    assert values.truth(cell) is None


@pytest.mark.parametrize("cell", ["many", "12 apples", "1-", "$", "5e3", "1..2", "--3"])
def test_what_is_no_number_is_said(cell: str) -> None:
    with pytest.raises(BadValue, match="is not a number"):
        values.number(cell)


def test_units_are_exact() -> None:
    assert values.whole("1100.04", unit=values.UNITS["millions"]) == 1_100_040_000
    assert values.whole("0.1", unit=values.UNITS["thousands"]) == 100


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("2016-10-20", "", date(2016, 10, 20)),
        ("02/23/26", MONTH_FIRST, date(2026, 2, 23)),
        ("03/04/2024", DAY_FIRST, date(2024, 4, 3)),
        ("03/04/2024", MONTH_FIRST, date(2024, 3, 4)),
        ("03.04.2024", "", date(2024, 4, 3)),
        ("20240304", "", date(2024, 3, 4)),
        ("12 Mar 2024", "", date(2024, 3, 12)),
        ("March 12, 2024", "", date(2024, 3, 12)),
        ("02/23/26 08:55 PM", MONTH_FIRST, date(2026, 2, 23)),
        ("2024-03-04T10:00:00Z", "", date(2024, 3, 4)),
        ("4. Februar 2023", "", date(2023, 2, 4)),
        ("1/2/99", MONTH_FIRST, date(1999, 1, 2)),
        ("23.02.2026", "", date(2026, 2, 23)),
        ("23. 02. 2026", "", date(2026, 2, 23)),
        ("45292", "", date(2024, 1, 1)),
        ("45292.75", "", date(2024, 1, 1)),
        ("1704103200", "", date(2024, 1, 1)),
        ("1704103200000", "", date(2024, 1, 1)),
        ("04-MAR-24", "", date(2024, 3, 4)),
        ("2024-Mar-04", "", date(2024, 3, 4)),
        ("Monday, 4 March 2024", "", date(2024, 3, 4)),
        ("Mon, 4 Mar 2024 10:00:00 GMT", "", date(2024, 3, 4)),
        ("Mar 4, 2024, 10:05 AM", "", date(2024, 3, 4)),
        ("March 4th, 2024", "", date(2024, 3, 4)),
        ("1er janvier 2024", "", date(2024, 1, 1)),
        ("4 de marzo de 2024", "", date(2024, 3, 4)),
        ("15 août 2023", "", date(2023, 8, 15)),
        ("4. März 2024", "", date(2024, 3, 4)),
        ("2024/03/04", "", date(2024, 3, 4)),
        ("2024-03-04T10:00:00.000+0000", "", date(2024, 3, 4)),
        ("2024-03-04 23:30 EST", "", date(2024, 3, 5)),
        ("2024-03-04 23:30:00 GMT-2 (BRT)", "", date(2024, 3, 5)),
    ],
)
def test_days(cell: str, order: str, day: date) -> None:
    assert values.day(cell, order, UTC) == day


@pytest.mark.parametrize("cell", ["0000-00-00", "00.00.0000", "00000000", "", "n/a"])
def test_a_day_that_is_none_is_blank(cell: str) -> None:
    assert values.day(cell, "", UTC) is None


def test_a_moment_is_read_in_its_own_zone_and_counted_in_ours() -> None:
    oslo = ZoneInfo("Europe/Oslo")
    assert values.day("2024-03-04T23:30:00Z", "", oslo) == date(2024, 3, 5)
    assert values.moment("2024-03-04 10:30", "", oslo) == datetime(2024, 3, 4, 10, 30, tzinfo=oslo)


@pytest.mark.parametrize("cell", ["31/12/2024", "2024-02-30", "0", "yesterday", "13/13/2024", "2024-03-04 99:99"])
def test_what_is_no_day_is_said(cell: str) -> None:
    with pytest.raises(BadValue):
        values.day(cell, MONTH_FIRST, UTC)


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("31/12/2024", DAY_FIRST),
        ("12/31/2024", MONTH_FIRST),
        ("03/04/2024", "either"),
        ("04/04/2024", ""),
        ("3.4.24", DAY_FIRST),
        ("2024-03-04", ""),
    ],
)
def test_what_a_cell_says_of_its_column(cell: str, order: str) -> None:
    assert values.date_order(cell) == order


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("iso", "iso"),
        ("us", MONTH_FIRST),
        ("EU", DAY_FIRST),
        ("%d/%m/%Y", DAY_FIRST),
        ("DD.MM.YYYY", DAY_FIRST),
        ("MM/DD/YYYY", MONTH_FIRST),
    ],
)
def test_names_of_date_formats(name: str, order: str) -> None:
    assert values.date_format(name) == order


ANYTHING = st.text(max_size=40) | st.from_regex(r"[-+(]?[$€]?[\d.,' ]{1,12}[%kMm)]?", fullmatch=True)
DATELIKE = st.from_regex(
    r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}([T ]\d{1,2}:\d{2}(:\d{2})?( ?[AP]M|Z|[+-]\d{2}:\d{2})?)?", fullmatch=True
)


@given(ANYTHING | DATELIKE)
def test_no_cell_crashes_a_parser(cell: str) -> None:
    for parse in (values.number, values.whole, values.count, values.money, values.year, values.truth):
        try:
            parse(cell)  # type: ignore[operator]
        except BadValue as error:
            assert str(error)  # noqa: PT017  (either a value or a sentence)
    for order in ("", DAY_FIRST, MONTH_FIRST):
        try:
            values.day(cell, order, UTC)
        except BadValue as error:
            assert str(error)  # noqa: PT017  (either a value or a sentence)
    values.date_order(cell)
    assert values.clean(cell).isprintable()


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(2069, 12, 31)))
def test_days_come_back_whatever_their_form(day: date) -> None:
    forms: list[tuple[str, Any]] = [
        (f"{day:%Y-%m-%d}", ""),
        (f"{day:%d.%m.%Y}", ""),
        (f"{day:%m/%d/%y}", MONTH_FIRST),
        (f"{day:%d/%m/%Y}", DAY_FIRST),
        (f"{day:%d %b %Y}", ""),
    ]
    for text, order in forms:
        assert values.day(text, order, UTC) == day


@given(st.integers(min_value=0, max_value=10**12))
def test_numbers_come_back_with_separators(number: int) -> None:
    for text in (
        str(number),
        f"{number:,}",
        f"${number:,}.00",
        f"{number:,}".replace(",", "'"),
        f"{number:,}".replace(",", " "),
    ):
        assert values.whole(text) == number


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [
        ("Won", "won"),
        ("Closed Won", "won"),
        ("closedwon", "won"),
        ("closedlost", "lost"),
        ("Lost", "lost"),
        ("Closed Lost", "lost"),
        ("Engaging", "open"),
        ("Prospecting", "open"),
        ("Negotiation/Review", "open"),
        ("Id. Decision Makers", "open"),
        ("Closed - Not won", "lost"),
        ("Disqualified", "lost"),
        ("Zork", ""),
    ],
)
def test_stage_words(stage: str, outcome: str) -> None:
    assert words.outcome_of(stage) == outcome


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Page view", "site_visit"),
        ("site_visit", "site_visit"),
        ("Web Visit", "site_visit"),
        ("Whitepaper download", "download"),
        ("Webinar attended", "webinar"),
        ("Ad click", "ad_click"),
        ("LinkedIn like", "linkedin"),
        ("Job posting", "job_posting"),
        ("Intent topic", "intent"),
        ("Email reply", "reply"),
        ("Meeting", "meeting"),
        ("Demo request", "demo_request"),
        ("Dance", ""),
    ],
)
def test_signal_words(said: str, kind: str) -> None:
    assert words.signal_of(said) == kind


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Customer - Direct", "customer"),
        ("Prospect", "prospect"),
        ("Former customer", "former"),
        ("Churned", "former"),
        ("Partner", ""),
        ("Not a customer", "prospect"),
    ],
)
def test_status_words(said: str, status: str) -> None:
    assert words.status_of(said) == status
