"""What a bulk action acts on: the rows that were ticked, or explicitly all that match the list's filters."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from abxsite.desk import account_list as lists
from abxsite.desk import filters
from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from tiering.models import Run


def query_of(request: AuthenticatedRequest) -> QueryDict:
    """The list's query string that came along, without its page."""
    query = QueryDict(request.POST.get("query", ""), mutable=True)
    for key in ("after", "before"):
        query.pop(key, None)
    return query


def chosen(request: AuthenticatedRequest, run: Run | None) -> QuerySet[Any]:
    """Only what the person sees, whatever ids were sent. A filter that cannot be read is no reason to take more."""
    visible = lists.base(request.user, run)
    if request.POST.get("all") == "1":
        asked = filters.read(query_of(request), request.user)
        if asked.wrong:
            raise DomainError(f"{asked.wrong[0]} So “all that match” is not clear, and nothing was done.")
        return asked.apply(visible)
    ids = [int(value) for value in request.POST.getlist("ids") if value.isdigit() and len(value) < 19]
    return visible.filter(pk__in=ids)
