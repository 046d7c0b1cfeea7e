"""Cells into values. Pure. A blank (also `-`, `n/a`, `null`) is None; what cannot be understood raises BadValue.

Money and counts are exact (Decimal); dates are days in the workspace's zone.
"""

import re
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache

BLANKS = frozenset({"", "-", "--", "–", "—", "n/a", "na", "n.a.", "null", "none", "nan", "nil", "#n/a", "unknown", "?"})
UNITS = {"units": Decimal(1), "thousands": Decimal(1_000), "millions": Decimal(1_000_000), "billions": Decimal(10**9)}
TRUE = frozenset({"true", "yes", "y", "1", "x", "ja", "oui", "si", "sí", "wahr", "vrai"})
FALSE = frozenset({"false", "no", "n", "0", "nein", "non", "falsch", "faux"})
FORMULA = frozenset("=+-@")
BIGGEST = Decimal(10) ** 15


class BadValue(ValueError):
    """A cell that cannot be what its column says; `str` is the reason without the column's name."""


def blank(cell: str) -> bool:
    return cell.strip().lower() in BLANKS


def clean(cell: str) -> str:
    """Text as we keep it: without control letters, spaces at the ends and doubled inside lines.

    The apostrophe that exports put before `=`, `+`, `-` and `@` goes.
    """
    text = cell.strip()
    if text[:1] == "'" and text[1:2] in FORMULA and len(text) > 1:
        text = text[1:]
    if text.isprintable() and "  " not in text:
        return text
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def short(cell: str) -> str:
    text = clean(cell)
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"


_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?$")
_SCALE = {
    "k": Decimal(1_000), "t": Decimal(1_000), "tsd": Decimal(1_000), "thousand": Decimal(1_000),
    "m": Decimal(10**6), "mn": Decimal(10**6), "mm": Decimal(10**6), "mio": Decimal(10**6), "million": Decimal(10**6),
    "millions": Decimal(10**6), "b": Decimal(10**9), "bn": Decimal(10**9), "billion": Decimal(10**9),
    "billions": Decimal(10**9), "mrd": Decimal(10**9),
}  # fmt: skip
_CURRENCY = re.compile(r"(?:US|CA|AU|NZ|HK|A|C|S|R)?[$€£¥₹₩₽]|\b(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN|INR)\b")
_PARTS = re.compile(r"^([+-]?)([\d.,'’\s\u00a0\u202f]*\d)\.?\s*([a-z]*)\.?\s*\+?$", re.IGNORECASE)
_GROUPED = re.compile(r"^\d{1,3}(?:(?:,\d{2,3})+(?:\.\d+)?|(?:\.\d{3})+(?:,\d+)?)$")
_RANGE = re.compile(r"^(?P<low>[^-–—]*\d[^-–—]*?)\s*(?:-|–|—|\bto\b)\s*(?P<high>\D{0,4}\d.*)$", re.IGNORECASE)


def number(cell: str) -> Decimal | None:
    """`1,234.5` `1.234,5` `$1.2M` `(1,200)` `12 %` `1 234` `10,000+`; of a range (`51-200`) its lower end."""
    text = cell.strip()
    if _NUMBER.match(text) and len(text) < 30:
        return Decimal(text)
    if text.lower() in BLANKS:
        return None
    plain = _CURRENCY.sub("", text).strip()
    minus = plain.startswith("(") and plain.endswith(")")
    if minus:
        plain = plain[1:-1].strip()
    plain = plain.removesuffix("%").strip().lstrip("<>~≈ ").replace("−", "-")
    if (found := _PARTS.match(plain)) is None:
        if not minus and (spread := _RANGE.match(plain)):
            return _range_start(spread.group("low"), spread.group("high"), cell)
        raise BadValue(f"{short(cell)} is not a number")
    sign, digits, word = found.groups()
    scale = _SCALE.get(word.lower()) if word else Decimal(1)
    if scale is None:
        raise BadValue(f"{short(cell)} is not a number")
    value = _decimal(digits, cell) * scale
    return -value if minus or sign == "-" else value


def _range_start(low: str, high: str, cell: str) -> Decimal:
    """The lower end of a range; `10-25M` means ten million."""
    start, end = number(low), number(high)
    if start is None or end is None:
        raise BadValue(f"{short(cell)} is not a number")
    if start < end and start == start.to_integral_value() and not re.search(r"[a-z]", low, re.IGNORECASE):
        scale = re.search(r"\d\s*([a-z]+)\.?\s*$", high, re.IGNORECASE)
        return start * _SCALE.get(scale.group(1).lower(), Decimal(1)) if scale and start < 1000 else start
    return start


def _decimal(digits: str, cell: str) -> Decimal:
    """Digits with separators: the last of `.` and `,` is the decimal mark, unless it can only part thousands."""
    text = re.sub(r"['’\s\u00a0\u202f]", "", digits)
    if (text.count(".") > 1 or text.count(",") > 1) and not _GROUPED.match(text):
        raise BadValue(f"{short(cell)} is not a number")
    dot, comma = text.rfind("."), text.rfind(",")
    if dot >= 0 and comma >= 0:
        text = text.replace(",", "") if dot > comma else text.replace(".", "").replace(",", ".")
    elif comma >= 0:
        thousands = text.count(",") > 1 or len(text) - comma == 4
        text = text.replace(",", "") if thousands else text.replace(",", ".")
    elif text.count(".") > 1:
        text = text.replace(".", "")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise BadValue(f"{short(cell)} is not a number") from error


def whole(cell: str, *, unit: Decimal = Decimal(1)) -> int | None:
    """A whole number of zero or more, in `unit`s."""
    value = number(cell)
    if value is None:
        return None
    scaled = value * unit
    if abs(scaled) > BIGGEST:
        raise BadValue(f"{short(cell)} is too large to be meant")
    return int(scaled.to_integral_value())


def count(cell: str) -> int | None:
    value = whole(cell)
    if value is not None and value < 0:
        raise BadValue(f"{short(cell)} is below zero")
    return value


def money(cell: str, *, unit: Decimal = Decimal(1)) -> Decimal | None:
    """An amount with two decimals, in `unit`s."""
    value = number(cell)
    if value is None:
        return None
    scaled = value * unit
    if abs(scaled) > BIGGEST:
        raise BadValue(f"{short(cell)} is too large to be meant")
    return scaled.quantize(Decimal("0.01"))


def year(cell: str) -> int | None:
    value = whole(cell)
    if value is None:
        return None
    if not 1000 <= value <= 2200:
        raise BadValue(f"{short(cell)} is not a year")
    return value


def truth(cell: str) -> bool | None:
    text = cell.strip().lower()
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    if text in BLANKS:
        return None
    raise BadValue(f"{short(cell)} is neither yes nor no")


# --- dates ---

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_TWO = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})$")
_WORDS = re.compile(
    r"^(\d{1,2})[. -]+([a-zäéû]{3,})[., -]+(\d{4}|\d{2})$|^([a-zäéû]{3,})[. -]+(\d{1,2}),?[ -]+(\d{4})$"
)
_TIME = re.compile(
    r"^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\.?)?\s*(z|utc|gmt|[+-]\d{2}:?\d{2}|[+-]\d{2})?$"
)
_MONTHS = {
    name: index
    for index, names in enumerate(
        (
            "jan january januar janvier", "feb february februar fév février feb", "mar march märz mrz mars",
            "apr april avr avril", "may mai", "jun june juni juin", "jul july juli juillet",
            "aug august août", "sep sept september septembre", "oct october okt oktober octobre",
            "nov november novembre", "dec december dez dezember déc décembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip


def date_order(cell: str) -> str:
    """What one cell says of its column: `day-first`, `month-first`, `either` (03/04/2024), or '' (says nothing)."""
    found = _TWO.match(_day_part(cell)[0])
    if not found:
        return ""
    first, second = int(found.group(1)), int(found.group(3))
    if (first > 12 and second <= 12) or found.group(2) == ".":
        return DAY_FIRST
    if second > 12 and first <= 12:
        return MONTH_FIRST
    return "either" if first != second else ""


def _day_part(cell: str) -> tuple[str, str]:
    """(day, time) of a cell; the time may be missing."""
    text = cell.strip().lower()
    if len(text) <= 10:
        return text, ""
    if (mark := text.find("t", 8, 12)) > 0 and text[mark - 1].isdigit() and text[mark + 1 : mark + 2].isdigit():
        return text[:mark], text[mark + 1 :]
    colon = text.find(":")
    if colon < 0:
        return text, ""
    space = text.rfind(" ", 0, colon)
    return (text[:space].strip(" ,"), text[space + 1 :].strip()) if space > 0 else (text, "")


def moment(cell: str, order: str, zone: tzinfo) -> datetime | None:
    """A date with or without a time, as an aware moment; without a time 00:00 in `zone`."""
    day_text, time_text = _day_part(cell)
    if day_text in BLANKS:
        return None
    day = _day(day_text, order, cell)
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    if not time_text:
        return start
    found = _TIME.match(time_text)
    if not found:
        raise BadValue(f"{short(cell)} has no time that can be read")
    hour, minute, second, half, offset = found.groups()
    hours = int(hour) % 12 + (12 if half.startswith("p") else 0) if half else int(hour)
    if hours > 24 or int(minute) > 59:
        raise BadValue(f"{short(cell)} has no time that can be read")
    spent = timedelta(hours=hours, minutes=int(minute), seconds=min(int(second or 0), 59))
    if offset:
        return datetime(day.year, day.month, day.day, tzinfo=_offset_zone(offset)) + spent
    return start + spent


def _offset_zone(text: str) -> tzinfo:
    if text in ("z", "utc", "gmt"):
        text = "+0000"
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    found = datetime.strptime(f"{text[0]}{minutes // 60 % 24:02}{minutes % 60:02}", "%z").tzinfo
    assert found is not None
    return found


def day(cell: str, order: str, zone: tzinfo) -> date | None:
    """The calendar day in `zone` of a date or moment."""
    text = cell.strip()
    if len(text) == 10 and text[4] == "-":
        return _day(text, order, cell)
    found = moment(cell, order, zone)
    return found.astimezone(zone).date() if found else None


@lru_cache(maxsize=50_000)
def _day(text: str, order: str, cell: str) -> date:
    """A day's text, lower case. `order` decides only between 03/04 and 04/03."""
    if found := _ISO.match(text) or _COMPACT.match(text):
        return _make(int(found.group(1)), int(found.group(2)), int(found.group(3)), cell)
    if found := _TWO.match(text):
        first, mark, second, of_year = found.groups()
        day_first = mark == "." or order == DAY_FIRST
        month_text, day_text = (second, first) if day_first else (first, second)
        return _make(_year(of_year), int(month_text), int(day_text), cell)
    if found := _WORDS.match(text):
        parts = found.groups()
        day_of, name, of_year = (parts[0], parts[1], parts[2]) if parts[0] else (parts[4], parts[3], parts[5])
        if number_of := _MONTHS.get(name) or _MONTHS.get(name[:3]):
            return _make(_year(of_year), number_of, int(day_of), cell)
    raise BadValue(f"{short(cell)} is not a date")


def _year(text: str) -> int:
    """Two digits: 70–99 are of the last century."""
    value = int(text)
    return value if len(text) == 4 else value + (1900 if value >= 70 else 2000)


def _make(of_year: int, month: int, of_month: int, cell: str) -> date:
    try:
        made = date(of_year, month, of_month)
    except ValueError as error:
        raise BadValue(f"{short(cell)} is not a date") from error
    if not 1900 <= of_year <= 2200:
        raise BadValue(f"{short(cell)} is not a date of our time")
    return made


def date_format(name: str) -> str:
    """What `--date-format` may say: `iso`, `us`, `eu`, `day-first`, `month-first`, or a pattern such as DD.MM.YYYY."""
    text = name.strip().lower()
    known = {
        "iso": "iso",
        "us": MONTH_FIRST,
        "eu": DAY_FIRST,
        "european": DAY_FIRST,
        "uk": DAY_FIRST,
        "mdy": MONTH_FIRST,
    }
    known |= {"dmy": DAY_FIRST, DAY_FIRST: DAY_FIRST, MONTH_FIRST: MONTH_FIRST, "ymd": "iso"}
    if text in known:
        return known[text]
    places = {letter: text.find(letter) for letter in ("y", "m", "d")}
    if min(places.values()) < 0:
        raise BadValue(f"{short(name)} is not a date format: say iso, us, eu, or a pattern such as DD.MM.YYYY")
    if places["y"] < places["m"]:
        return "iso"
    return DAY_FIRST if places["d"] < places["m"] else MONTH_FIRST
