"""The data quality page at size: counting once after a run against one scan of the accounts, and a page's queries."""

import os
import statistics
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from abxsite.lib import clock
from abxsite.users.models import Person
from accounts.models import Account
from tests.bench.workspace import fill
from tests.cast import make_cast
from tiering.models import QualitySummary
from tiering.quality.measure import measure
from tiering.quality.ranking import Cursor, Wanted, gaps
from tiering.services.runs import run_to_end, start_run
from tiering.services.scorecards import default_scorecard
from tiering.services.setup import ensure_defaults

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
SIZE = int(os.environ.get("SIZE", "100000"))
JUDGED = """
    INSERT INTO accounts_judgement (account_id, key, points, note, "on", person_id, entered_at)
    SELECT id, key, id %% 6, '', %(day)s::date - 30, %(person)s, now()
    FROM accounts_account, unnest(ARRAY['need', 'brand']) key WHERE (id + length(key)) %% 5 = 0"""


def timed(work: Callable[[], object], rounds: int = 5) -> float:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def scan() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(industry), count(employees), max(insight_on) FROM accounts_account")


def test_counting_and_pages(client: Client) -> None:
    fill(SIZE, clock.today())
    ensure_defaults()
    cast = make_cast()
    default_scorecard(actor=cast.marketer)
    with connection.cursor() as cursor:
        cursor.execute(JUDGED, {"day": clock.today(), "person": cast.marketer.person_id})
    Account.objects.filter(pk__lte=Account.objects.earliest("pk").pk + 500).update(owner=cast.rep.person)
    Account.objects.filter(owner=None).update(owner=Person.objects.create(name="Somebody else"))
    run = run_to_end(start_run(actor=None))
    began = time.perf_counter()
    measure(run)
    counted = time.perf_counter() - began
    floor = timed(scan)
    found = gaps(run, cast.marketer, Wanted(), None)
    deep = Cursor(found[0].question.gain, found[0].total // 2, 0, 0)
    summary = QualitySummary.objects.get(run=run)
    print(f"\n{SIZE:,} accounts, {len(summary.gaps)} masks: counted in {counted:.2f} s; a plain scan {floor:.3f} s")
    for name, work in (
        ("first page", lambda: gaps(run, cast.marketer, Wanted())),
        ("a page in the middle", lambda: gaps(run, cast.marketer, Wanted(), deep)),
        ("one fact", lambda: gaps(run, cast.marketer, Wanted(field="employees"))),
        ("only what lifts", lambda: gaps(run, cast.marketer, Wanted(lifting=True))),
        ("a rep of 500 accounts", lambda: gaps(run, cast.rep, Wanted())),
        ("my accounts", lambda: gaps(run, cast.rep, Wanted(owner=cast.rep.person_id))),
    ):
        print(f"{name}: {timed(work) * 1000:.1f} ms")
    client.force_login(cast.marketer)
    page = reverse("quality_detail")
    print(f"the page: {timed(lambda: client.get(page)) * 1000:.0f} ms")
    print(f"what is stale: {timed(lambda: client.get(page + '?show=stale')) * 1000:.0f} ms")
