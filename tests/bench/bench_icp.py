"""Clusters and the ICP over a large workspace: what the pages ask live, and what the task counts (seconds)."""

import os
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from abxsite.lib import clock
from accounts.clusters.candidates import candidates
from accounts.clusters.grouping import suggest
from accounts.facts import Condition
from accounts.models import Account
from tests.bench.workspace import fill, fill_list
from tests.cast import Cast
from tiering.choices import RuleKind
from tiering.icp import current_lines, summaries
from tiering.icp.counts import count
from tiering.icp.lookalikes import rank, telling
from tiering.icp.shared import compare
from tiering.icp.wins import read_wins
from tiering.models import Standing
from tiering.services.icp import save_rules
from tiering.services.icp_counts import summarize_icp

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
ACCOUNTS = int(os.environ.get("SIZE", "100000"))
ROUNDS = 3


def seconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return sorted(taken)[ROUNDS // 2]


def test_icp_and_clusters(cast: Cast) -> None:
    day = clock.today()
    fill(ACCOUNTS, day)
    fill_list(ACCOUNTS, day)
    Standing.objects.filter(account_id__in=range(0, ACCOUNTS, 997)).update(deck="needs_cluster")
    save_rules(actor=None, kind=RuleKind.MUST, conditions=[Condition("employees", "gte", 500)])
    save_rules(actor=None, kind=RuleKind.NICE, conditions=[Condition("technologies", "any", ["sap"])])
    save_rules(actor=None, kind=RuleKind.EXCLUDE, conditions=[Condition("industry", "in", ["Retail"])])
    with connection.cursor() as cursor:
        for table in ("accounts_account", "tiering_standing", "tiering_placement"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    lines = current_lines()
    found = compare(day)
    features = telling(found)
    pool = candidates(cast.marketer)
    client = Client()
    client.force_login(cast.marketer)
    works: dict[str, Callable[[], object]] = {
        "one scan of the accounts": _scan,
        "rules counted over all": lambda: count(Account.objects.present(), lines),
        "rules counted over the list": lambda: summaries.list_counts(lines),
        "wins against the rules": lambda: read_wins(day, lines),
        "comparison of the wins": lambda: compare(day),
        f"look-alikes ranked ({len(features)} attributes)": lambda: rank(features, lines, day),
        "the task": lambda: summarize_icp(day),
        f"candidates for clusters ({len(pool)})": lambda: candidates(cast.marketer),
        "groups of them": lambda: suggest(pool),
    }
    for name in ("icp_detail", "icp_win_list", "icp_shared", "icp_lookalike_list", "cluster_list"):
        works[f"page {name}"] = lambda name=name: client.get(reverse(name))  # type: ignore[misc]
    works["page cluster_suggestion_list"] = lambda: client.get(reverse("cluster_suggestion_list"))
    print(f"\n{ACCOUNTS:,} accounts, median of {ROUNDS}, seconds")
    for name, work in works.items():
        print(f"{name:48} {seconds(work):8.3f}")
    assert client.get(reverse("icp_lookalike_list")).status_code == 200


def _scan() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(length(industry)), sum(employees) FROM accounts_account")
        cursor.fetchone()
