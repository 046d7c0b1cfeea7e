"""CSV for people's spreadsheets: a cell that a spreadsheet would run as a formula becomes text."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral(value: Any) -> Any:
    """Text that begins like a formula gets an apostrophe in front; numbers stay numbers, None is empty."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def text_of(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The whole file, with a byte order mark, so that Excel reads it as UTF-8."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
