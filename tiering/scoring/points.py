"""The points pass (S1): one SELECT over a scope of accounts, as of a day that is passed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from tiering.engine.types import CriterionSpec
from tiering.scoring.binding import Binder
from tiering.scoring.kinds import Scope, compile_kind
from tiering.scoring.potential import potential_ctes, similar_circles

#: What criteria may read of the account itself.
COLUMNS = "id, industry, country, region, status, employees, revenue, year_founded, technologies, problem_tags, custom"
#: Read once each, or needed for statistics that the planner would not have.
MATERIALIZED = frozenset({"a", "kin", "touched"})


#: Of these, what `AccountEvent` records: each row holds the values that an update replaced.
RECORDED = ("industry", "country", "status", "employees", "revenue")


@dataclass(frozen=True, slots=True)
class RunContext:
    """What all parts of a run share: the day, the circles of similar customers, which sources have any data."""

    as_of: date
    circles: list[list[Any]]
    connected: frozenset[str]

    def as_json(self) -> dict[str, Any]:
        return {"circles": self.circles, "connected": sorted(self.connected)}

    def on(self, as_of: date) -> "RunContext":
        """The same circles and sources, read as of another day."""
        return RunContext(as_of, self.circles, self.connected)


def read_context(as_of: date, declared: Sequence[str] = ()) -> RunContext:
    """Look once over the whole database; `declared` are sources that the settings call connected."""
    return RunContext(as_of, similar_circles(as_of), read_connected(as_of, declared))


def read_connected(as_of: date, declared: Sequence[str] = ()) -> frozenset[str]:
    """Sources with any data up to the day, and those that the settings call connected."""
    return frozenset(name for name in ("signals", "relationship") if name in declared or _has_data(name, as_of))


def context_of(as_of: date, stored: dict[str, Any]) -> RunContext:
    return RunContext(as_of, stored.get("circles", []), frozenset(stored.get("connected", [])))


def _has_data(source: str, as_of: date) -> bool:
    strengths = """SELECT 1 FROM accounts_contactstrength WHERE account_id IS NOT NULL AND "on" <= %(day)s"""
    tests = {
        "signals": "SELECT 1 FROM accounts_signal WHERE account_id IS NOT NULL AND occurred_on <= %(day)s",
        "relationship": f'{strengths} UNION ALL SELECT 1 FROM accounts_tie WHERE "on" <= %(day)s',
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({tests[source]})", {"day": as_of})
        return bool(cursor.fetchone()[0])


def past_accounts(as_of: str, binder: Binder) -> str:
    """The accounts `a` as they stood at the end of the day: the oldest later event holds what was replaced since."""
    columns = ", ".join(
        f"CASE WHEN e.pgh_id IS NULL THEN a.{name} ELSE e.{name} END AS {name}" if name in RECORDED else f"a.{name}"
        for name in COLUMNS.split(", ")
    )
    zone = binder.bind(timezone.get_current_timezone_name(), "text")
    return f"""
        SELECT {columns} FROM accounts_account a LEFT JOIN LATERAL (
            SELECT pgh_id, {", ".join(RECORDED)} FROM accounts_accountevent e
            WHERE e.pgh_obj_id = a.id AND e.pgh_created_at >= ({as_of} + 1)::timestamp AT TIME ZONE {zone}
            ORDER BY e.pgh_created_at, e.pgh_id LIMIT 1
        ) e ON true"""


def points_query(
    criteria: Sequence[CriterionSpec],
    context: RunContext,
    *,
    low: int = 0,
    high: int = 0,
    ids: Sequence[int] | None = None,
    with_history: bool = False,
) -> tuple[str, dict[str, Any]]:
    """(SELECT, parameters) giving account_id, points, raw, potential, potential_source, potential_n, follows.

    The accounts are those with low ≤ id ≤ high, or those of `ids`. `with_history` reads the firmographics that have a
    recorded history as they stood at the end of the day; otherwise they are today's.
    """
    binder = Binder()
    if ids is None:
        condition = f"BETWEEN {binder.bind(low, 'bigint')} AND {binder.bind(high, 'bigint')}"
    else:
        condition = f"= ANY({binder.bind(list(ids), 'bigint[]')})"
    scope = Scope(condition, binder.bind(context.as_of, "date"), context.connected)
    compiled = [compile_kind(criterion.config, i, scope, binder) for i, criterion in enumerate(criteria)]
    inside = f"{scope.of('a.id')} AND a.merged_into_id IS NULL"
    past = past_accounts(scope.as_of, binder) if with_history else f"SELECT {COLUMNS} FROM accounts_account a"
    ctes = [("a", f"{past} WHERE {inside}")]
    ctes += potential_ctes(scope, context.circles, binder)
    ctes += [cte for item in compiled for cte in item.ctes]
    joins = "".join(f"\nLEFT JOIN {name} ON {name}.account_id = a.id" for item in compiled for name in item.joins)
    text = ",\n".join(f"{name} AS {'MATERIALIZED ' if name in MATERIALIZED else ''}({query})" for name, query in ctes)
    query = f"""WITH {text}
SELECT a.id AS account_id,
       ARRAY[{", ".join(item.points for item in compiled)}]::int[] AS points,
       ARRAY[{", ".join(item.raw for item in compiled)}]::bigint[] AS raw,
       pot.value AS potential, pot.source::smallint AS potential_source, pot.n::int AS potential_n, pot.follows
FROM a JOIN pot ON pot.account_id = a.id
LEFT JOIN own ON own.account_id = a.id{joins}"""
    return query, binder.values
