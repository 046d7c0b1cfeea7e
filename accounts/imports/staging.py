"""The unlogged tables of one import: rows as parsed, what they match, owners, repetitions. Gone when it has ended.

They are not Django models, because each import has its own: dropping them is instant, and nothing bloats. They are
unlogged, so a crashed database comes back with them empty; `intact` sees that, and the file is read again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.imports.parsing import COLUMNS

#: `fp` of a row is its fingerprint where a decision took its own keys away; else it is worked out.
MATCH_COLUMNS = """
    n bigint PRIMARY KEY, line bigint NOT NULL, verdict text NOT NULL, reason text, target_id bigint,
    candidates bigint[], how smallint, account_id bigint, contact_id bigint, owner_id bigint, parent_id bigint,
    parent_n bigint, note text, about text, fingerprint text, decided text,
    done boolean NOT NULL DEFAULT false"""

_CREATE = """
    DROP TABLE IF EXISTS {rows}, {match}, {owners}, {repeats};
    CREATE UNLOGGED TABLE {rows} (
        n bigint PRIMARY KEY, line bigint NOT NULL, error text, raw text[], fp text, {columns});
    CREATE UNLOGGED TABLE {match} ({match_columns});
    CREATE UNLOGGED TABLE {owners} (key text PRIMARY KEY, person_id bigint, name text, email text, doubtful boolean);
    CREATE UNLOGGED TABLE {repeats} (n bigint PRIMARY KEY, first_line bigint NOT NULL, what text NOT NULL)"""
_EXISTS = "SELECT to_regclass('{rows}') IS NOT NULL AND to_regclass('{match}') IS NOT NULL"
_LAST = "SELECT COALESCE(max(n), 0) FROM {rows}"
_DROP = "DROP TABLE IF EXISTS {rows}, {match}, {owners}, {repeats}"


@dataclass(frozen=True)
class Staging:
    """Names of one job's tables, and SQL run with them: `{rows} {match} {owners} {repeats}` in the text."""

    job_id: int
    kind: str

    @property
    def names(self) -> dict[str, str]:
        return {part: f"accounts_import_{int(self.job_id)}_{part}" for part in ("rows", "match", "owners", "repeats")}

    def run(self, sql: str, params: dict[str, Any] | None = None, **more: str) -> int:
        """Execute; returns the number of rows."""
        with connection.cursor() as cursor:
            cursor.execute(sql.format(**self.names, **more), params)
            return int(cursor.rowcount)

    def fetch(self, sql: str, params: dict[str, Any] | None = None, **more: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(**self.names, **more), params)
            return list(cursor.fetchall())

    def create(self) -> None:
        columns = ", ".join(f"{name} {type_}" for name, type_ in COLUMNS[self.kind])
        self.run(_CREATE, columns=columns, match_columns=MATCH_COLUMNS)

    def drop(self) -> None:
        self.run(_DROP)

    def exists(self) -> bool:
        return bool(self.fetch(_EXISTS)[0][0])

    def intact(self, rows: int) -> bool:
        """Whether the tables are there with all `rows` that were staged."""
        return self.exists() and self.fetch(_LAST)[0][0] == rows

    def copy(self, rows: Iterable[tuple[Any, ...]]) -> None:
        names = ", ".join(("n", "line", "error", "raw", *(name for name, _ in COLUMNS[self.kind])))
        with (
            connection.cursor() as cursor,
            cursor.cursor.copy(f"COPY {self.names['rows']} ({names}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def analyze(self) -> None:
        self.run("ANALYZE {rows}")
