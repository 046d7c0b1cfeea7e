"""Facts of the workspace's own: `custom.<key>` reads the key of `Account.custom`."""

import re
from datetime import date
from typing import Any, Final

from django.db.models import Q

from accounts.choices import AttributeKind
from accounts.facts.kinds import Compare, Fact, Group, Kind
from accounts.facts.periods import read_period
from accounts.models import CustomAttribute

PREFIX: Final = "custom."
#: Keys that can be asked for: a double underscore would read as a path into the value.
KEY: Final = re.compile(r"^(?!.*__)[A-Za-z][\w-]{0,59}$", re.ASCII)
KINDS: Final[dict[str, Kind]] = {
    AttributeKind.TEXT: Kind.TEXT,
    AttributeKind.NUMBER: Kind.NUMBER,
    AttributeKind.FLAG: Kind.FLAG,
    AttributeKind.DATE: Kind.DATE,
    AttributeKind.CHOICE: Kind.CHOICE,
}


def custom_facts() -> list[Fact]:
    """Of the attributes in use."""
    attributes = CustomAttribute.objects.filter(retired_at__isnull=True)
    return [_fact(attribute) for attribute in attributes if KEY.match(attribute.key)]


def custom_fact(key: str) -> Fact | None:
    """The fact behind `custom.<name>`, of a retired attribute too; one without a definition compares as a word."""
    name = key.removeprefix(PREFIX)
    if not KEY.match(name):
        return None
    attribute = CustomAttribute.objects.filter(key=name).first()
    return _fact(attribute) if attribute else of_type(name, name.replace("_", " ").capitalize(), Kind.CHOICE)


def _fact(attribute: CustomAttribute) -> Fact:
    options = tuple((word, word) for word in attribute.choices)
    return of_type(attribute.key, attribute.label, KINDS.get(attribute.kind, Kind.CHOICE), options)


def of_type(name: str, label: str, kind: Kind, options: tuple[tuple[str, str], ...] = ()) -> Fact:
    return Fact(
        f"{PREFIX}{name}", label, kind, Group.CUSTOM, _json(name), options, decimal=kind == Kind.NUMBER,
        yes=f"{label}: yes", no=f"{label}: no", past=label,
    )  # fmt: skip


def _json(name: str) -> Compare:
    """Compares the JSON value of a key: numbers with numbers, words with words, days as ISO text."""
    column = f"custom__{name}"
    known = Q(custom__has_key=name) & ~Q(**{f"{column}__in": [None, ""]})

    def compare(op: str, value: Any, today: date) -> Q:
        match op:
            case "known":
                return known
            case "unknown":
                return ~known
            case "within" | "older" | "not_within":
                return _period(column, known, op, read_period(value).since(today).isoformat(), today.isoformat())
        return _value(column, known, op, value)

    return compare


def _value(column: str, known: Q, op: str, value: Any) -> Q:
    values = value if isinstance(value, list) else [value]
    match op:
        case "not_in" | "none" | "ne":
            return known & ~Q(**{f"{column}__in": values})
        case "gte" | "lte":
            return Q(**{f"{column}__{op}": value})
        case "between":
            return Q(**{f"{column}__gte": value[0], f"{column}__lte": value[1]})
        case "contains":
            return Q(**{f"{column}__icontains": value})
        case "not_contains":
            return known & ~Q(**{f"{column}__icontains": value})
        case "after":
            return Q(**{f"{column}__gte": value})
        case "before":
            return Q(**{f"{column}__lt": value})
    return Q(**{f"{column}__in": values})


def _period(column: str, known: Q, op: str, since: str, today: str) -> Q:
    match op:
        case "within":
            return Q(**{f"{column}__gte": since, f"{column}__lte": today})
        case "older":
            return known & Q(**{f"{column}__lt": since})
    return ~known | Q(**{f"{column}__lt": since})
