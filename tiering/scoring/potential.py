"""Potential in SQL (T4); `tiering.engine.potential` says the same in plain Python."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from tiering.engine.potential import ENOUGH, SIZE_BANDS, Similar
from tiering.engine.types import Source
from tiering.scoring.binding import Binder
from tiering.scoring.kinds import Scope


def won_by_account(condition: str, as_of: str) -> str:
    """Per account the won value a year, from the first to the last win but at least one year."""
    return f"""
        SELECT o.account_id,
               div(sum(o.amount) * 36500,
                   100 * greatest(max(o.closed_on) - min(o.closed_on) + 1, 365))::bigint AS yearly
        FROM accounts_opportunity o
        WHERE o.outcome = 'won' AND o.amount IS NOT NULL AND o.closed_on <= {as_of} AND {condition}
        GROUP BY o.account_id"""


def band_of(employees: str) -> str:
    """The size band, NULL where the number of employees is unknown."""
    return " + ".join(f"({employees} >= {start})::int" for start in SIZE_BANDS)


def similar_circles(as_of: date) -> list[list[Any]]:
    """`[industry, band, upper quartile, n]`, with NULLs for the wider circles; JSON for the run's context."""
    binder = Binder()
    day = binder.bind(as_of, "date")
    query = f"""
        WITH won AS ({won_by_account("o.account_id IS NOT NULL", day)}),
        customers AS (
            SELECT a.industry, {band_of("a.employees")} AS band, won.yearly
            FROM won JOIN accounts_account a ON a.id = won.account_id
            WHERE won.yearly > 0 AND a.merged_into_id IS NULL
        )
        SELECT industry, band, percentile_disc(0.75) WITHIN GROUP (ORDER BY yearly), count(*)
        FROM customers WHERE industry <> '' AND band IS NOT NULL GROUP BY 1, 2 HAVING count(*) >= {ENOUGH}
        UNION ALL
        SELECT industry, NULL, percentile_disc(0.75) WITHIN GROUP (ORDER BY yearly), count(*)
        FROM customers WHERE industry <> '' GROUP BY 1 HAVING count(*) >= {ENOUGH}
        UNION ALL
        SELECT NULL, NULL, percentile_disc(0.75) WITHIN GROUP (ORDER BY yearly), count(*)
        FROM customers HAVING count(*) > 0"""
    with connection.cursor() as cursor:
        cursor.execute(query, binder.values)
        return [list(row) for row in cursor.fetchall()]


def yearly_won_values(as_of: date) -> list[int]:
    """Won value a year of every customer as of a day, ascending: what thresholds are derived from."""
    binder = Binder()
    query = f"SELECT yearly FROM ({won_by_account('o.account_id IS NOT NULL', binder.bind(as_of, 'date'))}) won"
    with connection.cursor() as cursor:
        cursor.execute(f"{query} WHERE yearly > 0 ORDER BY 1", binder.values)
        return [row[0] for row in cursor.fetchall()]


def similar_of(circles: Sequence[Sequence[Any]]) -> Similar:
    """The run's circles for the engine."""
    everyone = [(value, n) for industry, _, value, n in circles if industry is None]
    return Similar(
        bands={(row[0], row[1]): (row[2], row[3]) for row in circles if row[0] is not None and row[1] is not None},
        industries={row[0]: (row[2], row[3]) for row in circles if row[0] is not None and row[1] is None},
        everyone=everyone[0] if everyone else None,
    )


def _own(scope: Scope, condition: str) -> str:
    """Sum of buying centers, their current revenue, and the entered potential, of each account that has any."""
    centers = f"""
        SELECT b.account_id, sum(v.potential)::bigint AS summed, sum(v.current_revenue)::bigint AS current
        FROM accounts_buyingcenter b CROSS JOIN LATERAL (
            SELECT potential, current_revenue FROM accounts_buyingcentervalue v
            WHERE v.buying_center_id = b.id AND v."on" <= {scope.as_of}
            ORDER BY v."on" DESC, v.id DESC LIMIT 1
        ) v
        WHERE b.account_id {condition} AND (b.closed_on IS NULL OR b.closed_on > {scope.as_of})
        GROUP BY 1"""
    entries = f"""
        SELECT DISTINCT ON (e.account_id) e.account_id, e.amount AS entered
        FROM accounts_potentialentry e
        WHERE e.account_id {condition} AND e."on" <= {scope.as_of}
        ORDER BY e.account_id, e."on" DESC, e.id DESC"""
    return f"SELECT * FROM ({centers}) centers FULL JOIN ({entries}) entries USING (account_id)"


def potential_ctes(scope: Scope, circles: Sequence[Sequence[Any]], binder: Binder) -> list[tuple[str, str]]:
    """`own` (facts of each account) and `pot` (account_id, value, source, n, follows) for the scope, in order."""
    as_of = scope.as_of
    inside = f"f.since <= {as_of} AND (f.until IS NULL OR f.until > {as_of})"
    # asked row by row, by index: followings are few, and no join shall read all accounts for them
    present = " AND ".join(
        f"(SELECT merged_into_id IS NULL FROM accounts_account WHERE id = f.{column})"
        for column in ("parent_id", "account_id")
    )
    members = "= ANY(ARRAY(SELECT member FROM kin))"
    heads = "= ANY(ARRAY(SELECT head FROM kin))"
    return [
        # a follower and its parent wherever one of them is in the scope
        (
            "touched",
            f"SELECT f.account_id, f.parent_id FROM accounts_accountfollowing f WHERE {inside} AND {present}"
            f" AND ({scope.of('f.account_id')} OR {scope.of('f.parent_id')})",
        ),
        # each group whole: the parent and all its followers
        (
            "kin",
            f"SELECT f.parent_id AS head, f.account_id AS member FROM accounts_accountfollowing f"
            f" WHERE {inside} AND {present} AND f.parent_id IN (SELECT parent_id FROM touched)"
            " UNION SELECT parent_id, parent_id FROM touched",
        ),
        ("own", _own(scope, scope.condition)),
        (
            "carried",
            f"""
            SELECT kin.head, sum(coalesce(o.summed, o.entered))::bigint AS value, bool_or(o.summed IS NOT NULL) AS sums
            FROM kin JOIN ({_own(scope, members)}) o ON o.account_id = kin.member GROUP BY 1""",
        ),
        ("won", f"{won_by_account(scope.of('o.account_id'), as_of)}"),
        ("circles", _circles(circles, binder)),
        (
            "stands",
            f"""
            SELECT a.id AS account_id, a.industry, {band_of("a.employees")} AS band, won.yearly,
                   coalesce(own.summed, own.entered) AS value,
                   CASE WHEN own.summed IS NOT NULL THEN {Source.SUMMED:d} ELSE {Source.ENTERED:d} END AS source
            FROM a LEFT JOIN own ON own.account_id = a.id LEFT JOIN won ON won.account_id = a.id""",
        ),
        (
            "heads",
            f"""
            SELECT p.id AS account_id, p.industry, {band_of("p.employees")} AS band, w.yearly, carried.value,
                   CASE WHEN carried.sums THEN {Source.SUMMED:d} ELSE {Source.ENTERED:d} END AS source
            FROM accounts_account p LEFT JOIN carried ON carried.head = p.id
            LEFT JOIN ({won_by_account(f"o.account_id {heads}", as_of)}) w ON w.account_id = p.id
            WHERE p.id {heads}""",
        ),
        (
            "shown",
            """
            SELECT s.account_id, h.account_id IS NOT NULL AND h.account_id <> s.account_id AS follows,
                   CASE WHEN h.account_id IS NULL THEN s.industry ELSE h.industry END AS industry,
                   CASE WHEN h.account_id IS NULL THEN s.band ELSE h.band END AS band,
                   CASE WHEN h.account_id IS NULL THEN s.yearly ELSE h.yearly END AS yearly,
                   CASE WHEN h.account_id IS NULL THEN s.value ELSE h.value END AS value,
                   CASE WHEN h.account_id IS NULL THEN s.source ELSE h.source END AS source
            FROM stands s LEFT JOIN touched t ON t.account_id = s.account_id
            LEFT JOIN heads h ON h.account_id = coalesce(t.parent_id, s.account_id)""",
        ),
        (
            "pot",
            f"""
            SELECT s.account_id, s.follows,
                   CASE WHEN s.value IS NOT NULL THEN s.value
                        WHEN e.n IS NOT NULL THEN greatest(e.value, s.yearly) END AS value,
                   CASE WHEN s.value IS NOT NULL THEN s.source WHEN e.n IS NOT NULL THEN {Source.ESTIMATED:d}
                        ELSE {Source.UNKNOWN:d} END AS source,
                   CASE WHEN s.value IS NULL THEN e.n END AS n
            FROM shown s
            LEFT JOIN circles b ON b.industry = s.industry AND b.band = s.band
            LEFT JOIN circles i ON i.industry = s.industry AND i.band IS NULL
            LEFT JOIN circles o ON o.industry IS NULL
            CROSS JOIN LATERAL (SELECT coalesce(b.n, i.n, o.n) AS n, coalesce(b.value, i.value, o.value) AS value) e""",
        ),
    ]


def _circles(circles: Sequence[Sequence[Any]], binder: Binder) -> str:
    columns = list(zip(*circles, strict=True)) if circles else [(), (), (), ()]
    casts = ("text[]", "int[]", "bigint[]", "int[]")
    arrays = ", ".join(binder.bind(list(column), cast) for column, cast in zip(columns, casts, strict=True))
    return f"SELECT * FROM unnest({arrays}) AS circle(industry, band, value, n)"
