"""Reading conditions, turning them into SQL, and saying them in words."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from abxsite.lib import clock, display
from abxsite.lib.errors import DomainError
from accounts.facts.custom import PREFIX, custom_fact, custom_facts
from accounts.facts.kinds import BARE, Condition, Fact, Kind
from accounts.facts.registry import FACTS, SEGMENT
from accounts.facts.values import read
from accounts.models import Segment

MOST_CONDITIONS = 40
#: Segments within segments; the services refuse circles, this holds whatever is stored.
DEEPEST = 5


def facts() -> list[Fact]:
    """All of them, the workspace's custom attributes last."""
    return [*FACTS.values(), *custom_facts()]


def fact_of(key: str) -> Fact:
    """DomainError with a sentence when there is none of that name."""
    found = custom_fact(key) if key.startswith(PREFIX) else FACTS.get(key)
    if found is None:
        raise DomainError(f"There is no account fact “{key[:60]}”.")
    return found


def options_of(key: str) -> list[tuple[str, str]]:
    """`[(value, words)]`, the values as text; empty where any value may be typed."""
    options = fact_of(key).options
    return list(options) if isinstance(options, tuple) else options()


def condition(fact: str, op: str, value: Any = None) -> Condition:
    """One checked condition; DomainError with one sentence."""
    found = fact_of(fact)
    accepted = frozenset(value for value, _ in options_of(fact)) if found.closed else None
    return Condition(found.key, op, read(found, op, value, accepted))


def check(conditions: object) -> list[Condition]:
    """What stored JSON or a form sent, as conditions; DomainError with one sentence at the first that is none."""
    if not isinstance(conditions, list | tuple):
        raise DomainError("Conditions are a list.")
    if len(conditions) > MOST_CONDITIONS:
        raise DomainError(f"At most {MOST_CONDITIONS} conditions at a time.")
    checked = []
    for given in conditions:
        each = given.as_json() if isinstance(given, Condition) else given
        if not isinstance(each, dict) or not isinstance(each.get("fact"), str) or not isinstance(each.get("op"), str):
            raise DomainError("A condition names a fact and an operator.")
        checked.append(condition(each["fact"], each["op"], each.get("value")))
    return checked


def where(condition: Condition, today: date | None = None, *, depth: int = 0) -> Q:
    """Over `Account` (its id is the outer reference of subqueries). An unknown fact fits no comparison, negative
    ones included: ask for `unknown` to get it. What is counted (people, signals, deals) is never unknown."""
    day = today or clock.today()
    if condition.fact == SEGMENT:
        found = _in_segments(condition.value, day, depth)
        return ~found if condition.op == "not_in" else found
    return fact_of(condition.fact).compare(condition.op, condition.value, day)


def where_all(conditions: Iterable[Condition], today: date | None = None, *, depth: int = 0) -> Q:
    """All of them together; every account when there is none."""
    every = Q()
    for each in conditions:
        every &= where(each, today, depth=depth)
    return every


def _in_segments(ids: list[int], today: date, depth: int) -> Q:
    """Accounts of any of the segments; of one that is gone or cannot be read, nobody."""
    some = Q(pk__in=())
    if depth >= DEEPEST:
        return some
    for segment in Segment.objects.filter(pk__in=ids):
        try:
            conditions = check(segment.conditions)
        except DomainError:
            continue
        if conditions:
            some |= where_all(conditions, today, depth=depth + 1)
    return some


def where_any(conditions: Iterable[Condition], today: date | None = None) -> Q:
    """At least one of them; nobody when there is none."""
    some = Q()
    for each in conditions:
        some |= where(each, today)
    return some or Q(pk__in=())


def known(key: str) -> Q:
    """Accounts of which the fact is known; all of them where nothing recorded means zero."""
    fact = fact_of(key)
    return Q(pk__isnull=False) if fact.always_known else fact.compare("known", None, clock.today())


def in_words(condition: Condition) -> str:
    """`Industry is Ports, Energy`; ids are said by name."""
    return " ".join(part for part in in_parts(condition) if part)


def in_parts(condition: Condition) -> tuple[str, str]:
    """`("Industry is", "Ports, Energy")`: what is asked, and the values; the second is empty in some sentences."""
    fact = fact_of(condition.fact)
    op, value = condition.op, condition.value
    if fact.kind == Kind.FLAG:
        return (fact.yes if value else fact.no), ""
    if fact.kind == Kind.WINDOW:
        return _window(fact, op, value), ""
    if fact.kind == Kind.DATE:
        return _date(fact, op, value), ""
    if op in BARE:
        return f"{fact.label} {'known' if op == 'known' else 'unknown'}", ""
    if op == "between":
        said = f"{_figure(fact, value[0])} to {_figure(fact, value[1])}"
    elif isinstance(value, int | float) and not fact.ids:
        said = _figure(fact, value)
    else:
        said = ", ".join(_names(fact, value))
    return f"{fact.label} {_VERBS[op]}", said


_VERBS = {
    "gte": "at least", "lte": "at most", "between": "from", "eq": "is", "ne": "is not", "in": "is", "not_in": "is not",
    "any": "include any of", "all": "include all of", "none": "include none of", "contains": "contains",
    "not_contains": "does not contain",
}  # fmt: skip


def _names(fact: Fact, value: Any) -> list[str]:
    labels = dict(options_of(fact.key)) if fact.closed or fact.ids else {}
    values: Sequence[Any] = value if isinstance(value, list) else [value]
    return [labels.get(str(each), f"no longer there ({each})" if fact.ids else str(each)) for each in values]


def _figure(fact: Fact, value: float) -> str:
    if fact.kind == Kind.SCALE:
        return dict(options_of(fact.key)).get(str(value), str(value)).lower()
    return str(value) if fact.key == "year_founded" else display.number(value)


def _date(fact: Fact, op: str, value: str) -> str:
    said = fact.past or fact.label
    match op:
        case "unknown":
            return f"Never {said[:1].lower()}{said[1:]}" if fact.always_known else f"{said}: unknown"
        case "known":
            return f"{said} at some time" if fact.always_known else f"{said}: known"
        case "within":
            return f"{said} within the last {value}"
        case "not_within":
            return f"Not {said[:1].lower()}{said[1:]} within the last {value}"
        case "older":
            return f"{said} last more than {value} ago"
    day = display.exact(date.fromisoformat(value))
    return f"{said} on or after {day}" if op == "after" else f"{said} before {day}"


def _window(fact: Fact, op: str, value: dict[str, Any]) -> str:
    amount = "at least" if op == "at_least" else "fewer than"
    labels = dict(options_of(fact.key))
    kinds = f" ({', '.join(labels.get(kind, kind).lower() for kind in value['kinds'])})" if value["kinds"] else ""
    if op == "fewer" and value["n"] == 1:
        return f"No {fact.label.lower()}{kinds} within the last {value['within']}"
    noun = fact.label.lower().removesuffix("s") if value["n"] == 1 else fact.label.lower()
    return f"{amount.capitalize()} {display.number(value['n'])} {noun}{kinds} within the last {value['within']}"
