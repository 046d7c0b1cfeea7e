"""Which columns an import writes, per kind: where each value comes from, and what it becomes when it changes.

In the SQL `s` is the staged row, `m` its match, `t` the record as it stands. A blank never overwrites.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from accounts.choices import ImportKind
from accounts.models import Account, Contact, Opportunity, Signal


@dataclass(frozen=True)
class Write:
    """`value` is NULL for a blank. `fields` are the mapped fields that make this column part of an update."""

    column: str
    value: str
    fields: frozenset[str]
    default: str = "''"
    update: str = ""

    def new(self, rule: str) -> str:
        """The column's new value on an existing record; `rule` is overwrite or fill."""
        if self.update:
            return self.update
        if rule == "fill":
            empty = f"t.{self.column} = ''" if self.default == "''" else f"t.{self.column} IS NULL"
            return f"CASE WHEN {empty} THEN COALESCE({self.value}, t.{self.column}) ELSE t.{self.column} END"
        return f"COALESCE({self.value}, t.{self.column})"

    @property
    def first(self) -> str:
        return f"COALESCE({self.value}, {self.default})"


def _w(column: str, fields: str, value: str = "", default: str = "''", update: str = "") -> Write:
    return Write(column, value or f"s.{column}", frozenset(fields.split()), default, update)


_KEY = (
    _w(
        "external_id",
        "external_id",
        update="CASE WHEN t.external_id = '' THEN COALESCE(s.external_id, '') ELSE t.external_id END",
    ),
    _w(
        "source",
        "external_id",
        "%(source)s",
        update="CASE WHEN t.external_id = '' AND s.external_id IS NOT NULL THEN %(source)s ELSE t.source END",
    ),
)
_BY_TITLE = "CASE WHEN t.{0} = '' OR t.title IS DISTINCT FROM s.title THEN COALESCE(s.{0}, t.{0}) ELSE t.{0} END"
_CLOSED = "CASE WHEN COALESCE(s.outcome, t.outcome) = 'open' THEN NULL ELSE COALESCE(s.closed_on, t.closed_on) END"
_DOUBTFUL = f"COALESCE(({_CLOSED}) < COALESCE(s.opened_on, t.opened_on), false)"

WRITES: dict[str, tuple[Write, ...]] = {
    ImportKind.ACCOUNTS: (
        _w("name", "name", default="s.domain"),
        _w(
            "match_name",
            "name",
            default="''",
            update="CASE WHEN s.name IS NULL THEN t.match_name ELSE s.match_name END",
        ),
        _w("domain", "domain website"),
        _w("website", "website"),
        *_KEY,
        _w("status", "status", default="'prospect'"),
        _w("industry", "industry"),
        _w("country", "country"),
        _w("region", "region"),
        _w("city", "city"),
        _w("employees", "employees", default="NULL"),
        _w("revenue", "revenue", default="NULL"),
        _w("year_founded", "year_founded", default="NULL"),
        _w("description", "description"),
        _w("custom", "", default="jsonb_build_object()"),
        _w("technologies", "technologies", "s.technologies::varchar[]", default="'{}'"),
        _w("owner_id", "owner owner_email", "m.owner_id", default="NULL"),
    ),
    ImportKind.CONTACTS: (
        _w("name", "name first_name last_name email", default="s.email"),
        _w("email", "email"),
        *_KEY,
        _w("phone", "phone"),
        _w("title", "title"),
        _w("seniority", "title seniority", update=_BY_TITLE.format("seniority")),
        _w("department", "title department", update=_BY_TITLE.format("department")),
        _w("account_id", "account_id account_name account_domain email", "m.account_id", default="NULL"),
    ),
    ImportKind.OPPORTUNITIES: (
        _w("name", "name"),
        *_KEY,
        _w("type", "type"),
        _w("stage", "stage outcome"),
        _w("outcome", "stage outcome is_won is_closed", default="'open'"),
        _w("amount", "amount", default="NULL"),
        _w("opened_on", "opened_on", default="NULL"),
        _w("closed_on", "closed_on stage outcome is_won is_closed", default="NULL", update=_CLOSED),
        _w(
            "dates_doubtful",
            "opened_on closed_on stage outcome is_won is_closed",
            "COALESCE(s.closed_on < s.opened_on, false)",
            default="false",
            update=_DOUBTFUL,
        ),
        _w("product", "product"),
        _w("account_id", "account_id account_name account_domain", "m.account_id", default="NULL"),
        _w("owner_id", "owner owner_email", "m.owner_id", default="NULL"),
    ),
    ImportKind.SIGNALS: (
        *_KEY,
        _w("kind", "kind", default="NULL"),
        _w("occurred_at", "occurred_at", default="NULL"),
        _w("occurred_on", "occurred_at", default="NULL"),
        _w("weight", "weight", default="NULL"),
        _w("person_key", "email person_key", "COALESCE('c' || m.contact_id, s.person_key)"),
        _w("topic", "topic"),
        _w("url", "url"),
        _w("account_id", "account_id account_name account_domain email", "m.account_id", default="NULL"),
        _w("contact_id", "email", "m.contact_id", default="NULL"),
        _w(
            "match_hint",
            "account_id account_name account_domain email",
            "CASE WHEN m.account_id IS NULL OR m.note = 'alias' THEN COALESCE(s.account_domain, s.account_said) END",
            update="CASE WHEN COALESCE(m.account_id, t.account_id) IS NULL"
            " THEN COALESCE(s.account_domain, s.account_said, t.match_hint) ELSE t.match_hint END",
        ),
        # what the hint means (accounts.hints), also where a link placed it, so that the link can be undone
        _w(
            "hint_key",
            "account_id account_name account_domain email",
            "CASE WHEN m.account_id IS NULL OR m.note = 'alias' THEN left(COALESCE('d:' || s.account_domain,"
            " 'n:' || s.account_match, 'i:' || %(source)s || '/' || s.account_ext, 'e:' || s.email), 330) END",
            update="CASE WHEN t.hint_key = '' AND COALESCE(m.account_id, t.account_id) IS NULL THEN left(COALESCE("
            "'d:' || s.account_domain, 'n:' || s.account_match, 'i:' || %(source)s || '/' || s.account_ext,"
            " 'e:' || s.email, ''), 330) ELSE t.hint_key END",
        ),
    ),
}

#: What a new record needs beside the written columns.
_STAMPS = {"created_at": "%(now)s", "updated_at": "%(now)s"}
CONSTANTS: dict[str, dict[str, str]] = {
    ImportKind.ACCOUNTS: {
        "problem_tags": "'{}'",
        "closure": "''",
        "insight_on": "%(today)s",
        **_STAMPS,
    },
    ImportKind.CONTACTS: {"buying_role": "''", "strength": "0", **_STAMPS},
    ImportKind.OPPORTUNITIES: _STAMPS,
    ImportKind.SIGNALS: {"created_at": "%(now)s"},
}
#: What every update sets beside what changed.
TOUCHED: dict[str, dict[str, str]] = {
    ImportKind.ACCOUNTS: {"updated_at": "%(now)s", "insight_on": "GREATEST(t.insight_on, %(today)s)"},
    ImportKind.CONTACTS: {"updated_at": "%(now)s"},
    ImportKind.OPPORTUNITIES: {"updated_at": "%(now)s"},
    ImportKind.SIGNALS: {},
}
TABLES: dict[str, str] = {
    ImportKind.ACCOUNTS: Account._meta.db_table,
    ImportKind.CONTACTS: Contact._meta.db_table,
    ImportKind.OPPORTUNITIES: Opportunity._meta.db_table,
    ImportKind.SIGNALS: Signal._meta.db_table,
}


@dataclass(frozen=True)
class Plan:
    """The columns that one job updates, with the rule of each: overwrite, fill blanks, or keep (left out)."""

    kind: str
    updates: tuple[tuple[str, str], ...]

    @property
    def table(self) -> str:
        return TABLES[self.kind]

    @property
    def differs(self) -> str:
        """True where the record would change; false for nothing mapped."""
        if not self.updates:
            return "false"
        old = ", ".join(f"t.{column}" for column, _ in self.updates)
        new = ", ".join(expression for _, expression in self.updates)
        return f"(ROW({old}) IS DISTINCT FROM ROW({new}))"


def _own_attributes(mapped: Set[str], rules: Mapping[str, str]) -> list[tuple[str, str]]:
    """Custom attributes stand in one column, each with its own rule; a blank overwrites nothing."""
    own = sorted(key for key in mapped if key.startswith("custom."))
    if not own:
        return []
    by_rule = {rule: [key.removeprefix("custom.") for key in own if rules.get(key, "overwrite") == rule]
               for rule in ("overwrite", "fill", "keep")}  # fmt: skip
    if not by_rule["overwrite"] and not by_rule["fill"]:
        return []
    said = "COALESCE(s.custom, jsonb_build_object())"
    under = f"({said} - {_texts(by_rule['overwrite'] + by_rule['keep'])})"
    over = f"({said} - {_texts(by_rule['fill'] + by_rule['keep'])})"
    return [("custom", f"({under} || t.custom || {over})")]


def _texts(words: list[str]) -> str:
    """Keys are slugs, so that quotes cannot stand in them."""
    return "ARRAY[" + ", ".join(f"'{word}'" for word in words) + "]::text[]"


def plan_of(kind: str, mapping: Mapping[str, str], rules: Mapping[str, str]) -> Plan:
    mapped = set(mapping.values())
    updates = []
    for write in WRITES[kind]:
        if write.column == "custom":
            updates += _own_attributes(mapped, rules)
            continue
        used = write.fields & mapped
        if used and (rule := next((rules[key] for key in sorted(used) if key in rules), "overwrite")) != "keep":
            updates.append((write.column, write.new(rule)))
    return Plan(kind, tuple(updates))
