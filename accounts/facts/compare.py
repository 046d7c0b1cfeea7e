"""How each kind of fact becomes a condition over `Account`: columns, arrays, JSON keys, and rows that belong to it.

Rows are asked by `EXISTS` with the account's id, so that an account never appears twice and an index on
(account, …) serves; a count stops at the number that was asked for.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.facts.kinds import Compare
from accounts.facts.periods import read_period

EVERY: Final = Q(pk__isnull=False)
NOBODY: Final = Q(pk__in=())
#: Rows of the account that the surrounding query stands on, as of a day.
Rows = Callable[[date], QuerySet[Any]]


def number(column: str) -> Compare:
    def compare(op: str, value: Any, today: date) -> Q:
        match op:
            case "unknown":
                return Q(**{f"{column}__isnull": True})
            case "between":
                return Q(**{f"{column}__gte": value[0], f"{column}__lte": value[1]})
            case "ne":
                return Q(**{f"{column}__isnull": False}) & ~Q(**{column: value})
            case "eq":
                return Q(**{column: value})
            case "gte" | "lte":
                return Q(**{f"{column}__{op}": value})
        return Q(**{f"{column}__isnull": False})

    return compare


def choice(column: str, *, unknown: str | None = "") -> Compare:
    """`unknown` is what stands in the column when nothing is known: '' for text, None for references."""
    blank = Q(**{f"{column}__isnull": True}) if unknown is None else Q(**{column: unknown})

    def compare(op: str, value: Any, today: date) -> Q:
        match op:
            case "unknown":
                return blank
            case "known":
                return ~blank
            case "in" | "eq":
                return Q(**{f"{column}__in": value if op == "in" else [value]})
        return ~blank & ~Q(**{f"{column}__in": value if op == "not_in" else [value]})

    return compare


def text(column: str) -> Compare:
    def compare(op: str, value: Any, today: date) -> Q:
        match op:
            case "unknown":
                return Q(**{column: ""})
            case "known":
                return ~Q(**{column: ""})
            case "eq":
                return Q(**{f"{column}__iexact": value})
            case "contains":
                return Q(**{f"{column}__icontains": value})
        return ~Q(**{column: ""}) & ~Q(**{f"{column}__icontains": value})

    return compare


def array(column: str) -> Compare:
    """Of an array column; compares whole words as they are stored."""

    def compare(op: str, value: Any, today: date) -> Q:
        blank = Q(**{column: []})
        match op:
            case "unknown":
                return blank
            case "known":
                return ~blank
            case "any":
                # "not empty" says nothing new, and matches the condition of the index
                return ~blank & Q(**{f"{column}__overlap": value})
            case "all":
                return ~blank & Q(**{f"{column}__contains": value})
        return ~blank & ~Q(**{f"{column}__overlap": value})

    return compare


def day(column: str) -> Compare:
    def compare(op: str, value: Any, today: date) -> Q:
        match op:
            case "unknown":
                return Q(**{f"{column}__isnull": True})
            case "known":
                return Q(**{f"{column}__isnull": False})
            case "after":
                return Q(**{f"{column}__gte": date.fromisoformat(value)})
            case "before":
                return Q(**{f"{column}__lt": date.fromisoformat(value)})
        since = read_period(value).since(today)
        match op:
            case "within":
                return Q(**{f"{column}__gte": since, f"{column}__lte": today})
            case "older":
                return Q(**{f"{column}__lt": since})
        return Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__lt": since})

    return compare


def flag(yes: Q) -> Compare:
    def compare(op: str, value: Any, today: date) -> Q:
        return yes if value else ~yes

    return compare


def has_rows(rows: Rows) -> Compare:
    """A flag: there are some."""

    def compare(op: str, value: Any, today: date) -> Q:
        some = Q(Exists(rows(today)))
        return some if value else ~some

    return compare


def count_rows(rows: Rows) -> Compare:
    """How many there are; none is zero, never unknown."""

    def compare(op: str, value: Any, today: date) -> Q:
        found = rows(today)
        match op:
            case "gte":
                return _at_least(found, value)
            case "lte":
                return ~_at_least(found, value + 1)
            case "between":
                return _at_least(found, value[0]) & ~_at_least(found, value[1] + 1)
        exactly = _at_least(found, value) & ~_at_least(found, value + 1)
        return ~exactly if op == "ne" else exactly

    return compare


def _at_least(rows: QuerySet[Any], count: int) -> Q:
    if count < 1:
        return EVERY
    return Q(Exists(rows)) if count == 1 else Q(Exists(rows.order_by()[count - 1 : count]))


def step_of_rows(rows: Rows, column: str) -> Compare:
    """The highest step that any of the rows has; no row is step 0."""

    def above(value: int, today: date) -> Q:
        return Q(Exists(rows(today).filter(**{f"{column}__gte": value}))) if value > 0 else EVERY

    def compare(op: str, value: Any, today: date) -> Q:
        match op:
            case "gte":
                return above(value, today)
            case "lte":
                return ~above(value + 1, today)
        return above(value, today) & ~above(value + 1, today)

    return compare


def words_of_rows(rows: Rows, column: str) -> Compare:
    """Which words the rows have among them: any, all or none of those asked for; `known` is any row with a word."""

    def compare(op: str, value: Any, today: date) -> Q:
        some = rows(today)
        match op:
            case "known":
                return Q(Exists(some.exclude(**{column: ""})))
            case "unknown":
                return ~Q(Exists(some.exclude(**{column: ""})))
            case "all":
                every = Q()
                for word in value:
                    every &= Q(Exists(some.filter(**{column: word})))
                return every
        found = Q(Exists(some.filter(**{f"{column}__in": value})))
        return found if op in ("any", "in") else ~found

    return compare


def days_of_rows(rows: Rows, column: str) -> Compare:
    """The days of the rows: `older` means that there are some, and none in the period."""

    def compare(op: str, value: Any, today: date) -> Q:
        dated = rows(today).filter(**{f"{column}__isnull": False})
        match op:
            case "unknown":
                return ~Q(Exists(dated))
            case "known":
                return Q(Exists(dated))
            case "after":
                return Q(Exists(dated.filter(**{f"{column}__gte": date.fromisoformat(value)})))
            case "before":
                return Q(Exists(dated.filter(**{f"{column}__lt": date.fromisoformat(value)})))
        since = read_period(value).since(today)
        recent = Q(Exists(dated.filter(**{f"{column}__gte": since, f"{column}__lte": today})))
        if op == "within":
            return recent
        return ~recent & Q(Exists(dated)) if op == "older" else ~recent

    return compare


def window(rows: Rows, day_column: str, kind_column: str) -> Compare:
    """So many rows (of some kinds) within a period."""

    def compare(op: str, value: Any, today: date) -> Q:
        since = read_period(value["within"]).since(today)
        found = rows(today).filter(**{f"{day_column}__gte": since, f"{day_column}__lte": today})
        if value["kinds"]:
            found = found.filter(**{f"{kind_column}__in": value["kinds"]})
        enough = _at_least(found, value["n"])
        return enough if op == "at_least" else ~enough

    return compare


def owned(rows: Rows, column: str) -> Compare:
    """A choice by the id in the one current row that the account may have, as for its cluster."""

    def compare(op: str, value: Any, today: date) -> Q:
        some = rows(today)
        match op:
            case "known":
                return Q(Exists(some))
            case "unknown":
                return ~Q(Exists(some))
        ids = value if op in ("in", "not_in") else [value]
        found = Q(Exists(some.filter(**{f"{column}__in": ids})))
        return found if op in ("in", "eq") else Q(Exists(some)) & ~found

    return compare


def of_account(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of the account that the surrounding query stands on."""
    return queryset.filter(account=OuterRef("pk")).order_by()
