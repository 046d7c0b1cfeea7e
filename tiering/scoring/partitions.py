"""Staging tables of a run's parts, and the run's partition of the score table: built beside, attached, dropped."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from tiering.engine.types import CriterionSpec, Typical
from tiering.scoring.points import RunContext, points_query
from tiering.scoring.weighing import weighing

COLUMNS = (
    "run_id, account_id, total, coverage, points, raw, fit, signals, relationship, potential, potential_source,"
    " potential_n, follows, scored_on"
)
#: Histogram of the points of one part: per criterion how many accounts have each value, NULL left out.
Histogram = list[dict[int, int]]


def staging(part_id: int) -> str:
    return f"tiering_points_{part_id:d}"


def marks(run_id: int) -> str:
    return f"tiering_marks_{run_id:d}"


def partition(run_id: int) -> str:
    return f"tiering_score_{run_id:d}"


#: What the points pass reads.
INPUTS = (
    "account",
    "signal",
    "contact",
    "contactstrength",
    "tie",
    "judgement",
    "buyingcenter",
    "buyingcentervalue",
    "potentialentry",
    "opportunity",
    "accountfollowing",
)


def plan_for_sets() -> None:
    """For this transaction: whole sets are joined, never row by row, whatever stale statistics say about CTEs."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_bitmapscan = off; SET LOCAL jit = off")


def refresh_statistics() -> None:
    """ANALYZE the inputs that changed much since they last were: a first import leaves them without any."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_stat_user_tables WHERE relname = ANY(%s)"
            " AND n_mod_since_analyze > 1000 + n_live_tup / 5",
            [[f"accounts_{name}" for name in INPUTS]],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ANALYZE {name}")


def write_part(part_id: int, criteria: Sequence[CriterionSpec], context: RunContext, low: int, high: int) -> int:
    """Write the points of a range into its own unlogged table, anew; gives the number of accounts."""
    query, values = points_query(criteria, context, low=low, high=high)
    table = staging(part_id)
    plan_for_sets()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE UNLOGGED TABLE {table} AS {query}", values)
        return int(cursor.rowcount)


def histogram_of(part_id: int, criteria: int) -> Histogram:
    """Of one part's points, for the typical values."""
    sets = ", ".join(f"(points[{i + 1}])" for i in range(criteria))
    groups = ", ".join(f"grouping(points[{i + 1}])" for i in range(criteria))
    values = ", ".join(f"points[{i + 1}]" for i in range(criteria))
    found: Histogram = [{} for _ in range(criteria)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT array_position(ARRAY[{groups}], 0), coalesce({values}), count(*) FROM {staging(part_id)}"
            f" GROUP BY GROUPING SETS ({sets})"
        )
        for place, points, n in cursor.fetchall():
            if points is not None:
                found[place - 1][points] = n
    return found


def typical_from(histograms: Sequence[Sequence[dict[Any, int]]], criteria: int) -> Typical:
    """Lower medians over all parts; keys of the histograms may be text, as JSON keeps them."""
    merged: Histogram = [{} for _ in range(criteria)]
    for part in histograms:
        for own, other in zip(merged, part, strict=True):
            for points, n in other.items():
                own[int(points)] = own.get(int(points), 0) + n
    known = tuple(sum(column.values()) for column in merged)
    return Typical(
        points=tuple(_lower_median(column, n) for column, n in zip(merged, known, strict=True)),
        known=known,
        dataless=tuple(n == 0 for n in known),
    )


def _lower_median(column: dict[int, int], n: int) -> int:
    from_below = 0
    for points in sorted(column):
        from_below += column[points]
        if 2 * from_below >= n:
            return points
    return 2_500


def staged_rows(part_id: int) -> int | None:
    """Rows in a part's table; None when it is gone (an unlogged table is emptied by a crash of the database)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [staging(part_id)])
        if cursor.fetchone()[0] is None:
            return None
        cursor.execute(f"SELECT count(*) FROM {staging(part_id)}")
        return int(cursor.fetchone()[0])


def build_partition(
    run_id: int, part_ids: Sequence[int], criteria: Sequence[CriterionSpec], typical: Typical, context: RunContext
) -> int:
    """Weigh all parts into a table beside, with its indexes and statistics; gives the number of scores."""
    table = partition(run_id)
    weighed = weighing(criteria, typical)
    parts = " UNION ALL ".join(f"SELECT * FROM {staging(pk)}" for pk in part_ids)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(
            f"CREATE TABLE {table} (LIKE tiering_score INCLUDING DEFAULTS,"
            f" CHECK (run_id = {run_id:d}) NO INHERIT) WITH (fillfactor = 95)"
        )
        rows = 0
        if parts:
            cursor.execute(
                f"INSERT INTO {table} ({COLUMNS}) SELECT {run_id:d}, p.account_id, {weighed.columns()}, p.points,"
                f" p.raw, {weighed.axes()}, p.potential, p.potential_source, p.potential_n, p.follows, %(day)s::date"
                f" FROM ({parts}) p",
                {"day": context.as_of},
            )
            rows = cursor.rowcount
        cursor.execute(f"CREATE UNIQUE INDEX {table}_account ON {table} (run_id, account_id)")
        cursor.execute(f"CREATE INDEX {table}_total ON {table} (run_id, total DESC, account_id)")
        cursor.execute(f"ANALYZE {table}")
    return rows


def attach_partition(run_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE tiering_score ATTACH PARTITION {partition(run_id)} FOR VALUES IN ({run_id:d})")


def drop_partition(run_id: int) -> None:
    """Takes the score table's exclusive lock for a moment; gives up after two seconds rather than holding readers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute(f"DROP TABLE IF EXISTS {partition(run_id)}")


def drop_staging(run_id: int, part_ids: Sequence[int]) -> None:
    names = [*(staging(pk) for pk in part_ids), marks(run_id)]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(names)}")


def note_marks(run_id: int) -> None:
    """Remember which marks the run's snapshot sees: their accounts are scored by the run itself."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {marks(run_id)}")
        cursor.execute(f"CREATE UNLOGGED TABLE {marks(run_id)} AS SELECT id FROM accounts_rescoremark")


def clear_marks(run_id: int) -> None:
    """Delete the marks that the run answered; newer ones stay."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [marks(run_id)])
        if cursor.fetchone()[0] is not None:
            cursor.execute(f"DELETE FROM accounts_rescoremark m USING {marks(run_id)} seen WHERE m.id = seen.id")


def write_scores(
    run_id: int, ids: Sequence[int], criteria: Sequence[CriterionSpec], typical: Typical, context: RunContext
) -> int:
    """Score some accounts again inside the run's partition, with the run's typical values (single rescore)."""
    query, values = points_query(criteria, context, ids=ids)
    weighed = weighing(criteria, typical)
    columns = COLUMNS.split(", ")
    plan_for_sets()
    updates = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns[2:])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tiering_score ({COLUMNS}) SELECT {run_id:d}, p.account_id, {weighed.columns()}, p.points,"
            f" p.raw, {weighed.axes()}, p.potential, p.potential_source, p.potential_n, p.follows,"
            f" %(scored_on)s::date FROM ({query}) p"
            f" ON CONFLICT (run_id, account_id) DO UPDATE SET {updates}",
            {**values, "scored_on": context.as_of},
        )
        written = int(cursor.rowcount)
        cursor.execute(
            "DELETE FROM tiering_score s USING accounts_account a WHERE s.run_id = %s AND s.account_id = ANY(%s)"
            " AND a.id = s.account_id AND a.merged_into_id IS NOT NULL",
            [run_id, list(ids)],
        )
    return written
