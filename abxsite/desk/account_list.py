"""The account list: one keyset page of accounts with what stands beside each, in a fixed number of queries."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Lower

from abxsite.desk.filters import STALE
from abxsite.desk.lines import Line, tier_lines
from abxsite.lib import clock
from abxsite.users.models import User
from accounts.models import Account, ClusterMembership, Contact, Opportunity, Signal
from entitlements.models import Delivery
from entitlements.services.deliveries import next_deliveries
from tiering.choices import OPEN_MOVES, Deck, PotentialSource
from tiering.models import Move, Placement, Run, Score, Standing, Tier

PAGE = 50
COUNT_CAP = 10_000


@dataclass(frozen=True)
class Sort:
    """`expression` orders the list; ties by id. `read` gives the expression's value of an account."""

    key: str
    label: str
    expression: Any
    descending: bool
    needs_score: bool = False


SORTS = {
    "score": Sort("score", "Score", "score__total", True, needs_score=True),
    "name": Sort("name", "Account", Lower("name"), False),
    "potential": Sort("potential", "Potential", Coalesce("score__potential", -1), True, needs_score=True),
    "coverage": Sort("coverage", "Known", "score__coverage", True, needs_score=True),
    "newest": Sort("newest", "Newest", "id", True),
}


@dataclass(frozen=True)
class Row:
    account: Account
    score: Score | None
    tier: Tier | None
    move: Move | None
    standing: Standing | None
    cluster: str
    pipeline: Decimal | None
    deals: int
    touched_on: date | None
    signal_on: date | None
    delivery: Delivery | None
    cuts: tuple[Line, ...] = ()

    @property
    def deck(self) -> str:
        """What the account waits for, where a person can do something about it; a full tier is the usual case."""
        if self.standing is None or self.standing.deck in (Deck.NONE, Deck.FULL):
            return ""
        return str(self.standing.get_deck_display())

    @property
    def stale(self) -> bool:
        """D3: insight older than twelve months."""
        return self.account.insight_on is not None and self.account.insight_on < stale_before()

    @property
    def estimated(self) -> bool:
        return self.score is not None and self.score.potential_source == PotentialSource.ESTIMATED

    @property
    def typical(self) -> int:
        """The part of the total that stands in for unknowns, in total units (known share of weight is coverage)."""
        if self.score is None:
            return 0
        points = self.score.points
        weights = self.score.run.weights
        known = sum(p * w for p, w in zip(points, weights, strict=False) if p is not None)
        return max(0, self.score.total - known)


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    first: str | None
    last: str | None


def base(user: User, run: Run | None) -> QuerySet[Any]:
    """Visible accounts, with `score` (of the current run) and `seat` (the open base placement) joined on demand."""
    accounts: QuerySet[Any] = (
        Account.objects.visible_to(user)
        .present()
        .annotate(
            score=FilteredRelation("scores", condition=Q(scores__run_id=run.pk if run else -1)),
            seat=FilteredRelation(
                "placements",
                condition=Q(
                    placements__until__isnull=True, placements__voided_at__isnull=True, placements__layer="base"
                ),
            ),
        )
    )
    return accounts


def choose_sort(asked: str, run: Run | None) -> Sort:
    """The sort that was asked for; the default is by score, by name while nothing is scored."""
    sort = SORTS.get(asked.lstrip("-"), SORTS["score"])
    return SORTS["name"] if sort.needs_score and run is None else sort


def fetch(accounts: QuerySet[Any], sort: Sort, run: Run | None, *, after: str, before: str) -> Page:
    """Up to `PAGE` rows after (or before) a cursor `value~id` that an earlier page gave."""
    queryset = accounts.annotate(sort_value=sort_expression(sort))
    if sort.needs_score:
        queryset = queryset.filter(score__total__isnull=False)
    backwards = bool(before and not after)
    queryset = from_cursor(queryset, sort, after or before, backwards)
    found = list(queryset.select_related("owner").order_by(*order_of(sort, backwards))[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    if backwards:
        found.reverse()
    has_previous, has_next = (more, True) if backwards else (bool(after), more)
    rows = rows_of(found, run)
    if sort.key == "score" and run and found:
        rows = _with_lines(rows, tier_lines(run), _above(after, backwards))
    return Page(
        rows=rows,
        first=cursor_of(found[0]) if found and has_previous else None,
        last=cursor_of(found[-1]) if found and has_next else None,
    )


def _above(after: str, backwards: bool) -> int | None:
    """The total just above the page, where the page follows another."""
    value = after.rpartition("~")[0]
    return int(value) if after and not backwards and value.isdigit() else None


def _with_lines(rows: list[Row], lines: list[Line], above: int | None) -> list[Row]:
    """Each tier's line before the first row below it, where the page shows both sides of it."""
    marked = []
    for row in rows:
        total = row.score.total if row.score else 0
        cuts = tuple(line for line in lines if above is not None and above >= line.at > total)
        marked.append(replace(row, cuts=cuts) if cuts else row)
        above = total
    return marked


def unscored(accounts: QuerySet[Any], sort: Sort) -> int:
    """How many of these an order by score leaves out, because they came in after the last run."""
    return capped_count(accounts.filter(score__total__isnull=True)) if sort.needs_score else 0


def stale_before() -> date:
    return clock.today() - STALE


def capped_count(accounts: QuerySet[Any]) -> int:
    """The exact count up to `COUNT_CAP`, else one more than that."""
    return accounts.order_by().values("pk")[: COUNT_CAP + 1].count()


def count_text(count: int) -> str:
    return f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}"


def order_of(sort: Sort, backwards: bool) -> list[str]:
    if sort.key == "newest":
        return ["id" if backwards else "-id"]
    direction = "-" if sort.descending != backwards else ""
    return [f"{direction}sort_value", "-id" if backwards else "id"]


def sort_expression(sort: Sort) -> Any:
    return Coalesce(sort.expression, sort.expression) if isinstance(sort.expression, str) else sort.expression


def cursor_of(account: Any) -> str:
    return f"{account.sort_value}~{account.pk}"


def from_cursor(queryset: QuerySet[Any], sort: Sort, cursor: str, backwards: bool) -> QuerySet[Any]:
    value, _, pk = cursor.rpartition("~")
    if not pk.isdigit():
        return queryset
    if sort.key == "newest":
        return queryset.filter(id__gt=int(pk)) if backwards else queryset.filter(id__lt=int(pk))
    bound: str | int = value
    if sort.key != "name":
        if not value.lstrip("-").isdigit():
            return queryset
        bound = int(value)
    further = "lt" if sort.descending != backwards else "gt"
    ties = "lt" if backwards else "gt"
    return queryset.filter(Q(**{f"sort_value__{further}": bound}) | Q(sort_value=bound, **{f"id__{ties}": int(pk)}))


def rows_of(accounts: list[Account], run: Run | None) -> list[Row]:
    """What stands beside each account, in a fixed number of queries."""
    ids = [account.pk for account in accounts]
    scores = _by_account(Score.objects.filter(run=run, account_id__in=ids).select_related("run")) if run else {}
    seats = _by_account(Placement.objects.base().open().filter(account_id__in=ids).select_related("tier"))
    moves = _by_account(
        Move.objects.filter(account_id__in=ids, state__in=OPEN_MOVES).select_related("from_tier", "to_tier")
    )
    standings = _by_account(Standing.objects.filter(account_id__in=ids).select_related("deck_tier"))
    clusters = _by_account(ClusterMembership.objects.current().filter(account_id__in=ids).select_related("cluster"))
    open_deals = Opportunity.objects.filter(account_id__in=ids, outcome="open")
    deals = _grouped(open_deals, amount=Sum("amount"), n=Count("id"))
    touches = _grouped(Contact.objects.filter(account_id__in=ids), on=Max("last_contact_on"))
    signals = _grouped(Signal.objects.filter(account_id__in=ids), on=Max("occurred_on"))
    deliveries = next_deliveries(ids)

    def row(account: Account) -> Row:
        pk = account.pk
        seat, membership = seats.get(pk), clusters.get(pk)
        return Row(
            account=account,
            score=scores.get(pk),
            tier=seat.tier if seat else None,
            move=moves.get(pk),
            standing=standings.get(pk),
            cluster=membership.cluster.name if membership else "",
            pipeline=deals.get(pk, {}).get("amount"),
            deals=deals.get(pk, {}).get("n", 0),
            touched_on=touches.get(pk, {}).get("on"),
            signal_on=signals.get(pk, {}).get("on"),
            delivery=deliveries.get(pk),
        )

    return [row(account) for account in accounts]


def _by_account(queryset: QuerySet[Any]) -> dict[int, Any]:
    return {item.account_id: item for item in queryset}


def _grouped(queryset: QuerySet[Any], **aggregates: Any) -> dict[int, dict[str, Any]]:
    rows = queryset.order_by().values("account_id").annotate(**aggregates)
    return {row["account_id"]: row for row in rows}


def metrics(accounts: QuerySet[Any], url: Callable[..., str], current: Any) -> list[dict[str, Any]]:
    """Counts above the list that filter on click; each over what the person sees."""
    touched = Contact.objects.filter(account=OuterRef("pk"), last_contact_on__isnull=False)
    late = Delivery.objects.overdue(clock.today()).filter(account=OuterRef("pk"))
    kinds: list[tuple[str, dict[str, str], Q]] = [
        ("Target list", {"tier": "list"}, Q(seat__tier__isnull=False)),
        ("Pending moves", {"move": "pending"}, Q(moves__state__in=OPEN_MOVES)),
        ("On deck", {"deck": "any"}, Q(standing__deck__gt="")),
        ("Find out first", {"deck": Deck.FIND_OUT_FIRST.value}, Q(standing__deck=Deck.FIND_OUT_FIRST)),
        ("Never touched", {"touched": "never"}, Q(~Exists(touched))),
        ("Stale insight", {"insight": "stale"}, Q(insight_on__lt=stale_before())),
        ("Delivery overdue", {"delivery": "overdue"}, Q(Exists(late))),
    ]
    result = []
    for label, query, condition in kinds:
        count = capped_count(accounts.filter(condition))
        on = all(current.get(key) == value for key, value in query.items())
        result.append({"label": label, "count": count, "text": count_text(count), "url": url(**query), "current": on})
    return result
