"""One row of cells into the values that are staged, by kind, mapping and options. Pure; a bad row says why.

The staged columns of each kind are listed in COLUMNS, in order; a blank is None everywhere.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from accounts import matching
from accounts.choices import ImportKind, Outcome
from accounts.imports import titles, values, words
from accounts.imports.fields import OWN, Field, Type, field_of
from accounts.imports.headers import unit_in
from accounts.imports.reading import Row
from accounts.imports.values import BadValue
from accounts.signal_ids import fingerprint

Values = dict[str, Any]

#: Of a row with an error so many cells are kept to show; the error file has all of them.
KEPT_CELLS = 12
#: Name and SQL type of what is staged, after `n`, `line`, `error`, `raw`.
_OF_ACCOUNT = (("account_ext", "text"), ("account_domain", "text"), ("account_match", "text"), ("account_said", "text"))
COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    ImportKind.ACCOUNTS: (
        ("external_id", "text"), ("name", "text"), ("match_name", "text"), ("domain", "text"), ("website", "text"),
        ("status", "text"), ("industry", "text"), ("country", "text"), ("region", "text"), ("city", "text"),
        ("employees", "bigint"), ("revenue", "bigint"), ("year_founded", "integer"), ("potential", "bigint"),
        ("technologies", "text[]"), ("description", "text"), ("parent_ext", "text"), ("parent_match", "text"),
        ("tier", "text"), ("tier_since", "date"), ("custom", "jsonb"),
        ("owner_key", "text"), ("owner_name", "text"), ("owner_email", "text"),
    ),
    ImportKind.CONTACTS: (
        ("external_id", "text"), ("name", "text"), ("email", "text"), ("phone", "text"), ("title", "text"),
        ("seniority", "text"), ("department", "text"), *_OF_ACCOUNT,
    ),
    ImportKind.OPPORTUNITIES: (
        ("external_id", "text"), ("name", "text"), ("type", "text"), ("stage", "text"), ("outcome", "text"),
        ("amount", "numeric(18,2)"), ("opened_on", "date"), ("closed_on", "date"), ("product", "text"), *_OF_ACCOUNT,
        ("owner_key", "text"), ("owner_name", "text"), ("owner_email", "text"),
    ),
    ImportKind.SIGNALS: (
        ("external_id", "text"), ("hashed", "boolean"), ("kind", "text"), ("occurred_at", "timestamptz"),
        ("occurred_on", "date"), ("weight", "smallint"), ("email", "text"), ("person_key", "text"), ("topic", "text"),
        ("url", "text"), *_OF_ACCOUNT,
    ),
}  # fmt: skip

_TEXT_BLANKS = frozenset({"", "-", "--", "–", "—", "n/a", "#n/a", "null", "(null)", "(blank)"})
_LONGER_THAN_BLANKS = 1 + max(map(len, _TEXT_BLANKS))
_MAIL = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+$")
_NAMES = frozenset({"name", "first_name", "last_name", "account_name"})


@dataclass(frozen=True)
class Options:
    """What people answered or columns say: units, date orders and decimal marks by field, outcomes by stage word."""

    units: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def meaning(self, about: str, word: str) -> str:
        """What people said that a word means (`about` is tier or type); ''."""
        return self.words.get(about, {}).get(word.strip().lower(), "")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Options":
        stages = {word.strip().lower(): outcome for word, outcome in stored.get("stages", {}).items()}
        units, dates, marks = (stored.get(name, {}) for name in ("units", "dates", "marks"))
        return cls(units, dates, stages, marks, stored.get("words", {}))


class RowParser:
    """Built once per file; called once per row."""

    def __init__(
        self, kind: str, headers: Sequence[str], mapping: Mapping[str, str], options: Options, zone: tzinfo
    ) -> None:
        self.kind, self.options, self.zone = kind, options, zone
        self.columns = tuple(name for name, _ in COLUMNS[kind])
        self.cells: list[tuple[int, str, str, Callable[[str], Any]]] = []
        for index, header in enumerate(headers):
            if (key := mapping.get(header)) and (found := field_of(kind, key)):
                self.cells.append((index, key, found.label, self._parser(found, header)))
        self.own = [key for _, key, _, _ in self.cells if key.startswith(OWN)]
        self._finish = {
            ImportKind.ACCOUNTS: self._account,
            ImportKind.CONTACTS: self._contact,
            ImportKind.OPPORTUNITIES: self._opportunity,
            ImportKind.SIGNALS: self._signal,
        }[ImportKind(kind)]

    def __call__(self, number: int, row: Row) -> tuple[Any, ...]:
        """(n, line, error, raw, *columns); with an error every column is None and `raw` holds the cells."""
        try:
            if row.problem:
                raise BadValue(row.problem)
            found = self._finish(self._read(row.cells))
        except BadValue as error:
            raw = [cell[:200] for cell in row.cells[:KEPT_CELLS]]
            return (number, row.line, str(error)[:400], raw, *(None for _ in self.columns))
        return (number, row.line, None, None, *map(found.get, self.columns))

    def _read(self, cells: list[str]) -> Values:
        found: Values = {}
        for index, key, label, parse in self.cells:
            try:
                found[key] = parse(cells[index])
            except BadValue as error:
                raise BadValue(f"{label}: {error}.") from error
        return found

    def _parser(self, of: Field, header: str) -> Callable[[str], Any]:
        unit = values.UNITS[self.options.units.get(of.key) or unit_in(header) or "units"]
        order = self.options.dates.get(of.key, "")
        zone, mark = self.zone, self.options.marks.get(of.key, "")
        match of.type:
            case Type.COUNT:
                return lambda cell: values.count(cell, mark)
            case Type.YEAR:
                return values.year
            case Type.TRUTH:
                return values.truth
            case Type.MONEY if of.key == "amount":
                return lambda cell: values.money(cell, unit=unit, mark=mark)
            case Type.MONEY:
                return lambda cell: values.whole(cell, unit=unit, mark=mark)
            case Type.DATE if of.key == "occurred_at":
                return lambda cell: values.moment(cell, order, zone)
            case Type.DATE:
                return lambda cell: values.day(cell, order, zone)
            case Type.LIST:
                return _listed
            case Type.NUMBER:
                return lambda cell: values.number(cell, mark)
        if of.key.startswith(OWN) and of.headers:
            return _one_of(of.headers)
        return _text_parser(of)

    # --- what the values of a row make together ---

    def _account(self, found: Values) -> Values:
        name, website, domain = found.get("name"), found.get("website") or "", found.get("domain") or ""
        found["domain"] = (
            matching.company_domain(domain, name or "") or matching.company_domain(website, name or "") or None
        )
        if not name and not found["domain"]:
            raise BadValue("The row has neither a name nor a domain.")
        found["match_name"] = matching.match_name(name or found["domain"])
        found["parent_ext"] = found.get("parent_id")
        parent = found.get("parent_name")
        found["parent_match"] = matching.match_name(parent) if parent else None
        found["status"] = words.status_of(found.get("status") or "") or None
        if found.get("potential") is not None and found["potential"] < 0:
            raise BadValue("Potential a year: it is below zero.")
        found["tier"] = self.options.meaning("tier", found.get("tier") or "") or None
        if self.own:
            own = {key.removeprefix(OWN): _as_json(found[key]) for key in self.own}
            found["custom"] = json.dumps({key: value for key, value in own.items() if value is not None})
        return _with_owner(found)

    def _contact(self, found: Values) -> Values:
        given, family = found.get("first_name"), found.get("last_name")
        email = _mail(found.get("email"), "E-mail")
        name = found.get("name") or " ".join(part for part in (given, family) if part) or email
        if not name:
            raise BadValue("The row has neither a name nor an e-mail address.")
        title, level, said = found.get("title") or "", found.get("seniority") or "", found.get("department") or ""
        found |= {"name": name[:200], "email": email}
        found["seniority"] = titles.seniority_from(level, title) or None
        found["department"] = titles.department_of(title, said) or None
        return _with_account(found, email)

    def _opportunity(self, found: Values) -> Values:
        if not found.get("external_id") and not found.get("name"):
            raise BadValue("The row has neither an id nor a name.")
        found["outcome"] = self.outcome(found)
        if found["outcome"] not in (Outcome.WON, Outcome.LOST):
            found["closed_on"] = None  # CRMs keep the expected date there
        if not found.get("stage"):
            found["stage"] = found.pop("said_outcome", None)
        said = found.get("type") or ""
        found["type"] = self.options.meaning("type", said) or words.type_of(said) or None
        return _with_account(_with_owner(found), None)

    def outcome(self, found: Values) -> str | None:
        """People's word on the stage first, then yes/no columns, the outcome's column, the stage's own words."""
        stage, said = found.get("stage") or "", found.pop("outcome", None) or ""
        found["said_outcome"] = said or None
        for text in (stage, said):
            if text and (chosen := self.options.stages.get(text.lower())):
                return chosen
        if found.get("is_won"):
            return Outcome.WON
        if found.get("is_closed") is not None:
            return Outcome.LOST if found["is_closed"] else Outcome.OPEN
        guessed = words.outcome_of(said) or words.outcome_of(stage)
        return guessed or (Outcome.OPEN if stage or said else None)

    def _signal(self, found: Values) -> Values:
        said, moment = found.get("kind"), found.get("occurred_at")
        if not said:
            raise BadValue("The row does not say what happened.")
        if moment is None:
            raise BadValue("The row has no date.")
        kind = words.signal_of(said)
        if not kind:
            raise BadValue(f"What happened: {values.short(said)} is no kind of signal that abxsite knows.")
        email = _mail(found.get("email"), "Person's e-mail")
        if not email and _MAIL.match(found.get("person_key") or ""):
            email = found["person_key"].lower()
        weight = found.get("weight")
        if weight is not None and weight > 32_000:
            raise BadValue("Weight: it is too large to be meant.")
        found |= {"kind": kind, "email": email, "occurred_on": moment.astimezone(self.zone).date()}
        found["person_key"] = (email or found.get("person_key") or "")[:254] or None
        found = _with_account(found, email)
        if not found.get("external_id"):
            found["external_id"], found["hashed"] = _fingerprint(found, moment), True
        return found


def _fingerprint(found: Values, moment: datetime) -> str:
    keys = ("account_ext", "account_domain", "account_match", "person_key", "topic", "url")
    return fingerprint(found["kind"], moment, [found.get(key) for key in keys])


def _with_account(found: Values, email: str | None) -> Values:
    name, where = found.get("account_name"), found.get("account_domain")
    domain = matching.company_domain(where or "") or matching.company_domain(email or "")
    found |= {
        "account_ext": found.get("account_id"),
        "account_domain": domain or None,
        "account_match": matching.match_name(name) if name else None,
        "account_said": (name or domain or found.get("account_id") or "")[:255] or None,
    }
    return found


def _with_owner(found: Values) -> Values:
    name, email = found.get("owner"), found.get("owner_email")
    if name and not email and _MAIL.match(name):
        name, email = None, name
    email = _mail(email, "Owner's e-mail")
    found |= {"owner_name": name, "owner_email": email, "owner_key": email or (name.lower() if name else None)}
    return found


def _mail(text: str | None, label: str) -> str | None:
    if not text:
        return None
    address = text.removeprefix("mailto:").lower()
    if not _MAIL.match(address):
        raise BadValue(f"{label}: {values.short(text)} is not an e-mail address.")
    return address


def _text_parser(of: Field) -> Callable[[str], str | None]:
    most, blanks = of.length, {"", "-", "–"} if of.key in _NAMES else _TEXT_BLANKS

    def parse(cell: str) -> str | None:
        text = values.clean(cell)
        if len(text) < _LONGER_THAN_BLANKS and text.lower() in blanks:
            return None
        if len(text) > most:
            raise BadValue(f"{len(text):,} letters, {most:,} are the most")
        return text

    return parse


def _one_of(words: Sequence[str]) -> Callable[[str], str | None]:
    """One of an attribute's words, written as the attribute has it."""
    known = {word.lower(): word for word in words}

    def parse(cell: str) -> str | None:
        text = values.clean(cell)
        if text.lower() in _TEXT_BLANKS:
            return None
        if text.lower() not in known:
            raise BadValue(f"{values.short(text)} is none of {', '.join(words)}")
        return known[text.lower()]

    return parse


def _as_json(value: Any) -> Any:
    """Numbers as numbers, days as ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def _listed(cell: str) -> list[str] | None:
    """`SAP; Salesforce, Oracle` → each once, in order."""
    parts = [values.clean(part)[:60] for part in re.split(r"[;,|\n]", cell)]
    return list(dict.fromkeys(part for part in parts if part)) or None


def amount_as_number(cell: str, mark: str = "") -> Decimal | None:
    """For the survey of a column; None where it is no number."""
    try:
        return values.number(cell, mark)
    except BadValue:
        return None
