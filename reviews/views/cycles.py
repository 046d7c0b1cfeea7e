"""Reviews: the list, one with its preview and publication, opening and cancelling."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib import clock
from abxsite.lib.errors import DomainError, NotAllowed
from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from reviews import policies
from reviews.choices import CycleStatus
from reviews.forms import OpenCycleForm
from reviews.models import Cycle
from reviews.services import cycles
from reviews.services.publication import publish_cycle
from reviews.services.queue import next_review, progress, waiting_for
from reviews.services.record import OUTCOMES, record_of
from reviews.views.moves import access_cycle

LIVE_STATES = (CycleStatus.OPEN, CycleStatus.CLOSING)


@require_GET
def cycle_list(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, "reviews/cycle_list.html", _list_context(request, OpenCycleForm()))


def _list_context(request: AuthenticatedRequest, form: OpenCycleForm) -> dict[str, Any]:
    related = Cycle.objects.select_related("proposal__scorecard", "published_by__person", "created_by__person")
    waiting = dict.fromkeys(waiting_for(request.user).values_list("proposal__cycle", flat=True), 0)
    for cycle_id in waiting_for(request.user).values_list("proposal__cycle", flat=True):
        waiting[cycle_id] += 1
    live = [
        {"cycle": cycle, "waiting": waiting.get(cycle.pk, 0), "progress": _share(cycle)}
        for cycle in related.live().order_by("closes_on")
    ]
    return {
        "live": live,
        "past": related.filter(status__in=(CycleStatus.PUBLISHED, CycleStatus.CANCELLED)).order_by("-id"),
        "form": form,
        "may_open": policies.runs_reviews(request.user),
        "panel": "open" if "open" in request.GET or form.is_bound else "",
    }


def _share(cycle: Cycle) -> dict[str, int]:
    rows = progress(cycle) if cycle.proposal_id else []
    return {"done": sum(row["done"] for row in rows), "total": sum(row["total"] for row in rows)}


@require_POST
def cycle_open(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_runs_reviews(request.user, "opens")
    form = OpenCycleForm(request.POST)
    if form.is_valid():
        try:
            cycle = cycles.start_cycle(actor=request.user, **form.cleaned_data)
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return redirect("cycle_detail", pk=cycle.pk)
    return render(request, "reviews/cycle_list.html", _list_context(request, form), status=422)


@require_GET
def cycle_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    cycle = access_cycle(request, pk)
    if cycle.status == CycleStatus.OPENING:
        return _opening(request, cycle)
    return render(request, "reviews/cycle_detail.html", _context(request, cycle))


def _opening(request: AuthenticatedRequest, cycle: Cycle) -> HttpResponse:
    """Polled each second until the cycle is open; then the whole page comes."""
    part = "reviews/cycle_opening.html" + ("#progress" if is_fragment(request) else "")
    return render(request, part, {"cycle": cycle, "run": cycles.run_in_work()})


def _context(request: AuthenticatedRequest, cycle: Cycle, panel: str = "") -> dict[str, Any]:
    chosen = request.GET.get("outcome", "")
    record = record_of(request.user, cycle, chosen if chosen in OUTCOMES else "")
    return {
        "cycle": cycle,
        "record": record,
        "outcome": record.chosen,
        "outcomes": OUTCOMES,
        "is_live": cycle.status in LIVE_STATES,
        "closed": policies.closed_sentence(cycle),
        "progress": progress(cycle) if cycle.proposal_id else [],
        "waiting": waiting_for(request.user).filter(proposal__cycle=cycle).count(),
        "runs_reviews": policies.runs_reviews(request.user),
        "panel": panel,
        "next_review": next_review(cycle),
        "days_left": (cycle.closes_on - clock.today()).days,
    }


@require_http_methods(["GET", "POST"])
def cycle_publish(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """GET shows what would change and asks; POST does it."""
    cycle = access_cycle(request, pk)
    if request.method == "GET":
        if cycle.status not in LIVE_STATES:
            return redirect("cycle_detail", pk=cycle.pk)
        return render(request, "reviews/cycle_detail.html", _context(request, cycle, panel="publish"))
    done = publish_cycle(actor=request.user, cycle=cycle)
    if done.already_published:
        messages.info(request, f"{done.name} was published already.")
    else:
        applied = done.summary["applied"]
        messages.success(request, f"{done.name} is published: {applied['up']} up, {applied['down']} down.")
    return redirect("cycle_detail", pk=cycle.pk)


@require_http_methods(["GET", "POST"])
def cycle_cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    cycle = access_cycle(request, pk)
    if request.method == "GET":
        if cycle.status not in LIVE_STATES:
            return redirect("cycle_detail", pk=cycle.pk)
        return render(request, "reviews/cycle_detail.html", _context(request, cycle, panel="cancel"))
    cycles.cancel_cycle(actor=request.user, cycle=cycle)
    messages.success(request, f"{cycle.name} is cancelled. No tier was changed.")
    return redirect("cycle_list")
