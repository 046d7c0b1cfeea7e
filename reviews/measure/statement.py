"""The one statement behind the dashboard, the list under each number, and the trend.

`filed` gives each deal its row: `kind`, with `part` naming the tier, industry or person. A dated fact means 00:00
in the workspace's zone, so a deal opened on the day of the first list belongs to the baseline. Only deals that
changed have an earlier amount to look for: `first_known` reads no others.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Min
from django.utils import timezone

from reviews.measure.icp import passing_accounts
from reviews.measure.scope import By, Scope
from reviews.measure.tally import COLUMNS, Durations, Tally
from tiering.models import Placement

#: What a row of each kind is; the order is that of the page.
KINDS = ("all", "group", "tier", "off_list", "off_list_outside", "temporary", "baseline", "undated", "unassigned")
PART_FIELDS: dict[By, str] = {
    "industry": "account__industry",
    "owner": "owner_id",
    "manager": "owner__team__manager_id",
}
FIELDS = ("id", "account_id", "outcome", "type", "amount", "opened_on", "closed_on", "dates_doubtful")

Sql = tuple[str, list[Any]]


def first_list_at() -> Any:
    """The moment of the workspace's first placement, imported ones included; None before it."""
    return Placement.objects.base().aggregate(first=Min("since"))["first"]


def _day(value: date) -> str:
    return f"DATE '{value.isoformat()}'"


def _within(column: str, since: date | None, until: date | None) -> str:
    """A condition over a column of days, both ends included; `TRUE` without ends."""
    ends = ([f"{column} >= {_day(since)}"] if since else []) + ([f"{column} <= {_day(until)}"] if until else [])
    return f"({' AND '.join(ends)})" if ends else "TRUE"


def conditions(scope: Scope) -> dict[str, str]:
    """Each measure as a condition over `filed`; the list under a number asks the same one."""
    opened = _within("opened_on", scope.since, scope.until)
    closed = _within("closed_on", scope.since, scope.until)
    counted = "TRUE" if scope.renewals else "type <> 'renewal'"
    is_open = "outcome = 'open'"
    if scope.until:
        is_open += f" AND (opened_on IS NULL OR opened_on <= {_day(scope.until)})"
    won, lost = (f"outcome = '{name}' AND {closed}" for name in ("won", "lost"))
    touched = f"({opened} OR ({won}) OR ({lost}) OR ({is_open}))"
    return {
        "deals": touched,
        "without_account": f"account_id IS NULL AND {touched}",
        "created": opened,
        "created_unknown": f"{opened} AND amount_then IS NULL",
        "open": is_open,
        "open_unknown": f"{is_open} AND amount IS NULL",
        "won": f"{won} AND {counted}",
        "lost": f"{lost} AND {counted}",
        "closed": f"(({won}) OR ({lost})) AND {counted}",
        "won_value": won,
        "renewals_won": f"{won} AND NOT ({counted})",
        "renewals_lost": f"{lost} AND NOT ({counted})",
        "cycles": f"{won} AND {counted} AND days IS NOT NULL",
    }


def filed(scope: Scope) -> Sql:
    """`WITH … filed AS (…)`: the deals of `scope`, each with its row, first amount and days."""
    names = [*FIELDS, PART_FIELDS.get(scope.by, "id")]
    sql, params = scope.deals().order_by().values_list(*names).query.sql_with_params()
    kind, part, joins, more = _rows_of(scope)
    counted = "" if scope.renewals else " OR d.type = 'renewal'"
    return (
        f"""
        WITH deal (id, account_id, outcome, type, amount, opened_on, closed_on, doubtful, part) AS ({sql}),
        first_known AS (
            SELECT DISTINCT ON (c.opportunity_id) c.opportunity_id, c.amount FROM accounts_opportunitychange c
            JOIN (SELECT opportunity_id FROM accounts_opportunitychange GROUP BY 1 HAVING count(*) > 1) m
              ON m.opportunity_id = c.opportunity_id
            WHERE c.amount IS NOT NULL ORDER BY c.opportunity_id DESC, c."on" ASC NULLS LAST, c.id ASC
        ){"".join(f", {name}" for name, _ in more)},
        filed AS (
            SELECT d.id, d.account_id, d.outcome, d.type, d.amount, d.opened_on, d.closed_on,
                   COALESCE(k.amount, d.amount) AS amount_then, {kind} AS kind, {part} AS part,
                   CASE WHEN d.doubtful{counted} THEN NULL
                        WHEN d.outcome = 'open' THEN NULLIF(greatest({_day(scope.as_of)} - d.opened_on, -1), -1)
                        ELSE NULLIF(greatest(d.closed_on - d.opened_on, -1), -1) END AS days
            FROM deal d LEFT JOIN first_known k ON k.opportunity_id = d.id {joins}
        )
        """,  # noqa: S608 - made of our own words, days as literals, everything else as parameters
        [*params, *(value for _, values in more for value in values)],
    )


def _rows_of(scope: Scope) -> tuple[str, str, str, list[Sql]]:
    """`(kind, part, joins, further CTEs)` for the rows that are wanted."""
    if scope.by == "tier":
        return _tier_rows(scope)
    if scope.by == "industry":
        return "CASE WHEN d.account_id IS NULL THEN 'unassigned' ELSE 'group' END", "COALESCE(d.part, '')", "", []
    if scope.by == "none":
        return "'all'", "''", "", []
    return "'group'", "COALESCE(d.part::text, '')", "", []


def _tier_rows(scope: Scope) -> tuple[str, str, str, list[Sql]]:
    passing = passing_accounts()
    more: list[Sql] = []
    fits = "TRUE"
    if passing is not None:
        sql, params = passing.order_by().values_list("id").query.sql_with_params()
        more.append((f"fitting (id) AS ({sql})", list(params)))
        fits = "d.account_id IN (SELECT id FROM fitting)"
    off = f"CASE WHEN {fits} THEN 'off_list' ELSE 'off_list_outside' END"
    if scope.tier_as_of == "now":
        kind = f"""CASE WHEN d.account_id IS NULL THEN 'unassigned' WHEN t.tier_id IS NOT NULL THEN 'temporary'
                        WHEN b.tier_id IS NOT NULL THEN 'tier' ELSE {off} END"""
        held = "{0}.until IS NULL"
        follows = "w.until IS NULL"
        part = "CASE WHEN t.tier_id IS NULL THEN b.tier_id END"
    else:
        first = first_list_at()
        zone = timezone.get_default_timezone_name()
        moment = f"(d.opened_on::timestamp AT TIME ZONE '{zone}')"
        before = f"{moment} < TIMESTAMPTZ '{first.isoformat()}'" if first else "TRUE"
        kind = f"""CASE WHEN d.account_id IS NULL THEN 'unassigned' WHEN d.opened_on IS NULL THEN 'undated'
                        WHEN {before} THEN 'baseline' WHEN t.tier_id IS NOT NULL THEN 'temporary'
                        WHEN b.tier_id IS NOT NULL THEN 'tier' ELSE {off} END"""
        held = f"{{0}}.since <= {moment} AND ({{0}}.until IS NULL OR {{0}}.until > {moment})"
        follows = "w.since <= d.opened_on AND (w.until IS NULL OR w.until > d.opened_on)"
        part = f"CASE WHEN {before} THEN f.tier_id WHEN t.tier_id IS NULL THEN b.tier_id END"
        more.append(
            (
                """first_tier AS (
                    SELECT DISTINCT ON (account_id) account_id, tier_id FROM tiering_placement
                    WHERE layer = 'base' AND voided_at IS NULL ORDER BY account_id, since, id
                )""",
                [],
            )
        )
    holder = "COALESCE(w.parent_id, d.account_id)"
    joins = f"LEFT JOIN accounts_accountfollowing w ON w.account_id = d.account_id AND {follows}"
    for name, layer in (("b", "base"), ("t", "temporary")):
        joins += f""" LEFT JOIN tiering_placement {name} ON {name}.account_id = {holder}
                      AND {name}.layer = '{layer}' AND {name}.voided_at IS NULL AND {held.format(name)}"""
    if scope.tier_as_of == "opened":
        joins += f" LEFT JOIN first_tier f ON f.account_id = {holder}"
        part = f"CASE WHEN d.account_id IS NOT NULL AND d.opened_on IS NOT NULL THEN {part} END"
    return kind, f"COALESCE(({part})::text, '')", joins, more


def tallies(scope: Scope) -> dict[tuple[str, str], Tally]:
    """`{(kind, part): tally}`: cells by row and days in one pass, then added up."""
    sql, params = filed(scope)
    with connection.cursor() as cursor:
        cursor.execute(sql + _cells(scope), params)
        return {_row_of(key): _tally(values) for key, *values in cursor.fetchall()}


def _row_of(key: str) -> tuple[str, str]:
    """One key for `kind` and `part` is what the planner hashes well."""
    kind, _, part = key.partition(":")
    return kind, part


def _tally(values: list[Any]) -> Tally:
    *counts, cells = values
    return Tally(**dict(zip(COLUMNS, counts, strict=False)), durations=Durations.of(json.loads(cells)))


def _cells(scope: Scope) -> str:
    asked = conditions(scope)
    pooled = _within("closed_on", *scope.pool) + " AND type <> 'renewal'"

    def n(condition: str) -> str:
        return f"count(*) FILTER (WHERE {condition})"

    def amount(column: str, condition: str) -> str:
        return f"COALESCE(sum({column}) FILTER (WHERE {condition}), 0)"

    columns = {
        "deals": n(asked["deals"]),
        "without_account": n(asked["without_account"]),
        "created": n(asked["created"]),
        "created_amount": amount("amount_then", asked["created"]),
        "created_unknown": n(asked["created_unknown"]),
        "open": n(asked["open"]),
        "open_amount": amount("amount", asked["open"]),
        "open_unknown": n(asked["open_unknown"]),
        "won": n(asked["won"]),
        "lost": n(asked["lost"]),
        "renewals_won": n(asked["renewals_won"]),
        "renewals_lost": n(asked["renewals_lost"]),
        "won_value": amount("amount", asked["won_value"]),
        "won_known": n(f"{asked['won_value']} AND amount IS NOT NULL"),
        "pooled_won": n(f"outcome = 'won' AND {pooled}"),
        "pooled_lost": n(f"outcome = 'lost' AND {pooled}"),
    }
    durations = {
        "d_cycles": n(asked["cycles"]),
        "d_won": n(f"outcome = 'won' AND {asked['created']}"),
        "d_lost": n(f"outcome = 'lost' AND {asked['created']}"),
        "d_open": n(f"outcome = 'open' AND {asked['created']}"),
    }
    inner = ", ".join(f"{sql} AS {name}" for name, sql in (columns | durations).items())
    outer = ", ".join(f"sum({name})" + ("" if "amount" in name or "value" in name else "::bigint") for name in columns)
    cells = f"jsonb_agg(jsonb_build_array(days, {', '.join(durations)})) FILTER (WHERE days IS NOT NULL)"
    return f"""
        , cell AS (SELECT kind || ':' || part AS key, days, {inner} FROM filed GROUP BY 1, days)
        SELECT key, {outer}, COALESCE({cells}, '[]') FROM cell GROUP BY key
        """  # noqa: S608 - made of our own words


def created_by_quarter(scope: Scope, first: date) -> dict[tuple[str, str, date], tuple[Any, int]]:
    """`{(kind, part, quarter): (amount, deals)}` of the deals opened since `first`."""
    sql, params = filed(scope)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{sql} SELECT kind, part, date_trunc('quarter', opened_on)::date,
                COALESCE(sum(amount_then), 0), count(*)
                FROM filed WHERE opened_on BETWEEN {_day(first)} AND {_day(scope.as_of)} GROUP BY 1, 2, 3""",  # noqa: S608
            params,
        )
        return {(kind, part, day): (amount, n) for kind, part, day, amount, n in cursor.fetchall()}


@dataclass(frozen=True)
class DealPage:
    """Ids, newest first; whether there are newer and older ones; how many there are in all."""

    ids: list[int]
    newer: bool
    older: bool
    count: int


def deal_page(
    scope: Scope, *, kind: str, part: str | None, measure: str, before: int | None, after: int | None, limit: int
) -> DealPage:
    """The deals under one number, `limit` at a time, the last closed or opened first; below `before`, above `after`."""
    sql, params = filed(scope)
    where = [conditions(scope)[measure]]
    if kind:
        where.append("kind = %s")
        params = [*params, kind]
    if part is not None:
        where.append("part = %s")
        params = [*params, part]
    edge, way = (">", "ASC") if after else ("<", "DESC")
    cut = after or before
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{sql}, asked AS MATERIALIZED (
                    SELECT id, coalesce(closed_on, opened_on, '-infinity'::date) AS day
                    FROM filed WHERE {" AND ".join(where)})
                SELECT (SELECT count(*) FROM asked),
                       (SELECT id FROM asked ORDER BY day, id LIMIT 1),
                       (SELECT id FROM asked ORDER BY day DESC, id DESC LIMIT 1),
                       array(SELECT id FROM asked {_beyond(edge) if cut else ""}
                             ORDER BY day {way}, id {way} LIMIT %s)""",  # noqa: S608
            [*params, *([cut] if cut else []), limit],
        )
        count, last, first, ids = cursor.fetchone()
    if after:
        ids = ids[::-1]
    return DealPage(ids, bool(ids) and ids[0] != first, bool(ids) and ids[-1] != last, count)


def _beyond(edge: str) -> str:
    return f"WHERE (day, id) {edge} (SELECT day, id FROM asked WHERE id = %s)"  # noqa: S608
