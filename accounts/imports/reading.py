"""Reading a delimited text file as a stream: encoding, delimiter, headers, rows with the file's own line numbers.

A row never disappears: what cannot be taken apart comes back with a `problem`. What is wrong with the file as a
whole is an `UnusableFile` with one sentence.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from abxsite.lib.errors import UnusableFile

CHUNK = 1 << 20
SAMPLE_LINES = 40
MAX_COLUMNS = 500
MAX_ROWS = 5_000_000
MAX_CELL = 200_000
DELIMITERS = (",", ";", "\t", "|")
#: Stands as a last line behind the file; a quote that was never closed swallows it and so shows itself.
END_OF_FILE = "\x1e\x1eabxsite-end-of-file"

_BINARY = (
    (b"PK\x03\x04", "This is an Excel workbook or a ZIP archive, not a text file. Save the sheet as CSV (UTF-8)."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel or Word file, not a text file. Save the sheet as CSV (UTF-8)."),
    (b"%PDF", "This is a PDF, not a table. Export the list as CSV."),
    (b"\x1f\x8b", "This file is compressed. Unpack it and upload the CSV inside."),
)

csv.field_size_limit(MAX_CELL)


@dataclass(frozen=True)
class FileShape:
    """How a file is to be read. `lines` is how many line ends it has, an upper bound for its rows."""

    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    lines: int
    size: int


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is the file's own, from 1; `cells` is as long as the headers unless `problem` says otherwise."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True)
class Position:
    """Where reading goes on: an opaque cookie of the text stream and the lines read before it."""

    cookie: int = 0
    lines: int = 0


def inspect(file: IO[bytes], *, max_bytes: int) -> FileShape:
    """Read the file once through and say how it is written. Raises UnusableFile with one sentence."""
    encoding, lines, size = _scan(file, max_bytes)
    with text_of(file, encoding) as text:
        sample = list(_lines(text, SAMPLE_LINES))
    if not "".join(sample).strip("\ufeff \t\r\n,;|\0"):
        raise UnusableFile("The file is empty.")
    delimiter = _delimiter(sample)
    headers = _headers(sample, delimiter)
    return FileShape(encoding, delimiter, headers, lines, size)


@contextmanager
def text_of(file: IO[bytes], encoding: str) -> Iterator[io.TextIOWrapper]:
    """The bytes as text with line ends as they are; leaves `file` open."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
    try:
        yield text
    finally:
        text.detach()


def _scan(file: IO[bytes], max_bytes: int) -> tuple[str, int, int]:
    """(encoding, lines, bytes) after looking at every byte once."""
    file.seek(0)
    head = file.read(4096)
    if not head:
        raise UnusableFile("The file is empty.")
    for magic, sentence in _BINARY:
        if head.startswith(magic):
            raise UnusableFile(sentence)
    wide = _wide_encoding(head)
    if not wide and b"\0" in head:
        raise UnusableFile("The file holds NUL bytes: it is not a text file, or it was damaged on the way.")
    for encoding in (wide,) if wide else ("utf-8-sig", "cp1252"):
        if (counted := _count(file, encoding, max_bytes)) is not None:
            return encoding, *counted
    raise UnusableFile("The file's letters are in an encoding that abxsite does not know. Save it as CSV UTF-8.")


def _wide_encoding(head: bytes) -> str:
    """UTF-16 by its mark, or by every second byte being zero."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and even <= len(head) // 100:
        return "utf-16-le"
    if even > len(head) // 4 and odd <= len(head) // 100:
        return "utf-16-be"
    return ""


def _count(file: IO[bytes], encoding: str, max_bytes: int) -> tuple[int, int] | None:
    """(lines, bytes), or None when some byte is not of this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = size = 0
    last = "\n"
    file.seek(0)
    while chunk := file.read(CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise UnusableFile(
                f"The file is larger than {max_bytes // (1024 * 1024):,} MB. Split it and upload the parts."
            )
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError:
            return None
        if "\0" in text:
            raise UnusableFile("The file holds NUL bytes: it is not a text file, or it was damaged on the way.")
        lines += text.count("\n") or text.count("\r")
        last = text[-1:] or last
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return lines + (last not in "\r\n"), size


def _lines(text: io.TextIOWrapper, most: int) -> Iterator[str]:
    for _ in range(most):
        line = text.readline(MAX_CELL * 5)
        if not line:
            return
        yield line


def _delimiter(sample: list[str]) -> str:
    """The one that parts the lines most evenly, and into most cells."""
    return max(DELIMITERS, key=lambda mark: _evenness(sample, mark))


def _evenness(sample: list[str], mark: str) -> tuple[float, int]:
    try:
        widths = [len(cells) for cells in csv.reader(sample, delimiter=mark) if any(cells)]
    except csv.Error:
        return (0.0, 0)
    if not widths or widths[0] < 2:
        return (0.0, 0)
    alike = sum(width == widths[0] for width in widths) / len(widths)
    return (alike * min(widths[0], 8), widths[0])


def _headers(sample: list[str], delimiter: str) -> tuple[str, ...]:
    try:
        rows = [cells for cells in csv.reader(sample, delimiter=delimiter) if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise UnusableFile("The first lines hold a very long cell: probably a quote is not closed.") from error
    if not rows:
        raise UnusableFile("The file is empty.")
    names = rows[0]
    widest = max(len(cells) for cells in rows)
    if widest > MAX_COLUMNS:
        raise UnusableFile(f"The file has {widest:,} columns; {MAX_COLUMNS} are the most that can be mapped.")
    if len(names) == 1 and widest > 3:
        raise UnusableFile(
            f"The first line is a title ({names[0].strip()[:60]!r}), not a header: the file holds a report or several"
            " tables. Keep one table with its header line and upload that."
        )
    return unique_names(names)


def unique_names(names: list[str]) -> tuple[str, ...]:
    """Headers as keys: trimmed, `Column 3` where empty, `Name (2)` where repeated."""
    while len(names) > 1 and not names[-1].strip():
        names = names[:-1]
    taken: dict[str, int] = {}
    found: list[str] = []
    for number, name in enumerate(names, 1):
        base = " ".join(name.replace("\ufeff", "").split())[:200] or f"Column {number}"
        taken[base] = taken.get(base, 0) + 1
        while (wanted := base if taken[base] == 1 else f"{base} ({taken[base]})") in found:
            taken[base] += 1
        found.append(wanted)
    return tuple(found)


class RowReader:
    """Rows after the header, from a position on; `position` is where the next read would go on."""

    def __init__(self, text: io.TextIOWrapper, shape: FileShape, position: Position) -> None:
        self._text, self._shape = text, shape
        self._taken = 0
        self._fed_end = False
        self._before = position.lines
        if position.cookie:
            text.seek(position.cookie)
        self._reader: Any = csv.reader(self._feed(), delimiter=shape.delimiter)
        if not position.cookie:
            self._skip_header()

    @property
    def position(self) -> Position:
        return Position(self._text.tell(), self._before + self._taken)

    def _feed(self) -> Iterator[str]:
        while line := self._text.readline():
            self._taken += 1
            yield line
        self._fed_end = True
        yield END_OF_FILE

    def _skip_header(self) -> None:
        for cells in self._reader:
            if self._fed_end or any(cell.strip() for cell in cells):
                return

    def rows(self, most: int) -> Iterator[Row]:
        """Up to `most` records; wholly blank lines are no rows."""
        given = 0
        while given < most:
            line = self._before + self._taken + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise UnusableFile(
                    f"Line {line:,} holds a cell of more than {MAX_CELL:,} letters: probably a quote is not closed."
                ) from error
            if self._fed_end:
                if cells and cells[-1].endswith(END_OF_FILE) and (row := self._last(line, cells)):
                    yield row
                return
            if any(cells) and any(cell.strip() for cell in cells):
                given += 1
                yield self._row(line, cells)

    def _last(self, line: int, cells: list[str]) -> Row | None:
        """What stands behind the last line end: nothing but our mark, or a record whose quote is still open."""
        if cells == [END_OF_FILE]:
            return None
        cells[-1] = cells[-1].removesuffix(END_OF_FILE)
        return Row(line, cells, "A quote opens here and is not closed until the end of the file.")

    def _row(self, line: int, cells: list[str]) -> Row:
        wanted, found = len(self._shape.headers), len(cells)
        if found == wanted:
            return Row(line, cells)
        if found > wanted and not any(cell.strip() for cell in cells[wanted:]):
            return Row(line, cells[:wanted])
        return Row(line, cells, f"The row has {found} cells, the header has {wanted}.")


@contextmanager
def open_rows(file: IO[bytes], shape: FileShape, position: Position | None = None) -> Iterator[RowReader]:
    with text_of(file, shape.encoding) as text:
        yield RowReader(text, shape, position or Position())
