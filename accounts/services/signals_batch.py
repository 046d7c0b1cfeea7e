"""Many signals at once, set-wise: a fixed number of statements whatever the batch's size (10,000 at most).

Idempotent by source and external id; a signal without an id gets its fingerprint, as in imports (accounts.signal_ids).
An account that nobody knows parks its signal: `account` stays NULL, `hint_key` says what the source called it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from abxsite.audit.services import record
from abxsite.lib import clock, queue
from abxsite.lib.errors import DomainError, NotAllowed
from abxsite.users.models import User
from accounts import policies
from accounts.account_lookup import Said, find_accounts
from accounts.choices import SignalKind
from accounts.hints import Hint, hint_of
from accounts.imports.words import signal_of
from accounts.matching import company_domain, match_name
from accounts.services.marks import mark_for_rescore
from accounts.signal_ids import fingerprint, numbered

MOST = 10_000
DEFAULT_SOURCE = "api"
#: Clocks of other systems run ahead a little.
AHEAD = timedelta(minutes=5)


@dataclass(frozen=True)
class SignalItem:
    """One signal as somebody sent it, with clean types. All texts may be empty but `kind`."""

    kind: str
    occurred_at: datetime
    source: str = DEFAULT_SOURCE
    external_id: str = ""
    account_id: int | None = None
    account_external_id: str = ""
    account_source: str = ""
    domain: str = ""
    company: str = ""
    email: str = ""
    visitor: str = ""
    topic: str = ""
    url: str = ""
    weight: int | None = None


@dataclass(frozen=True)
class SignalResult:
    """What became of item `index`: created, exists, unmatched (kept without an account) or error (a sentence)."""

    index: int
    status: str
    id: int | None = None
    account: int | None = None
    detail: str = ""


@dataclass
class _Row:
    index: int
    item: SignalItem
    kind: str
    moment: datetime
    said: Said
    external_id: str = ""
    account: int | None = None
    contact: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        return (self.item.source, self.external_id)

    @property
    def person_key(self) -> str:
        return f"c{self.contact}" if self.contact else (self.item.email or self.item.visitor)[:254]


def check_batch(actor: User | None, size: int) -> None:
    if actor is not None and not policies.may_import(actor):
        raise NotAllowed("Signals are sent in by marketers and admins, or by a token of theirs.")
    if size > MOST:
        raise DomainError(f"A batch holds at most {MOST:,} signals; this one has {size:,}. Send it in parts.")


@transaction.atomic
def post_signals(*, actor: User | None, items: Sequence[tuple[int, SignalItem]]) -> list[SignalResult]:
    """Keep the items (each with its index in the batch); results in the order of the items."""
    check_batch(actor, len(items))
    results: dict[int, SignalResult] = {}
    rows: list[_Row] = []
    for index, item in items:
        try:
            rows.append(_read(index, item))
        except DomainError as error:
            results[index] = SignalResult(index, "error", detail=str(error))
    _give_ids(rows)
    rows = _place(rows, results)
    known = _stored([row.key for row in rows])
    made = _insert([row for row in rows if row.key not in known])
    missing = [row.key for row in rows if row.key not in known and row.key not in made]
    known |= _stored(missing) if missing else {}
    told: set[tuple[str, str]] = set()
    for row in rows:
        results[row.index] = _result(row, known, made, told)
        told.add(row.key)
    _settle(actor, results, made)
    return [results[index] for index in sorted(results)]


def _read(index: int, item: SignalItem) -> _Row:
    kind = item.kind if item.kind in SignalKind.values else signal_of(item.kind)
    if not kind:
        known = ", ".join(SignalKind.values)
        raise DomainError(f"“{item.kind[:60]}” is no kind of signal that abxsite knows. Send one of: {known}.")
    if item.occurred_at > clock.now() + AHEAD:
        raise DomainError("A signal has happened: its day cannot lie in the future.")
    said = Said(
        pk=item.account_id,
        source=item.account_source or item.source,
        external_id=item.account_external_id,
        domain=company_domain(item.domain) or company_domain(item.email),
        name=item.company,
        match=match_name(item.company) if item.company else "",
        email=item.email,
    )
    return _Row(index, item, kind, timezone.localtime(item.occurred_at), said, item.external_id)


def _give_ids(rows: list[_Row]) -> None:
    """The same rule as in imports: fingerprints, equal ones of one batch numbered in their order."""
    bare = [row for row in rows if not row.external_id]
    said = (
        (
            str(row.said.pk or "") or row.said.external_id or None, row.said.domain or None, row.said.match or None,
            row.item.email or row.item.visitor or None, row.item.topic or None, row.item.url or None,
        )
        for row in bare
    )  # fmt: skip
    prints = [
        f"{row.item.source}\x1f{fingerprint(row.kind, row.moment, parts)}"
        for row, parts in zip(bare, said, strict=True)
    ]
    for row, one in zip(bare, numbered(prints), strict=True):
        row.external_id = one.partition("\x1f")[2]


def _place(rows: list[_Row], results: dict[int, SignalResult]) -> list[_Row]:
    """Find each row's account and contact; a wrong account number of ours is an error, not a guess."""
    placed = []
    for row, found in zip(rows, find_accounts([row.said for row in rows]), strict=True):
        if row.said.pk is not None and found.account is None:
            results[row.index] = SignalResult(row.index, "error", detail=f"There is no account {row.said.pk}.")
            continue
        row.account, row.contact = found.account, found.contact
        placed.append(row)
    return placed


def _stored(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, int | None]]:
    """(source, external id) → (signal, account) of those that are here."""
    wanted = list(dict.fromkeys(keys))
    sql = """SELECT s.source, s.external_id, s.id, s.account_id FROM unnest(%s::text[], %s::text[]) AS z (source, ext)
        JOIN accounts_signal s ON s.source = z.source AND s.external_id = z.ext AND s.external_id <> ''"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [[source for source, _ in wanted], [ext for _, ext in wanted]])
        return {(source, ext): (pk, account) for source, ext, pk, account in cursor.fetchall()}


COLUMNS = (
    ("source", "text"), ("external_id", "text"), ("kind", "text"), ("occurred_at", "timestamptz"),
    ("occurred_on", "date"), ("weight", "smallint"), ("person_key", "text"), ("topic", "text"), ("url", "text"),
    ("account_id", "bigint"), ("contact_id", "bigint"), ("match_hint", "text"), ("hint_key", "text"),
    ("created_at", "timestamptz"),
)  # fmt: skip
_NAMES = ", ".join(name for name, _ in COLUMNS)
_ARRAYS = ", ".join(f"%s::{type_}[]" for _, type_ in COLUMNS)
_INSERT = """INSERT INTO accounts_signal ({names}) SELECT {names} FROM unnest({arrays}) AS z ({names})
    ON CONFLICT DO NOTHING RETURNING source, external_id, id, account_id"""
_INSERT = _INSERT.replace("{names}", _NAMES).replace("{arrays}", _ARRAYS)


def _insert(rows: list[_Row]) -> dict[tuple[str, str], tuple[int, int | None]]:
    """One statement, in the order of keys, so that two batches that hold the same signals wait for each other."""
    if not rows:
        return {}
    moment = clock.now()
    unique = {row.key: row for row in reversed(rows)}
    values = [_values(unique[key], moment) for key in sorted(unique)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [list(column) for column in zip(*values, strict=True)])
        return {(source, ext): (pk, account) for source, ext, pk, account in cursor.fetchall()}


def _values(row: _Row, moment: datetime) -> tuple[Any, ...]:
    item, hint = row.item, _hint(row)
    return (
        item.source, row.external_id, row.kind, row.moment, row.moment.date(), item.weight, row.person_key, item.topic,
        item.url, row.account, row.contact, hint.said, hint.key, moment,
    )  # fmt: skip


def _hint(row: _Row) -> Hint:
    """What the source said; also where a person's link placed it, so that the link can be undone."""
    said = row.said
    if row.account is not None and not said.aliased:
        return Hint()
    return hint_of(
        domain=said.domain, name=said.name, external_id=said.external_id, source=said.source, email=said.email
    )


def _result(row: _Row, known: dict[Any, Any], made: dict[Any, Any], told: set[Any]) -> SignalResult:
    if row.key in made:
        pk, account = made[row.key]
        if row.key in told:
            return SignalResult(row.index, "exists", pk, account, "The same id stands earlier in this batch.")
        return SignalResult(row.index, "created" if account else "unmatched", pk, account)
    pk, account = known[row.key]
    return SignalResult(row.index, "exists", pk, account)


def _settle(actor: User | None, results: dict[int, SignalResult], made: dict[Any, tuple[int, int | None]]) -> None:
    """Marks in one statement, one audit entry with the counts, and a wake for the rescore."""
    if not made:
        return
    mark_for_rescore({account for _, account in made.values() if account})
    counts: dict[str, int] = {}
    for result in results.values():
        counts[result.status] = counts.get(result.status, 0) + 1
    if actor is not None:
        record(actor=actor, action="signals_post", subject=actor, after=counts)
    queue.wake("tiering.rescore_marked")
