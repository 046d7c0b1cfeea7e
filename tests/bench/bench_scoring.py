"""A full run against its floor F: the joined aggregates read once, one row per account copied and indexed (DESIGN §6)."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from django.db import connection

from abxsite.lib import clock
from accounts.models import Account, RescoreMark
from tests.bench.workspace import fill
from tests.cast import make_cast
from tiering.models import RunPart
from tiering.services.marks import rescore_batch
from tiering.services.runs import current_run, run_to_end, start_run
from tiering.services.scorecards import default_scorecard
from tiering.services.setup import ensure_defaults

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
SIZE = int(os.environ.get("SIZE", "100000"))
ROUNDS = 5

READ = """
SELECT a.id, s.n, s.last, c.n, d.won, k.strength
FROM accounts_account a
LEFT JOIN (SELECT account_id, count(*) AS n, max(occurred_on) AS last, count(DISTINCT kind) AS kinds
           FROM accounts_signal GROUP BY 1) s ON s.account_id = a.id
LEFT JOIN (SELECT account_id, count(*) AS n FROM accounts_contact GROUP BY 1) c ON c.account_id = a.id
LEFT JOIN (SELECT account_id, sum(amount) AS won FROM accounts_opportunity GROUP BY 1) d ON d.account_id = a.id
LEFT JOIN (SELECT account_id, sum(strength) AS strength FROM accounts_contactstrength GROUP BY 1) k
       ON k.account_id = a.id
"""


def read() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), sum(n), max(last) FROM ({READ}) x(id, n, last, contacts, won, strength)")


def floor(rows: bytes) -> float:
    """F, in seconds."""
    began = time.perf_counter()
    read()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_floor (LIKE tiering_score INCLUDING DEFAULTS)")
        with cursor.copy("COPY bench_floor FROM STDIN") as copy:
            copy.write(rows)
        cursor.execute("CREATE UNIQUE INDEX bench_floor_account ON bench_floor (run_id, account_id)")
        cursor.execute("CREATE INDEX bench_floor_total ON bench_floor (run_id, total DESC, account_id)")
        cursor.execute("ANALYZE bench_floor")
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_floor")
    return seconds


def rows_of(run: int) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY (SELECT * FROM tiering_score_{run}) TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def one_process() -> None:
    run_to_end(start_run(actor=None))


WORKER = """
import os, sys, django
django.setup()
from tiering.models import RunPart, Run
from tiering.services.runs import work_part
import time
print("ready", flush=True)
sys.stdin.readline()
while Run.objects.filter(status__in=("waiting", "running")).exists():
    if not any([work_part(pk) for pk in RunPart.objects.filter(status="waiting").values_list("pk", flat=True)]):
        time.sleep(0.005)
"""


def two_processes() -> float:
    helper = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "abxsite.settings", "DATABASE_URL": _address()},
    )
    assert helper.stdin is not None
    assert helper.stdout is not None
    helper.stdout.readline()
    run = start_run(actor=None)
    helper.stdin.write("go\n")
    helper.stdin.flush()
    seconds = timed(lambda: run_to_end(run))
    helper.wait(timeout=30)
    assert RunPart.objects.filter(run=run).values("leased_by").distinct().count() >= 1
    return seconds


def _address() -> str:
    info = connection.connection.info
    return f"postgresql://{info.user}@/{info.dbname}?host={info.host}"


def marked() -> None:
    ids = list(Account.objects.order_by("?").values_list("pk", flat=True)[:1_000])
    RescoreMark.objects.bulk_create([RescoreMark(account_id=pk) for pk in ids])
    assert rescore_batch() == 1_000


def test_full_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiering.services.runs.refresh_standings", lambda: 0)
    fill(SIZE, clock.today())
    ensure_defaults()
    default_scorecard(actor=make_cast().marketer)
    one_process()
    run = current_run()
    assert run is not None
    rows = rows_of(run.pk)
    floors, ones, twos, batches = [], [], [], []
    for _ in range(ROUNDS):
        floors.append(floor(rows))
        ones.append(timed(one_process))
        twos.append(two_processes())
        batches.append(timed(marked))
    f, one, two, batch = (statistics.median(values) for values in (floors, ones, twos, batches))
    print(f"\n{SIZE:,} accounts, {SIZE * 5:,} signals: F {f:.2f} s")
    print(f"full run, one process  {one:.2f} s = {one / f:.2f} F (budget {3.0 if SIZE <= 100_000 else 4.5})")
    print(f"full run, two processes {two:.2f} s = {two / f:.2f} F (budget {2.2 if SIZE <= 100_000 else 3.0})")
    print(f"1,000 marked accounts  {batch:.3f} s = {batch / one:.1%} of a full run (budget 2 %)")
