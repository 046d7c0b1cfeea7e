"""The rows of an import that a person must decide: pick the record, make a new one, or leave the row out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from accounts.choices import ImportDecision, ImportStage
from accounts.imports import conflicts
from accounts.models import ImportJob
from accounts.services import import_choices
from accounts.views.import_access import job_of


@require_GET
def import_conflicts(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    job = job_of(request, pk)
    decided = request.GET.get("show") == "decided"
    after = int(text) if (text := request.GET.get("after", "")).isdigit() else -1
    rows, groups = conflicts.count_open(job)
    done = conflicts.count_decided(job)
    if not groups and done and "show" not in request.GET:
        decided = True
    found = conflicts.page_of(job, decided=decided, after=after)
    shown = "decided" if decided else "open"
    context = {
        "job": job,
        "groups": found,
        "decided": decided,
        "open_rows": rows,
        "open_groups": groups,
        "decided_groups": done,
        "applied": job.stage == ImportStage.APPLIED,
        "metrics": [
            {"label": "to decide", "count": groups, "url": "?show=open", "current": not decided},
            {"label": "decided", "count": done, "url": "?show=decided", "current": decided},
        ],
        "can_decide": job.stage in import_choices.DECIDABLE and not job.is_active,
        "next_url": f"?show={shown}&after={found[-1].line}" if len(found) == conflicts.PAGE else "",
        "previous_url": f"?show={shown}" if after >= 0 else "",
        "page_text": f"{len(found)} of {done if decided else groups}",
    }
    return render(request, "accounts/import_conflicts.html", context)


@require_POST
def import_decide(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One group: `choice` is pick:<id>, new, none or skip; `forget` asks again; `skip_all` leaves several out."""
    job = job_of(request, pk)
    try:
        if "skip_all" in request.POST:
            keys = [tuple(key.split(":", 1)) for key in request.POST.getlist("group")]
            n = import_choices.skip_conflicts(
                actor=request.user, job=job, keys=[(key[0], key[1]) for key in keys if len(key) == 2]
            )
            messages.success(request, f"{n} left out.")
        else:
            _decide_one(request, job)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("import_conflicts", job.pk)


def _decide_one(request: AuthenticatedRequest, job: ImportJob) -> None:
    about, _, fingerprint = request.POST.get("group", "").partition(":")
    if "forget" in request.POST:
        import_choices.forget_choice(actor=request.user, job=job, about=about, fingerprint=fingerprint)
        return
    decision, _, target = request.POST.get("choice", "").partition(":")
    import_choices.decide_conflict(
        actor=request.user, job=job, about=about, fingerprint=fingerprint, decision=decision,
        target_id=int(target) if decision == ImportDecision.PICK and target.isdigit() else None,
    )  # fmt: skip


@require_POST
def import_bring_in(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    job = job_of(request, pk)
    try:
        import_choices.bring_in_decided(actor=request.user, job=job)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("import_conflicts", job.pk)
    return redirect("import_detail", job.pk)
