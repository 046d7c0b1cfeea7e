"""How figures, money and dates are written for people. Values in, words out, no markup.

Amounts carry the workspace's currency (`abxsite.lib.currency`) unless a sign is given.

Signs: true minus (U+2212), narrow no-break space (U+202F) before units and percent, en dash where a value is missing.
"""

from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from abxsite.lib.currency import sign as workspace_sign

MINUS = "\u2212"
THIN = "\u202f"
MISSING = "\u2013"
TOTAL_MAX = 500_000
TOTAL_PER_POINT = 5_000

Number = int | float | Decimal
Given = Number | str | None  # what a template hands over: a missing variable arrives as an empty string


def known(value: Given) -> Number | None:
    """The number, or None for what is missing."""
    return None if value is None or isinstance(value, str) else value


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def number(value: Number | None, places: int | None = None) -> str:
    """`5208` → `5,208`; `places` fixes the decimals, else whole values stay whole and others show what they have."""
    if value is None:
        return MISSING
    exact = _decimal(value)
    if places is not None:
        exact = _half_up(exact, places)
    elif exact == exact.to_integral_value():
        exact = exact.to_integral_value()
    return f"{exact:,f}".replace("-", MINUS)


def signed(value: Number | None, places: int | None = None) -> str:
    """`12` → `+12`, `-3` → `−3`, `0` → `0`."""
    text = number(value, places)
    return f"+{text}" if value is not None and _decimal(value) > 0 else text


def score(total: int | None) -> str:
    """A stored total (0–500,000) as 0–100 with two decimals; cut, not rounded, so that 59.9998 never reads 60.00."""
    return MISSING if total is None else _cut(total)


def _cut(total: int) -> str:
    cut = (Decimal(total) / TOTAL_PER_POINT).quantize(Decimal("0.01"), ROUND_DOWN)
    return f"{cut + 0:.2f}".replace("-", MINUS)


def score_delta(difference: int | None) -> str:
    """The difference of two totals: `+12.78`, `−8.15`, `0.00`."""
    if difference is None:
        return MISSING
    text = _cut(difference)
    return f"+{text}" if difference > 0 and text != "0.00" else text


def points(thousandths: int | None) -> str:
    """Criterion points (0–5,000 thousandths) as `4.400`."""
    return MISSING if thousandths is None else f"{Decimal(thousandths) / 1000:.3f}"


def money(value: Number | None, currency: str | None = None) -> str:
    """The exact amount: `$1,234,567`, cents only where there are some; in the workspace's currency."""
    if value is None:
        return MISSING
    amount = _half_up(abs(_decimal(value)), 2)
    text = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    return (
        f"{MINUS if _decimal(value) < 0 and amount else ''}{workspace_sign() if currency is None else currency}{text}"
    )


_STEPS = ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))


def money_short(value: Number | None, currency: str | None = None) -> str:
    """`$950`, `$2.4k`, `$94k`, `$940k`, `$1.2M`, `$2M` when exactly that, `$12.1M`, `$415M`, `$1.3B`."""
    if value is None:
        return MISSING
    amount = abs(_decimal(value))
    sign = MINUS if _decimal(value) < 0 else ""
    currency = workspace_sign() if currency is None else currency
    for step, unit in _STEPS:
        scaled = amount / step
        if _half_up(scaled, 3) >= 1:
            return f"{sign}{currency}{_scaled(scaled, unit)}{unit}"
    whole = _half_up(amount, 0)
    return f"{sign if whole else ''}{currency}{whole}"


def _scaled(scaled: Decimal, unit: str) -> str:
    if scaled == scaled.to_integral_value():
        return f"{scaled:.0f}"
    few_digits = scaled < 100 if unit != "k" else scaled < 10
    return f"{_half_up(scaled, 1 if few_digits else 0)}"


def percent(rate: Number | None, places: int = 0) -> str:
    """A rate between 0 and 1: `0.631501` → `63 %`."""
    return MISSING if rate is None else f"{number(_half_up(_decimal(rate) * 100, places), places)}{THIN}%"


def percents(value: Number | None, places: int = 0) -> str:
    """A value that already is a percentage: `95` → `95 %`."""
    return MISSING if value is None else f"{number(value, places)}{THIN}%"


def days(value: Number | None) -> str:
    """A duration: `212 d`, `51.8 d`."""
    if value is None:
        return MISSING
    exact = _decimal(value)
    return f"{number(exact, 0 if exact == exact.to_integral_value() else 1)}{THIN}d"


def _span(count: int) -> str:
    if count < 60:
        return f"{count}{THIN}d"
    months = round(count / 30.44)
    return f"{months}{THIN}mo" if months < 24 else f"{round(count / 365.25)}{THIN}y"


def age(day: date, today: date) -> str:
    """How long ago or how far ahead, short: `today`, `yesterday`, `6 d`, `2 mo`, `3 y`; `tomorrow`, `in 5 d`."""
    count = (today - day).days
    near = {0: "today", 1: "yesterday", -1: "tomorrow"}.get(count)
    return near or (_span(count) if count > 0 else f"in {_span(-count)}")


def ago(day: date, today: date) -> str:
    """The same in running text: `6 days ago`, `2 months ago`, `in 5 days`."""
    count = (today - day).days
    near = {0: "today", 1: "yesterday", -1: "tomorrow"}.get(count)
    if near:
        return near
    short, unit = _span(abs(count)).split(THIN)
    words = {"d": "day", "mo": "month", "y": "year"}[unit] + ("" if short == "1" else "s")
    return f"{short} {words} ago" if count > 0 else f"in {short} {words}"


def short_day(day: date, today: date) -> str:
    """`9 Nov` in this year, `9 Nov 2025` in another."""
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"


def due(day: date, today: date) -> str:
    """A date to keep: `9 d late`, `today`, `tomorrow`, `Tue` within six days, else `26 Nov`."""
    count = (day - today).days
    if count < 0:
        return f"{_span(-count)} late"
    near = {0: "today", 1: "tomorrow"}.get(count)
    return near or (f"{day:%a}" if count < 7 else short_day(day, today))


def exact(moment: date) -> str:
    """`12 November 2026`, with `, 16:20` where a time is known (already in the reader's zone)."""
    day = f"{moment.day} {moment:%B %Y}"
    return f"{day}, {moment:%H:%M}" if isinstance(moment, datetime) else day


def time_left(seconds: int | None) -> str:
    """`about 20 seconds left`, in steps that do not jump about."""
    if seconds is None:
        return ""
    if seconds < 10:
        return "a few seconds left"
    if seconds < 90:
        return f"about {round(seconds / 10) * 10} seconds left"
    minutes = round(seconds / 60)
    return f"about {minutes} minutes left" if minutes < 90 else f"about {round(minutes / 60)} hours left"


def initials(name: str) -> str:
    """`Mikkel Ost` → `MO`, `Plato` → `PL`."""
    words = name.split()
    if not words:
        return "?"
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2])).upper()
