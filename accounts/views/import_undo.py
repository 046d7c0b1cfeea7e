"""Undoing an import: the look at what would go, return and stay; the undoing; what came of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from accounts.choices import ImportKind, ImportStage
from accounts.imports import preview, undo_preview
from accounts.models import ImportJob
from accounts.services import import_undo
from accounts.views.import_access import job_of

#: What is counted: key in counts["undo"], list, words before and after.
COUNTS = (
    ("gone", undo_preview.GO, "would go", "gone"),
    ("returned", undo_preview.BACK, "would return", "returned"),
    ("stay", undo_preview.STAY, "would stay", "stayed"),
)


@require_POST
def import_undo_look(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    job = job_of(request, pk)
    return _then(request, lambda: import_undo.look_at_undo(actor=request.user, job=job), job)


@require_POST
def import_undo_leave(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    job = job_of(request, pk)
    return _then(request, lambda: import_undo.leave_applied(actor=request.user, job=job), job)


@require_POST
def import_undo_begin(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    job = job_of(request, pk)
    return _then(request, lambda: import_undo.begin_undo(actor=request.user, job=job), job)


def _then(request: AuthenticatedRequest, act: Any, job: ImportJob) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("import_detail", job.pk)


def undo_page(request: AuthenticatedRequest, job: ImportJob) -> HttpResponse:
    """The lists behind the counts: before the word is given, and after the undoing."""
    tally = job.counts.get("undo", {})
    counted = tally | {"stay": tally.get("kept", 0) + tally.get("kept_fields", 0)}
    over = job.stage != ImportStage.UNDO_READY
    shown = request.GET.get("show", "")
    if shown not in undo_preview.SHOWN:
        shown = next((name for key, name, _, _ in reversed(COUNTS) if counted.get(key)), undo_preview.GO)
    after = int(text) if (text := request.GET.get("after", "")).isdigit() else 0
    found = undo_preview.page_of(job, shown, after)
    numeric = [is_number for _, is_number in preview.headings(job.kind)]
    count = counted.get(next(key for key, name, _, _ in COUNTS if name == shown), 0)
    context = {
        "job": job,
        "over": over,
        "stopped": job.stage == ImportStage.CANCELLED,
        "tally": tally,
        "shown": shown,
        "count": count,
        "headings": preview.headings(job.kind),
        "rows": [(row, list(zip(row.cells, numeric, strict=False)), _url_of(job, row)) for row in found],
        "metrics": [
            {
                "label": done if over else todo,
                "count": counted.get(key, 0),
                "url": f"?show={name}",
                "current": name == shown,
            }
            for key, name, todo, done in COUNTS
        ],
        "page_text": f"{len(found):,} of {count:,}",
        "next_url": f"?show={shown}&after={found[-1].key}" if len(found) == preview.PAGE else "",
        "previous_url": f"?show={shown}" if after else "",
        "nothing": not (counted.get("gone") or counted.get("returned")),
    }
    return render(request, "accounts/import_undo.html", context)


def _url_of(job: ImportJob, row: undo_preview.UndoRow) -> str:
    if job.kind != ImportKind.ACCOUNTS or row.record_id is None:
        return ""
    return reverse("account_detail", args=[row.record_id])
