"""Conditions in a query string, so that every filtered list has an address, and back.

`industry=Ports&industry=Steel` means the first operator of the fact's kind; others stand behind a dot:
`employees.gte=500`, `employees.between=100&employees.between=500`, `industry.unknown=1`, `won_on.within=12 months`.
A window is one word: `signals.at_least=2:30 days:demo_request,meeting`.
"""

from django.http import QueryDict

from abxsite.lib.errors import DomainError
from accounts.facts.kinds import BARE, Condition, Kind
from accounts.facts.language import condition, fact_of
from accounts.facts.registry import FACTS

#: Parameters of older addresses that stand for a fact; the list knows what they mean.
SHORT = frozenset({"insight"})
#: Operators that a bare key means, by kind; every other one is spelled out.
_BARE_KEY = {Kind.CHOICE: "in", Kind.SET: "any", Kind.FLAG: "is"}


def is_fact_key(key: str) -> bool:
    """Whether a parameter of a query string asks an account fact."""
    return key.partition(".")[0] in FACTS or key.startswith("custom.") or key in SHORT


def from_query(query: QueryDict) -> tuple[list[Condition], list[str]]:
    """The conditions, in the order of the query string, and a sentence for each parameter that is none."""
    conditions, wrong = [], []
    for key in query:
        if not is_fact_key(key) or not any(query.getlist(key)):
            continue
        try:
            conditions.append(read(key, query.getlist(key)))
        except DomainError as error:
            wrong.append(str(error))
    return conditions, wrong


def read(key: str, given: list[str]) -> Condition:
    """One parameter with its values; DomainError with one sentence."""
    values = [value for value in given if value]
    name, op = _split(key)
    fact = fact_of(name)
    op = op or _BARE_KEY.get(fact.kind, fact.default_operator)
    if op in BARE:
        return condition(name, op)
    if fact.kind == Kind.WINDOW:
        return condition(name, op, _window(values[0]))
    return condition(name, op, values)


def _split(key: str) -> tuple[str, str]:
    """`custom.hub.not_in` has a dot of its own."""
    head, _, tail = key.partition(".")
    if head != "custom":
        return head, tail
    name, _, op = tail.partition(".")
    return f"custom.{name}", op


def _window(text: str) -> dict[str, object]:
    n, _, rest = text.partition(":")
    within, _, kinds = rest.partition(":")
    return {"n": n, "within": within, "kinds": [kind for kind in kinds.split(",") if kind]}


def parameter(each: Condition) -> tuple[str, list[str]]:
    """`(key, values)` of one condition."""
    fact = fact_of(each.fact)
    key = each.fact if _BARE_KEY.get(fact.kind) == each.op else f"{each.fact}.{each.op}"
    if each.op in BARE:
        return key, ["1"]
    value = each.value
    if fact.kind == Kind.WINDOW:
        return key, [":".join((str(value["n"]), value["within"], ",".join(value["kinds"]))).rstrip(":")]
    if fact.kind == Kind.FLAG:
        return key, ["yes" if value else "no"]
    return key, [str(one) for one in value] if isinstance(value, list) else [str(value)]
