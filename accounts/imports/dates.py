"""Cells into days and moments: ISO, both orders of slashes, points, month names, day numbers. Pure."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache

from accounts.imports.cells import BLANKS, BadValue, short

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_TWO = re.compile(r"^(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})$")
_NAME = r"([a-zäéûô]{3,})"
_WORDS = re.compile(
    rf"^(\d{{1,2}})[. -]+{_NAME}[., -]+(\d{{4}}|\d{{2}})$"
    rf"|^{_NAME}[. -]+(\d{{1,2}}),?[ -]+(\d{{4}})$"
    rf"|^(\d{{4}})[. -]+{_NAME}[. -]+(\d{{1,2}})$"
)
#: Words around a day: `Monday, `, `1st`, `1er`, `4 de marzo de 2024`.
_WEEKDAY = re.compile(
    r"^(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
    r"|lun|mer|jeu|ven|sam|dim|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|mié|jue|vie|sáb|dom|lunes|martes|miércoles|jueves|viernes|sábado|domingo)[.,]* +"
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª)\b")
_OF = re.compile(r" (?:de|del|of) ")
_SERIAL = re.compile(r"^(\d{5})(?:\.\d+)?$")
_EPOCH = re.compile(r"^1\d{9}(?:\d{3})?$")
_EXCEL_BEGIN, _FIRST_SERIAL, _LAST_SERIAL = date(1899, 12, 30), 18_264, 73_050
_NO_DAY = frozenset({"0000-00-00", "00/00/0000", "00.00.0000", "00000000"})
_TIME = re.compile(
    r"^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\.?)?"
    r"\s*((?:utc|gmt)?[+-]\d{2}:?\d{2}|(?:utc|gmt)?[+-]\d{1,2}|z|[a-z]{3,4})?(?:\s*\([^)]*\))?$"
)
_ZONES = {
    "z": "+0000", "utc": "+0000", "gmt": "+0000", "wet": "+0000", "bst": "+0100", "cet": "+0100", "mez": "+0100",
    "cest": "+0200", "mesz": "+0200", "eet": "+0200", "eest": "+0300", "est": "-0500", "edt": "-0400", "cst": "-0600",
    "cdt": "-0500", "mst": "-0700", "mdt": "-0600", "pst": "-0800", "pdt": "-0700",
}  # fmt: skip
_MONTHS = {
    name: index
    for index, names in enumerate(
        (
            "jan january januar jänner janvier enero ene", "feb february februar fév février fevrier febrero",
            "mar march märz maerz mrz mars marzo", "apr april avr avril abril abr", "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet julio", "aug august août aout agosto ago",
            "sep sept september septembre septiembre setiembre", "oct october okt oktober octobre octubre",
            "nov november novembre noviembre", "dec december dez dezember déc décembre decembre diciembre dic",
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
    if len(text) <= 10 or text.isdigit():
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
    if day_text in BLANKS or day_text in _NO_DAY:
        return None
    if not time_text and day_text[:1].isdigit() and (counted := _counted(day_text, zone)):
        return counted
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
        return datetime(day.year, day.month, day.day, tzinfo=_offset_zone(offset, cell)) + spent
    return start + spent


def _counted(text: str, zone: tzinfo) -> datetime | None:
    """A spreadsheet's day number (45292, 45292.5), or seconds or milliseconds since 1970."""
    if (found := _SERIAL.match(text)) and _FIRST_SERIAL <= int(found.group(1)) <= _LAST_SERIAL:
        seconds = round(Decimal(text) % 1 * 86_400)
        begin = _EXCEL_BEGIN + timedelta(days=int(found.group(1)))
        return datetime(begin.year, begin.month, begin.day, tzinfo=zone) + timedelta(seconds=seconds)
    if _EPOCH.match(text):
        return datetime.fromtimestamp(int(text[:10]), tz=UTC)
    return None


def _offset_zone(text: str, cell: str) -> tzinfo:
    text = _ZONES.get(text, text.removeprefix("utc").removeprefix("gmt"))
    if text[:1] not in ("+", "-"):
        raise BadValue(f"{short(cell)} has a time zone that is not known")
    digits = text[1:].replace(":", "")
    digits = digits.zfill(2).ljust(4, "0") if len(digits) < 3 else digits.zfill(4)
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    found = datetime.strptime(f"{text[0]}{minutes // 60 % 24:02}{minutes % 60:02}", "%z").tzinfo
    assert found is not None
    return found


def day(cell: str, order: str, zone: tzinfo) -> date | None:
    """The calendar day in `zone` of a date or moment."""
    text = cell.strip()
    if len(text) == 10 and text[4] == "-" and text[0] != "0":
        return _day(text, order, cell)
    found = moment(cell, order, zone)
    return found.astimezone(zone).date() if found else None


@lru_cache(maxsize=50_000)
def _day(text: str, order: str, cell: str) -> date:
    """A day's text, lower case. `order` decides only between 03/04 and 04/03."""
    if not text[:1].isdigit() or not text[-1:].isdigit() or " " in text:
        text = _OF.sub(" ", _ORDINAL.sub("", _WEEKDAY.sub("", text.strip(" ,"))))
    if found := _ISO.match(text) or _COMPACT.match(text):
        return _make(int(found.group(1)), int(found.group(2)), int(found.group(3)), cell)
    if found := _TWO.match(text):
        first, mark, second, of_year = found.groups()
        day_first = mark == "." or order == DAY_FIRST
        month_text, day_text = (second, first) if day_first else (first, second)
        return _make(_year(of_year), int(month_text), int(day_text), cell)
    if found := _WORDS.match(text):
        parts = found.groups()
        if parts[6]:
            of_year, name, day_of = parts[6:]
        else:
            day_of, name, of_year = parts[:3] if parts[0] else (parts[4], parts[3], parts[5])
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
