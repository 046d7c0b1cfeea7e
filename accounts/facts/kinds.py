"""What a condition is made of: kinds of fact, the operators of each kind, and the condition itself. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.db.models import Q


class Kind(StrEnum):
    """How a fact compares. The value of a condition follows from kind and operator (see `values.py`)."""

    NUMBER = "number"  # a whole number (a decimal one for custom attributes)
    SCALE = "scale"  # a number out of a few named steps, as in none … trusted
    CHOICE = "choice"  # one word out of a list, open or closed
    SET = "set"  # several words at a time
    TEXT = "text"  # words in free text
    DATE = "date"  # a day, or the days of rows that belong to the account
    FLAG = "flag"  # yes or no
    WINDOW = "window"  # so many dated observations within a period


class Group(StrEnum):
    COMPANY = "Company"
    PEOPLE = "People and relationship"
    SIGNALS = "Signals"
    DEALS = "Opportunities"
    WORK = "Owner, cluster, segment"
    DATA = "Data"
    CUSTOM = "Custom attributes"


#: {kind: {operator: words}}; the first operator of a kind is what a bare value means.
OPERATORS: Final[dict[Kind, dict[str, str]]] = {
    Kind.NUMBER: {
        "gte": "at least", "lte": "at most", "between": "between", "eq": "exactly", "ne": "not",
        "known": "known", "unknown": "unknown",
    },
    Kind.SCALE: {"gte": "at least", "lte": "at most", "eq": "exactly"},
    Kind.CHOICE: {
        "in": "any of", "not_in": "none of", "eq": "exactly", "ne": "not", "known": "known", "unknown": "unknown",
    },
    Kind.SET: {"any": "any of", "all": "all of", "none": "none of", "known": "known", "unknown": "unknown"},
    Kind.TEXT: {
        "contains": "contains", "not_contains": "does not contain", "eq": "exactly",
        "known": "known", "unknown": "unknown",
    },
    Kind.DATE: {
        "within": "within the last", "not_within": "not within the last", "older": "last one longer ago than",
        "after": "on or after", "before": "before", "known": "known", "unknown": "never",
    },
    Kind.FLAG: {"is": "is"},
    Kind.WINDOW: {"at_least": "at least", "fewer": "fewer than"},
}  # fmt: skip

#: Operators that ask for no value.
BARE: Final = frozenset({"known", "unknown"})
#: Operators that take a list of values.
MANY: Final = frozenset({"in", "not_in", "any", "all", "none"})

#: `(operator, value, today)` to the condition over `Account`; never a join that could repeat an account.
Compare = Callable[[str, Any, date], Q]
#: `[(value, words)]` to choose from, as text; a fresh read each time where it is a function.
Options = tuple[tuple[str, str], ...] | Callable[[], list[tuple[str, str]]]


@dataclass(frozen=True)
class Fact:
    """One thing known of an account. `key` is what is stored and what stands in query strings.

    `always_known`: nothing recorded means none or zero (S3), so `known` is true of every account.
    `closed`: only values among `options` are accepted. `ids`: the values are ids of rows (whole numbers).
    `yes`, `no` are the sentences of a flag; `unit` stands behind a number; `past` words a date ("Won a deal").
    """

    key: str
    label: str
    kind: Kind
    group: Group
    compare: Compare
    options: Options = ()
    always_known: bool = False
    closed: bool = False
    ids: bool = False
    decimal: bool = False
    yes: str = ""
    no: str = ""
    past: str = ""
    unit: str = ""
    help: str = ""

    @property
    def operators(self) -> dict[str, str]:
        """Those of its kind that can tell accounts apart."""
        every = OPERATORS[self.kind]
        if self.always_known and self.kind != Kind.DATE:
            dropped = BARE | {"eq", "ne"} if self.kind == Kind.CHOICE else BARE
            return {op: words for op, words in every.items() if op not in dropped}
        return every

    @property
    def default_operator(self) -> str:
        return next(iter(self.operators))


@dataclass(frozen=True)
class Condition:
    """One checked line: `value` has the type that `values.read` gives, and is None for operators without one."""

    fact: str
    op: str
    value: Any = None

    def as_json(self) -> dict[str, Any]:
        if self.value is None:
            return {"fact": self.fact, "op": self.op}
        return {"fact": self.fact, "op": self.op, "value": self.value}
