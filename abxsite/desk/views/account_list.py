"""The account list with its filters, columns and saved views; all of it stands in the query string."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from abxsite.desk import account_counts as counts
from abxsite.desk import account_list as lists
from abxsite.desk import columns, filters, saved
from abxsite.desk.bulk_forms import bulk_forms
from abxsite.desk.filter_form import DeskFilterForm, panel_of, read_panel
from abxsite.desk.neighbours import PLAIN
from abxsite.lib import display
from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from abxsite.users.keeping import may_share
from accounts import policies
from tiering.models import Run
from tiering.services.runs import current_run


@require_GET
def account_list(request: AuthenticatedRequest) -> HttpResponse:
    first = saved.opens_first(request.user) if not request.GET else None
    if first is not None:
        return redirect(saved.url_of(first))
    run = current_run()
    asked = filters.read(request.GET, request.user)
    shown, wrong = columns.chosen(request.GET)
    sort = lists.choose_sort(request.GET.get("sort", "score"), run)
    matching = asked.apply(lists.base(request.user, run))
    later = counts.is_large()
    page = lists.fetch(
        matching, sort, run, after=request.GET.get("after", ""), before=request.GET.get("before", ""),
        columns={column.key for column in shown}, narrowed=later and bool(asked.terms),
    )  # fmt: skip
    query = _list_of(request.GET).urlencode()
    context = {
        "page": page,
        "columns": shown,
        "width": len(shown) + 2,
        "wrong": [*asked.wrong, *wrong],
        "chips": _chips(request, asked),
        "clear_url": _without_filters(request),
        "sort": sort,
        "later": later,
        "previous_url": _turn(request, before=page.first),
        "next_url": _turn(request, after=page.last),
        "on_page": len(page.rows),
        "scored": _scored(run),
        "unscored": lists.unscored(matching, sort, run),
        "list_query": query,
        "came_from": query or PLAIN,
        "bulk": bulk_forms(request.user),
        "may_import": policies.may_import(request.user),
        "may_create": policies.may_create(request.user),
        "empty_workspace": not (page.rows or asked.terms or asked.wrong or "after" in request.GET),
    } | _views(request)  # fmt: skip
    if not later:
        context |= _counts(request, asked, counts.counter(request.user, run, large=False))
        context["empty_workspace"] = not asked.terms and not asked.wrong and context["count"] == 0
    template = "desk/account_list.html#results" if is_fragment(request) else "desk/account_list.html"
    return render(request, template, context)


@require_GET
def account_counts(request: AuthenticatedRequest) -> HttpResponse:
    """The counts of a large list, which come after its page."""
    if not is_fragment(request):
        return redirect(f"{reverse('account_list')}?{request.GET.urlencode() or 'view=all'}")
    asked = filters.read(request.GET, request.user)
    rows = request.GET.get("rows", "")
    counter = counts.counter(request.user, current_run(), counts.is_large())
    context = _counts(request, asked, counter) | {
        "on_page": int(rows) if rows.isascii() and rows.isdigit() and len(rows) < 5 else 0,
        "several": request.GET.get("several") == "1",
    }
    return render(request, "desk/account_list_counts.html", context)


def _counts(request: AuthenticatedRequest, asked: filters.ListFilter, counter: counts.Counter) -> dict[str, Any]:
    count = counter.matching(asked, saved.kept(_list_of(request.GET)))
    return {
        "count": count,
        "count_text": lists.count_text(count),
        "metrics": _metrics(request, asked, counter, count),
    }


@require_http_methods(["GET", "POST"])
def account_filter(request: AuthenticatedRequest) -> HttpResponse:
    """The panel of all filters over the list of the query string; POST leads to the list as it then is."""
    wrong: dict[str, str] = {}
    conditions = filters.read(request.GET, request.user).conditions
    if request.method == "POST":
        form = DeskFilterForm(request.POST, user=request.user)
        conditions, wrong = read_panel(request.POST)
        if form.is_valid() and not wrong:
            query = form.applied(_kept_beside(request.GET), conditions)
            return redirect(f"{reverse('account_list')}?{query.urlencode() or 'view=all'}")
    else:
        form = DeskFilterForm(initial=DeskFilterForm.initial_of(request.GET), user=request.user)
    context = {
        "form": form,
        "sections": panel_of(conditions, request.GET, wrong),
        "wrong": wrong,
        "list_query": request.GET.urlencode(),
    }
    template = "desk/account_filter.html#panel" if is_fragment(request) else "desk/account_filter.html"
    return render(request, template, context, status=422 if wrong or form.errors else 200)


@require_GET
def account_columns(request: AuthenticatedRequest) -> HttpResponse:
    """Which columns, in which order: `up` and `down` move one, `done` leads to the list."""
    keys = columns.keys_of(request.GET) or list(columns.DEFAULT)
    moved = ""
    for name, step in (("up", -1), ("down", 1)):
        if request.GET.get(name) in keys:
            moved = request.GET[name]
            at = keys.index(moved)
            keys.insert(max(0, at + step), keys.pop(at))
    query = _list_of(request.GET)
    if request.GET.get("done"):
        return redirect(f"{reverse('account_list')}?{_with_columns(query, keys) or 'view=all'}")
    every = {column.key: column for column in columns.available()}
    context = {
        "chosen": [every[key] for key in keys if key in every],
        "others": [column for key, column in every.items() if key not in keys],
        "moved": moved,
        "step": "up" if request.GET.get("up") else "down",
        "beside": [(key, value) for key, values in query.lists() if key != columns.PARAMETER for value in values],
        "list_query": query.urlencode(),
        "usual_url": f"{reverse('account_list')}?{_with_columns(query, [*columns.DEFAULT]) or 'view=all'}",
    }
    template = "desk/account_columns.html#panel" if is_fragment(request) else "desk/account_columns.html"
    return render(request, template, context)


def _list_of(query: QueryDict) -> QueryDict:
    """Without its page and what the panels of filters and columns add."""
    plain = query.copy()
    for key in ("after", "before", "up", "down", "done", "rows", "several"):
        plain.pop(key, None)
    return plain


def _with_columns(query: QueryDict, keys: list[str]) -> str:
    query = query.copy()
    query.pop(columns.PARAMETER, None)
    if text := columns.text_of(keys):
        query[columns.PARAMETER] = text
    return query.urlencode()


def _kept_beside(query: QueryDict) -> QueryDict:
    """What stays when the filters are chosen anew."""
    beside = QueryDict(mutable=True)
    for key in ("view", "sort", columns.PARAMETER):
        if query.getlist(key):
            beside.setlist(key, query.getlist(key))
    return beside


def _scored(run: Run | None) -> str:
    if run is None:
        return "Not scored yet"
    return f"Scored as of {display.exact(run.as_of)} with scorecard v{run.scorecard.version}"


def _turn(request: AuthenticatedRequest, **cursor: str | None) -> str:
    """The same list, one page on or back; empty where there is none."""
    if not any(cursor.values()):
        return ""
    query = _list_of(request.GET)
    for key, value in cursor.items():
        query[key] = value or ""
    return f"{reverse('account_list')}?{query.urlencode()}"


def _chips(request: AuthenticatedRequest, asked: filters.ListFilter) -> list[dict[str, str]]:
    """One chip per filter that is on, with the URL of the list without it."""
    chips = []
    for term in asked.terms:
        query = _list_of(request.GET)
        query.pop(term.key, None)
        url = f"{reverse('account_list')}?{query.urlencode() or 'view=all'}"
        chips.append({"label": term.label, "value": term.value, "url": url})
    return chips


def _without_filters(request: AuthenticatedRequest) -> str:
    """The list with its columns and order, and every account."""
    query = _kept_beside(request.GET)
    return f"{reverse('account_list')}?{query.urlencode() or 'view=all'}"


def _metrics(
    request: AuthenticatedRequest, asked: filters.ListFilter, counter: counts.Counter, count: int
) -> list[dict[str, Any]]:
    """How many match, then the counts over all that the person sees; each leads to its list, in the same columns."""
    beside = _kept_beside(request.GET)
    beside.pop("view", None)

    def url(**query: str) -> str:
        extra = beside.urlencode()
        return f"{reverse('account_list')}?{urlencode(query)}{'&' if extra else ''}{extra}"

    matching = {
        "label": "Matching" if asked.terms else "Accounts",
        "count": count,
        "text": lists.count_text(count),
        "url": _without_filters(request),
        "current": not asked.terms,
    }
    return [matching, *counts.metrics(counter, url, request.GET)]


def _views(request: AuthenticatedRequest) -> dict[str, Any]:
    """The saved views to choose from, and the one that the list stands on."""
    mine, everyones = saved.choices(request.user)
    return {
        "view": saved.current(request.GET, request.user),
        "mine": [(each, saved.url_of(each)) for each in mine],
        "everyones": [(each, saved.url_of(each)) for each in everyones],
        "may_share": may_share(request.user),
    }
