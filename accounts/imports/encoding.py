"""Which letters a file is written in, told from its bytes; and what is no table at all, each with its sentence.

The whole file is looked at once, a megabyte at a time: a wrong letter in line 900,000 is found before anything begins.
"""

import codecs
import re
from dataclasses import dataclass
from typing import IO

from abxsite.lib.errors import UnusableFile

CHUNK = 1 << 20
HEAD = 4096
EMPTY = "The file is empty."
NUL = "The file holds NUL bytes: it is not a text file, or it was damaged on the way."
UNKNOWN = "The file's letters are in an encoding that abxsite does not know. Save it as CSV UTF-8."
CUT = "The file ends in the middle of a letter: it was cut off on the way. Export or upload it again."
HALF = "Line {line:,} holds half a letter: the file was damaged on the way. Export it again."

_PICTURE = "This is a picture, not a table. Export the list as CSV or Excel."
_PACKED = "This file is compressed. Unpack it and upload the CSV or Excel file inside."
_BINARY = (
    (b"PK\x03\x04", "This is an Excel workbook or a ZIP archive, not a text file. Save the sheet as CSV (UTF-8)."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel or Word file, not a text file. Save the sheet as CSV (UTF-8)."),
    (b"%PDF", "This is a PDF, not a table. Export the list as CSV or Excel."),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"\x1f\x8b", _PACKED),
    (b"BZh", _PACKED),
    (b"\xfd7zXZ", _PACKED),
    (b"7z\xbc\xaf'\x1c", _PACKED),
    (b"Rar!", _PACKED),
    (b"\x28\xb5\x2f\xfd", _PACKED),
    (b"SQLite format 3", "This is a database file, not a table. Export the list as CSV or Excel."),
    (b"PAR1", "This is a Parquet file. Export the list as CSV or Excel."),
    (codecs.BOM_UTF32_LE, UNKNOWN),
    (codecs.BOM_UTF32_BE, UNKNOWN),
)
_MARKUP = (
    (
        re.compile(r"<(?:!doctype html|html|head|body|table|meta|style|div)\b", re.IGNORECASE),
        "This is a web page, whatever its name says. Open it in a spreadsheet and save it as Excel (.xlsx) or CSV.",
    ),
    (
        re.compile(r"<(?:\?xml|!--|[\w:]+[^<>]*>)", re.IGNORECASE),
        "This is XML, not a table. Open it in a spreadsheet and save it as Excel (.xlsx) or CSV.",
    ),
    (
        re.compile(r"\{\s*(?:\"|\}|$)|\[\s*(?:\{|\[|\"|\]|$)"),
        "This is JSON, not a table. Export the list as CSV or Excel.",
    ),
    (re.compile(r"\{\\rtf"), "This is a text document, not a table. Export the list as CSV or Excel."),
    (re.compile(r"BEGIN:V(?:CARD|CALENDAR)"), "These are address cards, not a table. Export the list as CSV."),
)
#: UTF-8's two- and three-byte letters of western languages; text in Windows-1252 hardly ever holds such pairs.
_PAIRS = re.compile(rb"[\xc3-\xc5][\x80-\xbf]|\xe2\x80[\x80-\xbf]")
#: Half of an emoji, written as UTF-8 by a broken program.
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_HIGH = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True)
class Letters:
    """`lines` is how many line ends the file has, an upper bound for its rows; `size` is in bytes."""

    encoding: str
    lines: int
    size: int


def letters_of(file: IO[bytes], max_bytes: int) -> Letters:
    """Look at every byte once. Raises UnusableFile with one sentence."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise UnusableFile(EMPTY)
    for magic, sentence in _BINARY:
        if head.startswith(magic):
            raise UnusableFile(sentence)
    wide = _wide(head)
    if not wide and b"\0" in head:
        raise UnusableFile(NUL)
    if wide:
        if isinstance(found := _count(file, wide, max_bytes), Letters):
            return found
        raise UnusableFile(CUT if found.at_end else HALF.format(line=found.line))
    found = _count(file, "utf-8-sig", max_bytes)
    if isinstance(found, Letters):
        return found
    if found.at_end and found.before:
        raise UnusableFile(CUT)
    if found.half:
        raise UnusableFile(HALF.format(line=found.line))
    if found.mixed:
        raise UnusableFile(
            f"Line {found.line:,} holds letters that are not UTF-8, while others in the file are: two encodings were"
            " mixed. Save the file once more as CSV UTF-8."
        )
    if isinstance(found := _count(file, "cp1252", max_bytes), Letters):
        return found
    raise UnusableFile(UNKNOWN)


def refuse_markup(text: str) -> None:
    """The first letters of the file: web pages, XML, JSON and the like are said by name."""
    start = text[:HEAD].lstrip("\ufeff \t\r\n")
    for pattern, sentence in _MARKUP:
        if pattern.match(start):
            raise UnusableFile(sentence)


def _wide(head: bytes) -> str:
    """UTF-16 by its mark, or by every second byte being zero."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and even <= len(head) // 100:
        return "utf-16-le"
    if even > len(head) // 4 and odd <= len(head) // 100:
        return "utf-16-be"
    return ""


@dataclass(frozen=True)
class _Wrong:
    """Where an encoding failed: the line, whether at the very end, and what came before."""

    line: int
    at_end: bool
    before: bool
    mixed: bool
    half: bool = False


def _count(file: IO[bytes], encoding: str, max_bytes: int) -> Letters | _Wrong:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = size = 0
    last = "\n"
    wide_letters = False
    file.seek(0)
    while chunk := file.read(CHUNK):
        size += len(chunk)
        if size > max_bytes:
            most = max_bytes // (1024 * 1024)
            raise UnusableFile(f"The file is larger than {most:,} MB. Split it and upload the parts.")
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            wrong_line = lines + error.object[: error.start].count(b"\n") + 1
            half = bool(_SURROGATE.match(error.object[error.start : error.start + 3]))
            mixed = wide_letters or len(_PAIRS.findall(chunk)) * 4 > len(_HIGH.findall(chunk))
            return _Wrong(wrong_line, at_end=False, before=wide_letters, mixed=mixed, half=half)
        if "\0" in text:
            raise UnusableFile(NUL)
        wide_letters = wide_letters or not text.isascii()
        lines += text.count("\n") or text.count("\r")
        last = text[-1:] or last
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _Wrong(lines + 1, at_end=True, before=wide_letters, mixed=False)
    return Letters(encoding, lines + (last not in "\r\n"), size)
