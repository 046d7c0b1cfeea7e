"""Imports: a file comes in, people say what its columns mean, it is tried, and then applied as background work."""

import time
from collections.abc import Mapping
from pathlib import PurePath
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.db.models import F

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError
from abxsite.lib.jobs import ACTIVE, JobStatus
from abxsite.users.models import User
from accounts.choices import ImportKind, ImportStage, Outcome
from accounts.imports import fields, headers, values
from accounts.imports.matching_keys import KEYS
from accounts.imports.pipeline import LeaseLost, Pipeline
from accounts.imports.staging import Staging
from accounts.imports.survey import Question
from accounts.imports.undo import Undo
from accounts.imports.upload import FILE_FACTS, without_file_facts
from accounts.models import ImportJob, ImportMapping
from accounts.services.custom_attributes import NEW, adopt_new
from accounts.services.import_access import check_import, queued
from accounts.services.import_files import read_into
from accounts.services.import_survey import decided, questions_of
from accounts.services.import_words import remember_words, with_known_words

DEFAULT_SOURCE = "file"
#: How long one task works before it hands over to its next wake (the task's own limit is 40 s).
SLICE_SECONDS = 15.0
RULES = ("overwrite", "fill", "keep")
#: The stages that can be stopped while a worker has the job; stopped writing is taken back.
STOPPABLE = (ImportStage.DRY_RUN, ImportStage.APPLY, ImportStage.UNDO_LOOK)
#: The stages in which a worker has the job.
WORKED_ON = (ImportStage.DRY_RUN, ImportStage.APPLY, ImportStage.UNDO_LOOK, ImportStage.UNDO)


class Unanswered(DomainError):
    """A question about the file must be answered first; `questions` are those that are open."""

    def __init__(self, open_questions: list[Question]) -> None:
        super().__init__(" ".join(question.sentence for question in open_questions))
        self.questions = open_questions


def start_import(
    *, actor: User | None, kind: str, file: IO[bytes], file_name: str, source: str = DEFAULT_SOURCE, sheet: str = ""
) -> ImportJob:
    """Take a file in, look through it once, and guess what its columns mean. Raises UnusableFile.

    An empty `kind` is guessed from the headers; an empty `sheet` of a workbook is the first that holds a table.
    """
    check_import(actor)
    if kind and kind not in ImportKind.values:
        raise DomainError(f"{kind!r} is not something that can be imported.")
    source = source.strip()[:60] or DEFAULT_SOURCE
    name = PurePath(file_name.replace("\\", "/")).name[:255] or "file.csv"
    job = ImportJob(
        kind=kind, source=source, file_name=name, actor=actor, status=JobStatus.DONE, created_at=clock.now()
    )
    read_into(job, file, sheet=sheet)
    with transaction.atomic():
        job.save(force_insert=True)
        after = {"file": name, "kind": job.kind, "source": source}
        record(actor=actor, action="import_start", subject=job, after=after)
    return job


def set_mapping(
    *, actor: User | None, job: ImportJob, mapping: Mapping[str, str], options: Mapping[str, Any] | None = None
) -> ImportJob:
    """Say what each column means ({header: field}), and answer what was asked (units, dates, stages, rules)."""
    check_import(actor)
    if job.stage not in (ImportStage.MAPPING, ImportStage.REVIEW) or job.is_active:
        raise Conflict("This import is past the choice of columns. Upload the file again to choose anew.")
    kept = {header: key for header, key in mapping.items() if key}
    _check_mapping(job, kept)
    _check_keys(job, dict(options or {}))
    answers = _checked_options(dict(options or {})) | {FILE_FACTS: job.options.get(FILE_FACTS, {})}
    changes = {"options": answers, "stage": ImportStage.MAPPING, "counts": {}, "progress": {}}
    free = ImportJob.objects.filter(
        pk=job.pk, stage__in=(ImportStage.MAPPING, ImportStage.REVIEW), status=JobStatus.DONE
    )
    with transaction.atomic():
        if not free.update(**changes, mapping=adopt_new(actor=actor, mapping=kept)):
            raise Conflict("Somebody else has gone on with this import meanwhile.")
        Staging(job.pk, job.kind).drop()
    job.refresh_from_db()
    return job


def _check_keys(job: ImportJob, options: Mapping[str, Any]) -> None:
    """By which of its keys a record is recognised; without the option, by all."""
    keys = options.get("keys")
    if keys is None:
        return
    known = {key for key, _ in KEYS[ImportKind(job.kind)]}
    if not keys or not set(keys) <= known:
        raise DomainError("Choose at least one way in which records are recognised.")


def _check_mapping(job: ImportJob, mapping: Mapping[str, str]) -> None:
    for header, key in mapping.items():
        if header not in job.headers:
            raise DomainError(f"The file has no column “{header}”. Its columns: {', '.join(job.headers[:40])}.")
        if key.startswith(NEW) and job.kind == ImportKind.ACCOUNTS:
            continue
        if fields.field_of(job.kind, key) is None:
            known = ", ".join(field.key for field in fields.FIELDS[job.kind])
            raise DomainError(f"“{key}” is no field of {job.kind}. The fields: {known}.")
    said = [key for key in mapping.values() if not key.startswith(NEW)]
    twice = {key for key in said if said.count(key) > 1}
    if twice:
        labels = ", ".join(sorted(fields.field_of(job.kind, key).label for key in twice))  # type: ignore[union-attr]
        raise DomainError(f"Two columns are meant to be the same: {labels}. Choose one.")
    if lacking := fields.missing(job.kind, set(mapping.values())):
        raise DomainError(f"Choose {' and '.join(lacking)}.")


def _checked_options(options: dict[str, Any]) -> dict[str, Any]:
    for unit in options.get("units", {}).values():
        if unit not in values.UNITS:
            raise DomainError(f"“{unit}” is no unit: say units, thousands or millions.")
    for key, order in options.get("dates", {}).items():
        try:
            options["dates"] = options["dates"] | {key: values.date_format(order)}
        except values.BadValue as error:
            raise DomainError(f"{error}.") from error
    for mark in options.get("marks", {}).values():
        if mark not in (values.POINT, values.COMMA):
            raise DomainError(f"“{mark}” is no decimal mark: say . or , for it.")
    for outcome in options.get("stages", {}).values():
        if outcome not in Outcome.values:
            raise DomainError(f"“{outcome}” is no outcome: say won, lost or open.")
    for rule in options.get("rules", {}).values():
        if rule not in RULES:
            raise DomainError(f"“{rule}” is no rule: say overwrite, fill or keep.")
    return options


def begin_dry_run(*, actor: User | None, job: ImportJob, wake: bool = True) -> ImportJob:
    """Queue the trial: nothing is written but staged rows. Raises Unanswered while a question is open."""
    check_import(actor)
    if lacking := fields.missing(job.kind, set(job.mapping.values())):
        raise DomainError(f"Choose {' and '.join(lacking)}.")
    if waiting := [question for question in questions_of(job) if question.open]:
        raise Unanswered(waiting)
    options = with_known_words(job, dict(job.options) | decided(job))
    ready = ImportJob.objects.filter(
        pk=job.pk, stage__in=(ImportStage.MAPPING, ImportStage.REVIEW), status=JobStatus.DONE
    )
    with transaction.atomic():
        if not ready.update(options=options, progress={}, counts={}, **queued(ImportStage.DRY_RUN)):
            raise Conflict("Somebody else has gone on with this import meanwhile.")
        remember_words(job, job.options)
        _remember(job, job.options)  # what people answered, not what this file's columns decided
        job.refresh_from_db()
        if wake:
            job.wake()
    return job


def begin_apply(*, actor: User | None, job: ImportJob, wake: bool = True) -> ImportJob:
    """Queue the writing of what the trial showed. One import of a kind at a time."""
    check_import(actor)
    ready = ImportJob.objects.filter(pk=job.pk, stage=ImportStage.REVIEW, status=JobStatus.DONE)
    try:
        with transaction.atomic():
            if not ready.update(**queued(ImportStage.APPLY)):
                raise Conflict("This import is not ready to be applied, or somebody else has begun it.")
            job.refresh_from_db()
            record(actor=actor, action="import_begin_apply", subject=job, after={"counts": job.counts})
            if wake:
                job.wake()
    except IntegrityError as error:
        raise Conflict(f"Another import of {job.kind} is being applied. Wait until it has ended.") from error
    return job


def _remember(job: ImportJob, options: Mapping[str, Any]) -> None:
    ImportMapping.objects.update_or_create(
        kind=job.kind,
        source=job.source,
        fingerprint=headers.fingerprint(job.headers),
        defaults={"mapping": job.mapping, "options": without_file_facts(dict(options)), "used_at": clock.now()},
    )


def cancel_import(*, actor: User | None, job: ImportJob) -> ImportJob:
    """Stop a trial, drop an import that has not begun to write, or stop the writing: what it wrote is taken back."""
    check_import(actor)
    with transaction.atomic():
        job = ImportJob.objects.select_for_update(of=("self",), no_key=True).get(pk=job.pk)
        changes = _stopped(actor, job)
        ImportJob.objects.filter(pk=job.pk).update(**changes)
        if changes.get("stage") in (ImportStage.CANCELLED, ImportStage.UNDO):
            Staging(job.pk, job.kind).drop()
        record(actor=actor, action="import_cancel", subject=job)
        job.refresh_from_db()
        if job.status == JobStatus.WAITING:
            job.wake()
    return job


def _stopped(actor: User | None, job: ImportJob) -> dict[str, Any]:
    """What stopping means for the job as it stands, under lock."""
    stage, status = job.stage, job.status
    if status == JobStatus.RUNNING and stage in STOPPABLE and not job.progress.get("follow_up"):
        return {"cancel_asked": True}
    if stage == ImportStage.APPLY and status in (JobStatus.WAITING, JobStatus.FAILED):
        if job.changes.exists() and not job.progress.get("follow_up"):
            return queued(ImportStage.UNDO) | {"progress": {"stopped": True, "by": actor.pk if actor else None}}
        if status == JobStatus.WAITING and not job.progress.get("follow_up"):
            return {"status": JobStatus.DONE, "stage": ImportStage.REVIEW}
    if stage == ImportStage.UNDO_LOOK and status in (JobStatus.WAITING, JobStatus.FAILED):
        return {"status": JobStatus.DONE, "stage": ImportStage.APPLIED, "progress": {}, "error": ""}
    decided = status == JobStatus.DONE and stage in (ImportStage.MAPPING, ImportStage.REVIEW)
    if decided or (stage == ImportStage.DRY_RUN and status in (JobStatus.WAITING, JobStatus.FAILED)):
        return {
            "status": JobStatus.CANCELLED,
            "stage": ImportStage.CANCELLED,
            "ended_at": clock.now(),
            "progress": {},
        }
    raise Conflict("This import has ended, or is being taken back, which runs to its end.")


def retry_import(*, actor: User | None, job: ImportJob) -> ImportJob:
    """Take a failed import up again where it stopped."""
    check_import(actor)
    failed = ImportJob.objects.filter(pk=job.pk, status=JobStatus.FAILED, stage__in=WORKED_ON)
    try:
        with transaction.atomic():
            changes = queued(ImportStage(job.stage)) | {"done": F("done")}
            if not failed.update(**changes):
                raise Conflict("Only an import that failed can be tried again.")
            job.refresh_from_db()
            job.wake()
    except IntegrityError as error:
        raise Conflict(f"Another import of {job.kind} is being applied. Wait until it has ended.") from error
    return job


def work(job_id: int, *, seconds: float = SLICE_SECONDS) -> bool:
    """Claim the job and do batches for so long; True when there is more, which the next wake does."""
    job = ImportJob.claim(job_id)
    if job is None:
        return False
    deadline = time.monotonic() + seconds
    try:
        worker = Undo(job) if job.stage in (ImportStage.UNDO_LOOK, ImportStage.UNDO) else Pipeline(job)
        while worker.step():
            if time.monotonic() > deadline:
                job.release()
                job.wake()
                return True
    except LeaseLost:
        pass
    return False


def fail(job_id: int) -> None:
    """The task's outermost edge met an error that nobody foresaw: say so, keep what is written, offer a retry."""
    ImportJob.objects.filter(pk=job_id, status=JobStatus.RUNNING).update(
        status=JobStatus.FAILED,
        ended_at=clock.now(),
        leased_until=None,
        error=(
            "The import stopped with an error that was logged. Nothing is lost: try again, and it "
            "goes on where it stopped."
        ),
    )


def run_to_end(job: ImportJob, *, until: str = ImportStage.APPLIED) -> ImportJob:
    """Do here and now what workers would do, up to `until` (review or applied). For commands, the demo and tests."""
    actor = job.actor
    if job.stage == ImportStage.MAPPING:
        job = begin_dry_run(actor=actor, job=job, wake=False)
    job = _drive(job)
    if until == ImportStage.APPLIED and job.stage == ImportStage.REVIEW and job.status == JobStatus.DONE:
        job = _drive(begin_apply(actor=actor, job=job, wake=False))
    return job


def _drive(job: ImportJob) -> ImportJob:
    """Work on the job until it has ended, also when a worker holds it for a while."""
    while job.status in ACTIVE:
        if not work(job.pk, seconds=3600):
            job.refresh_from_db()
            if job.status in ACTIVE:
                time.sleep(0.2)
        job.refresh_from_db()
    return job


def is_applying() -> bool:
    """Whether some import is writing just now, or is being undone."""
    return ImportJob.objects.filter(status__in=ACTIVE, stage__in=(ImportStage.APPLY, ImportStage.UNDO)).exists()
