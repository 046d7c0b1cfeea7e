"""Data quality: what to find out next, what to look at again, and whose task it is."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib import queue
from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest, posted
from abxsite.users.choices import Role
from accounts.models import DataTask
from accounts.page_forms import DataTaskForm
from accounts.services.data_tasks import finish_task, open_task
from accounts.services.fact_checks import check_facts
from accounts.views.accounts import editable, small_form
from tiering.models import QualitySummary, Run
from tiering.quality import pages
from tiering.quality.freshness import facts_for, labels_of
from tiering.quality.measure import asked_of, measure
from tiering.quality.questions import facts_of
from tiering.quality.ranking import Cursor, Wanted, gaps
from tiering.services.runs import current_run

#: A run of so many accounts is counted while one waits; a larger one by a task.
SMALL = 25_000
EDITORS = (Role.ADMIN, Role.MARKETER, Role.MANAGER, Role.REP)


@require_GET
def quality_detail(request: AuthenticatedRequest) -> HttpResponse:
    run = current_run()
    show = request.GET.get("show", "find")
    context: dict[str, Any] = {
        "run": run,
        "show": show if show in ("find", "stale") else "find",
        "may_change": request.user.has_role(*EDITORS),
        "here": request.get_full_path(),
    }
    if run is not None:
        summary = _summary(run)
        context |= {"summary": summary, "overview": pages.overview(run, summary)} | (
            _stale(request, run) if show == "stale" else _find(request, run)
        )
    template = "tiering/quality_detail.html#results" if is_fragment(request) else "tiering/quality_detail.html"
    return render(request, template, context)


def _summary(run: Run) -> QualitySummary | None:
    found = QualitySummary.objects.filter(run=run).first()
    if found is None and run.accounts <= SMALL:
        return measure(run)
    if found is None:
        queue.wake("tiering.measure_quality")
    return found


def _find(request: AuthenticatedRequest, run: Run) -> dict[str, Any]:
    facts = facts_of(asked_of(run))
    field = request.GET.get("fact", "")
    mine = request.GET.get("owner") == "me"
    wanted = Wanted(
        field if field in facts else "", request.user.person_id if mine else None, request.GET.get("lifting") == "yes"
    )
    found = gaps(run, request.user, wanted, Cursor.read(request.GET.get("after", "")))
    rows = pages.gap_rows(run, found[: pages.PAGE])
    return {
        "rows": rows,
        "next_after": str(found[pages.PAGE - 1].cursor) if len(found) > pages.PAGE else "",
        "first_page": "after" not in request.GET,
        "wanted": wanted,
        "mine": mine,
        "fields": [(field, label) for field, label in labels_of(facts, asked_of(run)).items()],
    }


def _stale(request: AuthenticatedRequest, run: Run) -> dict[str, Any]:
    page = int(text) if (text := request.GET.get("page", "")).isdecimal() and 0 < int(text) < 1_000 else 1
    mine = request.GET.get("owner") == "me"
    rows, more = pages.stale_rows(run, request.user, page, owner=request.user.person_id if mine else None)
    return {"rows": rows, "mine": mine, "page": page, "next_page": page + 1 if more else None}


@require_POST
def fact_check(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Verified today: one fact (`field`), or with `all` every fact of the scorecard that is known."""
    account = editable(request, pk)
    run = current_run()
    lines = [line for line in facts_for(account, run) if line.known and not line.judged] if run else []
    whole = bool(request.POST.get("all"))
    wanted = [line for line in lines if whole or line.field == request.POST.get("field")]
    if not wanted and not whole:
        raise Http404
    check_facts(actor=request.user, account=account, fields=[line.field for line in wanted], whole=whole)
    names = "Everything that is known" if whole else wanted[0].label
    messages.success(request, f"{names} of {account.name}: verified today.")
    return redirect(_back(request, account.pk))


@require_http_methods(["GET", "POST"])
def data_task_open(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    account = editable(request, pk)
    run = current_run()
    field = request.GET.get("field", "")
    asked = asked_of(run) if run else []
    if field not in facts_of(asked):
        raise Http404
    label = labels_of([field], asked)[field]
    open_one = DataTask.objects.filter(account=account, field=field, done_at__isnull=True).first()
    initial = {"owner": open_one.owner_id if open_one else account.owner_id}
    if open_one:
        initial |= {"note": open_one.note, "due_on": open_one.due_on}
    return small_form(
        request, account, DataTaskForm(posted(request), initial=initial), f"Who finds out: {label.lower()}?", "Ask",
        lambda data: open_task(actor=request.user, account=account, field=field, **data), tab="facts",
        said="Asked. It waits on their My work.",
    )  # fmt: skip


@require_POST
def data_task_done(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """By its owner, or by whoever may change the account."""
    seen = DataTask.objects.visible_to(request.user) | DataTask.objects.filter(owner=request.user.person)
    task = get_object_or_404(seen.distinct(), pk=pk)
    if task.owner_id != request.user.person_id and not request.user.has_role(*EDITORS):
        raise PermissionDenied
    finish_task(actor=request.user, task=task)
    messages.success(request, "Done.")
    return redirect(_back(request, task.account_id))


def _back(request: AuthenticatedRequest, pk: int) -> str:
    """The page that the button stood on, when it is one of ours; else the account's facts."""
    back = request.POST.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return back
    return f"{reverse('account_detail', args=[pk])}?tab=facts"
