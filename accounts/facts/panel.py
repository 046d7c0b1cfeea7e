"""The form in which people put conditions together: one row per fact, grouped; read back without JavaScript.

The fields of a fact are `<key>~op` and `<key>`; beside it `~more` (words to add, with commas between), `~to` (the upper
end), `~day` (a date), `~within` and `~kinds` (of a window). A row without a value says nothing; `known` and `unknown`
need none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import QueryDict

from abxsite.lib.errors import DomainError
from accounts.facts.kinds import BARE, Condition, Fact, Kind
from accounts.facts.language import condition, facts, options_of

#: More than this are offered as a list to type into instead of boxes to tick.
BOXES = 40
#: A fact can be asked this often at a time: any of these technologies, and none of those.
OFTEN = ("", "@2", "@3")


@dataclass(frozen=True)
class Row:
    """One fact of the form, whose fields begin with `name`; `op` and `values` are what is chosen now, `wrong` says
    why it was not taken."""

    name: str
    fact: Fact
    op: str
    values: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    wrong: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.values or self.wrong or (self.op in BARE))

    @property
    def operators(self) -> list[tuple[str, str]]:
        """Without those that say the same in another way."""
        hidden = {"eq", "ne"} if self.fact.kind == Kind.CHOICE else set()
        return [(op, words) for op, words in self.fact.operators.items() if op not in hidden]

    @property
    def boxes(self) -> bool:
        """Whether all the values fit as boxes to tick."""
        return 0 < len(self.options) <= BOXES

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """What is ticked already, said in words, where the options are too many for boxes."""
        labels = dict(self.options)
        return [(value, labels.get(value, value)) for value in self.values]

    @property
    def others(self) -> list[tuple[str, str]]:
        """What was asked for and is not among the boxes (any more)."""
        offered = dict(self.options)
        return [(value, value) for value in self.values if value not in offered]

    @property
    def first(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def second(self) -> str:
        return self.values[1] if len(self.values) > 1 else ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Of a window: what stands behind how many and within."""
        return self.values[2:]


@dataclass(frozen=True)
class Section:
    name: str
    rows: list[Row]

    @property
    def on(self) -> int:
        return sum(row.is_on for row in self.rows)


def sections(
    conditions: Iterable[Condition], wrong: dict[str, str] | None = None, without: frozenset[str] = frozenset()
) -> list[Section]:
    """Every fact with what the conditions ask of it; a fact that is asked twice gets a row each."""
    asked: dict[str, list[Condition]] = {}
    for each in conditions:
        asked.setdefault(each.fact, []).append(each)
    rows = []
    for fact in facts():
        if fact.key in without:
            continue
        rows += _rows(fact, asked.get(fact.key, []), (wrong or {}).get(fact.key, ""))
    return [Section(str(name), list(some)) for name, some in groupby(rows, key=lambda row: row.fact.group.value)]


def _rows(fact: Fact, asked: list[Condition], wrong: str) -> list[Row]:
    """One per condition; one without any for a fact that is not asked, and for one more question of a set."""
    options = tuple(options_of(fact.key))
    rows = [
        Row(fact.key + suffix, fact, each.op, _values(each), options)
        for suffix, each in zip(OFTEN, asked, strict=False)
    ]
    if not rows or wrong or (fact.kind == Kind.SET and len(rows) < len(OFTEN)):
        rows.append(Row(fact.key + OFTEN[len(rows) % len(OFTEN)], fact, fact.default_operator, (), options, wrong))
    return rows


def _values(each: Condition) -> tuple[str, ...]:
    value = each.value
    if value is None:
        return ()
    if isinstance(value, dict):
        return (str(value["n"]), value["within"], *value["kinds"])
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    return tuple(str(one) for one in value) if isinstance(value, list) else (str(value),)


def read(data: QueryDict, without: frozenset[str] = frozenset()) -> tuple[list[Condition], dict[str, str]]:
    """What the form sent: the conditions, and `{fact: sentence}` for what could not be taken."""
    conditions, wrong = [], {}
    for fact in facts():
        if fact.key in without:
            continue
        for suffix in OFTEN:
            name = fact.key + suffix
            op = data.get(f"{name}~op", "") or fact.default_operator
            value = None if op in BARE else _value(fact, name, op, data)
            if not value and op not in BARE:
                continue
            try:
                conditions.append(condition(fact.key, op, value))
            except DomainError as error:
                wrong[fact.key] = str(error)
    return conditions, wrong


def _value(fact: Fact, name: str, op: str, data: QueryDict) -> Any:
    """Empty where the row says nothing."""
    values = [value.strip() for value in data.getlist(name) if value.strip()]
    match fact.kind:
        case Kind.WINDOW:
            within, kinds = data.get(f"{name}~within", ""), data.getlist(f"{name}~kinds")
            return {"n": values[0], "within": within, "kinds": kinds} if values else None
        case Kind.DATE if op in ("after", "before"):
            return data.get(f"{name}~day", "")
        case Kind.NUMBER if op == "between":
            upper = data.get(f"{name}~to", "").strip()
            return [*values[:1], *([upper] if upper else [])]
        case Kind.SET | Kind.CHOICE:
            return values + _typed(data.get(f"{name}~more", ""), fact)
    return values


def _typed(text: str, fact: Fact) -> list[str]:
    """Words with commas between; one that is offered with a comma inside stays whole. Ids are typed by their name."""
    if not text.strip():
        return []
    offered = {label.lower(): value for value, label in options_of(fact.key)}
    words = [text.strip()] if text.strip().lower() in offered else [word.strip() for word in text.split(",")]
    return [offered.get(word.lower(), word) for word in words if word]
