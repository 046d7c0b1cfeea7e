"""What undoing an import would do, or did, for people: what goes, what returns field by field, what stays and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from abxsite.users.models import Person
from accounts.imports.preview import PAGE, Change, Names, cells_of, changes_of, headings, label_of, records_of
from accounts.imports.undo_sql import QUIET
from accounts.models import ImportChange, ImportJob, ImportKept

GO, BACK, STAY = "go", "back", "stay"
SHOWN = (GO, BACK, STAY)


@dataclass(frozen=True)
class UndoRow:
    """`key` is what the next page starts behind."""

    key: int
    record_id: int | None
    cells: list[str]
    changes: list[Change]
    what: str = ""
    reason: str = ""


def page_of(job: ImportJob, shown: str, after: int, limit: int = PAGE) -> list[UndoRow]:
    if shown == STAY:
        return _staying(job, after, limit)
    return _going(job, after, limit) if shown == GO else _returning(job, after, limit)


def _going(job: ImportJob, after: int, limit: int) -> list[UndoRow]:
    """Records that the import made and that nothing keeps; none any more once they are gone."""
    kept = ImportKept.objects.filter(job=job, field="").values("record_id")
    made = ImportChange.objects.filter(job=job, what="", created=True, record_id__gt=after)
    ids = list(made.exclude(record_id__in=kept).order_by("record_id").values_list("record_id", flat=True)[:limit])
    records = records_of(job.kind, ids)
    return [UndoRow(pk, pk, cells_of(job.kind, records[pk]), []) for pk in ids if pk in records]


def _returning(job: ImportJob, after: int, limit: int) -> list[UndoRow]:
    """Changed records, each field from what the import wrote to what stood there before."""
    changed = ImportChange.objects.filter(job=job, what="", created=False, record_id__gt=after)
    ids = list(changed.order_by("record_id").values_list("record_id", flat=True).distinct()[:limit])
    records = records_of(job.kind, ids)
    kept = _kept_fields(job, ids)
    changes = list(ImportChange.objects.filter(job=job, what="", created=False, record_id__in=ids).order_by("id"))
    names = Names([(change.before, change.after) for change in changes])
    found: dict[int, list[Change]] = {}
    for change in changes:
        before = _flat(change.before)
        after_ = _flat(change.after or {})
        said = {key: value for key, value in before.items() if key not in kept.get(change.record_id, set())}
        lines = changes_of(job.kind, after_, said, names)
        if "potential_entry" in change.before:
            lines.append(Change("Potential a year", "the file's figure", "as before"))
        found.setdefault(change.record_id, []).extend(lines)
    return [
        UndoRow(pk, pk, cells_of(job.kind, records[pk]), found[pk])
        for pk in ids
        if pk in records and found.get(pk)
    ]  # fmt: skip


def _flat(document: dict[str, Any]) -> dict[str, Any]:
    """Custom attributes as fields of their own; what only follows stays out."""
    custom = document.get("custom") or {}
    plain = {key: value for key, value in document.items() if key not in (*QUIET, "custom", "potential_entry")}
    return plain | {f"custom.{key}": value for key, value in custom.items()}


def _kept_fields(job: ImportJob, ids: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for record_id, name in ImportKept.objects.filter(job=job, record_id__in=ids).values_list("record_id", "field"):
        found.setdefault(record_id, set()).add(name)
    return found


def _staying(job: ImportJob, after: int, limit: int) -> list[UndoRow]:
    rows = list(ImportKept.objects.filter(job=job, pk__gt=after).order_by("pk")[:limit])
    records = records_of(job.kind, [row.record_id for row in rows if row.field != "person"])
    people = dict(
        Person.objects.filter(pk__in=[row.record_id for row in rows if row.field == "person"]).values_list("pk", "name")
    )
    return [_stays(job, row, records, people) for row in rows]


def _stays(job: ImportJob, row: ImportKept, records: dict[int, dict[str, Any]], people: dict[int, str]) -> UndoRow:
    if row.field == "person":
        cells = [people.get(row.record_id, ""), *("" for _ in headings(job.kind)[1:])]
        return UndoRow(row.pk, None, cells, [], "The owner", row.reason)
    cells = cells_of(job.kind, records.get(row.record_id, {}))
    what = label_of(job.kind, row.field) if row.field else "The whole record"
    return UndoRow(row.pk, row.record_id if row.record_id in records else None, cells, [], what, row.reason)
