"""The dashboard against one scan of the opportunities with the same aggregates (DESIGN §6: at most 4 × live)."""

import os
import re
import statistics
import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from reviews.measure import Scope, statement
from tests.bench.workspace import STATEMENTS
from tests.reviews.insights.makers import make_tier

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
ACCOUNTS = int(os.environ.get("SIZE", "100000"))
DEALS_EACH = 3
ROUNDS = 5

DEALS = """
    INSERT INTO accounts_opportunity (account_id, name, type, stage, outcome, amount, opened_on, closed_on,
        dates_doubtful, product, source, external_id, created_at, updated_at)
    SELECT a.id, '', (ARRAY['new', 'expansion', 'renewal', ''])[1 + (a.id + n) %% 4], '',
        (ARRAY['won', 'lost', 'open'])[1 + (a.id * 7 + n) %% 3], (a.id * 7 + n * 31) %% 90000,
        DATE '2025-01-01' + (a.id * 3 %% 500)::int,
        CASE WHEN (a.id * 7 + n) %% 3 < 2 THEN DATE '2025-01-01' + (a.id * 3 %% 500 + (a.id * 11 + n) %% 300)::int END,
        false, '', '', '', now(), now()
    FROM accounts_account a, generate_series(1, %(each)s) n"""
CHANGES = """
    INSERT INTO accounts_opportunitychange (opportunity_id, "on", stage, outcome, amount, source, entered_at)
    SELECT id, opened_on, '', outcome, amount, 'import', now() FROM accounts_opportunity"""
PLACEMENTS = """
    INSERT INTO tiering_placement (account_id, layer, tier_id, since, until, source, reason, created_at, void_reason)
    SELECT a.id, 'base', %(tier)s, TIMESTAMPTZ '2025-06-01' + n * interval '120 days',
        CASE WHEN n = 0 THEN TIMESTAMPTZ '2025-06-01' + interval '120 days' END, 'cycle', '', now(), ''
    FROM accounts_account a, generate_series(0, 1) n WHERE a.id %% 5 = 0"""


def fill() -> None:
    tier = make_tier(1, "One-to-Many")
    values = {"size": ACCOUNTS, "each": DEALS_EACH, "tier": tier.pk}
    with connection.cursor() as cursor:
        for sql in (STATEMENTS[0], DEALS, CHANGES, PLACEMENTS):
            cursor.execute(sql, values)
        for table in ("accounts_account", "accounts_opportunity", "accounts_opportunitychange", "tiering_placement"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def scan() -> None:
    """One pass over the table: the same aggregates, by type."""
    wanted = re.search(r"AS key, days, (.*) FROM filed GROUP BY", statement._cells(Scope()))
    assert wanted is not None
    columns = wanted.group(1).replace("amount_then", "amount").replace("days IS NOT NULL", "closed_on IS NOT NULL")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT type, {columns} FROM accounts_opportunity GROUP BY type")
        cursor.fetchall()


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def test_dashboard_against_one_scan() -> None:
    fill()
    scopes = {"tier when opened": Scope(), "tier now": Scope(tier_as_of="now"), "industry": Scope(by="industry")}
    taken: dict[str, list[float]] = {"scan": [], **{name: [] for name in scopes}}
    for _ in range(ROUNDS):
        taken["scan"].append(seconds(scan))
        for name, scope in scopes.items():
            taken[name].append(seconds(partial(statement.tallies, scope)))
    floor = statistics.median(taken["scan"])
    print(f"\ninsights, {ACCOUNTS * DEALS_EACH:,} opportunities; one scan {floor * 1000:.0f} ms")
    for name in scopes:
        middle = statistics.median(taken[name])
        print(f"  {name:<18} {middle * 1000:6.0f} ms  {middle / floor:.1f} × (budget 4)")
