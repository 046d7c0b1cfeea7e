"""Workbooks and archives, whole and broken, made byte by byte for the hostile files."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xlsxwriter

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*sheets: tuple[str, Sequence[Sequence[Any]]], fill: Callable[[Any, Any], None] | None = None) -> bytes:
    """An .xlsx of those sheets; `fill(book, first sheet)` adds what plain rows cannot say."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    made = []
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        made.append(sheet)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    if fill:
        fill(book, made[0] if made else None)
    book.close()
    return out.getvalue()


def archive(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def bare_parts(sheet: str | bytes) -> dict[str, str | bytes]:
    """The least parts of an .xlsx around the XML of its one sheet."""
    relation = f'<Relationship Id="r1" Type="{_OFFICE}/%s" Target="%s"/>'
    relations = f'<?xml version="1.0"?><Relationships xmlns="{_RELATIONS}">%s</Relationships>'
    return {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations % (relation % ("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<?xml version="1.0"?><workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relations % (relation % ("worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": sheet,
    }


def sheet_xml(cells: str) -> str:
    return f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def lying(content: bytes, part: str, claimed: int) -> bytes:
    """The same archive, whose directory says that `part` unpacks to only so many bytes."""
    found = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        entry = made.getinfo(part)
    struct.pack_into("<I", found, entry.header_offset + 22, claimed)
    place = found.rfind(part.encode())  # its name in the directory, 46 bytes behind the entry's begin
    struct.pack_into("<I", found, place - 46 + 24, claimed)
    return bytes(found)


def locked(content: bytes) -> bytes:
    """The same archive with every entry marked as encrypted."""
    found = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = found.find(signature)
        while place >= 0:
            found[place + offset] |= 1
            place = found.find(signature, place + 4)
    return bytes(found)


def open_document(rows: Sequence[Sequence[str]]) -> bytes:
    """An .ods with one sheet of text."""
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{space}office:1.0" xmlns:table="{space}table:1.0"'
        f' xmlns:text="{space}text:1.0"><office:body><office:spreadsheet><table:table table:name="List">{cells}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{space}manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return archive({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def compound(name: str, stream: bytes) -> bytes:
    """A file of the old office format with one stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    count = len(stream) // 512
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    fat = [fat_sector, end, *range(3, 2 + count), end]
    fat += [free] * (128 - len(fat))

    def entry(text: str, kind: int, child: int, start: int, size: int) -> bytes:
        letters = (text + "\0").encode("utf-16-le") if text else b""
        head = letters.ljust(64, b"\0") + struct.pack("<HBBIII", len(letters), kind, 1, free, free, child)
        return head + bytes(16 + 4 + 16) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, free, 2, len(stream)) + entry("", 0, free, 0, 0) * 2
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6xII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1)
    header += struct.pack("<IIIIIII", 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *([free] * 108))
    return header + struct.pack("<128I", *fat) + directory + stream


def old_workbook(rows: Sequence[Sequence[str | float]]) -> bytes:
    """A small .xls (BIFF8) with one sheet."""

    def record(number: int, data: bytes) -> bytes:
        return struct.pack("<HH", number, len(data)) + data

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))

    def cell(row: int, column: int, value: str | float) -> bytes:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            return record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
        return record(0x203, place + struct.pack("<d", value))

    name = b"List"
    offset = len(begin(5)) + len(record(0x42, bytes(2))) + 4 + 8 + len(name) + 4
    head = begin(5) + record(0x42, struct.pack("<H", 1200))
    head += record(0x85, struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name) + record(0x0A, b"")
    body = begin(0x10) + record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    body += b"".join(cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    return compound("Workbook", head + body + record(0x0A, b""))
