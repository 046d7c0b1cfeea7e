"""Cells into values. Pure. A blank (also `-`, `n/a`, `null`) is None; what cannot be understood raises BadValue.

Money and counts are exact (Decimal); dates (`dates.py`) are days in the workspace's zone.
"""

import re
from decimal import Decimal, InvalidOperation

from accounts.imports.cells import BLANKS, BadValue, blank, clean, short
from accounts.imports.dates import DAY_FIRST, MONTH_FIRST, date_format, date_order, day, moment

__all__ = [
    "BLANKS", "COMMA", "DAY_FIRST", "MONTH_FIRST", "POINT", "UNITS", "BadValue", "blank", "clean", "count",
    "date_format", "date_order", "day", "decimal_mark", "in_units", "is_range", "moment", "money", "number", "short",
    "truth", "whole", "year",
]  # fmt: skip

UNITS = {"units": Decimal(1), "thousands": Decimal(1_000), "millions": Decimal(1_000_000), "billions": Decimal(10**9)}
TRUE = frozenset(
    {"true", "yes", "y", "t", "1", "1.0", "x", "on", "✓", "✔", "ja", "j", "oui", "o", "si", "sí", "s"}
    | {"wahr", "vrai", "verdadero", "vero"}
)
FALSE = frozenset({"false", "no", "n", "f", "0", "0.0", "off", "nein", "non", "falsch", "faux", "falso"})
BIGGEST = Decimal(10) ** 15
ONE = Decimal(1)

_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?$")
_SCALE = {
    "k": Decimal(1_000), "t": Decimal(1_000), "tsd": Decimal(1_000), "thousand": Decimal(1_000),
    "m": Decimal(10**6), "mn": Decimal(10**6), "mm": Decimal(10**6), "mio": Decimal(10**6), "million": Decimal(10**6),
    "millions": Decimal(10**6), "mill": Decimal(10**6), "millionen": Decimal(10**6), "millones": Decimal(10**6),
    "b": Decimal(10**9), "bn": Decimal(10**9), "billion": Decimal(10**9), "billions": Decimal(10**9),
    "mrd": Decimal(10**9), "mld": Decimal(10**9), "md": Decimal(10**9), "milliarden": Decimal(10**9),
    "lakh": Decimal(10**5), "crore": Decimal(10**7), "cr": Decimal(10**7),
}  # fmt: skip
_CURRENCY = re.compile(
    r"(?:US|CA|AU|NZ|HK|A|C|S|R)?[$€£¥₹₩₽]|\b(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|INR|CNY|SGD"
    r"|HKD|ZAR|BRL|MXN|ILS|AED|TRY|KRW)\b|\b(?:kr|Rs|Fr)\b\.?|zł|Kč",
    re.IGNORECASE,
)
_HEADS = re.compile(
    r"\s*\b(?:employees?|people|staff|fte|mitarbeiter(?:innen)?|employés|empleados|salariés)$", re.IGNORECASE
)
_ABOUT = re.compile(
    r"^(?:[<>~≈≥≤]=?|(?:more than|less than|up to|over|under|about|approx\.?|ca\.?|über|bis)\b)\s*", re.IGNORECASE
)
_PARTS = re.compile(r"^([+-]?)([\d.,'’\s\u00a0\u202f]*\d)\.?\s*([a-z]*)\.?\s*\+?$", re.IGNORECASE)
_TRAILING_MINUS = re.compile(r"^\d[\d.,]*[.,]\d+-$")
_EXPONENT = re.compile(r"^[+-]?\d(?:[.,]\d+)?E[+-]\d{1,2}$", re.IGNORECASE)
_GROUPED = re.compile(r"^\d{1,3}(?:(?:,\d{2,3})+(?:\.\d+)?|(?:\.\d{3})+(?:,\d+)?)$")
_RANGE = re.compile(r"^(?P<low>[^-–—]*\d[^-–—]*?)\s*(?:-|–|—|\bto\b|\bbis\b)\s*(?P<high>\D{0,4}\d.*)$", re.IGNORECASE)
_THOUSANDS_DOT = re.compile(r"^[1-9]\d{0,2}(?:\.\d{3})+$")
_SPACES = re.compile(r"['’\s\u00a0\u202f]")

POINT, COMMA = ".", ","


def number(cell: str, mark: str = "") -> Decimal | None:
    """`1,234.5` `1.234,5` `$1.2M` `(1,200)` `1.200,5-` `12 %` `1 234` `10,000+`; of a range (`51-200`) its middle.

    `mark` is the decimal mark of the column, where it is known.
    """
    text = cell.strip()
    if _NUMBER.match(text) and len(text) < 30 and (mark != COMMA or "." not in text):
        return Decimal(text)
    found = _parsed(text, mark)
    return found[0] if found else None


def in_units(cell: str, unit: Decimal, mark: str = "") -> Decimal | None:
    """A number of a column in `unit`s; `1.2M` says its own."""
    text = cell.strip()
    if _NUMBER.match(text) and len(text) < 30 and (mark != COMMA or "." not in text):
        return Decimal(text) * unit
    found = _parsed(text, mark)
    if found is None:
        return None
    value, has_scale = found
    return value if has_scale else value * unit


def is_range(cell: str) -> bool:
    """`51-200`, `$1M to $5M`, `10,000+`: what is kept of it is only its middle or its end."""
    plain = _HEADS.sub("", _CURRENCY.sub("", cell.strip())).strip()
    if plain.startswith("(") or plain in BLANKS:
        return False
    spread = _RANGE.match(plain)
    return bool(spread) or (plain.endswith("+") and plain[:1].isdigit()) or bool(_ABOUT.match(plain))


def _parsed(text: str, mark: str) -> tuple[Decimal, bool] | None:
    """(value, whether the cell names its own scale); None for a blank."""
    if text.lower() in BLANKS:
        return None
    plain = _CURRENCY.sub("", text).strip()
    minus = plain.startswith("(") and plain.endswith(")")
    if minus:
        plain = plain[1:-1].strip()
    plain = _ABOUT.sub("", _HEADS.sub("", plain).removesuffix("%").strip()).replace("−", "-")
    if _TRAILING_MINUS.match(plain):
        plain, minus = plain[:-1], True
    if (found := _PARTS.match(plain)) is None:
        return _unusual(plain, minus, text, mark)
    sign, digits, word = found.groups()
    scale = _SCALE.get(word.lower()) if word else Decimal(1)
    if scale is None:
        raise BadValue(f"{short(text)} is not a number")
    value = _decimal(digits, text, mark) * scale
    return (-value if minus or sign == "-" else value), bool(word)


def _unusual(plain: str, minus: bool, text: str, mark: str) -> tuple[Decimal, bool]:
    """A range, or a number with an exponent as spreadsheets write large ones."""
    if text[:1] == "=":
        raise BadValue(f"{short(text)} is a formula, not a number; save the file with values instead")
    if _EXPONENT.match(plain):
        value = Decimal(plain.replace(",", "."))
        return (-value if minus else value), False
    if minus or (spread := _RANGE.match(plain)) is None:
        raise BadValue(f"{short(text)} is not a number")
    low, high = _parsed(spread.group("low").strip(), mark), _parsed(spread.group("high").strip(), mark)
    if low is None or high is None:
        raise BadValue(f"{short(text)} is not a number")
    (start, own), (end, has_scale) = low, high
    if has_scale and not own and start < 1000:
        scale = re.search(r"([a-z]+)\.?\s*\+?$", spread.group("high").strip(), re.IGNORECASE)
        start *= _SCALE.get(scale.group(1).lower(), Decimal(1)) if scale else 1  # `10-25M`
    if end < start:
        raise BadValue(f"{short(text)} is not a number")
    return (start + end) / 2, own or has_scale


def _decimal(digits: str, cell: str, mark: str) -> Decimal:
    """Digits with separators: the last of `.` and `,` is the decimal mark, unless it can only part thousands."""
    text = _SPACES.sub("", digits)
    if (text.count(".") > 1 or text.count(",") > 1) and not _GROUPED.match(text):
        raise BadValue(f"{short(cell)} is not a number")
    dot, comma = text.rfind("."), text.rfind(",")
    if dot >= 0 and comma >= 0:
        text = text.replace(",", "") if dot > comma else text.replace(".", "").replace(",", ".")
    elif comma >= 0:
        thousands = text.count(",") > 1 or (len(text) - comma == 4 and mark != COMMA)
        text = text.replace(",", "") if thousands else text.replace(",", ".")
    elif text.count(".") > 1 or (mark == COMMA and len(text) - dot == 4):
        text = text.replace(".", "")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise BadValue(f"{short(cell)} is not a number") from error


_MARKED = re.compile(r"\d+(?:[.,]\d+)+")
_AMBIGUOUS = re.compile(r"^[1-9]\d{0,2}[.,]\d{3}$")


def decimal_mark(cell: str) -> str:
    """What one cell says of its column's decimal mark: `.` or `,`, `?.` or `?,` where it stays open, '' for nothing."""
    if cell.isdigit() or (found := _MARKED.search(cell)) is None:
        return ""
    text = found.group()
    last = max(text.rfind("."), text.rfind(","))
    mark, other = text[last], COMMA if text[last] == POINT else POINT
    if text.count(mark) > 1:
        return other
    if other in text:
        return mark
    return f"?{mark}" if _AMBIGUOUS.match(text) else mark


def whole(cell: str, *, unit: Decimal = ONE, mark: str = "") -> int | None:
    """A whole number, in `unit`s."""
    scaled = in_units(cell, unit, mark)
    if scaled is None:
        return None
    if abs(scaled) > BIGGEST:
        raise BadValue(f"{short(cell)} is too large to be meant")
    return int(scaled.to_integral_value())


def count(cell: str, mark: str = "") -> int | None:
    """A number of things: `1.234` can only be a thousand and some."""
    if cell.isdecimal() and cell.isascii() and len(cell) < 15:
        return int(cell)
    value = whole(cell, mark=mark or (COMMA if _THOUSANDS_DOT.match(cell.strip()) else ""))
    if value is not None and value < 0:
        raise BadValue(f"{short(cell)} is below zero")
    return value


def money(cell: str, *, unit: Decimal = ONE, mark: str = "") -> Decimal | None:
    """An amount with two decimals, in `unit`s."""
    scaled = in_units(cell, unit, mark)
    if scaled is None:
        return None
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
