"""Opening and cancelling a review. Opening is two steps: a row that people see, then the frozen proposal.

The second step is one transaction of its own and safe to repeat: a worker killed in it leaves a cycle that is
still being opened, and the beat opens it again.
"""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from abxsite.audit import services as audit
from abxsite.lib import clock, queue
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import Notification, User
from reviews import policies
from reviews.choices import CycleKind, CycleStatus, Side
from reviews.models import Cycle, MoveSigner
from reviews.services.signers import name_signers, pass_on_silence
from tiering.choices import OPEN_MOVES, MoveState
from tiering.models import Move, Run
from tiering.services.proposals import make_proposal
from tiering.services.runs import active_run, current_run, run_to_end, start_run
from tiering.services.scorecards import published
from tiering.services.tiers import active_tiers

OPEN_DAYS = 14


def open_cycle(*, actor: User | None, kind: str = CycleKind.QUARTERLY, closes_on: date | None = None) -> Cycle:
    """Make the row and open it here and now (commands, demo, tests); pages use `start_cycle`."""
    return finish_opening(start_cycle(actor=actor, kind=kind, closes_on=closes_on, wake=False))


@transaction.atomic
def start_cycle(
    *, actor: User | None, kind: str = CycleKind.QUARTERLY, closes_on: date | None = None, wake: bool = True
) -> Cycle:
    """A cycle that is being opened; a worker does the rest."""
    if actor is not None:
        policies.check_runs_reviews(actor, "opens")
    today = clock.today()
    closes_on = closes_on or today + timedelta(days=OPEN_DAYS)
    if kind not in (CycleKind.QUARTERLY, CycleKind.MONTHLY):
        raise DomainError("A review is quarterly or monthly.", field="kind")
    if closes_on <= today:
        raise DomainError("A review closes on a later day.", field="closes_on")
    if published() is None:
        raise DomainError("Publish a scorecard first: a review proposes what the scorecard says.")
    if not active_tiers():
        raise DomainError("Set up the tiers first: a review moves accounts between them.")
    cycle = Cycle(kind=kind, number=_number(kind), name=_name(kind, today), closes_on=closes_on, created_by=actor)
    try:
        with transaction.atomic():
            cycle.save(force_insert=True)
    except IntegrityError as refusal:
        raise Conflict(_open_already(kind)) from refusal
    audit.record(actor=actor, action="cycle_open", subject=cycle, after={"kind": kind, "closes_on": closes_on})
    if wake:
        queue.wake("reviews.finish_opening", cycle.pk, queue="heavy")
    return cycle


def _number(kind: str) -> int:
    """Quarterly cycles count up; the others carry the number of the last one."""
    counted = Cycle.objects.filter(kind=CycleKind.QUARTERLY).exclude(status=CycleStatus.CANCELLED)
    last = counted.aggregate(last=Max("number"))["last"] or 0
    return last + 1 if kind == CycleKind.QUARTERLY else last


def _name(kind: str, today: date) -> str:
    period = clock.quarter_name(today) if kind == CycleKind.QUARTERLY else f"{today:%B %Y}"
    return f"{period} review"


def _open_already(kind: str) -> str:
    live = Cycle.objects.live().filter(kind=kind).first()
    name = f"{live.name} is not published yet." if live else "Another one was opened at the same moment."
    return f"A {kind} review is open already: {name}"


def finish_opening(cycle: Cycle) -> Cycle:
    """Score if today has no run, freeze the proposal, name the signers, open. A refusal cancels it and says why."""
    if cycle.status != CycleStatus.OPENING:
        return cycle
    try:
        run = _run_of_today(cycle.created_by)
        return _freeze(cycle, run)
    except DomainError as refusal:
        Cycle.objects.filter(pk=cycle.pk, status=CycleStatus.OPENING).update(
            status=CycleStatus.CANCELLED, error=str(refusal)[:400]
        )
        raise


def _run_of_today(actor: User | None) -> Run:
    run = current_run()
    scorecard = published()
    if run is None or scorecard is None or run.as_of != clock.today() or run.scorecard_id != scorecard.pk:
        run = run_to_end(start_run(actor=actor, as_of=clock.today(), reason="A review opens"))
    return run


def run_in_work() -> Run | None:
    """What the page shows while a cycle is being opened."""
    return active_run()


@transaction.atomic
def _freeze(cycle: Cycle, run: Run) -> Cycle:
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    if cycle.status != CycleStatus.OPENING:
        return cycle
    scope = [tier for tier in active_tiers() if tier.two_sided] if cycle.kind == CycleKind.MONTHLY else None
    proposal = make_proposal(actor=cycle.created_by, as_of=run.as_of, cycle_number=cycle.number, scope_tiers=scope)
    name_signers(proposal)
    cycle.proposal, cycle.status, cycle.opened_at = proposal, CycleStatus.OPEN, clock.now()
    cycle.save(update_fields=("proposal", "status", "opened_at"))
    moves = Move.objects.filter(proposal=proposal).count()
    audit.record(
        actor=cycle.created_by,
        action="cycle_freeze",
        subject=cycle,
        after={"moves": moves, "scorecard": str(proposal.scorecard), "as_of": proposal.as_of},
    )
    _tell_signers(cycle)
    return cycle


def _tell_signers(cycle: Cycle) -> None:
    """One row per person who must sign, however many moves."""
    counts: dict[int, int] = {}
    signers = MoveSigner.objects.filter(move__proposal__cycle=cycle, side=Side.SALES, required=True)
    for person in signers.values_list("person_id", flat=True):
        if person is not None:
            counts[person] = counts.get(person, 0) + 1
    Notification.objects.bulk_create(
        [
            Notification(
                person_id=person,
                kind="cycle_opened",
                key=f"cycle:{cycle.pk}:opened",
                sentence=f"{cycle.name}: {count} move{'s wait' if count > 1 else ' waits'} for you.",
                url=f"/reviews/{cycle.pk}/queue/",
            )
            for person, count in sorted(counts.items())
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def cancel_cycle(*, actor: User, cycle: Cycle) -> Cycle:
    """Nothing changes tier; every move that waits is withdrawn. Cancelling twice cancels once."""
    policies.check_runs_reviews(actor, "cancels")
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    if cycle.status == CycleStatus.CANCELLED:
        return cycle
    if cycle.status == CycleStatus.PUBLISHED:
        raise DomainError(f"{cycle.name} is published; what it changed stands.")
    before = cycle.status
    withdrawn = Move.objects.filter(proposal__cycle=cycle, state__in=OPEN_MOVES).update(
        state=MoveState.WITHDRAWN, settled_at=clock.now()
    )
    cycle.status = CycleStatus.CANCELLED
    cycle.save(update_fields=("status",))
    audit.record(
        actor=actor,
        action="cycle_cancel",
        subject=cycle,
        before={"status": before},
        after={"status": cycle.status, "withdrawn": withdrawn},
    )
    return cycle


def advance_cycles() -> int:
    """The beat: open what was left half opened, pass silent signatures on, close what is past its day."""
    changed = 0
    stale = clock.now() - timedelta(seconds=60)
    for cycle in Cycle.objects.filter(status=CycleStatus.OPENING, created_at__lt=stale):
        queue.wake("reviews.finish_opening", cycle.pk, queue="heavy")
        changed += 1
    for cycle in Cycle.objects.filter(status=CycleStatus.OPEN):
        changed += pass_on_silence(cycle=cycle)
    changed += Cycle.objects.filter(status=CycleStatus.OPEN, closes_on__lt=clock.today()).update(
        status=CycleStatus.CLOSING
    )
    return changed
