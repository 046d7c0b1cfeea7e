"""The queue and the card: one page at two kinds of URL, a review's queue and a move's own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from reviews import policies
from reviews.choices import VerdictKind
from reviews.forms import DisputeForm, SeenForm, SettleForm, SnoozeForm, TierForm, VetoForm
from reviews.models import Cycle
from reviews.services import verdicts
from reviews.services.queue import queue_for
from reviews.views.context import card_context, queue_context
from tiering.models import Move

DONE = {
    VerdictKind.APPROVE: "approved",
    VerdictKind.VETO: "vetoed",
    VerdictKind.AMEND: "amended",
    VerdictKind.SNOOZE: "snoozed",
    VerdictKind.WITHDRAW: "back in the queue",
    VerdictKind.DISPUTE: "disputed; a leader settles it",
}


def access_cycle(request: AuthenticatedRequest, pk: int) -> Cycle:
    """Every person with a login sees that a review is there; its moves are filtered one by one."""
    related = Cycle.objects.select_related("proposal__scorecard", "created_by__person")
    cycle: Cycle = get_object_or_404(related, pk=pk)
    return cycle


def access_move(request: AuthenticatedRequest, pk: int) -> Move:
    """A move whose card, full or fixed, this person sees; else 404 (R9)."""
    related = ("account__owner__team", "from_tier", "to_tier", "final_tier", "proposal__scorecard", "proposal__cycle")
    move: Move = get_object_or_404(Move.objects.select_related(*related), pk=pk, proposal__cycle__isnull=False)
    if not policies.sight_of(request.user, move):
        raise Http404
    return move


@require_GET
def move_queue(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    cycle = access_cycle(request, pk)
    if cycle.proposal_id is None:
        return redirect("cycle_detail", pk=cycle.pk)
    context = queue_context(request, cycle)
    queue = context["queue"]
    if "list" in request.GET:
        return render(request, _template(request, "review"), context | {"as_list": True})
    if queue.waiting and "done" not in request.GET:
        return _page(request, access_move(request, queue.waiting[0]), queue=queue)
    return render(request, _template(request, "review"), context)


@require_GET
def move_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    move = access_move(request, pk)
    return _page(request, move)


@require_POST
def move_approve(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    move = access_move(request, pk)
    form = SeenForm(request.POST)

    def approve(seen: int | None) -> Any:
        return verdicts.approve_move(actor=request.user, move=move, seen=seen)

    return _decide(request, move, form, "", approve)


@require_http_methods(["GET", "POST"])
def move_veto(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    move = access_move(request, pk)
    form = VetoForm(request.POST or None)

    def veto(seen: int | None) -> Any:
        said = form.cleaned_data
        return verdicts.veto_move(
            actor=request.user, move=move, reason=said["reason"], sentence=said["sentence"], seen=seen
        )

    return _decide(request, move, form, "veto", veto)


@require_http_methods(["GET", "POST"])
def move_amend(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    move = access_move(request, pk)
    form = TierForm(request.POST or None, move=move, target=policies.target_of(move))

    def amend(seen: int | None) -> Any:
        sentence = form.cleaned_data["sentence"]
        return verdicts.amend_move(actor=request.user, move=move, to_tier=form.tier, sentence=sentence, seen=seen)

    return _decide(request, move, form, "amend", amend)


@require_http_methods(["GET", "POST"])
def move_snooze(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    move = access_move(request, pk)
    form = SnoozeForm(request.POST or None, cycle=move.proposal.cycle)

    def snooze(seen: int | None) -> Any:
        return verdicts.snooze_move(actor=request.user, move=move, until=form.cleaned_data["until"], seen=seen)

    return _decide(request, move, form, "snooze", snooze)


@require_http_methods(["GET", "POST"])
def move_dispute(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    move = access_move(request, pk)
    form = DisputeForm(request.POST or None)

    def dispute(seen: int | None) -> Any:
        sentence = form.cleaned_data["sentence"]
        return verdicts.dispute_move(actor=request.user, move=move, sentence=sentence, seen=seen)

    return _decide(request, move, form, "dispute", dispute)


@require_http_methods(["GET", "POST"])
def move_settle(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    move = access_move(request, pk)
    form = SettleForm(request.POST or None)

    def settle(seen: int | None) -> Any:
        said = form.cleaned_data
        return verdicts.settle_dispute(
            actor=request.user, move=move, kind=said["kind"], sentence=said["sentence"], seen=seen
        )

    return _decide(request, move, form, "settle", settle)


@require_POST
def move_undo(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take back one's own word; the card comes up again."""
    move = access_move(request, pk)
    last = request.POST.get("last", "")
    verdicts.undo_verdict(actor=request.user, move=move, said=int(last) if last.isdigit() else None)
    messages.success(request, f"{move.account.name} is back in the queue.")
    return _to(request, move)


@require_http_methods(["GET", "POST"])
def move_bulk(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The moves that marketing signs alone, in one table, to approve many at once."""
    cycle = access_cycle(request, pk)
    if cycle.proposal_id is None:
        return redirect("cycle_detail", pk=cycle.pk)
    if request.method == "POST":
        chosen = Q(pk__in=request.POST.getlist("ids"))
        moves = Move.objects.visible_to(request.user).filter(chosen, proposal__cycle=cycle)
        seen = {move.pk: int(request.POST.get(f"seen_{move.pk}") or 0) for move in moves}
        done = verdicts.approve_moves(actor=request.user, moves=moves, seen=seen)
        _tell_bulk(request, done)
        return redirect("move_bulk", pk=cycle.pk)
    return render(request, "reviews/move_bulk.html", queue_context(request, cycle, bulk=True))


def _tell_bulk(request: AuthenticatedRequest, done: verdicts.BulkApproval) -> None:
    count = len(done.approved)
    if count:
        messages.success(request, f"{count} move{'s' if count > 1 else ''} approved.")
    for move, sentence in done.refused[:3]:
        messages.warning(request, f"{move.account.name}: {sentence}")
    if len(done.refused) > 3:
        messages.warning(request, f"{len(done.refused) - 3} others were left alone too.")


# What they share


def _decide(
    request: AuthenticatedRequest, move: Move, form: Form, panel: str, act: Callable[[int | None], Any]
) -> HttpResponse:
    """GET opens the panel; POST says it and goes on to the next card. A refusal keeps what was typed."""
    if request.method == "GET":
        return _page(request, move, panel=panel, form=None if not panel else form, part="act")
    queue = queue_for(request.user, move.proposal.cycle)
    if panel and not form.is_valid():
        return _page(request, move, panel=panel, form=form, status=422)
    try:
        said = act(_seen(form))
    except Conflict as conflict:
        return _page(request, move, conflict=conflict, form=form, panel=panel, status=409)
    except NotAllowed:
        raise
    except DomainError as refusal:
        if not panel:
            raise
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, move, panel=panel, form=form, status=422)
    following = queue.after(move.pk)
    spoken = f"{move.account.name} {DONE.get(said.kind, 'settled') if said.side != 'leader' else 'settled'}."
    if following is None:
        return _to(request, None, move.proposal.cycle, spoken)
    return _to(request, access_move(request, following), spoken=spoken)


def _seen(form: Form) -> int | None:
    """A missing field means that nothing was on the card."""
    form.is_valid()
    return form.cleaned_data.get("seen") or 0


def _to(request: AuthenticatedRequest, move: Move | None, cycle: Cycle | None = None, spoken: str = "") -> HttpResponse:
    """The next card, in place for htmx with its own URL, else by redirect; without one the end of the queue."""
    if move is not None:
        url = reverse("move_detail", args=[move.pk])
    else:
        url = reverse("move_queue", args=[cycle.pk if cycle else 0]) + "?done"
    if not is_fragment(request):
        return redirect(url)
    if move is not None:
        answer = _page(request, move, spoken=spoken)
    else:
        context = queue_context(request, cycle, spoken=spoken) if cycle else {}
        answer = render(request, _template(request, "review"), context)
    answer["HX-Push-Url"] = url
    return answer


def _page(
    request: AuthenticatedRequest,
    move: Move,
    *,
    status: int = 200,
    part: str = "review",
    queue: Any = None,
    **extra: Any,
) -> HttpResponse:
    context = card_context(request, move, queue=queue, **extra)
    return render(request, _template(request, part), context, status=status)


def _template(request: AuthenticatedRequest, part: str) -> str:
    """The review region, or the card's foot alone, for htmx; the whole page otherwise."""
    if not is_fragment(request):
        return "reviews/move_queue.html"
    return "reviews/move_card.html#act" if part == "act" else "reviews/move_queue.html#review"
