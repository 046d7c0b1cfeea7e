"""Importing new accounts, and the same file again, against a raw COPY of the same rows into the same indexes (§6)."""

import csv
import io
import os
import resource
import statistics
import time

import pytest
from django.db import connection

from accounts.models import Account
from accounts.services import imports

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
SIZE = int(os.environ.get("SIZE", "100000"))
ROUNDS = 3
HEADERS = ("Id", "Name", "Website", "Industry", "BillingCountry", "BillingCity", "NumberOfEmployees", "AnnualRevenue")


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


def copied() -> float:
    """The rows that the import made, copied into an empty table with the same indexes."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_floor (LIKE accounts_account INCLUDING ALL)")
        with cursor.cursor.copy("COPY accounts_account TO STDOUT") as out:
            content = b"".join(bytes(part) for part in out)
        began = time.perf_counter()
        with cursor.cursor.copy("COPY bench_floor FROM STDIN") as into:
            into.write(content)
        spent = time.perf_counter() - began
        cursor.execute("DROP TABLE bench_floor")
    return spent


def test_import_of_new_rows_and_of_the_same_file_again() -> None:
    file = a_file()
    floors, tries, writes, again = [], [], [], []
    for _ in range(ROUNDS):
        Account.objects.all().delete()
        tried, written = imported(file)
        floors.append(copied())
        tries.append(tried)
        writes.append(written)
        again.append(sum(imported(file)))
    floor = statistics.median(floors)
    print(f"\nimport of {SIZE:,} accounts, median of {ROUNDS}; floor: COPY into the same indexes {floor:.2f} s")
    for name, spent in (("trial", tries), ("writing", writes), ("the same file again, trial and writing", again)):
        print(f"  {name}: {statistics.median(spent):.2f} s = {statistics.median(spent) / floor:.2f} F")
    print(f"  memory of the worker: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
