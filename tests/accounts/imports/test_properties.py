"""Whatever comes in: never a crash but UnusableFile, never a silent drop, and the counts add up."""

import csv
import io
from collections import Counter
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abxsite.lib.errors import UnusableFile
from accounts.choices import ImportKind, ImportStage
from accounts.imports.headers import guess_kind, guess_mapping
from accounts.imports.parsing import COLUMNS, Options, RowParser
from accounts.imports.reading import Row, open_rows
from accounts.imports.survey import questions, remarks, survey
from accounts.imports.upload import Upload, take_in
from accounts.services import imports

pytestmark = pytest.mark.django_db

LIMIT = 10 * 1024 * 1024
KINDS = [kind.value for kind in ImportKind]
#: Headers that are mapped to every type of field, per kind.
HEADERS = {
    "accounts": "Id,Name,Website,Employees,Revenue,Country,Year founded,Type,Technologies,Parent Id,Owner",
    "contacts": "Id,First name,Last name,Email,Job title,Seniority,Department,Company,Company domain",
    "opportunities": "Deal id,Deal name,Company,Stage,Is won,Is closed,Amount,Created date,Close date,Deal type,Owner",
    "signals": "Signal,Date,Company domain,Email,Topic,Weight,Page url,Event id",
}
LETTER = st.characters(exclude_categories=["Cs"], exclude_characters="\0\x1e")
ODD = st.sampled_from(
    (
        "- n/a NULL #REF! =1+1 @SUM(A1) '=x 1,5 1.234 1.234,5 (1,200) $1.2M 51-200 10,000+ 12% 1e400 -0 ٣٤"
        " 99999999999999999999 02/23/26 23.02.2026 2026-02-30 45292 0000-00-00 2026-02-23T10:00:00Z yes FALSE x won"
        " Lost CEO a@b.example a@@b https://x.example https://https://x.example x.example Fjordlys Tindra 1 2 3 true"
    ).split(" ")
)
CELL = ODD | st.text(LETTER, max_size=12) | st.just("")


def tables(columns: int, most: int = 8) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(CELL, min_size=columns, max_size=columns), min_size=1, max_size=most)


def text_of(headers: str, rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(headers.split(","))
    writer.writerows(rows)
    return out.getvalue()


def rows_of(upload: Upload) -> list[Row]:
    with open_rows(upload.file, upload.shape) as reader:
        return list(reader.rows(10**9))


def parsed(kind: str, upload: Upload) -> list[tuple[Any, ...]]:
    """Every row through everything that looks at it before the database does."""
    mapping = guess_mapping(kind, upload.shape.headers)
    seen = survey(upload.file, upload.shape, kind, mapping)
    options = Options()
    assert all(question.sentence and question.choices for question in questions(kind, seen, options))
    assert all(remarks(kind, seen))
    parse = RowParser(kind, upload.shape.headers, mapping, options, ZoneInfo("Europe/Oslo"))
    return [parse(number, row) for number, row in enumerate(rows_of(upload), 1)]


def check_rows(kind: str, upload: Upload) -> None:
    """Rows in = rows out, each with its values or with one sentence."""
    found, rows = parsed(kind, upload), rows_of(upload)
    assert [row[1] for row in found] == [row.line for row in rows]
    for row in found:
        assert len(row) == 4 + len(COLUMNS[kind])
        if row[2] is not None:
            assert row[2].strip()
            assert all(value is None for value in row[4:])


def letters(text: str) -> Counter[str]:
    return Counter(letter for letter in text if letter.isalnum())


def check_table(kind: str, rows: list[list[str]], delimiter: str, encoding: str) -> None:
    """All rows of a table that is written by the rules come back, cell by cell, and are parsed or refused."""
    content = text_of(HEADERS[kind], rows, delimiter).encode(encoding)
    upload = take_in(io.BytesIO(content), max_bytes=LIMIT)
    assert [row.cells for row in rows_of(upload)] == [row for row in rows if any(cell.strip() for cell in row)]
    assert guess_kind(upload.shape.headers) == kind
    check_rows(kind, upload)


def check_bytes(content: bytes) -> None:
    try:
        upload = take_in(io.BytesIO(content), max_bytes=LIMIT)
        for kind in KINDS:
            check_rows(kind, upload)
    except UnusableFile as error:
        assert str(error).endswith(".")  # noqa: PT017  (either rows or a sentence)


def check_text(text: str) -> None:
    """No letter of a file with a header gets lost, whatever its quotes, delimiters and line ends."""
    try:
        upload = take_in(io.BytesIO(("name,city,country\n" + text).encode()), max_bytes=LIMIT)
    except UnusableFile:
        return
    if upload.shape.delimiter != ",":
        return  # escapes and other quotes are read for what they mean
    rows = rows_of(upload)
    assert sum((letters(cell) for row in rows for cell in row.cells), Counter()) == letters(text)
    lines = [row.line for row in rows]
    assert lines == sorted(set(lines))


TEXTS = st.text(alphabet='ab1,;"\n\r\t ', max_size=200)
BYTES = st.binary(max_size=300) | TEXTS.map(str.encode) | st.text(max_size=60).map(lambda text: text.encode("utf-16"))
TABLES = st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), tables(HEADERS[kind].count(",") + 1)))
DELIMITERS = st.sampled_from([",", ";", "\t", "|"])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
QUICK: Any = settings(max_examples=40, deadline=None)
LONG: Any = settings(max_examples=2_000, deadline=None)


@QUICK
@given(TABLES, DELIMITERS, ENCODINGS)
def test_every_row_of_a_table_comes_back(table: tuple[str, list[list[str]]], delimiter: str, encoding: str) -> None:
    check_table(*table, delimiter, encoding)


@QUICK
@given(BYTES)
def test_no_bytes_crash_the_way_in(content: bytes) -> None:
    check_bytes(content)


@QUICK
@given(TEXTS)
def test_no_letter_is_lost(text: str) -> None:
    check_text(text)


@pytest.mark.soak
@LONG
@given(TABLES, DELIMITERS, ENCODINGS)
def test_every_row_of_many_tables_comes_back(table: tuple[str, list[list[str]]], delimiter: str, encoding: str) -> None:
    check_table(*table, delimiter, encoding)


@pytest.mark.soak
@LONG
@given(BYTES)
def test_no_bytes_out_of_many_crash_the_way_in(content: bytes) -> None:
    check_bytes(content)


@pytest.mark.soak
@LONG
@given(TEXTS)
def test_no_letter_of_many_texts_is_lost(text: str) -> None:
    check_text(text)


NAMES = count(1)


def check_whole_import(kind: str, rows: list[list[str]]) -> None:
    """Through the real services to the end: rows = created + updated + unchanged + conflict + error."""
    content = text_of(HEADERS[kind], rows).encode()
    filled = sum(1 for row in rows if any(cell.strip() for cell in row))
    name = f"random-{next(NAMES)}.csv"
    try:
        job = imports.start_import(actor=None, kind=kind, file=io.BytesIO(content), file_name=name, source="any")
    except UnusableFile as error:
        assert (filled, str(error)) == (0, "The file has a header line and no rows below it.")  # noqa: PT017
        return
    answers: dict[str, Any] = {"units": {"revenue": "units"}, "dates": {}, "marks": {}}
    for field in job.mapping.values():
        if field in ("opened_on", "closed_on", "occurred_at"):
            answers["dates"][field] = "day-first"
        if field in ("revenue", "amount"):
            answers["marks"][field] = "."
    job = imports.set_mapping(actor=None, job=job, mapping=job.mapping, options=answers)
    job = imports.run_to_end(job)
    assert (job.stage, job.status, job.error) == (ImportStage.APPLIED, "done", "")
    counts = job.counts
    assert counts["rows"] == filled
    assert counts["rows"] == sum(counts[part] for part in ("created", "updated", "unchanged", "conflict", "error"))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=TABLES)
def test_no_row_is_lost_on_the_way_into_the_database(db: None, table: tuple[str, list[list[str]]]) -> None:
    check_whole_import(*table)


@pytest.mark.soak
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=TABLES)
def test_no_row_of_many_files_is_lost_on_the_way_into_the_database(
    db: None, table: tuple[str, list[list[str]]]
) -> None:
    check_whole_import(*table)
