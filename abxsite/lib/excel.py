"""Excel files for people: written row by row in constant memory, text stays text whatever it begins with."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

#: What Excel can hold; a cell's text is cut, as Excel would.
MOST_ROWS = 1_048_575
LONGEST_CELL = 32_767


def write(file: BinaryIO, title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """One sheet with a frozen head; the number of rows below it. `file` is written when all rows are there."""
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd", "remove_timezone": True, "nan_inf_to_errors": True,
    }  # fmt: skip
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 1)
    for place, name in enumerate(head):
        sheet.set_column(place, place, max(10, min(40, len(name) + 4)))
        sheet.write_string(0, place, name, bold)
    count = 0
    for count, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            _cell(sheet, count, place, value)
    book.close()
    return count


def _cell(sheet: Any, row: int, place: int, value: Any) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_boolean(row, place, value)
        case int() | float() | Decimal():
            sheet.write_number(row, place, value)
        case datetime() | date():
            sheet.write_datetime(row, place, value)
        case _:
            sheet.write_string(row, place, str(value)[:LONGEST_CELL])
