"""The account list: one keyset page of accounts with what stands beside each, in a fixed number of queries."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, FilteredRelation, Max, Q, QuerySet
from django.db.models.functions import Coalesce, Lower

from abxsite.desk.account_rows import Row, rows_of
from abxsite.desk.filters import ListFilter, beside
from abxsite.desk.finding import places as first_places
from abxsite.desk.finding import places_in_large
from abxsite.desk.lines import Line, tier_lines
from abxsite.users.models import User
from accounts.models import Account
from tiering.models import Run

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
    "score": Sort("score", "Score", F("score__total"), True, needs_score=True),
    "name": Sort("name", "Account", Lower("name"), False),
    "potential": Sort("potential", "Potential", Coalesce("score__potential", -1), True, needs_score=True),
    "coverage": Sort("coverage", "Known", F("score__coverage"), True, needs_score=True),
    "newest": Sort("newest", "Newest", F("id"), True),
}


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


def matching(user: User, run: Run | None, filters: ListFilter) -> QuerySet[Any]:
    return filters.apply(base(user, run))


def choose_sort(asked: str, run: Run | None) -> Sort:
    """The sort that was asked for; the default is by score, by name while nothing is scored."""
    sort = SORTS.get(asked.lstrip("-"), SORTS["score"])
    return SORTS["name"] if sort.needs_score and run is None else sort


def fetch(
    accounts: QuerySet[Any], sort: Sort, run: Run | None, *, after: str, before: str,
    columns: Collection[str] | None = None, narrowed: bool = False,
) -> Page:  # fmt: skip
    """Up to `PAGE` rows after (or before) a cursor `value~id` that an earlier page gave.

    `narrowed`: a large workspace with filters, where the order alone does not lead to the page.
    """
    queryset = ordered(accounts, sort)
    backwards = bool(before and not after)
    queryset = from_cursor(queryset, sort, after or before, backwards)
    order = order_of(sort, backwards)
    if narrowed and not backwards:
        by_score = run if sort.key == "score" else None
        places = places_in_large(queryset, order, PAGE + 1, run=by_score, after=_above(after, backwards))
    else:
        places = first_places(queryset, order, PAGE + 1)
    found = _with_values(places)
    more = len(found) > PAGE
    found = found[:PAGE]
    if backwards:
        found.reverse()
    has_previous, has_next = (more, True) if backwards else (bool(after), more)
    rows = rows_of(found, run, columns)
    if sort.key == "score" and run and found:
        rows = _with_lines(rows, tier_lines(run), _above(after, backwards))
    return Page(
        rows=rows,
        first=cursor_of(found[0]) if found and has_previous else None,
        last=cursor_of(found[-1]) if found and has_next else None,
    )


def _with_values(places: list[tuple[int, Any]]) -> list[Any]:
    """The accounts in their order; read after their places are known, so that the order is found over narrow rows."""
    accounts = Account.objects.select_related("owner__team").in_bulk([pk for pk, _ in places])
    found = []
    for pk, value in places:
        if pk in accounts:
            accounts[pk].sort_value = value
            found.append(accounts[pk])
    return found


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


def unscored(accounts: QuerySet[Any], sort: Sort, run: Run | None) -> int:
    """How many of these an order by score leaves out, because they came in after the last run.

    A run scores every account up to the last id of its parts, so only what came later can be without a score.
    """
    if not sort.needs_score or run is None:
        return 0
    last = run.parts.aggregate(last=Max("high"))["last"]
    without = Q(pk__gt=last or 0, score_total__isnull=True)
    return capped_count(beside(accounts, without).filter(without))


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


def ordered(accounts: QuerySet[Any], sort: Sort) -> QuerySet[Any]:
    """With `sort_value`, and without the accounts that an order by score cannot place."""
    accounts = accounts.annotate(sort_value=sort.expression)
    if not sort.needs_score:
        return accounts
    placed = Q(score_total__isnull=False)
    return beside(accounts, placed).filter(placed)


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
    beyond = Q(**{f"sort_value__{further}": bound}) | Q(sort_value=bound, **{f"id__{ties}": int(pk)})
    # the first condition says nothing new, and lets an index begin where the page does
    return queryset.filter(Q(**{f"sort_value__{further}e": bound}), beyond)
