"""What an import would do, or did, row by row, for people: lists by verdict, with before and after."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from abxsite.lib import display
from abxsite.users.models import Person
from accounts.choices import ImportKind, ImportStage
from accounts.imports.fields import OWN, field_of
from accounts.imports.staging import Staging
from accounts.imports.targets import TABLES, plan_of
from accounts.models import Account, ImportChange, ImportJob, ImportRow

PAGE = 50

#: Staged columns that tell a person which row it is, with their headings.
SHOWN: dict[str, tuple[tuple[str, str], ...]] = {
    ImportKind.ACCOUNTS: (
        ("name", "Account"),
        ("domain", "Domain"),
        ("country", "Country"),
        ("employees", "Employees"),
        ("revenue", "Revenue"),
    ),
    ImportKind.CONTACTS: (("name", "Contact"), ("title", "Title"), ("email", "E-mail"), ("account_said", "Account")),
    ImportKind.OPPORTUNITIES: (
        ("name", "Deal"),
        ("external_id", "Id"),
        ("account_said", "Account"),
        ("stage", "Stage"),
        ("amount", "Amount"),
    ),
    ImportKind.SIGNALS: (("kind", "What"), ("occurred_on", "When"), ("account_said", "Account"), ("person_key", "Who")),
}
NUMBERS = frozenset({"employees", "revenue", "amount"})
_LABELS = {
    "account_id": "Account",
    "owner_id": "Owner",
    "parent_id": "Parent",
    "contact_id": "Contact",
    "outcome": "Outcome",
    "dates_doubtful": "Dates doubtful",
    "match_hint": "Named in the file",
    "occurred_on": "Day",
    "source": "Source",
    "external_id": "Id in the source",
    "seniority": "Seniority",
    "department": "Department",
}
QUIET = frozenset({"match_name", "source", "updated_at", "insight_on"})


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class PreviewRow:
    """`key` is what the next page starts behind; `cells` stand under the kind's headings."""

    key: int
    line: int | None
    cells: list[str]
    reason: str = ""
    changes: list[Change] = field(default_factory=list)
    raw: str = ""
    target_id: int | None = None


_PAGE_OF = """
    SELECT m.n, m.line, m.reason, CASE WHEN m.verdict = 'create' THEN NULL ELSE m.target_id END, to_jsonb(s),
        to_jsonb(t), jsonb_build_object({new}), COALESCE(s.parent_said, '')
    FROM {match} m JOIN (SELECT r.*, {parent} AS parent_said FROM {rows} r) s ON s.n = m.n
    LEFT JOIN {table} t ON t.id = m.target_id
    WHERE m.verdict = %(verdict)s AND m.n > %(after)s ORDER BY m.n LIMIT %(limit)s"""


def headings(kind: str) -> list[tuple[str, bool]]:
    """(heading, whether it is a number)."""
    return [(label, name in NUMBERS) for name, label in SHOWN[kind]]


def page_of(job: ImportJob, verdict: str, after: int, limit: int = PAGE) -> list[PreviewRow]:
    """Rows of one verdict, by line, behind `after`. From staging, later from what stayed."""
    if job.stage == ImportStage.APPLIED:
        return _kept(job, verdict, after, limit)
    staging = Staging(job.pk, job.kind)
    if not staging.exists():
        return []
    plan = plan_of(job.kind, job.mapping, job.options.get("rules", {}))
    new = ", ".join(f"'{column}', {expression}" for column, expression in plan.updates)
    parent = "COALESCE(r.parent_ext, r.parent_match)" if job.kind == ImportKind.ACCOUNTS else "NULL"
    params = {"verdict": verdict, "after": after, "limit": limit, "source": job.source}
    rows = [
        (*head, *map(document_of, documents), said)
        for *head, one, two, three, said in staging.fetch(
            _PAGE_OF, params, new=new, parent=parent, table=TABLES[job.kind]
        )
        for documents in [(one, two, three)]
    ]
    names = Names([(old, now) for *_, old, now, _ in rows])
    return [
        PreviewRow(
            n,
            line,
            cells_of(job.kind, staged),
            reason or "",
            changes_of(job.kind, old, now, names, staged, parent_said) if verdict == "update" and old else [],
            raw_of(staged.get("raw")),
            target,
        )
        for n, line, reason, target, staged, old, now, parent_said in rows
    ]


def _kept(job: ImportJob, verdict: str, after: int, limit: int) -> list[PreviewRow]:
    if verdict in ("conflict", "error"):
        found = ImportRow.objects.filter(job=job, verdict=verdict, line__gt=after).order_by("line")[:limit]
        return [
            PreviewRow(row.line, row.line, cells_of(job.kind, row.data), row.reason, raw=raw_of(row.raw))
            for row in found
        ]
    if verdict not in ("create", "update"):
        return []
    changed = list(
        ImportChange.objects.filter(job=job, what="", created=verdict == "create", record_id__gt=after).order_by(
            "record_id", "id"
        )[:limit]
    )
    records = records_of(job.kind, [change.record_id for change in changed])
    names = Names([(change.before, records.get(change.record_id, {})) for change in changed])
    return [
        PreviewRow(
            change.record_id,
            None,
            cells_of(job.kind, record),
            changes=changes_of(job.kind, change.before, {key: record.get(key) for key in change.before}, names),
            target_id=change.record_id,
        )
        for change in changed
        if (record := records.get(change.record_id))
    ]


_RECORDS = (
    "SELECT t.id, to_jsonb(t) |"
    "| jsonb_build_object('account_said', {account}) FROM {table} t {join} WHERE t.id = ANY(%(ids)s)"
)


def records_of(kind: str, ids: list[int]) -> dict[int, dict[str, Any]]:
    owned = kind != ImportKind.ACCOUNTS
    rows = Staging(0, kind).fetch(
        _RECORDS,
        {"ids": ids},
        table=TABLES[kind],
        account="a.name" if owned else "NULL",
        join="LEFT JOIN accounts_account a ON a.id = t.account_id" if owned else "",
    )
    return {pk: document_of(record) for pk, record in rows}


def document_of(document: str | None) -> dict[str, Any]:
    """Django leaves jsonb of raw queries as text."""
    return dict(json.loads(document)) if document else {}


class Names:
    """Names of the persons and accounts that a page of changes mentions, in two queries."""

    def __init__(self, pairs: Iterable[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]) -> None:
        people: set[int] = set()
        accounts: set[int] = set()
        for values in (side for pair in pairs for side in pair if side):
            people |= {values[key] for key in ("owner_id",) if values.get(key)}
            accounts |= {values[key] for key in ("account_id", "parent_id") if values.get(key)}
        self.people = {p.pk: p.name for p in Person.objects.filter(pk__in=people)}
        self.accounts = {a.pk: a.name for a in Account.objects.filter(pk__in=accounts)}
        self.labels: dict[str, str] = {}

    def label(self, kind: str, column: str) -> str:
        """Looked up once per page: custom attributes carry their names in the database."""
        if column not in self.labels:
            self.labels[column] = label_of(kind, column)
        return self.labels[column]

    def of(self, column: str, value: Any) -> str:
        if column == "owner_id":
            return str(self.people.get(value, ""))
        if column in ("account_id", "parent_id"):
            return str(self.accounts.get(value, ""))
        return text_of(column, value)


def text_of(column: str, value: Any) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and (column in NUMBERS or column.startswith(OWN)):
        return display.number(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)[:200]


def cells_of(kind: str, staged: Mapping[str, Any]) -> list[str]:
    return [text_of(name, staged.get(name)) for name, _ in SHOWN[kind]]


def raw_of(cells: Iterable[str] | None) -> str:
    """A row that could not be read, as it stands in the file."""
    return " · ".join(cell for cell in cells or () if cell.strip())


def changes_of(
    kind: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    names: Names,
    staged: Mapping[str, Any] | None = None,
    parent_said: str = "",
) -> list[Change]:
    """Field by field, before → after; what only follows from another field stays quiet."""
    said = staged or {}
    was, becomes = _flat(old), _flat(new)
    found = [
        Change(names.label(kind, column), names.of(column, was.get(column)), names.of(column, value))
        for column, value in becomes.items()
        if column not in QUIET and was.get(column) != value
    ]
    if said.get("owner_key") and not new.get("owner_id"):
        found.append(Change("Owner", "", f"{said.get('owner_name') or said.get('owner_email')} (new)"))
    if said.get("potential") is not None:
        found.append(Change("Potential a year", "", display.number(said["potential"])))
    if parent_said and not found:
        found.append(Change("Parent", "", parent_said))
    return found


def _flat(document: Mapping[str, Any]) -> dict[str, Any]:
    """Custom attributes as fields of their own."""
    own = document.get("custom") or {}
    return {key: value for key, value in document.items() if key != "custom"} | {f"{OWN}{k}": own[k] for k in own}


def label_of(kind: str, column: str) -> str:
    known = field_of(kind, column)
    return (
        known.label if known and column not in _LABELS else _LABELS.get(column, column.replace("_", " ").capitalize())
    )
