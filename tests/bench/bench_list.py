"""The account list against the same pages over 1,000 accounts (DESIGN §6): structural filters, text search, page 200."""

import os
import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.http import urlencode

from abxsite.lib import clock
from abxsite.users.choices import Role
from accounts.models import Account, Cluster, Segment
from tests.bench.workspace import fill, fill_list
from tests.factories import PersonFactory, UserFactory
from tiering.models import Score, Tier

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
SIZE = int(os.environ.get("SIZE", "100000"))
SMALL = 1_000
ROUNDS = 3
SLOW = 4.0

STRUCTURAL: dict[str, dict[str, Any]] = {
    "plain": {},
    "by name": {"sort": "name"},
    "by potential": {"sort": "potential"},
    "by known": {"sort": "coverage"},
    "newest": {"sort": "newest"},
    "on the list": {"tier": "list"},
    "one tier": {"tier": "{tier}"},
    "off the list": {"tier": "off"},
    "one owner": {"owner": "{owner}"},
    "no owner": {"owner": "none"},
    "industry": {"industry": "Ports"},
    "industry, country, employees": {"industry": "Ports", "country": "Norway", "employees.gte": 10_000},
    "status": {"status": "customer"},
    "region": {"region": "Region 3"},
    "city": {"city": "City 77"},
    "employees": {"employees.between": [19_900, 20_000]},
    "revenue": {"revenue.gte": 899_000_000},
    "technology": {"technologies": "sap"},
    "rare technology": {"technologies": "mainframe"},
    "problem": {"problems": "grid tenders"},
    "custom word": {"custom.hub": "hub 3"},
    "custom number": {"custom.sites.gte": 88},
    "score": {"score_min": 60, "score_max": 61},
    "coverage": {"known_max": 21},
    "never touched": {"touched": "never"},
    "touched lately": {"touched.within": "7 days"},
    "strength": {"strength.gte": 4},
    "stale": {"insight": "stale"},
    "checked lately": {"insight_on.within": "7 days"},
    "won in 12 months": {"won_on.within": "12 months"},
    "open deal": {"open_deal": "yes"},
    "no deal ever": {"any_deal": "no"},
    "2 signals in 30 days": {"signals.at_least": "2:30 days"},
    "3 demo requests in 90 days": {"signals.at_least": "3:90 days:demo_request"},
    "cluster": {"cluster": "{cluster}"},
    "segment": {"segment": "{segment}"},
    "on deck": {"deck": "find_out"},
    "closure": {"closure": "acquired"},
}
TEXT = {
    "one hit": "invented 777",
    "many hits": "invented",
    "digits": "77",
    "domain": "invented7.example",
    "no hit": "zzzz",
}


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(client: Client, query: dict[str, Any]) -> float:
    url = f"/accounts/?{urlencode(query, doseq=True) or 'view=all'}"

    def get() -> None:
        answer = client.get(url)
        assert answer.status_code == 200
        assert re.findall(rb"<span>[^<]*It was left out", answer.content) == []

    first = seconds(get)
    rounds = 2 if first > SLOW else ROUNDS
    return statistics.median(seconds(get) for _ in range(rounds))


def named(query: dict[str, Any]) -> dict[str, Any]:
    """With the ids of this workspace."""
    owner = Account.objects.exclude(owner=None).values_list("owner_id", flat=True).first()
    segment, _ = Segment.objects.get_or_create(
        name="Norwegian ports that never bought",
        defaults={
            "conditions": [
                {"fact": "industry", "op": "in", "value": ["Ports"]},
                {"fact": "won_on", "op": "unknown"},
                {"fact": "employees", "op": "gte", "value": 500},
            ]
        },
    )
    ids = {
        "{tier}": Tier.objects.get(name="One-to-Many").pk,
        "{owner}": owner,
        "{cluster}": Cluster.objects.earliest("pk").pk,
        "{segment}": segment.pk,
    }
    return {key: ids.get(value, value) if isinstance(value, str) else value for key, value in query.items()}


def page_200(sort: str) -> dict[str, Any]:
    """The cursor of a page far down: row 199 × 50, or the last quarter of a small workspace."""
    place = min(199 * 50, Account.objects.count() * 3 // 4)
    if sort == "name":
        account = Account.objects.order_by("name", "id")[place]
        return {"sort": "name", "after": f"{account.name.lower()}~{account.pk}"}
    score = Score.objects.filter(run__is_current=True).order_by("-total", "account_id")[place]
    return {"after": f"{score.total}~{score.account_id}"}


def table(client: Client) -> dict[str, float]:
    pages = {name: named(query) for name, query in STRUCTURAL.items()}
    pages |= {f"text: {name}": {"q": words} for name, words in TEXT.items()}
    pages |= {"page 200": page_200("score"), "page 200 by name": page_200("name")}
    return {name: measure(client, query) for name, query in pages.items()}


def p95(values: list[float]) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, round(0.95 * len(ranked)))]


def test_list_pages_against_a_small_workspace(client: Client) -> None:
    day = clock.today()
    user = UserFactory(person=PersonFactory(name="Bea Bench"), roles=[Role.MARKETER])
    client.force_login(user)
    fill(SMALL, day)
    fill_list(SMALL, day)
    small = table(client)
    empty()
    began = time.perf_counter()
    fill(SIZE, day)
    fill_list(SIZE, day)
    made = time.perf_counter() - began
    large = table(client)
    print(f"\naccount list, {SIZE:,} accounts (made in {made:.0f} s) against {SMALL:,}")
    for name, taken in large.items():
        print(f"  {name:<28} {small[name] * 1000:6.0f} ms {taken * 1000:7.0f} ms  {taken / small[name]:5.1f} ×")
    structural = [name for name in STRUCTURAL if name in large]
    text = [name for name in large if name.startswith("text")]
    for label, names, budget in (("structural filters", structural, 3), ("text search", text, 15)):
        a, b = p95([small[name] for name in names]), p95([large[name] for name in names])
        print(f"  p95 {label:<20} {a * 1000:6.0f} ms {b * 1000:7.0f} ms  {b / a:5.1f} × (budget {budget})")
    turned = large["page 200"] / large["plain"]
    print(
        f"  page 200 against page 1      {turned:5.2f} × (budget 1.3), by name {large['page 200 by name'] / large['by name']:.2f} ×"
    )


def empty() -> None:
    """Take the small workspace away, sequences and all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' AND relname LIKE 'tiering_score_%'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {name}")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE accounts_account, tiering_run, tiering_scorecard, accounts_segment CASCADE")
        cursor.execute("SET session_replication_role = origin")
