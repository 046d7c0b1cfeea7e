"""A process killed in mid run: resumed by another, with the same scores as an undisturbed run."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from abxsite.lib import clock
from abxsite.lib.jobs import JobStatus
from tests.bench.workspace import STATEMENTS
from tests.cast import make_cast
from tiering.models import Run, RunPart, Score
from tiering.services import runs
from tiering.services.runs import run_to_end, start_run
from tiering.services.scorecards import default_scorecard
from tiering.services.setup import ensure_defaults

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]
ACCOUNTS, KILLS = 20_000, 10

WORKER = """
import django, sys
django.setup()
from tiering.models import Run
from tiering.services import runs
runs.PART = 2_000
print("ready", flush=True)
runs.run_to_end(Run.objects.get(pk=int(sys.argv[1])))
"""


def fill() -> None:
    values: dict[str, Any] = {"size": ACCOUNTS, "day": clock.today(), "contacts": 2, "signals": 5, "deals": 3}
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, values)


def worker(run: Run) -> "subprocess.Popen[str]":
    info = connection.connection.info
    address = f"postgresql://{info.user}@/{info.dbname}?host={info.host}"
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(run.pk)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "abxsite.settings", "DATABASE_URL": address},
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def expire_leases() -> None:
    """As if half a minute had passed: what the sweep then sees."""
    past = clock.now() - timedelta(seconds=1)
    Run.objects.filter(status=JobStatus.RUNNING).update(leased_until=past)
    RunPart.objects.filter(status=JobStatus.RUNNING).update(leased_until=past)


def scores(run: Run) -> list[tuple[object, ...]]:
    names = ("account_id", "total", "coverage", "points", "raw", "potential", "potential_source", "potential_n")
    return list(Score.objects.filter(run=run).order_by("account_id").values_list(*names))


def test_ten_kills_end_in_the_same_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PART", 2_000)
    fill()
    ensure_defaults()
    default_scorecard(actor=make_cast().marketer)
    undisturbed = run_to_end(start_run(actor=None))
    expected = scores(undisturbed)
    assert len(expected) == ACCOUNTS

    run = start_run(actor=None)
    dice = random.Random(20261121)
    for _ in range(KILLS):
        process = worker(run)
        time.sleep(dice.uniform(0.02, 0.6))
        process.send_signal(signal.SIGKILL)
        process.wait()
        expire_leases()
    run_to_end(run)

    assert scores(run) == expected
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname ~ '^tiering_(points|marks)_' AND relkind = 'r'")
        assert cursor.fetchone() == (0,), "no staging is left behind"
