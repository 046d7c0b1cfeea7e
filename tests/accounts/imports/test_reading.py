"""Files as they come: encodings, delimiters, quotes, ragged rows; one sentence for what cannot be used."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abxsite.lib.errors import UnusableFile
from accounts.imports.reading import Position, Row, inspect, open_rows

LIMIT = 10 * 1024 * 1024


def rows_of(content: bytes, batch: int = 1000) -> list[Row]:
    """All rows, read in batches that each begin where the last one stopped."""
    file = io.BytesIO(content)
    shape = inspect(file, max_bytes=LIMIT)
    found: list[Row] = []
    position = Position()
    while True:
        with open_rows(file, shape, position) as reader:
            part = list(reader.rows(batch))
            position = reader.position
        found += part
        if len(part) < batch:
            return found


TABLE = 'name;city\r\nMüller & Söhne;Köln\r\n\r\n"Two\r\nlines";Oslo\r\n'


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8-sig", b""), ("cp1252", b""), ("utf-16", b""), ("utf-16-le", b""), ("utf-16-be", b"")],
)
@pytest.mark.parametrize("batch", [1, 1000])
def test_encodings_and_line_numbers(encoding: str, mark: bytes, batch: int) -> None:
    found = rows_of(mark + TABLE.encode(encoding), batch)
    assert [(row.line, row.cells) for row in found] == [(2, ["Müller & Söhne", "Köln"]), (4, ["Two\r\nlines", "Oslo"])]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters(mark: str) -> None:
    assert rows_of(f"a{mark}b{mark}c\n1{mark}2{mark}3\n".encode())[0].cells == ["1", "2", "3"]


def test_ragged_rows_say_so_and_trailing_blanks_do_not() -> None:
    found = rows_of(b"a,b\n1,2,3\n1\n4,5,,\n,,\n")
    assert [(row.line, row.problem) for row in found] == [
        (2, "The row has 3 cells, the header has 2."),
        (3, "The row has 1 cell, the header has 2."),
        (4, ""),
    ]


def test_repeated_and_empty_headers_become_names_of_their_own() -> None:
    shape = inspect(io.BytesIO(b"Name,,Name,Name (2), Name \nx,1,2,3,4\n"), max_bytes=LIMIT)
    assert shape.headers == ("Name", "Column 2", "Name (2)", "Name (2) (2)", "Name (3)")
    assert len(set(shape.headers)) == 5


def test_a_quote_that_is_never_closed_is_an_error_row_not_a_loss() -> None:
    found = rows_of(b'a,b\n1,2\n3,"four\n5,6\n7,8\n')
    assert [row.line for row in found] == [2, 3]
    assert found[1].problem == "A quote opens here and is not closed until the end of the file."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\r\n\r\n", "The file is empty."),
        ("\ufeff".encode(), "The file is empty."),
        (b"a,b\n1,\x00\n" * 3, "NUL bytes"),
        (b"PK\x03\x04 and more", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0 and more", "old Excel"),
        (b"%PDF-1.4", "PDF"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"a,b\n\x81\x8d,\xff\xfe\n", "encoding"),
        (b'a,b\n1,"' + b"x" * 300_000, "a quote is not closed"),
        (b",".join(b"c%d" % n for n in range(16_385)) + b"\n1\n", "16,385 columns"),
        (b"a,b\n" + b"1,2\n" * 3_000_000, "larger than 10 MB"),
    ],
)
def test_unusable_files_get_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnusableFile, match=sentence):
        inspect(io.BytesIO(content), max_bytes=LIMIT)


CELL = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\x1e\ufeff\u2028\u2029\x85"), max_size=12
)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.integers(min_value=1, max_value=5),
)
def test_what_was_written_is_read_back_whatever_the_batches(
    table: list[tuple[str, str, str]], mark: str, encoding: str, batch: int
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, quoting=csv.QUOTE_ALL)
    writer.writerows([("one", "two", "three"), *table])
    wanted = [list(row) for row in table if any(cell.strip() for cell in row)]
    found = rows_of(out.getvalue().encode(encoding), batch)
    assert [row.cells for row in found] == wanted
    assert not [row for row in found if row.problem]


@settings(max_examples=150)
@given(st.binary(max_size=300) | st.text(alphabet='ab,;"\n\r\t ', max_size=120).map(str.encode))
def test_no_bytes_crash_the_reader_and_no_line_is_lost(content: bytes) -> None:
    try:
        found = rows_of(content, 3)
    except UnusableFile as error:
        assert str(error)  # noqa: PT017  (either a value or a sentence)
        return
    assert all(row.cells for row in found)
    assert [row.line for row in found] == sorted({row.line for row in found})
