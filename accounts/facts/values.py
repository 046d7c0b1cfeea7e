"""From what a form, a query string or stored JSON holds to the value that a condition compares with."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from abxsite.lib.errors import DomainError
from accounts.facts.kinds import BARE, MANY, Fact, Kind
from accounts.facts.periods import read_period

MOST_VALUES = 200
LARGEST = 10**15
LONGEST_TEXT = 200
_TRUE: Final = frozenset({"true", "yes", "1", "on"})
_FALSE: Final = frozenset({"false", "no", "0", "off"})


def read(fact: Fact, op: str, raw: Any, options: frozenset[str] | None = None) -> Any:
    """The value as JSON keeps it: int, str, bool, list or dict; DomainError with one sentence when it is none.

    `options` are the accepted values of a closed fact, read by the caller.
    """
    if op not in fact.operators:
        known = ", ".join(fact.operators)
        raise DomainError(f"{fact.label} cannot be asked “{op[:40]}”. It takes: {known}.")
    if op in BARE:
        return None
    if raw in (None, "", [], {}):
        raise DomainError(f"{fact.label}: say what to compare with.")
    if op in MANY:
        return _many(fact, raw, options)
    if op == "between":
        return _between(fact, raw)
    return _one(fact, op, raw, options)


def _one(fact: Fact, op: str, raw: Any, options: frozenset[str] | None) -> Any:
    if isinstance(raw, list | tuple):
        if len(raw) != 1:
            raise DomainError(f"{fact.label} takes one value here.")
        raw = raw[0]
    match fact.kind:
        case Kind.NUMBER:
            return _number(fact, raw)
        case Kind.SCALE:
            return int(_chosen(fact, raw, options))
        case Kind.CHOICE | Kind.TEXT:
            return _chosen(fact, raw, options)
        case Kind.FLAG:
            return _flag(fact, raw)
        case Kind.DATE:
            return _day(fact, raw) if op in ("after", "before") else str(read_period(raw))
        case Kind.WINDOW:
            return _window(fact, raw, options)
    raise DomainError(f"{fact.label} cannot be compared.")


def _many(fact: Fact, raw: Any, options: frozenset[str] | None) -> list[Any]:
    values = list(raw) if isinstance(raw, list | tuple) else [raw]
    if len(values) > MOST_VALUES:
        raise DomainError(f"{fact.label}: at most {MOST_VALUES} values at a time.")
    return list(dict.fromkeys(_chosen(fact, value, options) for value in values))


def _between(fact: Fact, raw: Any) -> list[Any]:
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        raise DomainError(f"{fact.label}: between takes two numbers, the lower one first.")
    low, high = (_number(fact, value) for value in raw)
    if low > high:
        raise DomainError(f"{fact.label}: the lower number comes first.")
    return [low, high]


def _chosen(fact: Fact, raw: Any, options: frozenset[str] | None) -> Any:
    if isinstance(raw, dict | list | tuple):
        raise DomainError(f"{fact.label} takes words, not lists of lists.")
    text = str(raw).strip()
    if "\x00" in text or not text or len(text) > LONGEST_TEXT:
        raise DomainError(f"{fact.label}: a value has 1 to {LONGEST_TEXT} plain characters.")
    if options is not None and text not in options:
        raise DomainError(f"{fact.label} knows no “{text[:60]}”.")
    if fact.ids:
        if not text.isascii() or not text.isdigit() or int(text) > LARGEST:
            raise DomainError(f"{fact.label} knows no “{text[:60]}”.")
        return int(text)
    return text


def _number(fact: Fact, raw: Any) -> int | float:
    text = str(raw).strip().replace(",", "").replace("_", "").replace(" ", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("nan")
    if isinstance(raw, bool) or not number.is_finite() or abs(number) > LARGEST:
        raise DomainError(f"{fact.label}: “{str(raw)[:40]}” is no number.")
    if number == number.to_integral_value():
        return int(number)
    if not fact.decimal:
        raise DomainError(f"{fact.label} is a whole number.")
    return float(number)


def _flag(fact: Fact, raw: Any) -> bool:
    said = str(raw).strip().lower()
    if said not in _TRUE | _FALSE:
        raise DomainError(f"{fact.label} is yes or no.")
    return said in _TRUE


def _day(fact: Fact, raw: Any) -> str:
    try:
        return date.fromisoformat(str(raw).strip()).isoformat()
    except ValueError as error:
        raise DomainError(f"{fact.label}: write the day as 2026-07-01.") from error


def _window(fact: Fact, raw: Any, options: frozenset[str] | None) -> dict[str, Any]:
    """`{"n": 2, "within": "30 days", "kinds": [...]}`; n is 1 and kinds are all where they are left out."""
    if not isinstance(raw, dict) or not raw.keys() <= {"n", "within", "kinds"}:
        raise DomainError(f"{fact.label} takes how many, of which kinds, within which period.")
    number = _number(fact, raw.get("n") or 1)
    if not 1 <= number <= 1000 or not isinstance(number, int):
        raise DomainError(f"{fact.label}: ask for 1 to 1,000 of them.")
    kinds = raw.get("kinds") or []
    return {
        "n": number,
        "within": str(read_period(raw.get("within") or "90 days")),
        "kinds": _many(fact, kinds, options) if kinds else [],
    }
