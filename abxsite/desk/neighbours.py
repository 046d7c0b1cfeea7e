"""Previous and next inside the list that one came from, whose query string travels as `in`."""

from dataclasses import dataclass

from django.http import QueryDict

from abxsite.desk import account_list as lists
from abxsite.desk import filters
from abxsite.lib.http import AuthenticatedRequest
from accounts.models import Account
from tiering.models import Run

PLAIN = "sort=score"


@dataclass(frozen=True)
class Neighbours:
    """`position` of `count` is counted up to the cap; ids are None at the ends."""

    position: int
    count: str
    previous: int | None
    next: int | None


def neighbours_of(request: AuthenticatedRequest, account: Account, run: Run | None) -> Neighbours | None:
    """None when the person did not come from a list, or the account is not in it any more."""
    came_from = request.GET.get("in", "")
    if not came_from:
        return None
    query = QueryDict(came_from)
    matching = lists.matching(request.user, run, filters.read(query, request.user))
    sort = lists.choose_sort(query.get("sort") or "score", run)
    matching = lists.ordered(matching, sort)
    here = matching.filter(pk=account.pk).first()
    if here is None:
        return None
    cursor = lists.cursor_of(here)
    before, after = (lists.from_cursor(matching, sort, cursor, backwards) for backwards in (True, False))
    return Neighbours(
        position=lists.capped_count(before) + 1,
        count=lists.count_text(lists.capped_count(matching)),
        previous=before.order_by(*lists.order_of(sort, True)).values_list("pk", flat=True).first(),
        next=after.order_by(*lists.order_of(sort, False)).values_list("pk", flat=True).first(),
    )
