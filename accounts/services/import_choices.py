"""What people decide about rows that could mean several records, or none for sure; remembered per source."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError
from abxsite.lib.jobs import JobStatus
from abxsite.users.models import User
from accounts.choices import ImportDecision, ImportStage
from accounts.imports import conflicts
from accounts.imports.pipeline import RESTAGE
from accounts.models import Account, ImportChoice, ImportJob
from accounts.services.import_access import check_import, queued

DECIDABLE = (ImportStage.REVIEW, ImportStage.APPLIED)


@transaction.atomic
def decide_conflict(
    *, actor: User | None, job: ImportJob, about: str, fingerprint: str, decision: str, target_id: int | None = None
) -> ImportChoice:
    """Remember what rows with these matching values mean. It holds for this import and the next ones of its source."""
    _check_open(actor, job)
    group = conflicts.group_of(job, about, fingerprint)
    if group is None:
        raise Conflict("This row is not open any more: somebody else has decided, or the file was tried anew.")
    if decision not in ImportDecision.values or decision not in {option for option, _ in group.options}:
        raise DomainError("Say which of the choices on the page it is.")
    target = _target(job, about, target_id) if decision == ImportDecision.PICK else None
    choice, _ = ImportChoice.objects.update_or_create(
        kind=job.kind,
        source=job.source,
        about=about,
        fingerprint=fingerprint,
        defaults={
            "decision": decision, "target_id": target, "said": group.said[:200], "by": actor, "at": clock.now(),
        },
    )  # fmt: skip
    after = {"row": group.said, "decision": choice.get_decision_display(), "target": target}
    record(actor=actor, action="import_decide", subject=job, after=after)
    return choice


def _target(job: ImportJob, about: str, target_id: int | None) -> int:
    model = Account if about == "account" else conflicts.MODELS[job.kind]
    if target_id is None or not model._default_manager.filter(pk=target_id).exists():
        raise DomainError("Pick a record that is here.")
    return target_id


@transaction.atomic
def skip_conflicts(*, actor: User | None, job: ImportJob, keys: Sequence[tuple[str, str]]) -> int:
    """Leave out the rows of several groups at once; returns how many groups."""
    for about, fingerprint in keys:
        decide_conflict(actor=actor, job=job, about=about, fingerprint=fingerprint, decision=ImportDecision.SKIP)
    return len(keys)


@transaction.atomic
def forget_choice(*, actor: User | None, job: ImportJob, about: str, fingerprint: str) -> None:
    """Ask again."""
    _check_open(actor, job)
    found = ImportChoice.objects.filter(kind=job.kind, source=job.source, about=about, fingerprint=fingerprint)
    if found.delete()[0]:
        record(actor=actor, action="import_forget_choice", subject=job)


def _check_open(actor: User | None, job: ImportJob) -> None:
    check_import(actor)
    if job.stage not in DECIDABLE or job.is_active:
        raise Conflict("Rows are decided after a trial or after the import, not while it is at work.")


def bring_in_decided(*, actor: User | None, job: ImportJob, wake: bool = True) -> ImportJob:
    """After the import: write the rows about which people have decided since."""
    check_import(actor)
    changes: dict[str, Any] = queued(ImportStage.APPLY) | {"progress": RESTAGE}
    try:
        with transaction.atomic():
            ready = ImportJob.objects.filter(pk=job.pk, stage=ImportStage.APPLIED, status=JobStatus.DONE)
            if not conflicts.count_decided(job):
                raise Conflict("Nothing is decided that is not in already.")
            if not ready.update(**changes):
                raise Conflict("Somebody else has gone on with this import meanwhile.")
            job.refresh_from_db()
            record(actor=actor, action="import_bring_in", subject=job)
            if wake:
                job.wake()
    except IntegrityError as error:
        raise Conflict(f"Another import of {job.kind} is being written. Wait until it has ended.") from error
    return job
