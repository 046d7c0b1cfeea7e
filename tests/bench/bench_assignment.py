"""Assignment of all accounts against one sorted scan of the scores (DESIGN §6), and the standings it writes."""

import os
import statistics
import time
from collections.abc import Callable

import pytest
from django.db import connection

from abxsite.lib import clock
from tests.bench.workspace import fill
from tests.cast import make_cast
from tiering.assignment import assign
from tiering.models import Run, Standing
from tiering.services.runs import run_to_end, start_run
from tiering.services.scorecards import default_scorecard
from tiering.services.settings import current_settings
from tiering.services.setup import ensure_defaults
from tiering.services.standings import refresh_standings
from tiering.services.tiers import active_tiers, current_caps

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
SIZE = int(os.environ.get("SIZE", "100000"))
ROUNDS = 5


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def scan(run: Run) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, total, coverage, potential FROM tiering_score WHERE run_id = %s"
            " ORDER BY total DESC, potential DESC NULLS LAST, account_id",
            [run.pk],
        )
        assert len(cursor.fetchall()) == SIZE


def again(run: Run) -> None:
    """As if everything had changed."""
    Run.objects.filter(pk=run.pk).update(counts={})
    Standing.objects.update(sentence="")
    refresh_standings()


def test_assignment_of_all_accounts() -> None:
    fill(SIZE, clock.today())
    ensure_defaults()
    default_scorecard(actor=make_cast().marketer)
    run = run_to_end(start_run(actor=None))
    tiers, caps, settings = active_tiers(), current_caps(), current_settings()
    scans, assigned, whole, quiet = [], [], [], []
    for _ in range(ROUNDS):
        scans.append(timed(lambda: scan(run)))
        assigned.append(timed(lambda: assign(run=run, settings=settings, tiers=tiers, caps=caps, cycle_number=1)))
        whole.append(timed(lambda: again(run)))
        quiet.append(timed(refresh_standings))
    floor, one, written, nothing = (statistics.median(values) for values in (scans, assigned, whole, quiet))
    print(f"\n{SIZE:,} accounts: one sorted scan {floor:.2f} s")
    print(f"assignment, read and decided in Python {one:.2f} s = {one / floor:.1f} scans (budget 3, in SQL: issue 5)")
    print(f"all standings written anew {written:.2f} s; nothing changed {nothing:.3f} s")
