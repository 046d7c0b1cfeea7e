"""Where the table stands in a file: the delimiter and quotes, the lines above its header, and whether it is only one.

Works on the first lines alone. Pure; what cannot be read is an UnusableFile with one sentence.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from abxsite.lib.errors import UnusableFile
from accounts.imports.fields import FIELDS
from accounts.imports.headers import normalise

MAX_COLUMNS = 500
DELIMITERS = (",", ";", "\t", "|")
#: The header stands among so many first records.
HEADER_WITHIN = 20

_SEP_LINE = re.compile(r'^\ufeff?"?sep=(.)"?\s*$', re.IGNORECASE)
_FIGURE = re.compile(r"^[\s$€£¥(]*[-+]?\d[\d.,:/ '’%-]*\)?$|@|^https?://", re.IGNORECASE)
_ESCAPED = re.compile(r'\\"(?![,;|\t\r\n])')
_DOUBLED = re.compile(r'(?<![,;|\t\r\n"])""(?![,;|\t\r\n"])')
_SINGLE = re.compile(r"(?:^|[,;|\t])'[^']*'(?=[,;|\t\r\n]|$)")
_DOUBLE = re.compile(r'(?:^|[,;|\t]) ?"')
_SPACED = re.compile(r'[,;|\t] "[^"]*"(?=[,;|\t\r\n]|$)')


def dialect(delimiter: str) -> dict[str, Any]:
    """What csv.reader takes: the delimiter, then `'` for single quotes, `\\` for escaped ones, a blank for `, "`."""
    marks = delimiter[1:]
    return {
        "delimiter": delimiter[:1] or ",",
        "quotechar": "'" if "'" in marks else '"',
        "escapechar": "\\" if "\\" in marks else None,
        "skipinitialspace": " " in marks,
    }


def delimiter_of(sample: Sequence[str]) -> str:
    """The mark that parts the lines most evenly, and into most cells; behind it how quotes are written."""
    if sample and (said := _SEP_LINE.match(sample[0])) and said.group(1) in DELIMITERS:
        mark = said.group(1)
    else:
        mark = max(DELIMITERS, key=lambda mark: _evenness(sample, mark))
    text = "".join(sample)
    marks = ""
    if len(_SINGLE.findall(text)) > 2 and not _DOUBLE.search(text):
        marks += "'"
    if _ESCAPED.search(text) and not _DOUBLED.search(text):
        marks += "\\"
    if _SPACED.search(text):
        marks += " "
    return mark + marks


def _evenness(sample: Sequence[str], mark: str) -> tuple[float, int]:
    try:
        widths = [len(cells) for cells in csv.reader(sample, delimiter=mark) if any(cells)]
    except csv.Error:
        return (0.0, 0)
    if not widths:
        return (0.0, 0)
    width, alike = max(Counter(widths).items(), key=lambda item: (item[1], item[0]))
    if width < 2:
        return (0.0, 0)
    return (alike / len(widths) * min(width, 8), width)


@dataclass(frozen=True)
class Table:
    """`header` as it stands in the file; `above` are the lines before it that are no table."""

    header: list[str]
    above: list[str]
    notes: tuple[str, ...]


def find_table(sample: Sequence[str], delimiter: str, whole: bool) -> Table:
    """The header of the one table in the file. `whole` says that the sample is all of it."""
    try:
        records = [cells for cells in csv.reader(sample, **dialect(delimiter)) if _used(cells)]
    except csv.Error as error:
        raise UnusableFile("The first lines hold a very long cell: probably a quote is not closed.") from error
    if not whole and len(records) > 1:
        records = records[:-1]  # it may be cut in two
    if records and _SEP_LINE.match(delimiter[:1].join(records[0])):
        records = records[1:]
    if not records:
        raise UnusableFile("The file is empty.")
    _refuse_too_wide(records)
    _refuse_several(records)
    place = _header_place(records)
    above = [_title(cells) for cells in records[:place]]
    return Table(_with_cells_below(records, place), above, tuple(_notes(records, place, above)))


def _with_cells_below(records: Sequence[list[str]], place: int) -> list[str]:
    """The header without the empty cells at its end, unless something stands under them."""
    header = records[place]
    below = max((_width(cells) for cells in records[place + 1 :]), default=0)
    return header[: max(_width(header), min(len(header), below), 1)]


def _refuse_too_wide(records: Sequence[list[str]]) -> None:
    if (widest := max(len(cells) for cells in records)) > MAX_COLUMNS:
        raise UnusableFile(
            f"The file has {widest:,} columns; {MAX_COLUMNS} are the most that can be mapped. Keep the columns that you"
            " need and upload that."
        )


def _refuse_several(records: Sequence[list[str]]) -> None:
    """Reports of meetings and webinars hold several tables, each under its own title."""
    behind_titles = (place for place in range(1, len(records)) if _used(records[place - 1]) == 1)
    starts = [place for place in behind_titles if _is_header(records[place])]
    if not starts or (len(starts) < 2 and not any(_is_header(cells) for cells in records[: starts[0] - 1])):
        return
    ends = [start - 1 for start in starts[1:]] + [len(records)]
    names = [_title(records[_first_of_title(records, start)]) for start in starts]
    sizes = [end - start for start, end in zip(starts, ends, strict=True)]
    wanted = max(range(len(starts)), key=lambda index: (sizes[index], index))
    said = ", ".join(f"“{name}”" for name in dict.fromkeys(names))
    raise UnusableFile(
        f"The file holds several tables ({said}). Keep one of them with its header line, for example what stands under"
        f" “{names[wanted]}”, and upload that."
    )


def _first_of_title(records: Sequence[list[str]], start: int) -> int:
    place = start - 1
    while place > 0 and _used(records[place - 1]) == 1:
        place -= 1
    return place


def _header_place(records: Sequence[list[str]]) -> int:
    """The first record, unless it is narrower than the table below it and no header."""
    widths = [_width(cells) for cells in records]
    typical = max(Counter(widths).items(), key=lambda item: (item[1], item[0]))[0]
    first = widths[0]
    if first >= typical or typical < 3 or _is_header(records[0], 2):
        return 0
    within = range(1, min(len(records), HEADER_WITHIN))
    known = next((place for place in within if _is_header(records[place], max(2, -(-typical // 2)))), None)
    place = known or next((place for place in within if widths[place] >= typical), None)
    if place is None or (known is None and any(map(_FIGURE.search, records[place]))):
        if first * 2 > typical:
            return 0
        raise UnusableFile(
            f"The first line (“{_title(records[0])}”) is a title and no header line follows it. Put one line that names"
            " the columns above the rows and upload that."
        )
    return place


def _notes(records: Sequence[list[str]], place: int, above: list[str]) -> list[str]:
    found = []
    if above:
        lines = "One line" if len(above) == 1 else f"{len(above)} lines"
        found.append(f"{lines} above the header ({', '.join(f'“{text}”' for text in above[:3])}) left out.")
    header = records[place]
    figures = sum(1 for cell in header if _FIGURE.search(cell.strip()))
    if figures and figures * 3 >= _used(header):
        found.append("The first line looks like values, not like column names: does the file have a header line?")
    return found


def _used(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip("\ufeff \t\r\n"))


def _width(cells: Sequence[str]) -> int:
    return next((index for index in range(len(cells), 0, -1) if cells[index - 1].strip()), 0)


def _title(cells: Sequence[str]) -> str:
    text = " ".join(" ".join(cell.replace("\ufeff", "").split()) for cell in cells if cell.strip())
    return f"{text[:60]}…" if len(text) > 60 else text


@cache
def _vocabulary() -> frozenset[str]:
    """The words that headers are made of."""
    texts = (text for fields in FIELDS.values() for field in fields for text in field.headers)
    return frozenset(word for text in texts for word in text.split()) | frozenset(
        "start end status total number count minutes duration registration approval attended webinar code street"
        " address postal zip fax modified probability rating score source currency"
        .split()
    )  # fmt: skip


def _is_header(cells: Sequence[str], least: int = 3) -> bool:
    """At least so many names, none of them a figure, half of them made of words that headers use."""
    names = [cell for cell in cells if cell.strip()]
    if len(names) < least or any(_FIGURE.search(name.strip()) for name in names):
        return False
    known = sum(1 for name in names if not _vocabulary().isdisjoint(normalise(name).split()))
    return known * 2 >= len(names) and len({name.strip().lower() for name in names}) * 2 > len(names)


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Headers as keys: trimmed, `Column 3` where empty, `Name (2)` where repeated."""
    taken: dict[str, int] = {}
    found: dict[str, None] = {}
    for number, name in enumerate(names, 1):
        base = " ".join(name.replace("\ufeff", "").split())[:200] or f"Column {number}"
        taken[base] = taken.get(base, 0) + 1
        while (wanted := base if taken[base] == 1 else f"{base} ({taken[base]})") in found:
            taken[base] += 1
        found[wanted] = None
    return tuple(found)


def notes_on_names(names: Sequence[str]) -> list[str]:
    """What was done to headers that are empty or stand there twice."""
    plain = [" ".join(name.replace("\ufeff", "").split())[:200] for name in names]
    found = []
    if empty := [str(number) for number, name in enumerate(plain, 1) if not name]:
        verb = "Column {} has no header: it is" if len(empty) == 1 else "Columns {} have no header: they are"
        found.append(f"{verb.format(_listed(empty))} called by number, such as “Column {empty[0]}”.")
    repeated = [name for name, times in Counter(filter(None, plain)).items() if times > 1]
    if repeated:
        said = _listed([f"“{name}”" for name in repeated])
        verb = "stands" if len(repeated) == 1 else "stand"
        found.append(f"{said} {verb} more than once in the header: the later ones carry a number, “{repeated[0]} (2)”.")
    return found


def _listed(words: Sequence[str]) -> str:
    shown = list(words[:8]) + ([f"{len(words) - 8} more"] if len(words) > 8 else [])
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
