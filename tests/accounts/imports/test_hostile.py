"""Hostile files, each with its exact sentence or its exact rows; and that none of them costs memory."""

import io
import time
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

import pytest

from abxsite.lib.errors import UnusableFile
from accounts.imports.reading import Row, open_rows
from accounts.imports.upload import Upload, take_in
from tests.accounts.imports.hostile import HOSTILE, LIMIT, Case


def rows_of(upload: Upload) -> list[Row]:
    with open_rows(upload.file, upload.shape) as reader:
        return list(reader.rows(10**9))


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
def test_a_hostile_file_gets_its_sentence_or_gives_its_rows(case: Case) -> None:
    file = io.BytesIO(case.make())
    if case.sentence:
        with pytest.raises(UnusableFile) as refused:
            rows_of(take_in(file, max_bytes=LIMIT))
        assert str(refused.value) == case.sentence
        return
    upload = take_in(file, max_bytes=LIMIT)
    assert (upload.shape.headers, upload.notes) == (case.headers, case.notes)
    wanted = [Row(found[0], found[1], found[2] if len(found) > 2 else "") for found in case.rows]
    assert rows_of(upload) == wanted


def test_there_are_more_than_sixty_and_each_sentence_says_what_to_do() -> None:
    assert len(HOSTILE) == len({case.name for case in HOSTILE}) > 100
    for case in HOSTILE:
        assert case.sentence.count("\n") == 0
        assert case.sentence[-1:] in (".", "")
        assert len(case.sentence) <= 220


def test_no_workbook_costs_time_or_memory() -> None:
    begun = time.monotonic()
    for case in HOSTILE:
        if case.name in ("a cell in the last corner", "a bomb that lies about its size"):
            with pytest.raises(UnusableFile):
                take_in(io.BytesIO(case.make()), max_bytes=LIMIT)
    assert time.monotonic() - begun < 20
    assert getrusage(RUSAGE_CHILDREN).ru_maxrss < 500 * 1024
    assert getrusage(RUSAGE_SELF).ru_maxrss < 1024 * 1024
