"""The account list's filters: everything lives in the query string.

What is asked of the account itself is a condition of `accounts.facts`; what stands beside it (tier, score, moves) is a
filter of the desk. A parameter that is none of both is left out, with a sentence that says so.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict

from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from accounts import facts
from accounts.facts import Condition, address
from accounts.models import Segment
from entitlements.models import Delivery
from tiering.choices import OPEN_MOVES, Deck
from tiering.models import Move, Placement, Tier

Accounts = QuerySet[Any]
STALE = timedelta(days=365)  # D3: insight older than twelve months
ON_LIST, OFF_LIST, NOBODY, MINE = "list", "off", "none", "me"
#: Parameters of the list that filter nothing.
NO_FILTERS: Final = frozenset({"sort", "after", "before", "columns", "view"})
#: Below the lowest tier, for comparing directions.
OFF_ORDER: Final = 1_000
MOVES: Final = {"pending": "Pending", "up": "Up", "down": "Down"}


def text_search(queryset: Accounts, words: str) -> Accounts:
    """Every word stands in the name or the domain. Compares UPPER(…), as the trigram indexes do."""
    return queryset.filter(_text(words))


def _text(words: str) -> Q:
    found = Q()
    for word in words.split()[:6]:
        found &= Q(name__icontains=word) | Q(domain__icontains=word)
    return found


@dataclass(frozen=True)
class Term:
    """One filter that is on: the parameter that it came by, and its words. `condition` where it asks a fact."""

    key: str
    label: str
    value: str
    q: Q
    condition: Condition | None = None


@dataclass
class ListFilter:
    """What a query string asks for. `wrong` has a sentence for each parameter that was left out."""

    user: User
    terms: list[Term] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def conditions(self) -> list[Condition]:
        return [term.condition for term in self.terms if term.condition]

    def apply(self, accounts: Accounts) -> Accounts:
        """`accounts` with the filtered relations of `account_list.base`."""
        for term in self.terms:
            accounts = beside(accounts, term.q).filter(term.q)
        return accounts


#: What stands beside an account, by the name that conditions use. A condition that named the relation itself would
#: join it once more for each filter, and none of those joins could follow the index of the order.
BESIDE: Final = {
    "score_total": "score__total",
    "score_coverage": "score__coverage",
    "score_potential": "score__potential",
    "seat_tier": "seat__tier_id",
}


def beside(accounts: Accounts, q: Q) -> Accounts:
    """`accounts` with the names of `BESIDE` that `q` uses."""
    used = {name: F(path) for name, path in BESIDE.items() if any(key.startswith(name) for key in _keys(q))}
    missing = {name: path for name, path in used.items() if name not in accounts.query.annotations}
    return accounts.alias(**missing) if missing else accounts


def _keys(q: Q) -> Iterator[str]:
    for child in q.children:
        if isinstance(child, Q):
            yield from _keys(child)
        elif isinstance(child, tuple):
            yield str(child[0])


def read(query: QueryDict, user: User) -> ListFilter:
    found = ListFilter(user)
    for key in query:
        values = [value.strip() for value in query.getlist(key) if value.strip()]
        if not values or key in NO_FILTERS:
            continue
        try:
            found.terms.append(_term(key, values, user))
        except DomainError as error:
            found.wrong.append(str(error))
    return found


def _term(key: str, values: list[str], user: User) -> Term:
    if key in DESK:
        label, reader = DESK[key]
        q, words = reader(values)
        return Term(key, label, words, q)
    if not address.is_fact_key(key):
        raise DomainError(f"“{key[:40]}” is no filter of this list.")
    condition = _condition(key, values, user)
    if condition.fact == facts.SEGMENT:
        return _segments(key, condition, user)
    label, words = facts.in_parts(condition)
    return Term(key, label, "me" if values == [MINE] else words, facts.where(condition), condition)


def _condition(key: str, values: list[str], user: User) -> Condition:
    """With the short words that older addresses and the counts above the list use."""
    match key, values:
        case "owner", ["none"]:
            return facts.condition("owner", "unknown")
        case "owner", _:
            return address.read(key, [str(user.person_id) if value == MINE else value for value in values])
        case "touched", ["never"]:
            return facts.condition("touched", "unknown")
        case "insight", _:
            return facts.condition("insight_on", "older", "1 year")
    return address.read(key, values)


def _segments(key: str, condition: Condition, user: User) -> Term:
    """Only segments that the person sees; others are not there."""
    visible = dict(Segment.objects.visible_to(user).filter(pk__in=condition.value).values_list("pk", "name"))
    if missing := [pk for pk in condition.value if pk not in visible]:
        raise DomainError(f"There is no segment {missing[0]} for you. It may have been deleted.")
    label = "Segment is not" if condition.op == "not_in" else "Segment is"
    return Term(key, label, ", ".join(visible.values()), facts.where(condition), condition)


# --- what stands beside an account -----------------------------------------------------------------------------------


def _tier(values: list[str]) -> tuple[Q, str]:
    names = {str(tier.pk): tier.name for tier in Tier.objects.all()} | {ON_LIST: "On the list", OFF_LIST: "Off list"}
    q = Q()
    for value in values:
        if value not in names:
            raise DomainError(f"There is no tier “{value[:40]}”.")
        if value == OFF_LIST:
            # asked account by account: most are off the list, and the page needs only the first
            q |= ~Q(Exists(Placement.objects.base().open().filter(account=OuterRef("pk"))))
        elif value == ON_LIST:
            q |= Q(seat_tier__isnull=False)
        else:
            q |= Q(seat_tier=int(value))
    return q, ", ".join(names[value] for value in values)


def _decimal(name: str, values: list[str], most: int) -> Decimal:
    try:
        number = Decimal(values[-1].replace(",", ""))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or not 0 <= number <= most:
        raise DomainError(f"{name} is a number from 0 to {most:,}; “{values[-1][:40]}” is none.")
    return number


def _least(name: str, column: str, most: int, factor: int = 1) -> "Reader":
    def reader(values: list[str]) -> tuple[Q, str]:
        number = _decimal(name, values, most)
        return Q(**{f"{column}__gte": int(number * factor)}), f"{number:,f}"

    return reader


def _below(name: str, column: str, most: int, factor: int = 1) -> "Reader":
    def reader(values: list[str]) -> tuple[Q, str]:
        number = _decimal(name, values, most)
        return Q(**{f"{column}__lt": int(number * factor)}), f"{number:,f}"

    return reader


def _deck(values: list[str]) -> tuple[Q, str]:
    if "any" in values:
        return Q(standing__deck__gt=""), "for any reason"
    labels = {str(value): str(label) for value, label in Deck.choices if value}
    if unknown := [value for value in values if value not in labels]:
        raise DomainError(f"Nothing is on deck for “{unknown[0][:40]}”.")
    return Q(standing__deck__in=values), ", ".join(labels[value].lower() for value in values)


def _move(values: list[str]) -> tuple[Q, str]:
    value = values[-1]
    moves = Move.objects.filter(account=OuterRef("pk"), state__in=OPEN_MOVES)
    to, start = Coalesce("to_tier__order", OFF_ORDER), Coalesce("from_tier__order", OFF_ORDER)
    match value:
        case "pending":
            return Q(Exists(moves)), MOVES[value].lower()
        case "up":
            return Q(Exists(moves.alias(to=to, start=start).filter(to__lt=F("start")))), MOVES[value].lower()
        case "down":
            return Q(Exists(moves.alias(to=to, start=start).filter(to__gt=F("start")))), MOVES[value].lower()
    is_id = value.isascii() and value.isdigit() and len(value) < 19
    tier = Tier.objects.filter(pk=int(value)).first() if is_id else None
    if tier is None:
        raise DomainError(f"A proposed move is pending, up, down or into a tier; “{value[:40]}” is none.")
    return Q(Exists(moves.filter(to_tier=tier))), f"to {tier.name}"


def _delivery(values: list[str]) -> tuple[Q, str]:
    if values != ["overdue"]:
        raise DomainError("Deliveries can be asked for “overdue”.")
    return Q(Exists(Delivery.objects.overdue(clock.today()).filter(account=OuterRef("pk")))), "overdue"


def _scored(values: list[str]) -> tuple[Q, str]:
    if values[-1] not in ("yes", "no"):
        raise DomainError("Scored is yes or no.")
    return Q(score_total__isnull=values[-1] == "no"), "not yet" if values[-1] == "no" else "yes"


def _words(values: list[str]) -> tuple[Q, str]:
    text = " ".join(values)
    if "\x00" in text or len(text) > 200:
        raise DomainError("A search has at most 200 plain characters.")
    return _text(text), text


#: What a filter of the desk makes of its values: the condition, and its words. DomainError in one sentence.
Reader = Callable[[list[str]], tuple[Q, str]]
BIG: Final = 10**15
#: {parameter: (label, reader)}. Nominations (who put an account forward) belong here once there are some.
DESK: Final[dict[str, tuple[str, Reader]]] = {
    "q": ("Name or domain has", _words),
    "tier": ("Tier is", _tier),
    "move": ("Proposed move:", _move),
    "deck": ("On deck", _deck),
    "score_min": ("Score at least", _least("The score", "score_total", 100, 5_000)),
    "score_max": ("Score below", _below("The score", "score_total", 100, 5_000)),
    "known_min": ("Known % at least", _least("What is known", "score_coverage", 100)),
    "known_max": ("Known % below", _below("What is known", "score_coverage", 100)),
    "potential_min": ("Potential at least", _least("The potential", "score_potential", BIG)),
    "potential_max": ("Potential below", _below("The potential", "score_potential", BIG)),
    "delivery": ("Delivery", _delivery),
    "scored": ("Scored", _scored),
}
