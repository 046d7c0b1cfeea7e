"""What a bulk action acts on: the rows that were ticked, or explicitly all that match the list's filters."""

from collections.abc import Iterator
from itertools import batched
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from abxsite.desk import account_list as lists
from abxsite.desk.filters import AccountFilter
from abxsite.lib import display
from abxsite.lib.http import AuthenticatedRequest
from accounts.models import Account
from tiering.choices import PotentialSource
from tiering.models import Run

AT_ONCE = 500
HEAD = (
    "Account", "Domain", "Status", "Industry", "Country", "Owner", "Tier", "Proposed tier", "On deck", "Score",
    "Known percent", "Fit", "Signals", "Relationship", "Potential", "Potential source", "Cluster", "Open pipeline",
    "Open deals", "Last touch", "Last signal", "Next delivery", "Next delivery due", "Data of",
)  # fmt: skip


def query_of(request: AuthenticatedRequest) -> QueryDict:
    """The list's query string that came along, without its page."""
    query = QueryDict(request.POST.get("query", ""), mutable=True)
    for key in ("after", "before"):
        query.pop(key, None)
    return query


def chosen(request: AuthenticatedRequest, run: Run | None) -> QuerySet[Any]:
    """Only what the person sees, whatever ids were sent."""
    visible = lists.base(request.user, run)
    if request.POST.get("all") == "1":
        matching: QuerySet[Any] = AccountFilter(query_of(request), queryset=visible, request=request).qs
        return matching
    ids = [int(value) for value in request.POST.getlist("ids") if value.isdigit() and len(value) < 19]
    return visible.filter(pk__in=ids)


def export_rows(accounts: QuerySet[Any], run: Run | None) -> Iterator[tuple[Any, ...]]:
    """One line per account, by name, read in batches."""
    ids = list(accounts.order_by("name", "pk").values_list("pk", flat=True))
    for some in batched(ids, AT_ONCE):
        found = Account.objects.filter(pk__in=some).select_related("owner").in_bulk()
        yield from (_line(row) for row in lists.rows_of([found[pk] for pk in some if pk in found], run))


def _line(row: lists.Row) -> tuple[Any, ...]:
    account, score, move = row.account, row.score, row.move
    proposed = (move.to_tier.name if move.to_tier else "Off list") if move else None
    return (
        account.name,
        account.domain,
        account.get_status_display(),
        account.industry,
        account.country,
        account.owner.name if account.owner else None,
        row.tier.name if row.tier else "Off list",
        proposed,
        row.standing.get_deck_display() if row.standing and row.standing.deck else None,
        display.score(score.total) if score else None,
        *((score.coverage, score.fit, score.signals, score.relationship) if score else (None,) * 4),
        score.potential if score else None,
        PotentialSource(score.potential_source).label if score else None,
        row.cluster,
        row.pipeline,
        row.deals,
        row.touched_on,
        row.signal_on,
        row.delivery.entitlement.name if row.delivery else None,
        row.delivery.due_on if row.delivery else None,
        account.insight_on,
    )
