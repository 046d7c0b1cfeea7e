"""Files that break importers, made by code: each with the sentence it must get, or the rows that it must give."""

import bz2
import codecs
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.accounts.imports.archives import (
    archive,
    bare_parts,
    compound,
    locked,
    lying,
    old_workbook,
    open_document,
    sheet_xml,
    text_cell,
    workbook,
)

#: What a file may be at most in these tests.
LIMIT = 32 * 1024**2

#: (line, cells) or (line, cells, what is wrong with the row).
Found = tuple[int, list[str]] | tuple[int, list[str], str]


@dataclass(frozen=True)
class Case:
    """`sentence` where the file is refused; else `rows` below `headers`, and `notes` that people are told."""

    name: str
    make: Callable[[], bytes]
    sentence: str = ""
    headers: tuple[str, ...] = ("Name", "City")
    rows: tuple[Found, ...] = ()
    notes: tuple[str, ...] = ()


TWO = ((2, ["Fjordlys", "Oslo"]), (3, ["Blåveis Süd", "Köln"]))
TABLE = "Name,City\nFjordlys,Oslo\nBlåveis Süd,Köln\n"
EMPTY = "The file is empty."
NUL = "The file holds NUL bytes: it is not a text file, or it was damaged on the way."
UNKNOWN = "The file's letters are in an encoding that abxsite does not know. Save it as CSV UTF-8."
CUT = "The file ends in the middle of a letter: it was cut off on the way. Export or upload it again."
PACKED = "This file is compressed. Unpack it and upload the CSV or Excel file inside."
PICTURE = "This is a picture, not a table. Export the list as CSV or Excel."
WEB_PAGE = "This is a web page, whatever its name says. Open it in a spreadsheet and save it as Excel (.xlsx) or CSV."
XML = "This is XML, not a table. Open it in a spreadsheet and save it as Excel (.xlsx) or CSV."
JSON = "This is JSON, not a table. Export the list as CSV or Excel."
CARDS = "These are address cards, not a table. Export the list as CSV."
AS_CSV = "Save the sheet as CSV (UTF-8) and upload that."
DAMAGED = f"The workbook is damaged or was cut off on the way. {AS_CSV}"
PROTECTED = "The workbook is protected by a password. Save it without one and upload it again."
TOO_LARGE = f"The workbook is too large to be read, or has cells in use far outside its table. {AS_CSV}"
QUOTE = "A quote opens here and is not closed until the end of the file."


def _t(text: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return lambda: text.encode(encoding)


def _b(content: bytes) -> Callable[[], bytes]:
    return lambda: content


def _read(name: str, make: Callable[[], bytes], *rows: Found, **more: Any) -> Case:
    return Case(name, make, rows=rows or TWO, **more)


def _refused(name: str, make: Callable[[], bytes], sentence: str) -> Case:
    return Case(name, make, sentence)


ENCODINGS = (
    _read("utf-8", _t(TABLE)),
    _read("utf-8 with a mark", _t(TABLE, "utf-8-sig")),
    _read("utf-16 little-endian with a mark", lambda: codecs.BOM_UTF16_LE + TABLE.encode("utf-16-le")),
    _read("utf-16 big-endian with a mark", lambda: codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be")),
    _read("utf-16 little-endian without a mark", _t(TABLE, "utf-16-le")),
    _read("utf-16 big-endian without a mark", _t(TABLE, "utf-16-be")),
    _read("windows-1252", _t(TABLE, "cp1252")),
    _read(
        "windows-1252, one high letter at the very end",
        _t("Name,City\nFjordlys,Malmö", "cp1252"),
        (2, ["Fjordlys", "Malmö"]),
    ),
    _refused("utf-32", lambda: codecs.BOM_UTF32_LE + TABLE.encode("utf-32-le"), UNKNOWN),
    _refused("letters of no encoding", _b(b"Name,City\n\x81\x8d,\x9d\n"), UNKNOWN),
    _refused("utf-8 cut in a letter", lambda: "Name,City\nSüd,Köln\nA,Kö".encode()[:-1], CUT),
    _refused("utf-16 cut in a letter", lambda: codecs.BOM_UTF16_LE + TABLE.encode("utf-16-le")[:-1], CUT),
    _refused(
        "two encodings in one file",
        lambda: "Name,City\nSüd,Köln\n".encode() + "Süd,Köln\n".encode("cp1252"),
        "Line 3 holds letters that are not UTF-8, while others in the file are: two encodings were mixed."
        " Save the file once more as CSV UTF-8.",
    ),
    _refused(
        "half an emoji in utf-8",
        lambda: b"Name,City\nFjordlys,\xed\xa0\xbd\n",
        "Line 2 holds half a letter: the file was damaged on the way. Export it again.",
    ),
    _refused(
        "half an emoji in utf-16",
        lambda: codecs.BOM_UTF16_LE + "Name,City\nFjordlys,".encode("utf-16-le") + b"\x3d\xd8\n\0" * 2,
        "Line 2 holds half a letter: the file was damaged on the way. Export it again.",
    ),
    _refused("nul at the beginning", _b(b"Name,City\nA\0,B\n" * 3), NUL),
    _refused("nul far behind", _b(b"Name,City\n" + b"A,B\n" * 2000 + b"A\0,B\n"), NUL),
)

LINES = (
    _read("line ends of Windows", _t(TABLE.replace("\n", "\r\n"))),
    _read("line ends of an old Mac", _t(TABLE.replace("\n", "\r"))),
    _read("mixed line ends", _t("Name,City\r\nFjordlys,Oslo\nBlåveis Süd,Köln\r")),
    _read("no line end at the end", _t(TABLE.rstrip())),
    _read("blank lines between", _t("\n\nName,City\n\nA,B\n,\n\nC,D\n\n"), (5, ["A", "B"]), (8, ["C", "D"])),
    _read("line breaks in cells", _t('Name,City\n"A\nB","C\r\nD"\nE,F\n'), (2, ["A\nB", "C\r\nD"]), (5, ["E", "F"])),
    _refused("empty", _b(b""), EMPTY),
    _refused("only a mark", _b(codecs.BOM_UTF8), EMPTY),
    _refused("only a mark of utf-16", _b(codecs.BOM_UTF16_LE), EMPTY),
    _refused("only line ends", _b(b"\r\n\n\r\n"), EMPTY),
    _refused("only commas", _b(b",,,\n,,,\n"), EMPTY),
    _refused("only blanks", _b(b"   \n \t \n"), EMPTY),
    Case("only a header", _t("Name,City\n")),
    _refused(
        "one endless line",
        lambda: b"x" * 5_000_000,
        "Line 1 is longer than 4,000,000 letters: the file's line ends are missing, or it is no table.",
    ),
    _refused(
        "an endless line later",
        lambda: b"Name,City\n" + b"A,B\n" * 300 + b"y," * 2_500_000,
        "Line 302 is longer than 4,000,000 letters: the file's line ends are missing, or it is no table.",
    ),
    _refused(
        "larger than allowed",
        lambda: b"Name,City\n" + b"A,B\n" * 9_000_000,
        "The file is larger than 32 MB. Split it and upload the parts.",
    ),
)

QUOTES = (
    _read("semicolons", _t(TABLE.replace(",", ";"))),
    _read("tabs", _t(TABLE.replace(",", "\t"))),
    _read("pipes", _t(TABLE.replace(",", "|"))),
    _read(
        "decimal commas between semicolons",
        _t("Name;Size\nA;1,5\nB;2,5\n"),
        (2, ["A", "1,5"]),
        (3, ["B", "2,5"]),
        headers=("Name", "Size"),
    ),
    _read(
        "a first line that names the delimiter",
        _t("sep=;\n" + TABLE.replace(",", ";")),
        (3, ["Fjordlys", "Oslo"]),
        (4, ["Blåveis Süd", "Köln"]),
    ),
    _read("every cell in quotes", _t('"Name","City"\n"A ""B"" C","D, E"\n'), (2, ['A "B" C', "D, E"])),
    _read("single quotes", _t("'Name','City'\n'A, B','C'\n'D','E'\n"), (2, ["A, B", "C"]), (3, ["D", "E"])),
    _read("quotes escaped by a backslash", _t('"Name","City"\n"A \\"B\\" C","D"\n'), (2, ['A "B" C', "D"])),
    _read("blanks before quotes", _t('"Name", "City"\n"A, B", "C"\n'), (2, ["A, B", "C"])),
    _read("a quote inside a word", _t('Name,City\nA 5" B,C\n'), (2, ['A 5" B', "C"])),
    _read("a quote that stays open", _t('Name,City\nA,B\nC,"D\nE,F\n'), (2, ["A", "B"]), (3, ["C", "D\nE,F\n"], QUOTE)),
    _refused(
        "an open quote in a large file",
        lambda: b'Name,City\nA,"B\n' + b"C,D\n" * 100_000,
        "Line 2 holds a cell of more than 200,000 letters: probably a quote is not closed.",
    ),
    _refused(
        "a huge cell",
        lambda: b"Name,City\n" + b"A,B\n" * 300 + b"x" * 200_001 + b",B\n",
        "Line 302 holds a cell of more than 200,000 letters: probably a quote is not closed.",
    ),
    _refused(
        "a huge cell in the first lines",
        lambda: b"Name,City\n" + b"x" * 200_001 + b",B\n",
        "The first lines hold a very long cell: probably a quote is not closed.",
    ),
    _refused(
        "a row of endless lines",
        lambda: b"Name,City\n" + b"A,B\n" * 300 + b'"x\n",' * 1_800_000,
        "The row that ends at line 1,600,302 is larger than 8,000,000 letters: probably a quote is not closed.",
    ),
)

SHAPES = (
    _read(
        "ragged rows",
        _t("Name,City\nA,B,C\nD\nE,F,,\n"),
        (2, ["A", "B", "C"], "The row has 3 cells, the header has 2."),
        (3, ["D"], "The row has 1 cell, the header has 2."),
        (4, ["E", "F"]),
    ),
    _read(
        "rows that end early",
        _t("Name,City,Land,Size\nA,B\nC,D,E,F\nG,H,I\n"),
        (2, ["A", "B", "", ""]),
        (3, ["C", "D", "E", "F"]),
        (4, ["G", "H", "I", ""]),
        headers=("Name", "City", "Land", "Size"),
    ),
    _read(
        "a row cut in two",
        _t("Name,City,Land,Size\nA,B\nC,D,E\nF,G,H,I\n"),
        (2, ["A", "B"], "Lines 2 and 3 look like one row that a line break without quotes cut in two."),
        (3, ["C", "D", "E"], "Lines 2 and 3 look like one row that a line break without quotes cut in two."),
        (4, ["F", "G", "H", "I"]),
        headers=("Name", "City", "Land", "Size"),
    ),
    _read(
        "repeated and empty headers",
        _t("Name,,Name,\nA,B,C,\n"),
        (2, ["A", "B", "C"]),
        headers=("Name", "Column 2", "Name (2)"),
        notes=(
            "Column 2 has no header: it is called by number, such as “Column 2”.",
            "“Name” stands more than once in the header: the later ones carry a number, “Name (2)”.",
        ),
    ),
    _read(
        "cells under an empty header at the end",
        _t("Name,City,,\nA,B,,\nC,D,E,\n"),
        (2, ["A", "B", ""]),
        (3, ["C", "D", "E"]),
        headers=("Name", "City", "Column 3"),
        notes=("Column 3 has no header: it is called by number, such as “Column 3”.",),
    ),
    _read("a mark inside the first quotes", _t('"\ufeffName","City"\nA,B\n'), (2, ["A", "B"])),
    _read(
        "a title above the header",
        _t("Accounts of the north\n\nName,City,Country\nA,B,C\nD,E,F\n"),
        (4, ["A", "B", "C"]),
        (5, ["D", "E", "F"]),
        headers=("Name", "City", "Country"),
        notes=("One line above the header (“Accounts of the north”) left out.",),
    ),
    _read(
        "a report's head above the header",
        _t("Account report,,\nMade on,2026-01-05,\n\nName,Website,Country\nA,a.example,C\n"),
        (5, ["A", "a.example", "C"]),
        headers=("Name", "Website", "Country"),
        notes=("2 lines above the header (“Account report”, “Made on 2026-01-05”) left out.",),
    ),
    _read(
        "no header at all",
        _t("Fjordlys,info@fjordlys.example,120\nTindra,info@tindra.example,80\n"),
        (2, ["Tindra", "info@tindra.example", "80"]),
        headers=("Fjordlys", "info@fjordlys.example", "120"),
        notes=("The first line looks like values, not like column names: does the file have a header line?",),
    ),
    _refused(
        "a title and no header",
        _t("Our list\nA,1,x@a.example\nB,2,x@b.example\nC,3,x@c.example\n"),
        "The first line (“Our list”) is a title and no header line follows it. Put one line that names the columns"
        " above the rows and upload that.",
    ),
    _refused(
        "several tables in one file",
        _t(
            "Attendee Report\nReport generated time,today\nTopic,Webinar ID,Actual Start "
            "Time\nGrid,12,10:00\nHost Details\n"
            "Attended,User Name,Email,Join Time\nYes,Rea,rea@vendor.example,10:00\nAttendee Details\n"
            "Attended,User Name,First Name,Email,Join Time\nYes,Uma,Uma,uma@fjordlys.example,10:01\n"
            "Yes,Kim,Kim,kim@fjordlys.example,10:02\n"
        ),
        "The file holds several tables (“Host Details”, “Attendee Details”). Keep one of them with its header line, for"
        " example what stands under “Attendee Details”, and upload that.",
    ),
    _refused(
        "16,385 columns",
        lambda: b",".join(b"c%d" % n for n in range(16_385)) + b"\nx\n",
        "The file has 16,385 columns; 500 are the most that can be mapped. Keep the columns that you need and upload"
        " that.",
    ),
    _refused(
        "one column too many",
        lambda: b",".join(b"c%d" % n for n in range(501)) + b"\nx\n",
        "The file has 501 columns; 500 are the most that can be mapped. Keep the columns that you "
        "need and upload that.",
    ),
)

LETTERS = (
    _read(
        "formulas",
        _t('Name,City\n"=HYPERLINK(""http://x.example"",""A"")",@SUM(A1)\n+1,-2\n'),
        (2, ['=HYPERLINK("http://x.example","A")', "@SUM(A1)"]),
        (3, ["+1", "-2"]),
    ),
    _read("control letters", _t("Name,City\nA\x01B\x0b,C\x1f\n"), (2, ["A\x01B\x0b", "C\x1f"])),
    _read(
        "letters from right to left, and their marks",
        _t("Name,City\n\u202eabc\u202c,\u05d0\u05d1\u200f\n"),
        (2, ["\u202eabc\u202c", "\u05d0\u05d1\u200f"]),
    ),
    _read("emoji", _t("Name,City\n🏔️ Fjord,👩‍🔧\n"), (2, ["🏔️ Fjord", "👩‍🔧"])),
    _read(
        "separators of lines and pages in cells",
        _t("Name,City\nA\u2028B,C\x85D\x0cE\n"),
        (2, ["A\u2028B", "C\x85D\x0cE"]),
    ),
    _read(
        "our own end mark", _t("Name,City\nA,\x1e\x1eabxsite-end-of-file\n"), (2, ["A", "\x1e\x1eabxsite-end-of-file"])
    ),
)

OTHER_THINGS = (
    _refused("pdf", _b(b"%PDF-1.7 x"), "This is a PDF, not a table. Export the list as CSV or Excel."),
    _refused("png", _b(b"\x89PNG\r\n\x1a\n" + bytes(20)), PICTURE),
    _refused("jpeg", _b(b"\xff\xd8\xff\xe0" + bytes(20)), PICTURE),
    _refused("gif", _b(b"GIF89a" + bytes(20)), PICTURE),
    _refused("gzip", lambda: gzip.compress(TABLE.encode()), PACKED),
    _refused("bzip2", lambda: bz2.compress(TABLE.encode()), PACKED),
    _refused("7z", _b(b"7z\xbc\xaf'\x1c" + bytes(20)), PACKED),
    _refused("rar", _b(b"Rar!\x1a\x07" + bytes(20)), PACKED),
    _refused(
        "sqlite",
        _b(b"SQLite format 3\0" + bytes(20)),
        "This is a database file, not a table. Export the list as CSV or Excel.",
    ),
    _refused("parquet", _b(b"PAR1" + bytes(20)), "This is a Parquet file. Export the list as CSV or Excel."),
    _refused("a web page named .xls", _t("<html><table><tr><td>Name</td></tr></table></html>"), WEB_PAGE),
    _refused("a web page with its type", _t("\ufeff\n<!DOCTYPE html>\n<html></html>"), WEB_PAGE),
    _refused("a bare table", _t('<table border="1">\n<tr><th>Name</th></tr></table>'), WEB_PAGE),
    _refused("xml", _t('<?xml version="1.0"?>\n<accounts><account name="A"/></accounts>'), XML),
    _refused(
        "the xml of old spreadsheets",
        _t('<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'),
        XML,
    ),
    _refused("json", lambda: json.dumps([{"name": "Fjordlys"}]).encode(), JSON),
    _refused("json over lines", _t('{"name": "Fjordlys", "city": "Oslo"}\n{"name": "B"}\n'), JSON),
    _refused("json in utf-16", _t('{\n  "accounts": []\n}', "utf-16"), JSON),
    _refused(
        "a rich text document",
        _t("{\\rtf1\\ansi Name}"),
        "This is a text document, not a table. Export the list as CSV or Excel.",
    ),
    _refused("address cards", _t("BEGIN:VCARD\nFN:Rea Rep\nEND:VCARD\n"), CARDS),
)


def _dated(book: Any, sheet: Any) -> None:
    day, moment = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "d.m.yy hh:mm"})
    sheet.write_row(0, 0, ["Day", "Moment", "Yes", "Large", "Part", "Formula", "Text"])
    sheet.write_number(1, 0, 46_076, day)
    sheet.write_number(1, 1, 46_076.4375, moment)
    sheet.write_boolean(1, 2, True)
    sheet.write_number(1, 3, 123_456_789_012_345)
    sheet.write_number(1, 4, 0.1 + 0.2)
    sheet.write_formula(1, 5, "=D2*2", None, 42)
    sheet.write_string(1, 6, "007")


def _hidden_first(book: Any, sheet: Any) -> None:
    sheet.hide()
    book.worksheets()[1].activate()
    book.worksheets()[1].set_first_sheet()


def _spread(book: Any, sheet: Any) -> None:
    sheet.write(1, 1, "Fjordlys and others, by country")
    sheet.write_row(3, 1, ["Name", "City", "Country"])
    sheet.write_row(4, 1, ["A", "B\nC", "D"])
    sheet.write_row(6, 1, ["E", "F", "G"])


def _only_chart(book: Any, sheet: Any) -> None:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Nowhere!$A$1:$A$2"})
    book.add_chartsheet("Chart").set_chart(chart)


ROWS = [["Name", "City"], ["Fjordlys", "Oslo"]]
ONE = (2, ["Fjordlys", "Oslo"])


def _bare(cells: str) -> bytes:
    return archive(bare_parts(sheet_xml(cells)))


def _bomb() -> bytes:
    return _bare(f"<row r='1'>{text_cell('A1', 'Name')}</row>" + " " * 40_000_000)


WORKBOOKS = (
    _read("a workbook, whatever its name", lambda: workbook(("Data", ROWS)), ONE),
    _read(
        "a workbook's own row numbers",
        lambda: workbook(("Data", []), fill=_spread),
        (5, ["A", "B\u2028C", "D"]),
        (7, ["E", "F", "G"]),
        headers=("Name", "City", "Country"),
        notes=("One line above the header (“Fjordlys and others, by country”) left out.",),
    ),
    _read(
        "days, truths, large numbers, formulas",
        lambda: workbook(("Data", []), fill=_dated),
        (2, ["2026-02-23", "2026-02-23 10:30:00", "TRUE", "123456789012345", "0.3", "42", "007"]),
        headers=("Day", "Moment", "Yes", "Large", "Part", "Formula", "Text"),
    ),
    _read(
        "an empty sheet first",
        lambda: workbook(("Empty", []), ("Data", ROWS), ("More", ROWS)),
        ONE,
        notes=("Read from the sheet “Data”; the workbook also has “Empty”, “More”.",),
    ),
    _read(
        "a hidden sheet first",
        lambda: workbook(("Codes", ROWS[::-1]), ("Data", ROWS), fill=_hidden_first),
        ONE,
        notes=("Read from the sheet “Data”; the workbook also has “Codes”.",),
    ),
    _read(
        "a cover sheet first",
        lambda: workbook(("Cover", [["Read me"]]), ("Data", ROWS)),
        ONE,
        notes=("Read from the sheet “Data”; the workbook also has “Cover”.",),
    ),
    _read(
        "an old workbook",
        lambda: old_workbook([["Name", "Size"], ["Fjördlys", 12.0]]),
        (2, ["Fjördlys", "12"]),
        headers=("Name", "Size"),
    ),
    _read("an open document", lambda: open_document(ROWS), ONE),
    _read(
        "cells without a style, rows left out",
        lambda: _bare(
            f"<row r='2'>{text_cell('A2', 'Name')}{text_cell('B2', 'City')}</row>"
            f"<row r='9'>{text_cell('A9', 'Fjordlys')}{text_cell('B9', 'Oslo')}</row>"
        ),
        (9, ["Fjordlys", "Oslo"]),
    ),
    _refused("half a workbook", lambda: workbook(("Data", ROWS))[:3000], DAMAGED),
    _refused("the head of a workbook", _b(b"PK\x03\x04 and more"), DAMAGED),
    _refused("broken xml inside", lambda: archive(bare_parts("<worksheet><sheetData><row><c")), DAMAGED),
    _refused(
        "a sheet that is not there",
        lambda: archive({name: part for name, part in bare_parts("").items() if "sheet1" not in name}),
        DAMAGED,
    ),
    _refused("a text that is not there", lambda: _bare("<row r='1'><c r='A1' t='s'><v>99</v></c></row>"), DAMAGED),
    _refused(
        "entities that laugh",
        lambda: archive(
            bare_parts(
                "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
                + sheet_xml(f"<row r='1'>{text_cell('A1', '&b;')}</row>").removeprefix('<?xml version="1.0"?>')
            )
        ),
        DAMAGED,
    ),
    _refused("a zip bomb", _bomb, f"The workbook unpacks to far more than its size: it will not be opened. {AS_CSV}"),
    _refused("a bomb that lies about its size", lambda: lying(_bomb(), "xl/worksheets/sheet1.xml", 1000), DAMAGED),
    _refused(
        "too large when unpacked",
        lambda: lying(workbook(("Data", ROWS)), "xl/worksheets/sheet1.xml", 1 << 31),
        f"The workbook unpacks to more than 1,024 MB: it will not be opened. {AS_CSV}",
    ),
    _refused(
        "too many parts",
        lambda: archive(bare_parts(sheet_xml("")) | {f"xl/x{n}": b"" for n in range(5001)}),
        f"The workbook has 5,006 parts: it will not be opened. {AS_CSV}",
    ),
    _refused(
        "a cell in the last corner",
        lambda: _bare(
            f"<row r='1'>{text_cell('A1', 'Name')}</row><row r='1048576'>{text_cell('XFD1048576', 'x')}</row>"
        ),
        TOO_LARGE,
    ),
    _refused(
        "16,384 columns",
        lambda: workbook(("Data", [[f"c{n}" for n in range(16_384)], ["x"]])),
        "The file has 16,384 columns; 500 are the most that can be mapped. Keep the columns that you need and upload"
        " that.",
    ),
    _refused("entries under a password", lambda: locked(workbook(("Data", ROWS))), PROTECTED),
    _refused("a workbook under a password", lambda: compound("EncryptedPackage", b"x"), PROTECTED),
    _refused("empty sheets", lambda: workbook(("A", []), ("B", [])), "The workbook's sheets are all empty."),
    _refused(
        "an old text document",
        lambda: compound("WordDocument", b"x"),
        "This is an old Word or PowerPoint file, not a table. Export the list as CSV or Excel.",
    ),
    _refused(
        "something old",
        _b(b"\xd0\xcf\x11\xe0 and more"),
        "This is a file of an old office format without a table in it. Save the list as .xlsx or CSV.",
    ),
    _refused("a damaged old workbook", lambda: compound("Workbook", b"\x09\x08rubbish" * 50), DAMAGED),
    _refused(
        "a text document",
        lambda: archive({"[Content_Types].xml": "", "word/document.xml": ""}),
        "This is a Word document, not a table. Export the list as CSV or Excel.",
    ),
    _refused(
        "slides",
        lambda: archive({"[Content_Types].xml": "", "ppt/presentation.xml": ""}),
        "These are slides, not a table. Export the list as CSV or Excel.",
    ),
    _refused(
        "a Numbers document",
        lambda: archive({"Index/Document.iwa": b"x"}),
        "This is a Numbers document. Export it as Excel (.xlsx) or CSV and upload that.",
    ),
    _refused(
        "a binary workbook",
        lambda: archive({"[Content_Types].xml": "", "xl/workbook.bin": b"x"}),
        "This is a binary workbook (.xlsb). Save it as .xlsx or CSV and upload that.",
    ),
    _refused(
        "a zip with a CSV",
        lambda: archive({"list.csv": TABLE}),
        "This is a ZIP archive. Unpack it and upload the CSV or Excel file inside.",
    ),
    _refused(
        "a zip in a zip",
        lambda: archive({"inner.zip": archive({"list.csv": TABLE})}),
        "This is a ZIP archive. Unpack it and upload the CSV or Excel file inside.",
    ),
    _refused(
        "an empty zip", lambda: archive({}), "This is a ZIP archive. Unpack it and upload the CSV or Excel file inside."
    ),
)

HOSTILE = (*ENCODINGS, *LINES, *QUOTES, *SHAPES, *LETTERS, *OTHER_THINGS, *WORKBOOKS)
