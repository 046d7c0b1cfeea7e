"""Whether anything that the matching reads has changed since a trial: if not, its result holds, and is not redone.

Exact, without a trigger or a stamp: rows written since carry a transaction id at or above the oldest one that was
open at the trial, and rows deleted since are missing from the count. One scan per table, a tenth of matching anew.
"""

import re
from typing import Any

from django.db import connection

from accounts.imports import match_sql

Seen = dict[str, Any]

_NOW = "SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::numeric % 4294967296)::text"
_COUNT = "SELECT count(*) FROM {table}"
_WRITTEN = "SELECT EXISTS (SELECT 1 FROM {table} WHERE age(xmin) <= age(%s::xid))"


def tables_of(kind: str) -> list[str]:
    """What the matching of this kind reads, by its own text; names of owners are looked up among the persons."""
    named = set(re.findall(r"\b(?:accounts|users)_[a-z]+\b", match_sql.match_statement(kind, choices=True)))
    return sorted((named | {"accounts_importchoice", "users_person"}) - {"accounts_import"})


def see(kind: str) -> Seen:
    """What to remember before matching begins."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        xid = cursor.fetchone()[0]
        return {"xid": xid, "counts": {table: _count(cursor, table) for table in tables_of(kind)}}


def is_unchanged(kind: str, seen: Seen | None) -> bool:
    """Whether nothing was added, changed or deleted since `see`."""
    if not seen or set(seen["counts"]) != set(tables_of(kind)):
        return False
    with connection.cursor() as cursor:
        for table, count in seen["counts"].items():
            cursor.execute(_WRITTEN.format(table=table), [seen["xid"]])
            if cursor.fetchone()[0] or _count(cursor, table) != count:
                return False
    return True


def _count(cursor: Any, table: str) -> int:
    cursor.execute(_COUNT.format(table=table))
    return int(cursor.fetchone()[0])
