"""The file of an import: what is stored of it, what is seen in it first, and which sheet of a workbook is meant."""

from functools import partial
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib.errors import Conflict, DomainError, UnusableFile
from abxsite.lib.jobs import JobStatus
from abxsite.users.models import User
from accounts.choices import ImportKind, ImportStage
from accounts.imports import headers, reading
from accounts.imports.staging import Staging
from accounts.imports.upload import FILE_FACTS, Upload, take_in, without_file_facts
from accounts.models import ImportJob, ImportMapping
from accounts.services.custom_attributes import with_own
from accounts.services.import_access import check_import

SAMPLE_ROWS, SAMPLE_VALUES = 200, 3
#: What a look at a file sets; the rest of the job stays.
_SEEN = ("kind", "size", "encoding", "delimiter", "headers", "sample", "total", "mapping", "options", "file")


def read_into(job: ImportJob, file: IO[bytes], *, sheet: str = "", workbook: str = "") -> None:
    """Look through the file, store it with the job, and guess what its columns mean; the job is not saved.

    `workbook` is where the workbook of `file` is stored already. Raises UnusableFile.
    """
    upload = take_in(file, max_bytes=settings.ABX_UPLOAD_MAX_BYTES, sheet=sheet)
    shape = upload.shape
    with reading.open_rows(upload.file, shape) as reader:
        rows = list(reader.rows(SAMPLE_ROWS, letters=reading.BATCH_LETTERS))
    job.sample = _sample(rows, len(shape.headers))
    job.kind = job.kind or headers.guess_kind(shape.headers)
    job.size, job.encoding, job.delimiter = shape.size, shape.encoding, shape.delimiter
    job.headers, job.total = list(shape.headers), max(shape.lines - 1, 0)
    known = remembered(job)
    job.mapping, answers = known or (headers.guess_mapping(job.kind, shape.headers), {})
    if job.kind == ImportKind.ACCOUNTS and not known:
        job.mapping = with_own(job.headers, job.mapping)
    job.options = answers | {FILE_FACTS: _facts(job, file, upload, workbook)}
    upload.file.seek(0)
    suffix = ".csv" if upload.is_workbook else ""
    job.file.save(stored_name(job.file_name) + suffix, File(upload.file), save=False)


def _facts(job: ImportJob, file: IO[bytes], upload: Upload, workbook: str) -> dict[str, Any]:
    """What is true of this one file; a workbook is kept too, for the choice of another sheet."""
    if not upload.is_workbook:
        return upload.facts
    if not workbook:
        file.seek(0)
        field = ImportJob._meta.get_field("file")
        workbook = field.storage.save(f"{field.upload_to}{stored_name(job.file_name)}", File(file))
    return upload.facts | {"workbook": workbook}


def _sample(rows: list[reading.Row], columns: int) -> list[list[str]]:
    """Per column the first few different values that are not blank."""
    if not rows:
        raise UnusableFile("The file has a header line and no rows below it.")
    cells = [[row.cells[index].strip()[:60] for row in rows if index < len(row.cells)] for index in range(columns)]
    return [[cell for cell in dict.fromkeys(column) if cell][:SAMPLE_VALUES] for column in cells]


def stored_name(name: str) -> str:
    """Only letters that any file system takes; Django adds what makes it unique."""
    return "".join(letter if letter.isalnum() or letter in ".-_" else "_" for letter in name)[-80:]


def remembered_mapping(job: ImportJob) -> ImportMapping | None:
    key = {"kind": job.kind, "source": job.source, "fingerprint": headers.fingerprint(job.headers)}
    return ImportMapping.objects.filter(**key).first()


def remembered(job: ImportJob) -> tuple[dict[str, str], dict[str, Any]] | None:
    """The mapping that a person confirmed for the same headers from the same source."""
    found = remembered_mapping(job)
    return (dict(found.mapping), without_file_facts(dict(found.options))) if found else None


def choose_sheet(*, actor: User | None, job: ImportJob, sheet: str) -> ImportJob:
    """Read another sheet of the same workbook, while its columns are still being chosen."""
    check_import(actor)
    facts = job.options.get(FILE_FACTS, {})
    if sheet not in facts.get("sheets", []) or not facts.get("workbook"):
        raise DomainError("This file has no such sheet.")
    storage, old = job.file.storage, job.file.name or ""
    if job.kind == headers.guess_kind(job.headers):
        job.kind = ""  # guessed, not chosen: another sheet may hold something else
    with storage.open(facts["workbook"], "rb") as workbook:
        read_into(job, workbook, sheet=sheet, workbook=facts["workbook"])
    changes = {name: getattr(job, name) for name in _SEEN}
    changes |= {"stage": ImportStage.MAPPING, "counts": {}, "progress": {}}
    with transaction.atomic():
        free = ImportJob.objects.filter(
            pk=job.pk, stage__in=(ImportStage.MAPPING, ImportStage.REVIEW), status=JobStatus.DONE
        )
        if not free.update(**changes):
            raise Conflict("Somebody else has gone on with this import meanwhile.")
        Staging(job.pk, job.kind).drop()
        record(actor=actor, action="import_choose_sheet", subject=job, after={"sheet": sheet})
        transaction.on_commit(partial(storage.delete, old))
    job.refresh_from_db()
    return job
