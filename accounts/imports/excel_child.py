"""Run as a program of its own: one sheet of a workbook to a text file, with little memory. Knows no Django.

`excel_child.py WORKBOOK TARGET SHEET` prints what it did as JSON: the sheet and all names, or why it refused.
"""

import csv
import datetime
import json
import resource
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import python_calamine as calamine

MEMORY = 460 * 1024**2
#: The reader goes by line ends, so those inside cells become this letter, which reading makes a blank.
LINE_SEPARATOR = "\u2028"
_LINE_ENDS = str.maketrans({"\n": LINE_SEPARATOR, "\r": LINE_SEPARATOR, "\0": None})


class Refused(Exception):
    """Its text is the key of a sentence in `excel.py`."""


def text_of(value: Any) -> str:
    """A cell as people see it: whole numbers without a point, dates as ISO, TRUE and FALSE."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("_x000D_", "").translate(_LINE_ENDS)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime.datetime):
        at_midnight = value.time() == datetime.time()
        return value.date().isoformat() if at_midnight else value.replace(microsecond=0).isoformat(" ")
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        return f"{'-' if seconds < 0 else ''}{abs(seconds) // 3600}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"
    return str(value)


def number_text(value: float) -> str:
    """Fifteen digits, as spreadsheets show them, never with an exponent."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    text = format(Decimal(f"{value:.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def lines_of(sheet: calamine.CalamineSheet) -> Iterable[list[str]]:
    """One list for each row of the sheet from its first; blank ones are empty lists."""
    for row in sheet.iter_rows():
        cells = [text_of(value) for value in row]
        yield cells if any(cells) else []


def choose(workbook: calamine.CalamineWorkbook, wanted: str) -> tuple[calamine.CalamineSheet, list[str]]:
    """The wanted sheet, else the first visible one with two rows and two columns, else the first with anything."""
    kinds = calamine.SheetTypeEnum.WorkSheet
    sheets = [found for found in workbook.sheets_metadata if found.typ == kinds]
    if not sheets:
        raise Refused("no-sheet")
    names = [found.name for found in sheets]
    if wanted:
        if wanted not in names:
            raise Refused("missing")
        return workbook.get_sheet_by_name(wanted), names
    sheets.sort(key=lambda found: found.visible != calamine.SheetVisibleEnum.Visible)
    second = ""
    for found in sheets:
        sheet = workbook.get_sheet_by_name(found.name)
        if sheet.height > 1 and sheet.width > 1:
            return sheet, names
        if sheet.height and not second:
            second = found.name
    if not second:
        raise Refused("empty")
    return workbook.get_sheet_by_name(second), names


def convert(source: str, target: str, wanted: str) -> dict[str, Any]:
    try:
        with calamine.load_workbook(source) as workbook:
            sheet, names = choose(workbook, wanted)
            waiting = 0
            with Path(target).open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out, lineterminator="\n")
                for cells in lines_of(sheet):
                    if not cells:
                        waiting += 1  # blank rows count, but not behind the last one
                        continue
                    out.write("\n" * waiting)
                    waiting = 0
                    writer.writerow(cells)
            return {"sheet": sheet.name, "sheets": names}
    except calamine.PasswordError as error:
        raise Refused("password") from error
    except calamine.CalamineError as error:
        raise Refused("password" if "password" in str(error).lower() else "damaged") from error


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        said = convert(*sys.argv[1:4])
    except Refused as refused:
        said = {"refused": str(refused)}
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
