"""Runs: prepared once, scored in parts by any number of workers, finished in one transaction that swaps them in.

Every step is claimed by lease and safe to repeat, so a killed worker costs at most its own part.
"""

import time
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import DataError, IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.db.models import Q, Sum

from abxsite.audit import services as audit
from abxsite.lib import clock, locks, queue
from abxsite.lib.errors import Conflict, DomainError
from abxsite.lib.jobs import ACTIVE, LEASE, JobStatus
from abxsite.users.models import User
from accounts.models import RescoreMark
from tiering import policies
from tiering.choices import OPEN_MOVES
from tiering.engine.configs import ConfigError
from tiering.engine.types import CriterionSpec
from tiering.models import Run, RunMark, RunPart
from tiering.scoring import partitions
from tiering.scoring.points import RunContext, context_of, read_context
from tiering.scoring.specs import specs_of
from tiering.services.scorecards import published
from tiering.services.settings import current_settings
from tiering.services.standings import refresh_standings

#: Accounts of one part: seconds of work, well below the lease.
PART = 25_000
#: Finished runs kept besides the current one and those that something froze.
KEPT = 2
#: Held by whoever changes which run is current, and by single rescores.
SWAP = "scores swap"


def current_run() -> Run | None:
    """The run whose scores count now."""
    return Run.objects.filter(is_current=True).select_related("scorecard").first()


def active_run() -> Run | None:
    """The run that is going on, else the one that waits."""
    return Run.objects.filter(status__in=ACTIVE).order_by("status").first()


@transaction.atomic
def start_run(*, actor: User | None, as_of: date | None = None, reason: str = "") -> Run:
    """Queue a run of the published scorecard over all accounts. Asked twice, the one that still waits is given."""
    policies.check_may_keep(actor, "start a run")
    locks.take("start run")
    scorecard = published()
    if scorecard is None:
        raise DomainError("Publish a scorecard first.")
    day = as_of or clock.today()
    if day > clock.today():
        raise DomainError("A run is as of today or a past day.", field="as_of")
    waiting = Run.objects.filter(status=JobStatus.WAITING).first()
    if waiting is not None:
        if (waiting.scorecard_id, waiting.as_of) != (scorecard.pk, day):
            raise Conflict("Another run is waiting already.")
        return waiting
    run = Run.objects.create(scorecard=scorecard, as_of=day, reason=reason[:80], started_by=actor)
    if actor is not None:
        audit.record(actor=actor, action="run_start", subject=run)
    run.wake()
    return run


@transaction.atomic
def cancel_run(*, actor: User | None, run: Run) -> None:
    """Stop a run; the scores in force stay. Parts in work end by themselves."""
    policies.check_may_keep(actor, "cancel a run")
    if not Run.ask_cancel(run.pk):
        raise Conflict("This run has ended already.")
    run.parts.filter(status=JobStatus.WAITING).update(status=JobStatus.CANCELLED, ended_at=clock.now())
    audit.record(actor=actor, action="run_cancel", subject=run)
    _call_back(run.pk)


@transaction.atomic
def retry_run(*, actor: User | None, run: Run) -> Run:
    """A new run after one that failed or was cancelled, as of the same day."""
    return start_run(actor=actor, as_of=run.as_of, reason=run.reason)


def start_daily() -> Run | None:
    """Once a day, and whenever another scorecard was published: the run that rewrites all scores (idempotent)."""
    scorecard, run = published(), current_run()
    if scorecard is None or active_run() is not None:
        return None
    if run is not None and run.as_of >= clock.today() and run.scorecard_id == scorecard.pk:
        return None
    return start_run(actor=None, reason="daily")


def run_to_end(run: Run) -> Run:
    """Work here until the run has ended and the standings follow it, side by side with any workers.

    Raises DomainError when it failed.
    """
    while True:
        run.refresh_from_db()
        if not run.is_active:
            break
        going = active_run() or run
        worked = advance_run(going.pk)
        for pk in _free_parts(going.pk):
            worked = work_part(pk) or worked
        if not worked:
            time.sleep(0.1)
    if run.status != JobStatus.DONE:
        raise DomainError(run.error or "The run was cancelled.")
    if run.is_current:
        refresh_standings()
    return run


def advance_run(run_id: int) -> bool:
    """The next step of a run: prepare it, wake its parts again, finish it. False when there was nothing to claim."""
    run = _claim(run_id)
    if run is None:
        return False
    try:
        if run.cancel_asked:
            _give_up(run, JobStatus.CANCELLED, "")
        elif run.snapshot_at is None:
            _prepare(run)
        elif run.parts.exclude(status=JobStatus.DONE).exists():
            _wake_parts(run)
        else:
            _finish(run)
    except (DataError, ProgrammingError, ConfigError) as error:
        _give_up(run, JobStatus.FAILED, f"The scorecard could not be computed: {str(error).splitlines()[0]}")
    return True


def work_part(part_id: int) -> bool:
    """Score one range in one transaction. False when somebody else works on it, or nobody needs to."""
    part = RunPart.claim(part_id)
    if part is None:
        return False
    run = part.run
    if run.status != JobStatus.RUNNING or run.cancel_asked:
        part.end(JobStatus.CANCELLED)
    else:
        try:
            _score(part, specs_of(list(run.scorecard.criteria.all())), context_of(run.as_of, run.context))
        except Conflict:
            return False
        except (DataError, ProgrammingError, ConfigError) as error:
            sentence = f"The scorecard could not be computed: {str(error).splitlines()[0]}"
            part.end(JobStatus.FAILED, error=sentence)
            _fail(run.pk, sentence)
            return True
    _progress(run.pk)
    return True


def _claim(run_id: int) -> Run | None:
    """Claimed, unless another run is going on (one at a time is a constraint of the database)."""
    try:
        with transaction.atomic():
            return Run.claim(run_id)
    except IntegrityError:
        return None


@transaction.atomic
def _prepare(run: Run) -> None:
    """The snapshot: marks seen, circles and sources read once, the ranges laid out."""
    partitions.note_marks(run.pk)
    partitions.refresh_statistics()
    context = read_context(run.as_of, current_settings().connected_sources)
    criteria = list(run.scorecard.criteria.all())
    ranges, total = _ranges()
    parts = RunPart.objects.bulk_create([RunPart(run=run, low=low, high=high) for low, high in ranges])
    kept = run.heartbeat(
        snapshot_at=clock.now(),
        context=context.as_json(),
        definitions=[criterion.definition for criterion in criteria],
        weights=[criterion.weight for criterion in criteria],
        total=total,
        attempts=0,
    )
    if not kept and not run.cancel_asked:
        raise Conflict("Somebody else prepares this run.")
    for part in parts:
        part.wake()
    if not parts:
        _call_back(run.pk)


def _ranges() -> tuple[list[tuple[int, int]], int]:
    """Ranges of ids with `PART` accounts each, and how many accounts there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(id), max(id), count(*) FROM"
            " (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS part FROM accounts_account) numbered"
            " GROUP BY part ORDER BY part",
            [PART],
        )
        rows = cursor.fetchall()
    return [(low, high) for low, high, _ in rows], sum(n for _, _, n in rows)


def _free_parts(run_id: int) -> list[int]:
    stale = Q(status=JobStatus.WAITING) | Q(status=JobStatus.RUNNING, leased_until__lt=clock.now())
    return list(RunPart.objects.filter(stale, run_id=run_id).values_list("pk", flat=True))


def _wake_parts(run: Run) -> None:
    for part in RunPart.objects.filter(pk__in=_free_parts(run.pk)):
        part.wake()


@transaction.atomic
def _score(part: RunPart, criteria: Sequence[CriterionSpec], context: RunContext) -> None:
    locks.take(f"run part {part.pk}")
    rows = partitions.write_part(part.pk, criteria, context, part.low, part.high)
    histogram = partitions.histogram_of(part.pk, len(criteria))
    if not part.end(JobStatus.DONE, total=rows, done=rows, counts={"histogram": histogram}):
        raise Conflict("Another worker took this part over.")


def _progress(run_id: int) -> None:
    """Show what is done, keep the run's lease while parts come in, and call it back after the last one."""
    parts = RunPart.objects.filter(run_id=run_id)
    done = parts.filter(status=JobStatus.DONE).aggregate(n=Sum("done"))["n"] or 0
    running = Run.objects.filter(pk=run_id, status=JobStatus.RUNNING)
    running.update(done=done, leased_until=clock.now() + LEASE, attempts=0)
    if not parts.filter(status__in=ACTIVE).exists():
        _call_back(run_id)


def _call_back(run_id: int) -> None:
    """Let any worker take the run itself up at once."""
    running = Run.objects.filter(pk=run_id, status=JobStatus.RUNNING)
    if running.update(leased_until=clock.now() - timedelta(seconds=1)):
        queue.wake(Run.task, run_id, queue=Run.queue_name)


def _finish(run: Run) -> None:
    """Check every part against its count, weigh, build the partition, swap it in."""
    parts = list(run.parts.all())
    lost = [part.pk for part in parts if partitions.staged_rows(part.pk) != part.total]
    if lost:
        RunPart.objects.filter(pk__in=lost).update(status=JobStatus.WAITING, leased_until=None, ended_at=None)
        _wake_parts(run)
        return
    _swap_in(run, parts)
    drop_old_runs()


@transaction.atomic
def _swap_in(run: Run, parts: Sequence[RunPart]) -> None:
    criteria = specs_of(list(run.scorecard.criteria.all()))
    typical = partitions.typical_from([part.counts["histogram"] for part in parts], len(criteria))
    ids = [part.pk for part in parts]
    context = context_of(run.as_of, run.context)
    rows = partitions.build_partition(run.pk, ids, criteria, typical, context)
    locks.take(SWAP)
    partitions.attach_partition(run.pk)
    Run.objects.filter(is_current=True).update(is_current=False)
    ended = run.end(
        JobStatus.DONE,
        is_current=True,
        typical=list(typical.points),
        known=list(typical.known),
        dataless=list(typical.dataless),
        accounts=rows,
        done=run.total,
    )
    if not ended:
        raise Conflict("Another worker finishes this run.")
    partitions.clear_marks(run.pk)
    again = RunMark.objects.filter(run=run).values_list("account_id", flat=True).distinct()
    RescoreMark.objects.bulk_create([RescoreMark(account_id=pk) for pk in again])
    RunMark.objects.filter(run=run).delete()
    partitions.drop_staging(run.pk, ids)
    queue.wake("tiering.refresh_standings")
    queue.wake("tiering.measure_quality")
    _wake_next()


def _wake_next() -> None:
    waiting = Run.objects.filter(status=JobStatus.WAITING).first()
    if waiting is not None:
        waiting.wake()


def _fail(run_id: int, sentence: str) -> None:
    run = Run.objects.filter(pk=run_id, status=JobStatus.RUNNING).first()
    if run is not None:
        _give_up(run, JobStatus.FAILED, sentence)


@transaction.atomic
def _give_up(run: Run, status: JobStatus, sentence: str) -> None:
    """End a run without its scores: nothing of it stays but the row; marks and the scores in force are as before."""
    if not run.end(status, error=sentence):
        return
    run.parts.filter(status__in=ACTIVE).update(status=JobStatus.CANCELLED, ended_at=clock.now())
    RunMark.objects.filter(run=run).delete()
    partitions.drop_staging(run.pk, list(run.parts.values_list("pk", flat=True)))
    _wake_next()


def drop_old_runs() -> int:
    """Drop the scores of finished runs that nothing needs any more; their rows stay, with `dropped_at`."""
    waiting_moves = Q(proposals__moves__state__in=OPEN_MOVES)
    old = Run.objects.filter(status=JobStatus.DONE, dropped_at__isnull=True, is_current=False)
    candidates = list(old.order_by("-pk").values_list("pk", flat=True)[KEPT:])
    needed = set(old.filter(Q(frozen=True) | waiting_moves).values_list("pk", flat=True))
    dropped = 0
    for pk in candidates:
        if pk in needed:
            continue
        try:
            with transaction.atomic():
                partitions.drop_partition(pk)
                Run.objects.filter(pk=pk).update(dropped_at=clock.now())
        except OperationalError:
            break  # a long reader holds the table; the next run tries again
        dropped += 1
    return dropped
