"""The places of a page in a large workspace: which accounts, in which order, without walking past a million others.

A filter that few accounts pass would make PostgreSQL follow the order's index to its end, account by account. So the
page is first looked for among the next accounts by score; when they do not fill it, the matching accounts are
collected without any order, and put in order when they are few. When they are many, the index finds a page soon.
"""

from typing import Any, Final

from django.db.models import Q, QuerySet

from abxsite.desk.filters import beside
from tiering.models import Run, Score

#: How far the order by score is followed at first, and how many accounts are put in order by themselves.
AHEAD: Final = 20_000
FEW: Final = 10_000

Places = list[tuple[int, Any]]


def places(queryset: QuerySet[Any], order: list[str], count: int) -> Places:
    """`[(account id, sort value)]` of the first rows of a list in its order."""
    return list(queryset.order_by(*order).values_list("pk", "sort_value")[:count])


def places_in_large(
    queryset: QuerySet[Any], order: list[str], count: int, *, run: Run | None, after: int | None
) -> Places:
    """The same. `run` when the order is by score from the top; `after` is the total that the page begins below."""
    if run is not None:
        near = _near(run, after)
        if near is not None:
            found = places(beside(queryset, near).filter(near), order, count)
            if len(found) == count:
                return found
    some = list(queryset.order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(some) <= FEW:
        return places(queryset.filter(pk__in=some), order, count)
    return places(queryset, order, count)


def _near(run: Run, after: int | None) -> Q | None:
    """The next accounts by score; None where there are no more than those."""
    totals = Score.objects.filter(run=run)
    if after is not None:
        totals = totals.filter(total__lte=after)
    last = list(totals.order_by("-total", "account_id").values_list("total", flat=True)[AHEAD : AHEAD + 1])
    return Q(score_total__gte=last[0]) if last else None
