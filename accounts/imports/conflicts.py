"""Rows that could mean several records, as a work list: equal rows together, candidates side by side with reasons.

Before the import they stand in its staged rows, afterwards in ImportRow; both read the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q
from django.urls import reverse

from accounts.choices import ImportDecision, ImportKind, ImportStage
from accounts.imports.preview import SHOWN, document_of, records_of, text_of
from accounts.imports.staging import Staging
from accounts.imports.undo_relations import MODELS
from accounts.models import Account, Contact, ImportChoice, ImportJob

__all__ = ["MODELS", "Candidate", "Group", "count_decided", "count_open", "group_of", "page_of"]

PAGE = 10
MOST_CANDIDATES = 5
#: What stands side by side: column and heading.
COMPARED: dict[str, tuple[tuple[str, str], ...]] = {
    ImportKind.ACCOUNTS: (
        ("domain", "Domain"), ("country", "Country"), ("city", "City"), ("industry", "Industry"),
        ("employees", "Employees"), ("revenue", "Revenue"), ("external_id", "Id in the source"),
    ),
    ImportKind.CONTACTS: (("email", "E-mail"), ("title", "Title"), ("account_said", "Account")),
    ImportKind.OPPORTUNITIES: (("account_said", "Account"), ("stage", "Stage"), ("amount", "Amount")),
    ImportKind.SIGNALS: (("account_said", "Account"), ("occurred_on", "When")),
}  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A record that the row could mean; `why` says what they share."""

    pk: int
    name: str
    cells: list[str]
    why: str
    is_account: bool = False

    @property
    def url(self) -> str:
        return reverse("account_detail", args=[self.pk]) if self.is_account else ""


@dataclass(frozen=True)
class Group:
    """Rows with the same matching values. `line` is the first one's; `key` is what the next page starts behind."""

    about: str
    fingerprint: str
    line: int
    rows: int
    reason: str
    said: str
    headings: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    decision: str = ""
    target: int | None = None
    by: str = ""
    later: bool = False

    @property
    def decided(self) -> str:
        """The decision in words."""
        picked = next((one.name for one in self.candidates if one.pk == self.target), "")
        if self.decision == ImportDecision.PICK:
            return f"It is {picked}." if picked else "It is a record that was picked."
        return {option: f"{label}." for option, label in self.options}.get(self.decision, "")

    @property
    def lines(self) -> list[tuple[str, str, list[str]]]:
        """(heading, what the file says, what each candidate says), without lines that are blank everywhere."""
        said = self.cells or [""] * len(self.headings)
        found = [
            (heading, said[at], [one.cells[at] for one in self.candidates])
            for at, heading in enumerate(self.headings)
        ]  # fmt: skip
        return [line for line in found if line[1] or any(line[2])]


_STAGED = """
    SELECT COALESCE(m.about, 'record') AS about, COALESCE(m.fingerprint, '') AS fingerprint, m.line, m.reason,
        m.candidates, to_jsonb(s) AS data
    FROM {match} m JOIN {rows} s ON s.n = m.n WHERE m.verdict = 'conflict'"""
_KEPT = """
    SELECT about, fingerprint, line, reason, ARRAY(SELECT jsonb_array_elements_text(candidates)::bigint) AS candidates,
        data FROM accounts_importrow WHERE job_id = %(job)s AND verdict = 'conflict'"""
_CHOSEN = """EXISTS (SELECT 1 FROM accounts_importchoice h WHERE h.kind = %(kind)s AND h.source = %(source)s
    AND h.about = z.about AND h.fingerprint = z.fingerprint)"""
_GROUPS = """
    SELECT about, fingerprint, min(line), count(*) FROM ({rows_of}) z WHERE {which}
    GROUP BY about, fingerprint HAVING min(line) > %(after)s ORDER BY min(line) LIMIT %(limit)s"""
_FIRST = """
    SELECT z.reason, z.candidates, z.data FROM ({rows_of}) z
    WHERE z.about = %(about)s AND z.fingerprint = %(fingerprint)s AND z.line = %(line)s"""
_COUNT = "SELECT count(*), count(DISTINCT (about, fingerprint)) FROM ({rows_of}) z WHERE {which}"


def _fetch(job: ImportJob, sql: str, which: str = "true", **more: Any) -> list[tuple[Any, ...]]:
    staging = Staging(job.pk, job.kind)
    applied = job.stage != ImportStage.REVIEW
    if not applied and not staging.exists():
        return []
    rows_of = _KEPT if applied else _STAGED.format(**staging.names)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.format(rows_of=rows_of, which=which),
            {"job": job.pk, "kind": job.kind, "source": job.source, **more},
        )
        return list(cursor.fetchall())


def count_open(job: ImportJob) -> tuple[int, int]:
    """(rows, groups) that nobody has decided about."""
    found = _fetch(job, _COUNT, f"NOT {_CHOSEN}")
    return (found[0][0], found[0][1]) if found else (0, 0)


def count_decided(job: ImportJob) -> int:
    """Groups that wait to be brought in, or that the writing will take along."""
    found = _fetch(job, _COUNT, _CHOSEN)
    return int(found[0][1]) if found else 0


def page_of(job: ImportJob, *, decided: bool, after: int, limit: int = PAGE) -> list[Group]:
    which = _CHOSEN if decided else f"NOT {_CHOSEN}"
    found = _fetch(job, _GROUPS, which, after=after, limit=limit)
    return [_group(job, *row) for row in found]


def group_of(job: ImportJob, about: str, fingerprint: str) -> Group | None:
    which = "z.about = %(about)s AND z.fingerprint = %(fingerprint)s AND z.fingerprint <> ''"
    found = _fetch(job, _GROUPS, which, after=-1, limit=1, about=about, fingerprint=fingerprint)
    return _group(job, *found[0]) if found else None


def _group(job: ImportJob, about: str, fingerprint: str, line: int, rows: int) -> Group:
    ((reason, stored, document),) = _fetch(job, _FIRST, about=about, fingerprint=fingerprint, line=line)
    data = document_of(document) if isinstance(document, str) else dict(document or {})
    kind = ImportKind.ACCOUNTS.value if about == "account" else job.kind
    repeated = bool(reason and reason.startswith("Line "))
    choice = (
        ImportChoice.objects.filter(kind=job.kind, source=job.source, about=about, fingerprint=fingerprint)
        .select_related("by__person")
        .first()
    )
    wanted = list(stored or [])
    if not wanted and job.stage == ImportStage.APPLIED and kind == ImportKind.ACCOUNTS:
        wanted = _found_now(data, job.source)
    if choice and choice.target_id and choice.target_id not in wanted:
        wanted.append(choice.target_id)
    compared = COMPARED[kind] if about == "record" else COMPARED[ImportKind.ACCOUNTS][:5]
    return Group(
        about, fingerprint, line, rows, reason or "", _said(job.kind, about, data), [label for _, label in compared],
        [text_of(name, data.get(name)) for name, _ in compared] if about == "record" else [],
        _candidates(kind, wanted[:MOST_CANDIDATES], data, [name for name, _ in compared], about),
        _options(job, about, data, wanted, repeated=repeated), choice.decision if choice else "",
        choice.target_id if choice else None, str(choice.by.person.name) if choice and choice.by else "",
        later=repeated and job.stage != ImportStage.APPLIED,
    )  # fmt: skip


def _said(kind: str, about: str, data: Mapping[str, Any]) -> str:
    """The row in a few words."""
    if about == "account":
        return str(data.get("account_said") or data.get("account_ext") or "")
    first, *_ = SHOWN[kind]
    return str(data.get(first[0]) or data.get("domain") or data.get("external_id") or "")


def _found_now(data: Mapping[str, Any], source: str) -> list[int]:
    """Accounts that a row left open could mean by now."""
    same = Q(pk__in=[])
    if data.get("external_id"):
        same |= Q(source=source, external_id=data["external_id"])
    if data.get("domain"):
        same |= Q(domain=data["domain"])
    if data.get("match_name"):
        same |= Q(match_name=data["match_name"])
    found = Account.objects.present().filter(same).order_by("pk")
    return list(found.values_list("pk", flat=True)[:MOST_CANDIDATES])


def _candidates(
    kind: str, wanted: list[int], data: Mapping[str, Any], columns: Iterable[str], about: str
) -> list[Candidate]:
    records = records_of(kind, wanted)
    names = list(columns)
    return [
        Candidate(
            pk,
            str(record.get("name") or record.get("email") or f"Record {pk}"),
            [text_of(name, record.get(name)) for name in names],
            _why(data, record, about),
            kind == ImportKind.ACCOUNTS,
        )
        for pk in wanted
        if (record := records.get(pk))
    ]


def _why(data: Mapping[str, Any], record: Mapping[str, Any], about: str) -> str:
    """What row and record share, in words."""
    keys = {"external_id": "id", "domain": "domain", "email": "e-mail", "match_name": "name", "country": "country"}
    own = dict(data)
    if about == "account":
        own = {
            "external_id": data.get("account_ext"),
            "domain": data.get("account_domain"),
            "match_name": data.get("account_match"),
        }
    same = [
        word for key, word in keys.items()
        if own.get(key) and str(own[key]).lower() == str(record.get(key) or "").lower()
    ]  # fmt: skip
    return ", ".join(same) if same else "nothing but a likeness"


def _options(
    job: ImportJob, about: str, data: Mapping[str, Any], candidates: list[int], *, repeated: bool
) -> list[tuple[str, str]]:
    """What a person may say about the row."""
    found: list[tuple[str, str]] = []
    applied = job.stage == ImportStage.APPLIED
    if candidates and (applied or not repeated):
        found.append((ImportDecision.PICK.value, "It is one of these"))
    if about == "account":
        found.append((ImportDecision.NONE.value, "Keep it without an account"))
    elif not repeated and not _id_is_taken(job, data):
        thing = {ImportKind.ACCOUNTS.value: "account", ImportKind.CONTACTS.value: "contact"}.get(job.kind, "record")
        found.append((ImportDecision.NEW.value, f"Make a new {thing}"))
    found.append((ImportDecision.SKIP.value, "Leave it out"))
    return found


def _id_is_taken(job: ImportJob, data: Mapping[str, Any]) -> bool:
    """A record of this source has the row's id: another one with it cannot be."""
    model = {ImportKind.ACCOUNTS.value: Account, ImportKind.CONTACTS.value: Contact}.get(job.kind)
    if model is None or not data.get("external_id"):
        return model is None
    return bool(model._default_manager.filter(source=job.source, external_id=data["external_id"]).exists())
