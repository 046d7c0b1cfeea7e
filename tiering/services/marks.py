"""Accounts whose inputs changed, scored again by themselves with the typical values of the current run."""

from django.db import transaction

from abxsite.lib import clock, locks, queue
from abxsite.lib.jobs import JobStatus
from accounts.models import AccountFollowing, RescoreMark
from tiering.models import Run, RunMark
from tiering.scoring import partitions
from tiering.scoring.points import RunContext, context_of, read_connected
from tiering.scoring.specs import specs_of, typical_of_run
from tiering.services.runs import SWAP, active_run, current_run, start_run
from tiering.services.scorecards import published
from tiering.services.settings import current_settings

BATCH = 1_000
#: From so many marks on a full run is quicker.
MANY = 20_000


def rescore_marked() -> int:
    """Score every marked account again, in batches; gives how many marks were answered."""
    if not RescoreMark.objects.exists():
        return 0
    if current_run() is None or RescoreMark.objects.count() > MANY:
        _start_if_idle("many changes")
        if current_run() is None:
            return 0
    answered = 0
    while batch := rescore_batch():
        answered += batch
        if batch < BATCH:
            break
    return answered


@transaction.atomic
def rescore_batch() -> int:
    """One batch in one transaction; 0 when nothing is marked or another worker is at it."""
    if not locks.try_take("rescore marked"):
        return 0
    marks = dict(RescoreMark.objects.order_by("pk").values_list("pk", "account_id")[:BATCH])
    if not marks:
        return 0
    locks.take(SWAP)
    run = current_run()
    if run is None:
        return 0
    context = context_of(max(run.as_of, clock.today()), run.context)
    ids = _with_relatives(set(marks.values()), context)
    partitions.write_scores(
        run.pk, sorted(ids), specs_of(list(run.scorecard.criteria.all())), typical_of_run(run), context
    )
    going = Run.objects.filter(status=JobStatus.RUNNING, snapshot_at__isnull=False).first()
    if going is not None:
        RunMark.objects.bulk_create([RunMark(run=going, account_id=pk) for pk in sorted(ids)])
    RescoreMark.objects.filter(pk__in=marks).delete()
    if read_connected(context.as_of, current_settings().connected_sources) != context.connected:
        _start_if_idle("a new source")
    queue.wake("tiering.refresh_standings")
    return len(marks)


def _start_if_idle(reason: str) -> None:
    if active_run() is None and published() is not None:
        start_run(actor=None, reason=reason)


def _with_relatives(ids: set[int], context: RunContext) -> set[int]:
    """The marked accounts, the parents that they follow, and all that follow one of them: they share a potential."""
    periods = AccountFollowing.objects.on(context.as_of)
    heads = ids | set(periods.filter(account_id__in=ids).values_list("parent_id", flat=True))
    groups = periods.filter(parent_id__in=heads).values_list("account_id", flat=True)
    return heads | set(groups)
