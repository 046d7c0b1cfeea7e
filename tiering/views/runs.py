"""Runs of the scorecard: what was scored when, and what is going on."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from tiering.models import Run, Scorecard
from tiering.policies import KEEPERS
from tiering.services import runs
from tiering.views.scorecard_tabs import scorecard_tabs

SHOWN = 50


@require_GET
def run_list(request: AuthenticatedRequest) -> HttpResponse:
    found = Run.objects.select_related("scorecard", "started_by__person")
    context = {
        "runs": found[:SHOWN],
        "active": runs.active_run(),
        "may_edit": request.user.has_role(*KEEPERS),
        "tabs": scorecard_tabs("runs"),
        "published": Scorecard.objects.filter(status="published").first(),
    }
    return render(request, "tiering/run_list.html", context)


@require_GET
def run_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(Run.objects.select_related("scorecard", "started_by__person"), pk=pk)
    template = "tiering/run_detail.html#progress" if is_fragment(request) else "tiering/run_detail.html"
    return render(request, template, _page(request, run))


@require_POST
def run_start(request: AuthenticatedRequest) -> HttpResponse:
    run = runs.start_run(actor=request.user, reason="by hand")
    return redirect("run_detail", pk=run.pk)


@require_POST
def run_cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(Run, pk=pk)
    runs.cancel_run(actor=request.user, run=run)
    run.refresh_from_db()
    if is_fragment(request):
        return render(request, "tiering/run_detail.html#progress", _page(request, run))
    return redirect("run_detail", pk=run.pk)


@require_POST
def run_retry(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    run = runs.retry_run(actor=request.user, run=get_object_or_404(Run, pk=pk))
    messages.success(request, "A new run waits for a worker.")
    return redirect("run_detail", pk=run.pk)


def _page(request: AuthenticatedRequest, run: Run) -> dict[str, Any]:
    may_edit = request.user.has_role(*KEEPERS)
    url = reverse("run_detail", args=[run.pk])
    return {
        "run": run,
        "parts": run.parts.count(),
        "parts_done": run.parts.filter(status="done").count(),
        "criteria": _criteria(run),
        "seconds": (run.ended_at - run.started_at).total_seconds() if run.ended_at and run.started_at else None,
        "may_edit": may_edit,
        "tabs": scorecard_tabs("runs"),
        "progress_url": url,
        "cancel_url": reverse("run_cancel", args=[run.pk]) if may_edit else "",
        "retry_url": reverse("run_retry", args=[run.pk]) if may_edit else "",
    }


def _criteria(run: Run) -> list[dict[str, Any]]:
    """What the run found per criterion: how many are known, and what stands in for the others."""
    if not run.typical:
        return []
    criteria = run.scorecard.criteria.all()
    return [
        {
            "criterion": criterion,
            "known": known,
            "share": known / run.accounts if run.accounts else 0,
            "typical": typical,
            "dataless": dataless,
        }
        for criterion, known, typical, dataless in zip(criteria, run.known, run.typical, run.dataless, strict=True)
    ]
