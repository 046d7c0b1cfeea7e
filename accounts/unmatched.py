"""Signals that wait for an account, grouped by what their source called it, with the accounts it may be.

Reads only. The groups come from the index `signal_unmatched`; candidates are looked up for one page at a time.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from accounts.choices import AliasKind, SignalKind
from accounts.hints import kind_of, value_of
from accounts.look_alikes import Candidate, Question, candidates
from accounts.matching import match_name

PAGE = 25
#: Counting stops here: nobody links more in one sitting.
MOST_COUNTED = 200


@dataclass
class Unmatched:
    """All signals of one hint."""

    key: str
    said: str
    signals: int
    first: date
    last: date
    kinds: list[tuple[str, int]] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def kind(self) -> AliasKind:
        return kind_of(self.key)

    @property
    def may_create(self) -> bool:
        """A domain or a name makes an account; an id or a person's address does not."""
        return self.kind in (AliasKind.DOMAIN, AliasKind.NAME)

    @property
    def exact(self) -> Candidate | None:
        return next((one for one in self.candidates if one.exact), None)


_IGNORED = """NOT EXISTS (SELECT 1 FROM accounts_accountalias l WHERE l.key = s.hint_key AND l.ignored)"""
_GROUPS = f"""
    SELECT s.hint_key, min(s.match_hint), count(*) AS n, min(s.occurred_on), max(s.occurred_on)
    FROM accounts_signal s
    WHERE s.account_id IS NULL AND s.hint_key <> '' AND s.hint_key LIKE %(like)s AND {_IGNORED}
    GROUP BY s.hint_key ORDER BY n DESC, s.hint_key LIMIT %(limit)s OFFSET %(offset)s"""  # noqa: S608 - constants
_KINDS = """
    SELECT hint_key, kind, count(*) FROM accounts_signal
    WHERE account_id IS NULL AND hint_key = ANY(%s) GROUP BY 1, 2 ORDER BY 3 DESC, 2"""
#: From one key to the next by the index, however many signals each has.
_COUNT = f"""
    WITH RECURSIVE keys (key, n) AS (
        (SELECT hint_key, 1 FROM accounts_signal WHERE account_id IS NULL AND hint_key > '' ORDER BY hint_key LIMIT 1)
        UNION ALL
        SELECT (SELECT hint_key FROM accounts_signal
            WHERE account_id IS NULL AND hint_key > keys.key ORDER BY hint_key LIMIT 1), keys.n + 1
        FROM keys WHERE keys.key IS NOT NULL AND keys.n <= %s
    ) SELECT count(*) FROM (SELECT key AS hint_key FROM keys WHERE key IS NOT NULL) s WHERE {_IGNORED}"""  # noqa: S608


def _fetch(sql: str, params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def page_of(page: int = 1, *, kind: str = "", text: str = "") -> tuple[list[Unmatched], bool]:
    """Hints with most signals first; and whether there are more behind."""
    letter = {"domain": "d", "name": "n", "id": "i", "email": "e"}.get(kind, "_")
    escaped = text.replace("\x00", "").strip().lower().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    params = {"like": f"{letter}:%{escaped}%", "limit": PAGE + 1, "offset": (page - 1) * PAGE}
    rows = [Unmatched(*row) for row in _fetch(_GROUPS, params)]
    shown = rows[:PAGE]
    by_key = {row.key: row for row in shown}
    for key, kind_, count in _fetch(_KINDS, [list(by_key)]):
        by_key[key].kinds.append((SignalKind(kind_).label, count))
    _add_candidates(by_key)
    return shown, len(rows) > PAGE


def count_hints() -> int:
    """How many hints wait, up to MOST_COUNTED + 1."""
    return int(_fetch(_COUNT, [MOST_COUNTED])[0][0])


def hint_group(key: str) -> Unmatched | None:
    rows = _fetch(_GROUPS.replace("LIKE %(like)s", "= %(like)s"), {"like": key, "limit": 1, "offset": 0})
    return Unmatched(*rows[0]) if rows else None


def _add_candidates(by_key: dict[str, Unmatched]) -> None:
    for key, found in candidates([_question(row) for row in by_key.values()]).items():
        by_key[key].candidates = found


def _question(row: Unmatched) -> Question:
    value = value_of(row.key)
    if row.kind == AliasKind.DOMAIN:
        base = value.split(".")[0]
        return Question(row.key, value, base, match_name(base), base.replace("-", " "))
    if row.kind == AliasKind.NAME:
        return Question(row.key, match=value, said=row.said)
    return Question(row.key)
