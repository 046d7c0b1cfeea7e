"""Taking an import back: first a look at what would go, return and stay, then the undoing, as background work."""

from django.db import IntegrityError, transaction

from abxsite.audit.services import record
from abxsite.lib.errors import Conflict
from abxsite.lib.jobs import JobStatus
from abxsite.users.models import User
from accounts.choices import ImportStage
from accounts.models import ImportJob, ImportKept
from accounts.services.import_access import check_import, queued

TWICE = "This import is being undone already, or is undone."


def look_at_undo(*, actor: User | None, job: ImportJob, wake: bool = True) -> ImportJob:
    """Queue the look: nothing changes but the list of what would stay."""
    check_import(actor)
    ready = ImportJob.objects.filter(
        pk=job.pk, status=JobStatus.DONE, stage__in=(ImportStage.APPLIED, ImportStage.UNDO_READY)
    )
    with transaction.atomic():
        if not ready.update(progress={}, **queued(ImportStage.UNDO_LOOK)):
            raise Conflict(TWICE)
        job.refresh_from_db()
        if wake:
            job.wake()
    return job


def leave_applied(*, actor: User | None, job: ImportJob) -> ImportJob:
    """After the look: leave everything as it is."""
    check_import(actor)
    ready = ImportJob.objects.filter(pk=job.pk, status=JobStatus.DONE, stage=ImportStage.UNDO_READY)
    with transaction.atomic():
        if not ready.update(stage=ImportStage.APPLIED):
            raise Conflict(TWICE)
        ImportKept.objects.filter(job=job).delete()
    job.refresh_from_db()
    return job


def begin_undo(*, actor: User | None, job: ImportJob, wake: bool = True) -> ImportJob:
    """Queue the undoing of an applied import; it runs to its end. One writing import of a kind at a time."""
    check_import(actor)
    ready = ImportJob.objects.filter(pk=job.pk, status=JobStatus.DONE, stage=ImportStage.UNDO_READY)
    try:
        with transaction.atomic():
            progress = {"by": actor.pk if actor else None}
            if not ready.update(progress=progress, **queued(ImportStage.UNDO)):
                raise Conflict(TWICE)
            job.refresh_from_db()
            record(actor=actor, action="import_begin_undo", subject=job, after=job.counts.get("undo", {}))
            if wake:
                job.wake()
    except IntegrityError as error:
        raise Conflict(f"Another import of {job.kind} is being written. Wait until it has ended.") from error
    return job
