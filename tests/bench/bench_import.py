"""Importing new accounts, and the same file again, against COPY of the same rows (§6): times as ratios, WAL, memory.

New rows are held to a COPY into a table with the same indexes, the same file again to a COPY into a bare table.
"""

import csv
import io
import os
import resource
import statistics
import time

import pytest
from django.db import connection

from accounts.services import imports

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
SIZE = int(os.environ.get("SIZE", "100000"))
ROUNDS = 3 if SIZE <= 100_000 else 1
HEADERS = ("Id", "Name", "Website", "Industry", "BillingCountry", "BillingCity", "NumberOfEmployees", "AnnualRevenue")
KEPT_ALL, BARE = "INCLUDING ALL", ""


def a_file() -> io.BytesIO:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    for n in range(SIZE):
        place = ("Energy", "Food", "Software")[n % 3], ("Norway", "Sweden")[n % 2], f"City {n % 500}"
        writer.writerow(
            [f"c{n}", f"Invented {n} Inc", f"https://www.invented{n}.example/", *place, n % 90_000, 10**6 + n]
        )
    return io.BytesIO(out.getvalue().encode())


def imported(file: io.BytesIO) -> tuple[float, float]:
    """(trial, writing) in seconds."""
    job = imports.start_import(actor=None, kind="accounts", file=file, file_name="bench.csv", source="bench")
    began = time.perf_counter()
    job = imports.run_to_end(job, until="review")
    tried = time.perf_counter()
    job = imports.run_to_end(job)
    assert job.counts["rows"] == SIZE
    assert job.counts["conflict"] + job.counts["error"] == 0
    return tried - began, time.perf_counter() - tried


def copied(like: str) -> float:
    """The rows that the import made, copied into an empty table with the same indexes, or with none."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_floor (LIKE accounts_account {like})")
        with cursor.cursor.copy("COPY accounts_account TO STDOUT") as out:
            content = b"".join(bytes(part) for part in out)
        began = time.perf_counter()
        with cursor.cursor.copy("COPY bench_floor FROM STDIN") as into:
            into.write(content)
        spent = time.perf_counter() - began
        cursor.execute("DROP TABLE bench_floor")
    return spent


def written_ahead() -> int:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")
        return int(cursor.fetchone()[0])


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_account, accounts_importchange, accounts_rescoremark CASCADE")


def test_import_of_new_rows_and_of_the_same_file_again() -> None:
    file = a_file()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    floors, bare, tries, writes, again, wal = [], [], [], [], [], []
    for _ in range(ROUNDS):
        empty()
        tried, written = imported(file)
        tries.append(tried)
        writes.append(written)
        start = written_ahead()
        again.append(sum(imported(file)))
        wal.append(written_ahead() - start)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        floors.append(copied(KEPT_ALL))
        bare.append(copied(BARE))
    floor, raw = statistics.median(floors), statistics.median(bare)
    print(f"\nimport of {SIZE:,} accounts, median of {ROUNDS}")
    print(f"  floors: COPY into the same indexes {floor:.2f} s, into none {raw:.2f} s")
    for name, spent, held, budget in (
        ("trial of new rows", tries, floor, ""),
        ("writing of new rows", writes, floor, "1.5"),
        ("the same file again, trial and writing", again, raw, "4.5"),
    ):
        took = statistics.median(spent)
        print(f"  {name}: {took:.2f} s = {took / held:.2f} x {'(budget ' + budget + ')' if budget else ''}")
    print(f"  WAL of the same file again: {statistics.median(wal) / 2**20:.1f} MiB (budget 5 MB)")
    print(f"  memory of the worker: {grown / 1024:.0f} MiB, {memory / 1024:.0f} MiB of it before (budget 500)")
