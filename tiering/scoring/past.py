"""Deals of the past with their accounts' points as of the opening day, written into the backtest's own rows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from tiering.engine.types import CriterionSpec, Typical
from tiering.models import Backtest, Tier
from tiering.scoring.partitions import plan_for_sets, typical_from
from tiering.scoring.points import RunContext, points_query
from tiering.scoring.weighing import weighing
from tiering.scoring.what_if import tier_passed

_CLOSED = """
    o.outcome IN ('won', 'lost') AND o.account_id IS NOT NULL
    AND o.opened_on BETWEEN %(since)s AND %(until)s AND (%(with_renewals)s OR o.type <> 'renewal')"""


def _window(backtest: Backtest) -> dict[str, Any]:
    return {"since": backtest.since, "until": backtest.until, "with_renewals": backtest.with_renewals}


def opening_days(backtest: Backtest) -> list[date]:
    """Days on which a deal of the window was opened, ascending."""
    query = f"SELECT DISTINCT o.opened_on FROM accounts_opportunity o WHERE {_CLOSED} ORDER BY 1"
    with connection.cursor() as cursor:
        cursor.execute(query, _window(backtest))
        return [day for (day,) in cursor.fetchall()]


def left_out(backtest: Backtest) -> dict[str, int]:
    """Deals that the window holds or might hold and that are not scored, by why."""
    query = """
        SELECT count(*) FILTER (WHERE o.outcome = 'open' AND inside AND o.account_id IS NOT NULL),
               count(*) FILTER (WHERE o.account_id IS NULL AND inside AND o.outcome <> 'open'),
               count(*) FILTER (WHERE o.opened_on IS NULL AND o.outcome <> 'open'),
               count(*) FILTER (WHERE inside AND o.type = 'renewal' AND NOT %(with_renewals)s AND o.outcome <> 'open')
        FROM (SELECT *, coalesce(opened_on BETWEEN %(since)s AND %(until)s, false) AS inside
              FROM accounts_opportunity) o"""
    with connection.cursor() as cursor:
        cursor.execute(query, _window(backtest))
        return dict(zip(("open", "no_account", "undated", "renewals"), cursor.fetchone(), strict=True))


def score_day(backtest: Backtest, side: int, criteria: Sequence[CriterionSpec], context: RunContext) -> int:
    """Write the deals opened on the context's day, with points; those that are there already stay as they are."""
    day: dict[str, Any] = {"since": context.as_of, "until": context.as_of, "with_renewals": backtest.with_renewals}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT o.account_id FROM accounts_opportunity o WHERE {_CLOSED}", day)
        ids = [pk for (pk,) in cursor.fetchall()]
        query, values = points_query(criteria, context, ids=ids, with_history=True)
        plan_for_sets()
        cursor.execute(
            f"""
            INSERT INTO tiering_backtestdeal (backtest_id, side, opportunity_id, account_id, opened_on, arrived_on, won,
                                              amount, days, points, potential)
            SELECT %(backtest)s, %(side)s, o.id, o.account_id, o.opened_on,
                   (acc.created_at AT TIME ZONE %(zone)s)::date, o.outcome = 'won', o.amount,
                   CASE WHEN o.closed_on IS NOT NULL AND NOT o.dates_doubtful THEN o.closed_on - o.opened_on END,
                   p.points, p.potential
            FROM accounts_opportunity o JOIN ({query}) p ON p.account_id = o.account_id
            JOIN accounts_account acc ON acc.id = o.account_id WHERE {_CLOSED}
            ON CONFLICT DO NOTHING""",
            {**values, **day, "backtest": backtest.pk, "side": side, "zone": timezone.get_current_timezone_name()},
        )
        return int(cursor.rowcount)


def typical_of_deals(backtest: Backtest, side: int, criteria: int) -> Typical:
    """Lower medians over the deals of one side: what was typical of those who came to a deal, never of the outcome."""
    histogram: list[dict[Any, int]] = [{} for _ in range(criteria)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.place, u.points, count(*) FROM tiering_backtestdeal d,"
            " unnest(d.points) WITH ORDINALITY AS u(points, place)"
            " WHERE d.backtest_id = %s AND d.side = %s AND u.points IS NOT NULL GROUP BY 1, 2",
            [backtest.pk, side],
        )
        for place, points, n in cursor.fetchall():
            histogram[place - 1][points] = n
    return typical_from([histogram], criteria)


def weigh_deals(
    backtest: Backtest, side: int, criteria: Sequence[CriterionSpec], typical: Typical, tiers: Sequence[Tier]
) -> None:
    """Fill total, coverage and the tier whose minimums were passed (caps of the past are not known)."""
    weighed = weighing(criteria, typical, "d.points")
    tier = tier_passed(tiers, "total", "coverage")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE tiering_backtestdeal SET total = w.total, coverage = w.coverage, tier = nullif(w.tier, {len(tiers)})
            FROM (SELECT id, total, coverage, {tier} AS tier
                  FROM (SELECT d.id, d.potential, {weighed.columns()} FROM tiering_backtestdeal d
                        WHERE d.backtest_id = %(backtest)s AND d.side = %(side)s) scored) w
            WHERE tiering_backtestdeal.id = w.id""",
            {"backtest": backtest.pk, "side": side},
        )
