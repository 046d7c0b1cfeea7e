"""Reading a delimited text file as a stream: encoding, delimiter, headers, rows with the file's own line numbers.

A row never disappears: what cannot be taken apart comes back with a `problem`. What is wrong with the file as a
whole is an `UnusableFile` with one sentence. Workbooks become such a text first (`excel.py`).
"""

import csv
import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from abxsite.lib.errors import UnusableFile
from accounts.imports.encoding import EMPTY, letters_of, refuse_markup
from accounts.imports.tables import delimiter_of, dialect, find_table, notes_on_names, unique_names

SAMPLE_LINES = 200
#: In letters: the sample, one line, one cell, one record, and what one batch holds in memory.
MAX_SAMPLE = 2_000_000
MAX_LINE = 4_000_000
MAX_CELL = 200_000
MAX_RECORD = 8_000_000
BATCH_LETTERS = 16_000_000
MAX_ROWS = 5_000_000
HEADER_RECORDS = 1_000
#: Stands as a last line behind the file; a quote that was never closed swallows it and so shows itself.
END_OF_FILE = "\x1e\x1eabxsite-end-of-file"

csv.field_size_limit(MAX_CELL)


@dataclass(frozen=True)
class FileShape:
    """How a file is to be read. `lines` is how many line ends it has, an upper bound for its rows.

    `delimiter` is the mark and, behind it, how quotes are written (`tables.dialect`); `notes` are sentences for people
    about what was made of the file.
    """

    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    lines: int
    size: int
    notes: tuple[str, ...] = ()


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


def inspect(file: IO[bytes], *, max_bytes: int, delimiter: str = "") -> FileShape:
    """Read the file once through and say how it is written. Raises UnusableFile with one sentence."""
    letters = letters_of(file, max_bytes)
    with text_of(file, letters.encoding) as text:
        sample, whole = _sample(text)
    if not "".join(sample).strip("\ufeff \t\r\n,;|\0"):
        raise UnusableFile(EMPTY)
    if not delimiter:
        refuse_markup(sample[0] + "".join(sample[1:3]))
    delimiter = delimiter or delimiter_of(sample)
    table = find_table(sample, delimiter, whole)
    notes = (*table.notes, *notes_on_names(table.header))
    return FileShape(letters.encoding, delimiter, unique_names(table.header), letters.lines, letters.size, notes)


@contextmanager
def text_of(file: IO[bytes], encoding: str) -> Iterator[io.TextIOWrapper]:
    """The bytes as text with line ends as they are; leaves `file` open."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
    try:
        yield text
    finally:
        text.detach()


def _sample(text: io.TextIOWrapper) -> tuple[list[str], bool]:
    """(the first lines, whether that is all)."""
    found: list[str] = []
    taken = 0
    while len(found) < SAMPLE_LINES and taken < MAX_SAMPLE:
        line = text.readline(MAX_LINE)
        if not line:
            return found, True
        _refuse_long(line, len(found) + 1)
        found.append(line)
        taken += len(line)
    return found, not text.read(1)


def _refuse_long(line: str, number: int) -> None:
    if len(line) >= MAX_LINE:
        raise UnusableFile(
            f"Line {number:,} is longer than {MAX_LINE:,} letters: the file's line ends are missing, or it is no table."
        )


class RowReader:
    """Rows after the header, from a position on.

    `position` is where the next read would go on; `ended` says that there is nothing there.
    """

    def __init__(self, text: io.TextIOWrapper, shape: FileShape, position: Position) -> None:
        self._text, self._shape = text, shape
        self._wanted = len(shape.headers)
        self._taken = self._letters = self._record = 0
        self._fed_end = self.ended = False
        self._before = position.lines
        if position.cookie:
            text.seek(position.cookie)
        self._reader: Any = csv.reader(self._feed(), **dialect(shape.delimiter))
        if not position.cookie:
            self._skip_header()

    @property
    def position(self) -> Position:
        return Position(self._text.tell(), self._before + self._taken)

    def _feed(self) -> Iterator[str]:
        readline = self._text.readline
        while line := readline(MAX_LINE):
            self._taken += 1
            self._letters += len(line)
            if self._letters - self._record >= MAX_LINE:
                self._refuse_large(line)
            yield line
        self._fed_end = True
        yield END_OF_FILE

    def _refuse_large(self, line: str) -> None:
        _refuse_long(line, self._before + self._taken)
        if self._letters - self._record > MAX_RECORD:
            raise UnusableFile(
                f"The row that ends at line {self._before + self._taken:,} is larger than {MAX_RECORD:,} letters:"
                " probably a quote is not closed."
            )

    def _skip_header(self) -> None:
        """Past the lines above the header and the header itself, which is known by its names."""
        for number, cells in enumerate(self._reader):
            self._record = self._letters
            if self._fed_end or number > HEADER_RECORDS:
                break
            if unique_names(cells[: self._wanted]) == self._shape.headers:
                return
        raise UnusableFile("The header line is not where it was: the file has changed. Upload it again.")

    def rows(self, most: int, *, letters: int = 0) -> Iterator[Row]:
        """Up to `most` records, and where `letters` is given not many more letters; wholly blank lines are no rows."""
        given, until = 0, self._letters + letters if letters else math.inf
        wanted = self._wanted
        while given < most and self._letters < until:
            if (found := self._next()) is None:
                return
            line, cells = found
            if len(cells) == wanted and not self._fed_end:
                if any(cells) and any(map(str.strip, cells)):
                    given += 1
                    yield Row(line, cells)
                continue
            for row in self._uneven(line, cells):
                given += 1
                yield row

    def _next(self) -> tuple[int, list[str]] | None:
        """(line, cells) of the next record; None at the end."""
        line = self._before + self._taken + 1
        self._record = self._letters
        try:
            return line, next(self._reader)
        except StopIteration:
            self.ended = True
            return None
        except csv.Error as error:
            raise UnusableFile(
                f"Line {line:,} holds a cell of more than {MAX_CELL:,} letters: probably a quote is not closed."
            ) from error

    def _uneven(self, line: int, cells: list[str]) -> list[Row]:
        """A record that has not as many cells as the header, with the one behind it where the two may be one row."""
        if self._fed_end:
            self.ended = True
            return self._last(line, cells)
        if not any(cell.strip() for cell in cells):
            return []
        row = self._row(line, cells)
        if row.problem or len(cells) >= self._wanted or (following := self._next()) is None:
            return [row]
        behind, others = following
        short = len(others) < self._wanted and any(cell.strip() for cell in others) and END_OF_FILE not in others[-1]
        if short and len(cells) + len(others) == self._wanted + 1:
            said = f"Lines {line:,} and {behind:,} look like one row that a line break without quotes cut in two."
            return [Row(line, cells, said), Row(behind, others, said)]
        return [row, *self._one(behind, others)]

    def _one(self, line: int, cells: list[str]) -> list[Row]:
        if self._fed_end:
            self.ended = True
            return self._last(line, cells)
        return [self._row(line, cells)] if any(cell.strip() for cell in cells) else []

    def _last(self, line: int, cells: list[str]) -> list[Row]:
        """What stands behind the last line end: nothing but our mark, or a record whose quote is still open."""
        if cells == [END_OF_FILE]:
            return []
        cells[-1] = cells[-1].removesuffix(END_OF_FILE)
        return [Row(line, cells, "A quote opens here and is not closed until the end of the file.")]

    def _row(self, line: int, cells: list[str]) -> Row:
        """Blank cells too many are dropped; a few missing at the end count as blank, as spreadsheets save them."""
        wanted, found = self._wanted, len(cells)
        if found == wanted:
            return Row(line, cells)
        if found > wanted and not any(cell.strip() for cell in cells[wanted:]):
            return Row(line, cells[:wanted])
        if wanted > found >= 2 and found * 2 >= wanted:
            return Row(line, cells + [""] * (wanted - found))
        said = "1 cell" if found == 1 else f"{found:,} cells"
        return Row(line, cells, f"The row has {said}, the header has {wanted:,}.")


@contextmanager
def open_rows(file: IO[bytes], shape: FileShape, position: Position | None = None) -> Iterator[RowReader]:
    with text_of(file, shape.encoding) as text:
        yield RowReader(text, shape, position or Position())
