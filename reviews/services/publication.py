"""Publishing a review: what would happen, as a plan, and doing it in one transaction under lock (R4, R5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from abxsite.audit import services as audit
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users.models import Notification, User
from reviews import agreement, policies
from reviews.choices import AGREEING, CycleStatus, Side, VerdictKind
from reviews.models import Cycle, MoveSigner, Verdict
from tiering.choices import OFF_LIST_NAME, OPEN_MOVES, Deck, HoldKind, MoveState
from tiering.models import Move, Placement, Tier
from tiering.services.holds import hold_account
from tiering.services.placements import apply_move, seats_in_use
from tiering.services.tiers import current_caps

BELOW_ALL = 1_000
NO_LIMIT = 1_000_000_000


@dataclass
class Step:
    """One move in a plan: where it leads, who let it pass by silence, and why it does not apply."""

    move: Move
    tier: Tier | None
    silent: str | None = None
    why: str = ""
    standing: dict[str, Verdict] = field(default_factory=dict)

    @property
    def is_up(self) -> bool:
        return _rank(self.tier) < _rank(self.move.from_tier)

    @property
    def is_amended(self) -> bool:
        return (self.tier.pk if self.tier else None) != self.move.to_tier_id


@dataclass
class Plan:
    """What publication does with each move, by outcome; `applied` in the order of applying: down, then up."""

    applied: list[Step] = field(default_factory=list)
    on_deck: list[Step] = field(default_factory=list)
    vetoed: list[Step] = field(default_factory=list)
    lapsed: list[Step] = field(default_factory=list)

    @property
    def up(self) -> int:
        return sum(step.is_up for step in self.applied)

    @property
    def down(self) -> int:
        return len(self.applied) - self.up

    @property
    def silent(self) -> int:
        return sum(step.silent is not None for step in self.applied)

    def as_json(self) -> dict[str, Any]:
        """The summary that the cycle keeps."""
        return {
            "applied": {"up": self.up, "down": self.down, "by_silence": self.silent},
            "on_deck": [
                {"move": step.move.pk, "account": step.move.account.name, "reason": step.why} for step in self.on_deck
            ],
            "vetoed": len(self.vetoed),
            "lapsed": len(self.lapsed),
            "lapsed_why": _counted(step.why for step in self.lapsed),
        }


def _counted(sentences: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for sentence in sentences:
        found[sentence] = found.get(sentence, 0) + 1
    return found


def _rank(tier: Tier | None) -> int:
    return tier.order if tier else BELOW_ALL


def plan_publication(cycle: Cycle) -> Plan:
    """What publishing now would do; reads only."""
    moves = (
        Move.objects.filter(proposal__cycle=cycle, state__in=OPEN_MOVES)
        .select_related("account", "from_tier", "to_tier", "final_tier")
        .defer("evidence")
        .order_by("order", "pk")
    )
    return _plan(cycle, list(moves))


def _plan(cycle: Cycle, moves: list[Move]) -> Plan:
    plan = Plan()
    ready: list[Step] = []
    standing, required = _read_verdicts(moves), _read_required(moves)
    open_now = Placement.objects.base().open().filter(account_id__in=[move.account_id for move in moves])
    held = dict(open_now.values_list("account_id", "tier_id"))
    tiers = {tier.pk: tier for tier in Tier.objects.all()}
    silence_counts = clock.today() >= cycle.closes_on
    for move in moves:
        step = _judge(move, standing.get(move.pk, {}), required.get(move.pk, set()), tiers, silence_counts)
        if move.state == MoveState.VETOED and not step.why:
            plan.vetoed.append(step)
        elif not step.why and held.get(move.account_id) != move.from_tier_id:
            step.why = "Its tier changed meanwhile"
            plan.lapsed.append(step)
        elif step.why:
            plan.lapsed.append(step)
        else:
            ready.append(step)
    ready.sort(key=lambda step: (step.is_up, step.move.order, step.move.pk))
    plan.applied, plan.on_deck = seat(ready, limits(cycle), seats_in_use())
    return plan


def _judge(
    move: Move, standing: dict[str, Verdict], required: set[str], tiers: dict[int, Tier], silence_counts: bool
) -> Step:
    words = policies.words_of(standing.values())
    found = agreement.weigh(move.to_tier_id, required, words)
    step = Step(move, tiers[found.target] if found.target is not None else None, standing=standing)
    if found.state == MoveState.VETOED:
        return step
    if found.state == MoveState.DISPUTED:
        step.why = "Disputed, and not settled"
    elif step.tier is not None and step.tier.retired_at is not None:
        step.why = f"{step.tier.name} is retired"
    elif found.state == MoveState.PENDING:
        silent = agreement.silent_side(required, words)
        if silent and silence_counts and not step.is_up and len(required) > 1:
            step.silent = silent
        else:
            step.why = _undecided(required, words)
    return step


def _undecided(required: set[str], words: dict[str, agreement.Word]) -> str:
    missing = [side for side in (Side.SALES, Side.MARKETING) if side in required and not _agreed(words.get(side))]
    return f"Undecided by {missing[0] if len(missing) == 1 else 'both sides'}"


def _agreed(word: agreement.Word | None) -> bool:
    return word is not None and word.kind in AGREEING


def _read_verdicts(moves: list[Move]) -> dict[int, dict[str, Verdict]]:
    found: dict[int, dict[str, Verdict]] = {}
    for verdict in Verdict.objects.standing().filter(move__in=moves).select_related("by__person"):
        found.setdefault(verdict.move_id, {})[verdict.side] = verdict
    return found


def _read_required(moves: list[Move]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for move, side in MoveSigner.objects.filter(move__in=moves, required=True).values_list("move_id", "side"):
        found.setdefault(move, set()).add(side)
    return found


def limits(cycle: Cycle) -> dict[int, int]:
    """Seats per capped tier: the lower of frozen and current cap."""
    frozen = {int(tier): seats for tier, seats in (cycle.proposal.caps if cycle.proposal else {}).items()}
    current = current_caps()
    both = {tier: (frozen.get(tier), current.get(tier)) for tier in frozen.keys() | current.keys()}
    return {tier: min(cap for cap in caps if cap is not None) for tier, caps in both.items() if caps != (None, None)}


def seat(ready: list[Step], caps: dict[int, int], used: dict[int, int]) -> tuple[list[Step], list[Step]]:
    """Which of the approved steps apply together, and which go on deck.

    Counted over all of them at once: what leaves a tier frees a seat for what enters it. While a tier would end
    above its limit and fuller than a free seat allows, its last arrival stays out (promotions before demotions);
    then whatever fits after all comes back in, in order.
    """
    inside = list(ready)
    ending = dict(used)
    for step in inside:
        _shift(ending, step, 1)
    out: list[Step] = []
    while (late := _overfull(inside, caps, ending)) is not None:
        inside.remove(late)
        out.append(late)
        _shift(ending, late, -1)
    for step in sorted(out, key=ready.index):
        if _room(step.tier, caps, ending) > 0:
            out.remove(step)
            inside.append(step)
            _shift(ending, step, 1)
    inside.sort(key=ready.index)
    for step in out:
        step.why = _full(step.tier, caps)
    return inside, sorted(out, key=ready.index)


def _shift(ending: dict[int, int], step: Step, by: int) -> None:
    if step.move.from_tier_id is not None:
        ending[step.move.from_tier_id] = ending.get(step.move.from_tier_id, 0) - by
    if step.tier is not None:
        ending[step.tier.pk] = ending.get(step.tier.pk, 0) + by


def _overfull(inside: list[Step], caps: dict[int, int], ending: dict[int, int]) -> Step | None:
    """The last arrival of a tier that would end above its limit; None when every tier is within, or takes nobody."""
    for step in reversed(inside):
        if _room(step.tier, caps, ending) < 0:
            return step
    return None


def _room(tier: Tier | None, caps: dict[int, int], ending: dict[int, int]) -> int:
    """Seats left; below zero when over. Off the list there is always room."""
    return caps.get(tier.pk, NO_LIMIT) - ending.get(tier.pk, 0) if tier else NO_LIMIT


def _full(tier: Tier | None, caps: dict[int, int]) -> str:
    if tier is None:
        return ""
    return f"{tier.name} has no free seat: all {caps.get(tier.pk, 0)} are taken"


@transaction.atomic
def publish_cycle(*, actor: User | None, cycle: Cycle) -> Cycle:
    """Apply what was approved, all of it or nothing. A second call changes nothing: `already_published` says so."""
    if actor is not None:
        policies.check_runs_reviews(actor, "publishes")
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    if cycle.status == CycleStatus.PUBLISHED:
        cycle.already_published = True
        return cycle
    if cycle.status not in (CycleStatus.OPEN, CycleStatus.CLOSING):
        raise DomainError(policies.closed_sentence(cycle) or "This review cannot be published.")
    plan = _plan(cycle, _lock(cycle))
    moment = clock.now()
    _write_silence(plan, moment)
    for step in plan.applied:
        apply_move(actor=actor, move=step.move, tier=step.tier, cycle_number=cycle.number, moment=moment)
    _settle_rest(plan, moment)
    _hold(actor, cycle, plan)
    cycle.status, cycle.published_at, cycle.published_by = CycleStatus.PUBLISHED, moment, actor
    cycle.summary = plan.as_json()
    cycle.save(update_fields=("status", "published_at", "published_by", "summary"))
    audit.record(actor=actor, action="cycle_publish", subject=cycle, after=cycle.summary)
    _tell_owners(cycle, plan)
    return cycle


def _lock(cycle: Cycle) -> list[Move]:
    """The cycle's moves, then the open placements of every tier: nobody decides or takes a seat meanwhile."""
    waiting = Move.objects.filter(proposal__cycle=cycle, state__in=OPEN_MOVES)
    list(waiting.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    list(Placement.objects.base().open().select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    related = waiting.select_related("account", "from_tier", "to_tier", "final_tier")
    return list(related.order_by("order", "pk"))


def _write_silence(plan: Plan, moment: Any) -> None:
    for step in plan.applied:
        if step.silent is None:
            continue
        before = step.standing.get(step.silent)
        if before:
            Verdict.objects.filter(pk=before.pk).update(superseded_at=moment)
        Verdict.objects.create(
            move=step.move,
            side=step.silent,
            kind=VerdictKind.SILENCE,
            to_tier=step.tier,
            at=moment,
            supersedes=before,
            sentence="Consent by silence; reversible for 14 days.",
        )


def _settle_rest(plan: Plan, moment: Any) -> None:
    for step in plan.on_deck:
        step.move.deck, step.move.deck_sentence = Deck.FULL, step.why
        _settle(step.move, MoveState.ON_DECK, moment)
    for step in plan.lapsed:
        step.move.deck_sentence = step.why
        _settle(step.move, MoveState.LAPSED, moment)
    for step in plan.vetoed:
        step.move.settled_at = moment
        step.move.state = MoveState.REFUSED
        step.move.save(update_fields=("state", "settled_at"))


def _settle(move: Move, state: MoveState, moment: Any) -> None:
    move.state, move.settled_at = state, moment
    move.save(update_fields=("state", "settled_at", "deck", "deck_sentence"))


def _hold(actor: User | None, cycle: Cycle, plan: Plan) -> None:
    """A3: what was vetoed is not proposed again for two cycles; what was amended against the model holds as long."""
    if cycle.proposal is None:
        return
    until = cycle.number + cycle.proposal.settings.hold_cycles
    for step in plan.vetoed:
        _hold_one(actor, cycle, step, HoldKind.VETOED, step.move.to_tier, until)
    for step in plan.applied:
        if step.is_amended:
            _hold_one(actor, cycle, step, HoldKind.AGREED, step.tier, until)


def _hold_one(actor: User | None, cycle: Cycle, step: Step, kind: HoldKind, tier: Tier | None, until: int) -> None:
    said = _last_word(step, VerdictKind.VETO if kind == HoldKind.VETOED else VerdictKind.AMEND)
    why = said.sentence if said and said.sentence else f"{kind.label} in the {cycle.name}."
    hold_account(
        actor=said.by if said else actor,
        account=step.move.account,
        kind=kind,
        tier=tier,
        reason=why,
        until_cycle=until,
        score_then=score_then(step.move),
        source=f"cycle {cycle.number}",
    )


def _last_word(step: Step, kind: str) -> Verdict | None:
    said = [verdict for verdict in step.standing.values() if verdict.kind == kind]
    return max(said, key=lambda verdict: verdict.pk) if said else None


def score_then(move: Move) -> int | None:
    """The frozen total (0–500,000) that the move was proposed on."""
    total = move.evidence.get("total")
    return total if isinstance(total, int) else None


def _tell_owners(cycle: Cycle, plan: Plan) -> None:
    """One row per move and owner; the key makes telling twice impossible."""
    rows = []
    for step in plan.applied:
        if step.move.account.owner_id is None:
            continue
        tier = step.tier.name if step.tier else OFF_LIST_NAME.lower()
        rows.append(
            Notification(
                person_id=step.move.account.owner_id,
                kind="move_applied",
                key=f"move:{step.move.pk}:applied",
                sentence=f"{step.move.account.name} is now {tier}.",
                url=f"/accounts/{step.move.account_id}/",
            )
        )
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
