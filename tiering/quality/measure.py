"""Counted once after each run: how many accounts lack what, and how many facts are known and stale.

Everything is set-based; the run's own score table gets an index by mask, so that the pages read by index.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from abxsite.lib import clock, locks
from tiering.models import QualitySummary, Run
from tiering.quality.questions import DATED, JUDGED, Asked, facts_of, fields_of
from tiering.scoring import partitions
from tiering.scoring.specs import specs_of

#: D3: insight older than this is stale.
STALE = timedelta(days=365)
TEXTS = ("industry", "country", "region", "city", "status")
NUMBERS = ("employees", "revenue", "year_founded")
SETS = ("technologies", "problem_tags")


def asked_of(run: Run) -> list[Asked]:
    """The criteria of the run's scorecard, in order."""
    criteria = list(run.scorecard.criteria.all())
    return [
        Asked(i, spec.key, criterion.name, spec.weight, fields_of(spec.config), bool(run.dataless[i : i + 1] == [True]))
        for i, (criterion, spec) in enumerate(zip(criteria, specs_of(criteria), strict=True))
    ]


def mask_sql(asked: Sequence[Asked], array: str = "points") -> str:
    """The mask of a row of the score table; integers of ours only."""
    bits = [
        f"CASE WHEN {array}[{one.place + 1}] IS NULL THEN {1 << one.place} ELSE 0 END"
        for one in asked
        if one.answerable
    ]
    return f"({' + '.join(bits) or '0'})"


def measure(run: Run) -> QualitySummary | None:
    """The summary of a run, counted unless it is there; None while somebody else counts."""
    found = QualitySummary.objects.filter(run=run).first()
    if found is not None or run.dropped_at is not None:
        return found
    with transaction.atomic():
        if not locks.try_take("quality"):
            return None
        return _measure(run)


def measure_current() -> QualitySummary | None:
    run = Run.objects.filter(is_current=True).select_related("scorecard").first()
    return measure(run) if run else None


def _measure(run: Run) -> QualitySummary:
    asked = asked_of(run)
    table = partitions.partition(run.pk)
    mask = mask_sql(asked)
    with connection.cursor() as cursor:
        # what to find out next: the accounts of one mask, the best score first
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {table}_gaps ON {table} ({mask}, total DESC, account_id)")
        cursor.execute(f"SELECT {mask} AS mask, count(*) FROM {table} GROUP BY 1")
        gaps = {str(key): n for key, n in cursor.fetchall()}
    summary, _ = QualitySummary.objects.update_or_create(
        run=run,
        defaults={
            "accounts": sum(gaps.values()),
            "gaps": gaps,
            "facts": _facts(run, asked, clock.today() - STALE),
            "measured_at": clock.now(),
        },
    )
    return summary


def _facts(run: Run, asked: Sequence[Asked], cutoff: date) -> list[dict[str, Any]]:
    """{field, known, stale} of each fact that the scorecard reads; judgements age by themselves and are never stale."""
    fields = list(facts_of(asked))
    plain = [field for field in fields if field not in DATED and not field.startswith(JUDGED)]
    known, stale = _plain(plain, cutoff)
    estimated = 0
    if "potential" in fields:
        known["potential"], stale["potential"], estimated = _potential(run, cutoff)
    if "whitespace" in fields:
        known["whitespace"], stale["whitespace"] = _by_points("whitespace", run, asked), 0
    for field in fields:
        if field.startswith(JUDGED):
            known[field], stale[field] = _by_points(field, run, asked), 0
    rows: list[dict[str, Any]] = [{"field": field, "known": known[field], "stale": stale[field]} for field in fields]
    for row in rows:
        if row["field"] == "potential":
            row["estimated"] = estimated
    return rows


def _by_points(field: str, run: Run, asked: Sequence[Asked]) -> int:
    return max((run.known[one.place] for one in asked if field in one.fields and one.place < len(run.known)), default=0)


def known_sql(field: str, number: int) -> tuple[str, dict[str, str]]:
    """Whether a fact of the account `a` is known, and the parameters of that."""
    if field in TEXTS:
        return f"a.{field} <> ''", {}
    if field in NUMBERS:
        return f"a.{field} IS NOT NULL", {}
    if field in SETS:
        return f"cardinality(a.{field}) > 0", {}
    if field.startswith("custom."):
        name = f"custom_{number}"
        return f"coalesce(a.custom ->> %({name})s, '') <> ''", {name: field.removeprefix("custom.")}
    return "false", {}


def _plain(fields: Sequence[str], cutoff: date) -> tuple[dict[str, int], dict[str, int]]:
    """Columns of the account: known, and known but neither seen nor checked since `cutoff`."""
    if not fields:
        return {}, {}
    tests = [known_sql(field, i) for i, field in enumerate(fields)]
    values: dict[str, Any] = {"cutoff": cutoff, "fields": list(fields)}
    for _, own in tests:
        values |= own
    counts = ", ".join(f"count(*) FILTER (WHERE {test}), count(*) FILTER (WHERE {test} AND old)" for test, _ in tests)
    per_field = " ".join(f"WHEN %(field_{i})s THEN {test}" for i, (test, _) in enumerate(tests))
    values |= {f"field_{i}": field for i, field in enumerate(fields)}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {counts} FROM (SELECT *, insight_on IS NULL OR insight_on < %(cutoff)s AS old"
            " FROM accounts_account WHERE merged_into_id IS NULL) a",
            values,
        )
        row = cursor.fetchone()
        cursor.execute(
            f"""SELECT field, count(DISTINCT account_id) FROM (
                SELECT c.field, c.account_id FROM accounts_factcheck c JOIN accounts_account a ON a.id = c.account_id
                WHERE c."on" >= %(cutoff)s AND c.field = ANY(%(fields)s) AND a.merged_into_id IS NULL
                  AND (a.insight_on IS NULL OR a.insight_on < %(cutoff)s) AND CASE c.field {per_field} END
            ) checked GROUP BY field""",
            values,
        )
        checked = dict(cursor.fetchall())
    known = {field: row[2 * i] for i, field in enumerate(fields)}
    return known, {field: row[2 * i + 1] - checked.get(field, 0) for i, field in enumerate(fields)}


def _potential(run: Run, cutoff: date) -> tuple[int, int, int]:
    """Accounts with a sum or an entered figure; those whose newest figure and check are older than `cutoff`; and
    those with an estimate, which counts as known until somebody knows better.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH recent AS (
                SELECT account_id FROM accounts_potentialentry WHERE "on" >= %(cutoff)s
                UNION SELECT b.account_id FROM accounts_buyingcentervalue v
                      JOIN accounts_buyingcenter b ON b.id = v.buying_center_id WHERE v."on" >= %(cutoff)s
                UNION SELECT account_id FROM accounts_factcheck WHERE field = 'potential' AND "on" >= %(cutoff)s
            )
            SELECT count(*) FILTER (WHERE s.potential_source IN (1, 2)),
                   count(*) FILTER (WHERE s.potential_source IN (1, 2) AND r.account_id IS NULL),
                   count(*) FILTER (WHERE s.potential_source = 3)
            FROM {partitions.partition(run.pk)} s LEFT JOIN recent r ON r.account_id = s.account_id""",
            {"cutoff": cutoff},
        )
        known, stale, estimated = cursor.fetchone()
    return known, stale, estimated
