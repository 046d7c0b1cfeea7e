"""Proposals: one assignment, frozen: run, settings, caps, thresholds, and the moves with their evidence."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from abxsite.audit import services as audit
from abxsite.lib import clock, locks
from abxsite.lib.errors import DomainError
from abxsite.lib.jobs import JobStatus
from abxsite.users.models import User
from accounts.models import Account
from tiering.assignment import Outcome, assign
from tiering.engine.assignment_types import Recommendation
from tiering.evidence import evidence_of, gather
from tiering.models import Move, Proposal, Run, Tier
from tiering.services.settings import current_settings
from tiering.services.standings import linked, words_of
from tiering.services.tiers import active_tiers, current_caps

FROZEN_OF_TIER = (
    "id",
    "name",
    "short_name",
    "order",
    "colour",
    "capped",
    "clustered",
    "two_sided",
    "minimum_score",
    "minimum_potential",
    "minimum_coverage",
    "minimum_stay",
)
#: Below every tier: off the list.
LAST = 1_000


@transaction.atomic
def make_proposal(
    *,
    actor: User | None,
    as_of: date | None = None,
    cycle_number: int,
    scope_tiers: Iterable[Tier] | None = None,
) -> Proposal:
    """Run the assignment and freeze it. `scope_tiers` keeps the moves with either end in those tiers (a monthly
    review); without it the proposal is a quarterly review and counts who is below a minimum (A2).
    Accounts with a move waiting elsewhere get none.
    """
    locks.take("proposal")
    run, settings = _run_for(as_of), current_settings()
    tiers, caps = active_tiers(), current_caps()
    if not settings.version or not tiers:
        raise DomainError("Set the workspace up first: tiers and settings are missing.")
    scope = None if scope_tiers is None else {tier.pk for tier in scope_tiers}
    outcome = assign(
        run=run, settings=settings, tiers=tiers, caps=caps, cycle_number=cycle_number, counts_review=scope is None
    )
    earlier = _earlier_run(cycle_number)
    Run.objects.filter(pk=run.pk).update(frozen=True)
    proposal = Proposal.objects.create(
        run=run,
        scorecard=run.scorecard,
        settings=settings,
        as_of=run.as_of,
        cycle_number=cycle_number,
        caps={str(tier): seats for tier, seats in caps.items()},
        tiers=[{name: getattr(tier, name) for name in FROZEN_OF_TIER} for tier in tiers],
        below=_below(outcome) if scope is None else None,
        created_by=actor,
    )
    moves = _moves(proposal, outcome, earlier, tiers, scope)
    Move.objects.bulk_create(moves, batch_size=500)
    audit.record(actor=actor, action="proposal_make", subject=proposal, after={"moves": len(moves), "run": run.pk})
    return proposal


def _run_for(as_of: date | None) -> Run:
    done = Run.objects.filter(status=JobStatus.DONE, dropped_at__isnull=True).select_related("scorecard")
    run = (done.filter(as_of=as_of).order_by("-id").first() if as_of else None) or done.filter(is_current=True).first()
    if run is None:
        raise DomainError("There are no scores yet: run the scorecard first.")
    return run


def _earlier_run(cycle_number: int) -> Run | None:
    """The run of the quarterly review before this one, if its scores are kept."""
    past = Proposal.objects.filter(cycle_number__lt=cycle_number, below__isnull=False, run__dropped_at__isnull=True)
    last = past.order_by("-cycle_number", "-id").select_related("run__scorecard").first()
    return last.run if last else None


def _below(outcome: Outcome) -> dict[str, int]:
    return {str(told.account): told.below for told in outcome.assignment.recommendations if told.below}


def _moves(
    proposal: Proposal, outcome: Outcome, earlier: Run | None, tiers: list[Tier], scope: set[int] | None
) -> list[Move]:
    waiting = set(Move.objects.waiting().values_list("account_id", flat=True))
    changed = [
        told
        for told in outcome.assignment.recommendations
        if told.tier != outcome.candidates[told.account].tier
        and told.account not in waiting
        and (scope is None or {told.tier, outcome.candidates[told.account].tier} & scope)
    ]
    facts = gather(outcome.run, earlier, [told.account for told in changed], outcome.assignment.tiers)
    others, words = _cards(changed, outcome), words_of(outcome)
    ranked = sorted(changed, key=_order(changed, outcome, {tier.pk: tier.order for tier in tiers}))
    return [
        Move(
            proposal=proposal,
            account_id=told.account,
            from_tier_id=outcome.candidates[told.account].tier,
            to_tier_id=told.tier,
            group=told.group,
            order=number,
            reason=told.why.value,
            sentence=words.why(told, facts.befores.get(told.account))[:400],
            evidence=evidence_of(told, facts, others),
            created_at=clock.now(),
        )
        for number, told in enumerate(ranked, start=1)
    ]


def _cards(changed: list[Recommendation], outcome: Outcome) -> dict[int, dict[str, Any]]:
    """The fixed card of every account that a linked move names: id, name, total."""
    rows = Account.objects.filter(pk__in=linked(changed)).values_list("pk", "name")
    return {pk: {"id": pk, "name": name, "total": outcome.candidates[pk].total} for pk, name in rows}


def _order(changed: list[Recommendation], outcome: Outcome, orders: dict[int, int]) -> Any:
    """Biggest first: by the highest tier that a move or its group touches, groups together, ups first, by total."""

    def touched(told: Recommendation) -> int:
        ends = (told.tier, outcome.candidates[told.account].tier)
        return min(LAST if end is None else orders.get(end, LAST) for end in ends)

    def rank(tier: int | None) -> int:
        return LAST if tier is None else orders.get(tier, LAST)

    tops: dict[int, int] = {}
    for told in changed:
        if told.group is not None:
            tops[told.group] = min(tops.get(told.group, LAST), touched(told))

    def key(told: Recommendation) -> tuple[int, int, bool, int, int]:
        who = outcome.candidates[told.account]
        top = touched(told) if told.group is None else tops[told.group]
        down = rank(told.tier) > rank(who.tier)
        return (top, told.group or 0, down, -(who.total or 0), told.account)

    return key
