"""Findings about how the list was made: vetoes of the last review, placements on old insight."""

from collections.abc import Iterator

from django.db.models import Count

from abxsite.lib import clock
from abxsite.lib.display import number
from reviews.choices import CycleKind, CycleStatus, Side, VerdictKind, VetoReason
from reviews.measure.result import Finding
from reviews.measure.scope import Scope
from reviews.models import Cycle, Verdict
from tiering.models import Move
from tiering.services.settings import current_settings


def conduct(scope: Scope) -> list[Finding]:
    return [*_vetoes(scope), *_stale(scope)]


def _vetoes(scope: Scope) -> Iterator[Finding]:
    cycle = (
        Cycle.objects.filter(kind=CycleKind.QUARTERLY, status=CycleStatus.PUBLISHED).order_by("-published_at").first()
    )
    if cycle is None:
        return
    moves = Move.objects.filter(proposal_id=cycle.proposal_id, account__in=scope.accounts())
    moves = moves.select_related("from_tier", "to_tier").defer("evidence")
    promotions = [move.pk for move in moves if move.is_up]
    vetoes = Verdict.objects.standing().filter(move__in=promotions, side=Side.SALES, kind=VerdictKind.VETO)
    reasons = list(vetoes.order_by().values_list("reason").annotate(n=Count("id")).order_by("-n", "reason"))
    vetoed = sum(n for _, n in reasons)
    if not promotions:
        return
    if not vetoed:
        said = f"Sales vetoed none of {number(len(promotions))} promotions in the {cycle.name}."
        yield Finding("vetoes", said, icon="hand-stop")
        return
    often, times = reasons[0]
    label = VetoReason(often).label.lower()
    yield Finding(
        "vetoes",
        f"Sales vetoed {number(vetoed)} of {number(len(promotions))} promotions in the {cycle.name}.",
        f"Most often for “{label}”, {number(times)} of {number(vetoed)}.",
        icon="hand-stop",
    )


def _stale(scope: Scope) -> Iterator[Finding]:
    months = current_settings().stale_months
    limit = clock.add_months(clock.today(), -months)
    held = scope.placements().base()
    stale, on_list = held.filter(account__insight_on__lt=limit).count(), held.count()
    if stale:
        yield Finding(
            "stale",
            f"{number(stale)} of {number(on_list)} placements rest on insight older than {months} months.",
            attn=True,
            icon="clock-exclamation",
        )
