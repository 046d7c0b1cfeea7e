"""What a review does, or did, to the list: per tier, and move by move. Before publication it is the plan."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from abxsite.users.models import User
from reviews.choices import CycleStatus, Side
from reviews.models import Cycle, MoveSigner, Verdict
from reviews.services.publication import Plan, Step, limits, plan_publication
from tiering.choices import MoveState
from tiering.models import Move, Placement, Tier
from tiering.services.placements import seats_in_use
from tiering.services.tiers import active_tiers

SHOWN = 200
OUTCOMES = {
    "applied": "Change tier",
    "on_deck": "On deck",
    "vetoed": "Vetoed",
    "lapsed": "Not decided",
}
STATES = {
    MoveState.APPLIED: "applied",
    MoveState.ON_DECK: "on_deck",
    MoveState.REFUSED: "vetoed",
    MoveState.LAPSED: "lapsed",
    MoveState.WITHDRAWN: "lapsed",
}


@dataclass
class TierLine:
    """A tier before and after: who comes, who goes, against its limit."""

    tier: Tier
    before: int
    coming: int = 0
    going: int = 0
    cap: int | None = None

    @property
    def after(self) -> int:
        return self.before + self.coming - self.going


@dataclass
class MoveLine:
    """One move with what each side said, and what comes of it."""

    move: Move
    tier: Tier | None
    outcome: str
    why: str = ""
    silent: bool = False
    said: dict[str, Verdict] = field(default_factory=dict)
    signer: MoveSigner | None = None

    @property
    def is_amended(self) -> bool:
        return (self.tier.pk if self.tier else None) != self.move.to_tier_id


@dataclass
class Record:
    """`counts` per outcome over all moves; `lines` those that the person sees, cut after `SHOWN`."""

    tiers: list[TierLine]
    counts: dict[str, int]
    lines: list[MoveLine]
    up: int = 0
    down: int = 0
    silent: int = 0
    more: int = 0
    chosen: str = ""
    disputed: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def record_of(user: User, cycle: Cycle, outcome: str = "") -> Record:
    if cycle.proposal_id is None:
        return Record([], dict.fromkeys(OUTCOMES, 0), [])
    live = cycle.status in (CycleStatus.OPEN, CycleStatus.CLOSING)
    lines = _planned(plan_publication(cycle)) if live else _settled(cycle)
    record = Record(_tiers(cycle, lines, live), dict.fromkeys(OUTCOMES, 0), [], chosen=outcome)
    for line in lines:
        record.counts[line.outcome] += 1
        record.silent += line.silent
        record.disputed += line.move.state == MoveState.DISPUTED
        if line.outcome == "applied":
            up = _order(line.tier) < _order(line.move.from_tier)
            record.up, record.down = record.up + up, record.down + (not up)
    visible = _visible(user, cycle)
    seen = [line for line in lines if line.move.pk in visible and outcome in ("", line.outcome)]
    record.lines, record.more = seen[:SHOWN], max(0, len(seen) - SHOWN)
    _add_signatures(record.lines)
    return record


def _order(tier: Tier | None) -> int:
    return tier.order if tier else 1_000


def _planned(plan: Plan) -> list[MoveLine]:
    def lines(steps: list[Step], outcome: str) -> list[MoveLine]:
        return [MoveLine(step.move, step.tier, outcome, step.why, step.silent is not None) for step in steps]

    return [
        *lines(plan.applied, "applied"),
        *lines(plan.on_deck, "on_deck"),
        *lines(plan.vetoed, "vetoed"),
        *lines(plan.lapsed, "lapsed"),
    ]


def _settled(cycle: Cycle) -> list[MoveLine]:
    moves = (
        Move.objects.filter(proposal__cycle=cycle)
        .select_related("account", "from_tier", "to_tier", "final_tier")
        .defer("evidence")
    )
    rank = list(OUTCOMES)
    found = [
        MoveLine(
            move,
            move.final_tier if move.state == MoveState.APPLIED else move.to_tier,
            STATES.get(MoveState(move.state), "lapsed"),
            move.deck_sentence,
        )
        for move in moves
    ]
    return sorted(found, key=lambda line: (rank.index(line.outcome), line.move.order, line.move.pk))


def _tiers(cycle: Cycle, lines: list[MoveLine], live: bool) -> list[TierLine]:
    caps = limits(cycle)
    if live:
        counts = seats_in_use()
    else:
        at = cycle.published_at or cycle.opened_at
        held = Placement.objects.base().filter(since__lt=at).exclude(until__lt=at).order_by() if at else None
        counts = dict(held.values_list("tier_id").annotate(n=Count("id"))) if held is not None else {}
    rows = {tier.pk: TierLine(tier, counts.get(tier.pk, 0), cap=caps.get(tier.pk)) for tier in active_tiers()}
    for line in lines:
        if line.outcome != "applied":
            continue
        if line.tier and line.tier.pk in rows:
            rows[line.tier.pk].coming += 1
        if line.move.from_tier_id in rows:
            rows[line.move.from_tier_id].going += 1
    return list(rows.values())


def _visible(user: User, cycle: Cycle) -> set[int]:
    """Moves whose account the person sees, and those that the person signs (R9)."""
    moves = Move.objects.filter(proposal__cycle=cycle)
    signed = MoveSigner.objects.filter(move__proposal__cycle=cycle, person=user.person)
    mine = set(signed.values_list("move_id", flat=True))
    return mine | set(moves.visible_to(user).values_list("pk", flat=True))


def _add_signatures(lines: list[MoveLine]) -> None:
    by_move = {line.move.pk: line for line in lines}
    said = Verdict.objects.standing().filter(move_id__in=by_move).select_related("by__person")
    for verdict in said:
        by_move[verdict.move_id].said[verdict.side] = verdict
    signers = MoveSigner.objects.filter(move_id__in=by_move, side=Side.SALES).select_related("person")
    for signer in signers:
        by_move[signer.move_id].signer = signer


def as_json(cycle: Cycle) -> dict[str, Any]:
    """A review for `--json` and the API."""
    return {
        "id": cycle.pk,
        "kind": cycle.kind,
        "number": cycle.number,
        "name": cycle.name,
        "status": cycle.status,
        "closes_on": cycle.closes_on.isoformat(),
        "opened_at": cycle.opened_at.isoformat() if cycle.opened_at else None,
        "published_at": cycle.published_at.isoformat() if cycle.published_at else None,
        "proposal": cycle.proposal_id,
        "moves": Move.objects.filter(proposal__cycle=cycle).count() if cycle.proposal_id else 0,
        "summary": cycle.summary,
        "error": cycle.error,
    }
