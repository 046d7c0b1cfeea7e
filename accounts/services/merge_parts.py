"""What moves to the survivor when two accounts become one, set-wise, each record noted with its old and new value.

A note is `{column: [old, new]}`; its undo writes the old value back where the new one still stands.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pgtrigger
from django.db import connection
from django.db.models import Model

from accounts.models import (
    Account,
    AccountAlias,
    AccountFollowing,
    AccountMerge,
    BuyingCenter,
    BuyingCenterValue,
    ClusterMembership,
    Contact,
    ContactStrength,
    DataTask,
    DossierEntry,
    Judgement,
    MergedRecord,
    Opportunity,
    PotentialEntry,
    Signal,
    Tie,
)

APPEND_ONLY = "append_only"
#: `t` is the row, `%(survivor)s` the survivor.
_NO_SUCH_CENTER = """NOT EXISTS (SELECT 1 FROM accounts_buyingcenter o
    WHERE o.account_id = %(survivor)s AND o.name = t.name)"""
_NO_SUCH_TASK = """NOT (t.done_at IS NULL AND EXISTS (SELECT 1 FROM accounts_datatask o
    WHERE o.account_id = %(survivor)s AND o.field = t.field AND o.done_at IS NULL))"""
_NO_OVERLAP = """NOT EXISTS (SELECT 1 FROM {table} o WHERE o.account_id = %(survivor)s
    AND daterange(o.since, o.until) && daterange(t.since, t.until))"""
#: Following goes one level, and to the parent: an open period moves only where that stays true.
_STILL_ITS_PARENT = """ AND t.parent_id <> %(survivor)s AND (t.until IS NOT NULL
    OR t.parent_id = (SELECT parent_id FROM accounts_account WHERE id = %(survivor)s) AND NOT EXISTS (
        SELECT 1 FROM accounts_accountfollowing f WHERE f.parent_id = %(survivor)s AND f.until IS NULL))"""


@dataclass(frozen=True)
class Part:
    """Rows of `model` whose `column` names the loser; those that fail `where` stay with the tombstone."""

    model: type[Model]
    words: str
    column: str = "account_id"
    where: str = "true"

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def name(self) -> str:
        return f"{self.model._meta.label_lower}.{self.column}"


PARTS: tuple[Part, ...] = (
    Part(Contact, "contacts"),
    Part(ContactStrength, "notes on how well a contact is known"),
    Part(Opportunity, "opportunities"),
    Part(Signal, "signals"),
    Part(Tie, "ties"),
    Part(BuyingCenter, "buying centers", where=_NO_SUCH_CENTER),
    Part(PotentialEntry, "entered potentials"),
    Part(Judgement, "judgements"),
    Part(DossierEntry, "dossier entries"),
    Part(DataTask, "data tasks", where=_NO_SUCH_TASK),
    Part(AccountAlias, "linked names and domains"),
    Part(Account, "subsidiaries", "parent_id", "t.id <> %(survivor)s"),
    Part(Account, "earlier merges", "merged_into_id"),
    Part(
        ClusterMembership,
        "cluster memberships",
        where=_NO_OVERLAP.replace("{table}", ClusterMembership._meta.db_table),
    ),
    Part(
        AccountFollowing,
        "periods of following a parent",
        where=_NO_OVERLAP.replace("{table}", AccountFollowing._meta.db_table) + _STILL_ITS_PARENT,
    ),
    Part(AccountFollowing, "subsidiaries that follow it", "parent_id", "t.account_id <> %(survivor)s"),
)
#: Rows that stay with the tombstone and end there: table, column that ends them, its type, who they are.
ENDS: tuple[tuple[type[Model], str, str], ...] = (
    (ClusterMembership, "until", "account_id = %(loser)s"),
    (AccountFollowing, "until", "(account_id = %(loser)s OR parent_id = %(loser)s)"),
    (DataTask, "done_at", "account_id = %(loser)s"),
)
TYPES = {"until": "date", "done_at": "timestamptz", "buying_center_id": "bigint"}
LABELS = {part.name: part.words for part in PARTS} | {
    "accounts.clustermembership.until": "cluster memberships",
    "accounts.accountfollowing.until": "periods of following a parent",
    "accounts.datatask.done_at": "data tasks",
    "accounts.buyingcentervalue.buying_center_id": "values of buying centers",
}


def move_all(merge: AccountMerge, moment: datetime, today: Any) -> dict[str, int]:
    """Move everything; how many of each, in words."""
    counts: dict[str, int] = {}
    moved = [(part.words, _move(merge, part)) for part in PARTS]
    moved.append(("values of buying centers", _move_values(merge)))
    for model, column, where in ENDS:
        _end(merge, model, column, where, today if column == "until" else moment)
    for words, number in moved:
        if number:
            counts[words] = counts.get(words, 0) + number
    return counts


def _move(merge: AccountMerge, part: Part) -> int:
    sql = """WITH moved AS (UPDATE {table} t SET {column} = %(survivor)s WHERE t.{column} = %(loser)s AND {where}
            RETURNING t.id)
        INSERT INTO accounts_mergedrecord (merge_id, model, record_id, before)
        SELECT %(merge)s, %(name)s, id, jsonb_build_object(%(column)s::text,
            jsonb_build_array(%(loser)s::bigint, %(survivor)s::bigint)) FROM moved"""
    return _run(part.model, _fill(sql, table=part.table, column=part.column, where=part.where), merge, part)


def _move_values(merge: AccountMerge) -> int:
    """Values of a center that both have go to the survivor's; the newest counts, so nothing is summed twice."""
    part = Part(BuyingCenterValue, "", "buying_center_id")
    sql = """WITH pairs AS (SELECT l.id AS old, s.id AS new FROM accounts_buyingcenter l
            JOIN accounts_buyingcenter s ON s.account_id = %(survivor)s AND s.name = l.name
            WHERE l.account_id = %(loser)s),
        moved AS (UPDATE accounts_buyingcentervalue t SET buying_center_id = pairs.new FROM pairs
            WHERE t.buying_center_id = pairs.old RETURNING t.id, pairs.old, pairs.new)
        INSERT INTO accounts_mergedrecord (merge_id, model, record_id, before)
        SELECT %(merge)s, %(name)s, id, jsonb_build_object(%(column)s::text, jsonb_build_array(old, new)) FROM moved"""
    return _run(part.model, sql, merge, part)


def _end(merge: AccountMerge, model: type[Model], column: str, where: str, value: Any) -> int:
    part = Part(model, "", column)
    sql = """WITH ended AS (UPDATE {table} t SET {column} = %(value)s WHERE t.{column} IS NULL AND {where}
            RETURNING t.id, t.{column} AS new)
        INSERT INTO accounts_mergedrecord (merge_id, model, record_id, before)
        SELECT %(merge)s, %(name)s, id, jsonb_build_object(%(column)s::text, jsonb_build_array(NULL, to_jsonb(new)))
        FROM ended"""
    return _run(model, _fill(sql, table=part.table, column=column, where=where), merge, part, value=value)


def _fill(sql: str, **names: str) -> str:
    for name, text in names.items():
        sql = sql.replace(f"{{{name}}}", text)
    return sql


def _run(model: type[Model], sql: str, merge: AccountMerge, part: Part, **more: Any) -> int:
    params = {
        "merge": merge.pk, "survivor": merge.survivor_id, "loser": merge.loser_id, "name": part.name,
        "column": part.column, **more,
    }  # fmt: skip
    with append_only_off(model), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


@contextmanager
def append_only_off(model: type[Model]) -> Iterator[None]:
    """A merge is the one thing that may hand dated rows to another account.

    As `pgtrigger.ignore`, for statements with named parameters, which that cannot take.
    """
    uri = f"{model._meta.label}:{APPEND_ONLY}"
    names = {trigger.get_uri(owner) for owner, trigger in pgtrigger.registered()}
    with ExitStack() as stack:
        if uri in names:
            ((owner, trigger),) = pgtrigger.registered(uri)
            stack.enter_context(_ignoring(trigger.get_pgid(owner)))
        yield


@contextmanager
def _ignoring(pgid: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{pgid}}}"])
        yield
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")


def return_all(merge: AccountMerge) -> list[str]:
    """Write the old values back where nobody changed them since; a sentence on those that stay, per kind."""
    left = []
    kinds = MergedRecord.objects.filter(merge=merge).order_by().values_list("model", flat=True).distinct()
    for name in sorted(kinds, key=_order):
        label, _, column = name.rpartition(".")
        model = next(one for one in _MODELS if one._meta.label_lower == label)
        if stays := _return(merge, model, column, name):
            left.append(f"{stays:,} {LABELS.get(name, label)} stay where they are: they were changed or removed since.")
    return left


#: What was ended is opened again last, when what stands in its way has gone back.
def _order(name: str) -> tuple[bool, str]:
    return (name.endswith((".until", ".done_at")), name)


_MODELS: tuple[type[Model], ...] = (*{part.model for part in PARTS}, BuyingCenterValue)


def _return(merge: AccountMerge, model: type[Model], column: str, name: str) -> int:
    """How many could not return."""
    sql = """WITH back AS (UPDATE {table} t SET {column} = (r.before -> {text} ->> 0)::{type}
            FROM accounts_mergedrecord r
            WHERE r.merge_id = %(merge)s AND r.model = %(name)s AND r.record_id = t.id
                AND t.{column} IS NOT DISTINCT FROM (r.before -> {text} ->> 1)::{type} RETURNING t.id)
        SELECT (SELECT count(*) FROM accounts_mergedrecord WHERE merge_id = %(merge)s AND model = %(name)s)
            - (SELECT count(*) FROM back)"""
    filled = _fill(sql, table=model._meta.db_table, column=column, text=f"'{column}'", type=TYPES.get(column, "bigint"))
    with append_only_off(model), connection.cursor() as cursor:
        cursor.execute(filled, {"merge": merge.pk, "name": name})
        return int(cursor.fetchone()[0])
