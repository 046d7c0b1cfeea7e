"""Imports: a file comes in, people say what its columns mean, it is tried, and then applied as background work."""

import time
from collections.abc import Mapping
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import F

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError, NotAllowed, UnusableFile
from abxsite.lib.jobs import ACTIVE, JobStatus
from abxsite.users.models import User
from accounts import policies
from accounts.choices import ImportKind, ImportStage, Outcome
from accounts.imports import fields, headers, reading, values
from accounts.imports.parsing import Options
from accounts.imports.pipeline import LeaseLost, Pipeline, shape_of
from accounts.imports.staging import Staging
from accounts.imports.survey import Question, orders_seen, questions, survey
from accounts.models import ImportJob, ImportMapping

DEFAULT_SOURCE = "file"
SAMPLE_ROWS, SAMPLE_VALUES = 200, 3
#: How long one task works before it hands over to its next wake (the task's own limit is 40 s).
SLICE_SECONDS = 15.0
RULES = ("overwrite", "fill", "keep")


class Unanswered(DomainError):
    """A question about the file must be answered first; `questions` are those that are open."""

    def __init__(self, open_questions: list[Question]) -> None:
        super().__init__(" ".join(question.sentence for question in open_questions))
        self.questions = open_questions


def check_import(actor: User | None) -> None:
    """`actor` None is the system itself: a command without `--as`, the demo."""
    if actor is not None and not policies.may_import(actor):
        raise NotAllowed("Files are imported by marketers and admins. Ask one of them.")


def start_import(
    *, actor: User | None, kind: str, file: IO[bytes], file_name: str, source: str = DEFAULT_SOURCE
) -> ImportJob:
    """Take a file in, look through it once, and guess what its columns mean. Raises UnusableFile.

    An empty `kind` is guessed from the headers.
    """
    check_import(actor)
    if kind and kind not in ImportKind.values:
        raise DomainError(f"{kind!r} is not something that can be imported.")
    shape = reading.inspect(file, max_bytes=settings.ABX_UPLOAD_MAX_BYTES)
    kind = kind or headers.guess_kind(shape.headers)
    with reading.open_rows(file, shape) as reader:
        sample = _sample(list(reader.rows(SAMPLE_ROWS)), len(shape.headers))
    file.seek(0)
    source = source.strip()[:60] or DEFAULT_SOURCE
    name = PurePath(file_name.replace("\\", "/")).name[:255] or "file.csv"
    with transaction.atomic():
        job = ImportJob(
            kind=kind,
            source=source,
            file_name=name,
            size=shape.size,
            encoding=shape.encoding,
            delimiter=shape.delimiter,
            headers=list(shape.headers),
            sample=sample,
            actor=actor,
            status=JobStatus.DONE,
            total=max(shape.lines - 1, 0),
            created_at=clock.now(),
        )
        job.mapping, job.options = _remembered(job) or (headers.guess_mapping(kind, shape.headers), {})
        job.file.save(_stored_name(name), File(file), save=False)
        job.save(force_insert=True)
        record(actor=actor, action="import_start", subject=job, after={"file": name, "kind": kind, "source": source})
    return job


def _sample(rows: list[reading.Row], columns: int) -> list[list[str]]:
    """Per column the first few different values that are not blank."""
    if not rows:
        raise UnusableFile("The file has a header line and no rows below it.")
    cells = [[row.cells[index].strip()[:60] for row in rows if index < len(row.cells)] for index in range(columns)]
    return [[cell for cell in dict.fromkeys(column) if cell][:SAMPLE_VALUES] for column in cells]


def _stored_name(name: str) -> str:
    """Only letters that any file system takes; Django adds what makes it unique."""
    return "".join(letter if letter.isalnum() or letter in ".-_" else "_" for letter in name)[-80:]


def _remembered(job: ImportJob) -> tuple[dict[str, str], dict[str, Any]] | None:
    """The mapping that a person confirmed for the same headers from the same source."""
    key = {"kind": job.kind, "source": job.source, "fingerprint": headers.fingerprint(job.headers)}
    found = ImportMapping.objects.filter(**key).first()
    return (dict(found.mapping), dict(found.options)) if found else None


def set_mapping(
    *, actor: User | None, job: ImportJob, mapping: Mapping[str, str], options: Mapping[str, Any] | None = None
) -> ImportJob:
    """Say what each column means ({header: field}), and answer what was asked (units, dates, stages, rules)."""
    check_import(actor)
    if job.stage not in (ImportStage.MAPPING, ImportStage.REVIEW) or job.is_active:
        raise Conflict("This import is past the choice of columns. Upload the file again to choose anew.")
    kept = {header: key for header, key in mapping.items() if key}
    _check_mapping(job, kept)
    answers = _checked_options(dict(options or {}))
    changes = {"mapping": kept, "options": answers, "stage": ImportStage.MAPPING, "counts": {}, "progress": {}}
    free = ImportJob.objects.filter(
        pk=job.pk, stage__in=(ImportStage.MAPPING, ImportStage.REVIEW), status=JobStatus.DONE
    )
    with transaction.atomic():
        if not free.update(**changes):
            raise Conflict("Somebody else has gone on with this import meanwhile.")
        Staging(job.pk, job.kind).drop()
    job.refresh_from_db()
    return job


def _check_mapping(job: ImportJob, mapping: Mapping[str, str]) -> None:
    for header, key in mapping.items():
        if header not in job.headers:
            raise DomainError(f"The file has no column “{header}”. Its columns: {', '.join(job.headers[:40])}.")
        if fields.field_of(job.kind, key) is None:
            known = ", ".join(field.key for field in fields.FIELDS[job.kind])
            raise DomainError(f"“{key}” is no field of {job.kind}. The fields: {known}.")
    twice = {key for key in mapping.values() if list(mapping.values()).count(key) > 1}
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
    for outcome in options.get("stages", {}).values():
        if outcome not in Outcome.values:
            raise DomainError(f"“{outcome}” is no outcome: say won, lost or open.")
    for rule in options.get("rules", {}).values():
        if rule not in RULES:
            raise DomainError(f"“{rule}” is no rule: say overwrite, fill or keep.")
    return options


def questions_of(job: ImportJob, mapping: Mapping[str, str] | None = None) -> list[Question]:
    """What the file makes us ask under a mapping (the job's own by default), with the answers given so far."""
    with job.file.open("rb") as file:
        seen = survey(file, shape_of(job), job.kind, job.mapping if mapping is None else mapping)
    return questions(job.kind, seen, Options.of(job.options))


def _decided_dates(job: ImportJob) -> dict[str, str]:
    with job.file.open("rb") as file:
        return orders_seen(survey(file, shape_of(job), job.kind, job.mapping))


def begin_dry_run(*, actor: User | None, job: ImportJob, wake: bool = True) -> ImportJob:
    """Queue the trial: nothing is written but staged rows. Raises Unanswered while a question is open."""
    check_import(actor)
    if lacking := fields.missing(job.kind, set(job.mapping.values())):
        raise DomainError(f"Choose {' and '.join(lacking)}.")
    if waiting := [question for question in questions_of(job) if question.open]:
        raise Unanswered(waiting)
    options = dict(job.options) | {"dates": _decided_dates(job) | job.options.get("dates", {})}
    ready = ImportJob.objects.filter(
        pk=job.pk, stage__in=(ImportStage.MAPPING, ImportStage.REVIEW), status=JobStatus.DONE
    )
    with transaction.atomic():
        if not ready.update(options=options, progress={}, counts={}, **_queued(ImportStage.DRY_RUN)):
            raise Conflict("Somebody else has gone on with this import meanwhile.")
        _remember(job, options)
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
            if not ready.update(**_queued(ImportStage.APPLY)):
                raise Conflict("This import is not ready to be applied, or somebody else has begun it.")
            job.refresh_from_db()
            record(actor=actor, action="import_begin_apply", subject=job, after={"counts": job.counts})
            if wake:
                job.wake()
    except IntegrityError as error:
        raise Conflict(f"Another import of {job.kind} is being applied. Wait until it has ended.") from error
    return job


def _queued(stage: ImportStage) -> dict[str, Any]:
    return {
        "stage": stage,
        "status": JobStatus.WAITING,
        "done": 0,
        "error": "",
        "attempts": 0,
        "cancel_asked": False,
        "started_at": None,
        "ended_at": None,
        "leased_by": "",
        "leased_until": None,
    }


def _remember(job: ImportJob, options: Mapping[str, Any]) -> None:
    ImportMapping.objects.update_or_create(
        kind=job.kind,
        source=job.source,
        fingerprint=headers.fingerprint(job.headers),
        defaults={"mapping": job.mapping, "options": options, "used_at": clock.now()},
    )


def cancel_import(*, actor: User | None, job: ImportJob) -> ImportJob:
    """Stop a trial, or drop an import that has not begun to write. One that writes runs to its end."""
    check_import(actor)
    with transaction.atomic():
        here = ImportJob.objects.filter(pk=job.pk)
        waiting = here.filter(status=JobStatus.WAITING)
        if waiting.filter(stage=ImportStage.APPLY).update(
            status=JobStatus.DONE, stage=ImportStage.REVIEW
        ) or here.filter(status=JobStatus.RUNNING, stage=ImportStage.DRY_RUN).update(cancel_asked=True):
            pass
        elif here.filter(status=JobStatus.DONE, stage__in=(ImportStage.MAPPING, ImportStage.REVIEW)).update(
            status=JobStatus.CANCELLED, stage=ImportStage.CANCELLED, ended_at=clock.now(), progress={}
        ) or waiting.update(status=JobStatus.CANCELLED, stage=ImportStage.CANCELLED, ended_at=clock.now(), progress={}):
            Staging(job.pk, job.kind).drop()
        else:
            raise Conflict("This import is being written and runs to its end.")
        record(actor=actor, action="import_cancel", subject=job)
    job.refresh_from_db()
    return job


def retry_import(*, actor: User | None, job: ImportJob) -> ImportJob:
    """Take a failed import up again where it stopped."""
    check_import(actor)
    failed = ImportJob.objects.filter(
        pk=job.pk, status=JobStatus.FAILED, stage__in=(ImportStage.DRY_RUN, ImportStage.APPLY)
    )
    try:
        with transaction.atomic():
            changes = _queued(ImportStage(job.stage)) | {"done": F("done")}
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
        pipeline = Pipeline(job)
        while pipeline.step():
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
    """Whether some import is writing just now."""
    return ImportJob.objects.filter(status__in=ACTIVE, stage=ImportStage.APPLY).exists()
