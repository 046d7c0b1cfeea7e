"""The account list and the account page: they read across all apps, so they live on the desk."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from abxsite.desk import account_list as lists
from abxsite.desk import account_page
from abxsite.desk.filters import AccountFilter
from abxsite.desk.neighbours import PLAIN, neighbours_of
from abxsite.lib import display
from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from accounts import policies
from accounts.forms import BulkClusterForm, OwnerForm
from accounts.models import Account
from tiering.models import Run
from tiering.services.runs import current_run


@require_GET
def account_list(request: AuthenticatedRequest) -> HttpResponse:
    run = current_run()
    visible = lists.base(request.user, run)
    filters = AccountFilter(request.GET, queryset=visible, request=request)
    sort = lists.choose_sort(request.GET.get("sort", "score"), run)
    matching = filters.qs
    page = lists.fetch(matching, sort, run, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    count = lists.capped_count(matching)
    chips = _chips(request, filters)
    context = {
        "page": page,
        "filters": filters,
        "chips": chips,
        "clear_url": reverse("account_list"),
        "sort": sort,
        "sorts": lists.SORTS.values(),
        "run": run,
        "count": count,
        "count_text": lists.count_text(count),
        "metrics": [
            {"label": "Matching" if chips else "Accounts", "count": count, "text": lists.count_text(count),
             "url": reverse("account_list"), "current": not chips},
            *lists.metrics(visible, _url, request.GET),
        ],
        "previous_url": _turn(request, before=page.first),
        "next_url": _turn(request, after=page.last),
        "shown": f"{len(page.rows)} of {lists.count_text(count)}",
        "scored": _scored(run),
        "unscored": lists.unscored(matching, sort),
        "list_query": _list_query(request),
        "came_from": _list_query(request) or PLAIN,
        "bulk": _bulk(request),
        "may_import": policies.may_import(request.user),
        "may_create": policies.may_create(request.user),
        "empty_workspace": not chips and count == 0,
    }  # fmt: skip
    template = "desk/account_list.html#results" if is_fragment(request) else "desk/account_list.html"
    return render(request, template, context)


def _scored(run: Run | None) -> str:
    if run is None:
        return "Not scored yet"
    return f"Scored as of {display.exact(run.as_of)} with scorecard v{run.scorecard.version}"


def _list_query(request: AuthenticatedRequest) -> str:
    """The list's address without its page: what a bulk action on all that match takes along."""
    query = request.GET.copy()
    for key in ("after", "before"):
        query.pop(key, None)
    return query.urlencode()


def _bulk(request: AuthenticatedRequest) -> dict[str, Any]:
    """The forms of the bulk bar that this person may use."""
    forms: dict[str, Any] = {}
    if policies.may_assign(request.user):
        forms["owner"] = OwnerForm(auto_id="bulk_%s")
    if policies.may_cluster(request.user):
        form = BulkClusterForm(auto_id="bulk_%s")
        forms["cluster"] = form if form.fields["cluster"].queryset.exists() else None  # type: ignore[attr-defined]
    return forms


def _url(**query: str) -> str:
    return f"{reverse('account_list')}?{urlencode(query)}"


def _turn(request: AuthenticatedRequest, **cursor: str | None) -> str:
    """The same list, one page on or back; empty where there is none."""
    if not any(cursor.values()):
        return ""
    query = request.GET.copy()
    for key in ("after", "before"):
        query.pop(key, None)
    for key, value in cursor.items():
        query[key] = value or ""
    return f"{reverse('account_list')}?{query.urlencode()}"


def _chips(request: AuthenticatedRequest, filters: AccountFilter) -> list[dict[str, str]]:
    """One chip per filter that is on, with the URL of the list without it."""
    chips = []
    for name, field in filters.form.fields.items():
        values = [value for value in request.GET.getlist(name) if value]
        if not values:
            continue
        labels = {str(key): str(label) for key, label in getattr(field, "choices", []) or []}
        query = request.GET.copy()
        for key in (name, "after", "before"):
            query.pop(key, None)
        chips.append(
            {
                "label": str(field.label),
                "value": ", ".join(labels.get(value, value) for value in values),
                "url": f"{reverse('account_list')}?{query.urlencode()}",
            }
        )
    return chips


@require_GET
def account_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(
        Account.objects.visible_to(request.user).select_related("owner", "parent", "merged_into"), pk=pk
    )
    tab = request.GET.get("tab", "why")
    context: dict[str, Any] = {
        **account_page.header(account),
        "tabs": account_page.tabs(account, tab, request.GET.get("in", "")),
        "neighbours": neighbours_of(request, account, current_run()),
        "came_from": request.GET.get("in", ""),
        "tab": tab if tab in account_page.TABS else "why",
        "may_edit": policies.may_edit(request.user, account),
        "may_assign": policies.may_assign(request.user),
    }
    context |= account_page.TABS.get(tab, account_page.TABS["why"])(account)
    return render(request, "desk/account_detail.html", context)
