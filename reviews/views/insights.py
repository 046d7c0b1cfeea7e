"""The dashboard, its CSV, and the list of deals under each of its numbers."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from abxsite.lib import csv
from abxsite.lib.currency import sign_of
from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from accounts.models import Opportunity
from reviews.measure import Insights, Row, statement
from reviews.measure.asking import BY_CHOICES, TIER_AS_OF_CHOICES, InsightsForm
from reviews.measure.conduct import conduct
from reviews.measure.movement import created_trend, engagement, last_moves
from reviews.measure.reading import measure
from reviews.measure.scope import Scope
from tiering.services.settings import current_settings

PAGE = 50
#: Rows under one heading: (heading, kinds).
SECTIONS = (
    ("", ("tier", "group", "all")),
    ("To compare with. Not chosen, so not a fair experiment", ("off_list", "off_list_outside", "temporary")),
    ("Baseline: opened before the first list, by the tier first given", ("baseline",)),
    ("Counted apart", ("undated", "unassigned")),
)
MEASURE_NAMES = {
    "deals": "Deals",
    "without_account": "Deals without an account",
    "created": "Pipeline created",
    "created_unknown": "Created without an amount",
    "open": "Open deals",
    "open_unknown": "Open deals without an amount",
    "won": "Won deals",
    "lost": "Lost deals",
    "closed": "Closed deals",
    "won_value": "Won deals, renewals included",
    "cycles": "Won deals with a cycle",
}


@require_GET
def insights_detail(request: AuthenticatedRequest) -> HttpResponse:
    form = InsightsForm(request.GET, user=request.user)
    found = measure(form.scope())
    template = "reviews/insights_detail.html#numbers" if is_fragment(request) else "reviews/insights_detail.html"
    return render(request, template, _numbers(request, form, found))


@require_GET
def insights_csv(request: AuthenticatedRequest) -> HttpResponse:
    found = measure(InsightsForm(request.GET, user=request.user).scope())
    rows = [row.as_json() for row in (*found.rows, found.total)]
    answer = HttpResponse(csv.text_of(list(rows[0]), [list(row.values()) for row in rows]), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="insights-by-{found.scope.by}.csv"'
    return answer


@require_GET
def opportunity_list(request: AuthenticatedRequest) -> HttpResponse:
    """The deals under one number: the page's own filters, with `row` and `measure`."""
    form = InsightsForm(request.GET, user=request.user)
    asked = request.GET.get("measure") or "deals"
    if asked not in MEASURE_NAMES:
        raise Http404(f"No measure {asked}")
    scope, row = form.scope(), request.GET.get("row") or ""
    kind, _, part = row.partition(":")
    page = statement.deal_page(
        scope,
        kind="" if kind == "total" else kind,
        part=part if kind and kind != "total" else None,
        measure=asked,
        before=_whole(request.GET.get("before")),
        after=_whole(request.GET.get("after")),
        limit=PAGE,
    )
    deals = Opportunity.objects.select_related("account", "owner").in_bulk(page.ids)
    context = {
        "title": MEASURE_NAMES[asked],
        "row": _row_named(scope, row),
        "deals": [deals[pk] for pk in page.ids],
        "page": page,
        "count": page.count,
        "filters": form.spoken(),
        "chips": _chips(request, form),
        "back": f"{reverse('insights_detail')}{_query(request, row=None, measure=None, before=None, after=None)}",
        "next_url": _query(request, before=page.ids[-1], after=None) if page.older else "",
        "previous_url": _query(request, after=page.ids[0], before=None) if page.newer else "",
        "symbol": sign_of(current_settings().currency),
    }
    return render(request, "reviews/opportunity_list.html", context)


@dataclass(frozen=True)
class Section:
    heading: str
    rows: list[Row]


def _numbers(request: AuthenticatedRequest, form: InsightsForm, found: Insights) -> dict[str, Any]:
    scope = found.scope
    by_tier = scope.by == "tier"
    highs = [row.tally.interval[1] for row in (*found.rows, found.total) if row.tally.interval and not row.too_few]
    trend = created_trend(scope) if by_tier else None
    moves = last_moves(scope) if by_tier else None
    return {
        "form": form,
        "found": found,
        "scope": scope,
        "findings": [*found.findings, *conduct(scope)],
        "sections": [s for s in (Section(h, found.of_kind(*kinds)) for h, kinds in SECTIONS) if s.rows],
        "top": min(1.0, ceil((max(highs, default=0.5) + 0.02) * 10) / 10),
        "trend": trend,
        "moves": moves,
        "engagement": engagement(scope) if by_tier else None,
        "tabs": [_choice(request, "by", value, f"By {label.lower()}" if value != "none" else label, scope.by)
                 for value, label in BY_CHOICES],
        "tier_as_of": [_choice(request, "tier_as_of", value, label, scope.tier_as_of)
                       for value, label in TIER_AS_OF_CHOICES],
        "chips": _chips(request, form),
        "clear_url": _query(request, **dict.fromkeys(("period", "from", "to", "owner", "team", "industry", "region",
                                                      "status"))),
        "csv_url": f"{reverse('insights_csv')}{_query(request)}",
        "symbol": sign_of(found.currency),
        "few": found.total.few,
    }  # fmt: skip


def _choice(request: AuthenticatedRequest, name: str, value: str, label: str, current: str) -> dict[str, Any]:
    first = value in ("tier", "opened")
    return {"label": label, "url": _query(request, **{name: None if first else value}), "current": value == current}


def _chips(request: AuthenticatedRequest, form: InsightsForm) -> list[dict[str, str]]:
    return [
        {"label": label, "value": value, "url": _query(request, **{name: None}, before=None, after=None)}
        for name, label, value in form.spoken()
    ]


def _query(request: AuthenticatedRequest, **changes: Any) -> str:
    """The present query string with changes, None leaves a part out; `?` when nothing is left."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None


def _row_named(scope: Scope, key: str) -> str:
    """The name of the row as the dashboard shows it; empty for all."""
    if not key or key.startswith("total"):
        return ""
    return next((row.name for row in measure(scope).rows if row.key == key), "No such row any more")
