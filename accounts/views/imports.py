"""Importing a file: upload, what the columns mean, the trial, the writing, the result."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib import display
from abxsite.lib.errors import DomainError
from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from abxsite.lib.jobs import JobStatus
from accounts import policies
from accounts.choices import ImportKind, ImportStage, RowVerdict
from accounts.imports import conflicts, preview
from accounts.imports.error_file import error_file
from accounts.imports.forms import MappingForm, UploadForm
from accounts.models import CustomAttribute, ImportJob
from accounts.services import custom_attributes, import_files, import_survey, imports
from accounts.views.import_access import job_of
from accounts.views.import_progress import progress_context
from accounts.views.import_undo import undo_page

SHOWN_IMPORTS = 100
SHOWN_SOURCES = 50
#: The counts of a trial and of a result: key in counts, verdict, words before and after.
COUNTS = (
    ("created", RowVerdict.CREATE, "to create", "created"),
    ("updated", RowVerdict.UPDATE, "to update", "updated"),
    ("unchanged", RowVerdict.UNCHANGED, "unchanged", "unchanged"),
    ("conflict", RowVerdict.CONFLICT, "to decide", "to decide"),
    ("error", RowVerdict.ERROR, "with an error", "with an error"),
    ("skipped", RowVerdict.SKIP, "left out", "left out"),
)
#: The stages at which the lists of an undo are what there is to see; a stopped import has them too.
UNDO_STAGES = (ImportStage.UNDO_READY, ImportStage.UNDONE, ImportStage.CANCELLED)
#: What else is worth a sentence, per count.
NOTES = {
    "unassigned": "{n} without an account: kept, and counted apart.",
    "account_not_found": (
        "{n} name an account that is not here yet: kept without one. Import the accounts and then this file again."
    ),
    "parent_not_found": "{n} name a parent that is not here.",
    "owner_unclear": "{n} name an owner whom two people match by name: left as they are.",
    "tiers": "{n} name a tier: accounts that hold none get it as an opening placement.",
    "tiers_placed": "{n} came in with a tier, as opening placements.",
    "tiers_kept": "{n} hold a tier already, and keep it.",
    "dates_doubtful": "{n} were closed before they were opened: kept, flagged, left out of cycle lengths.",
}


@require_GET
def import_list(request: AuthenticatedRequest) -> HttpResponse:
    if not policies.may_import(request.user):
        raise PermissionDenied
    jobs = ImportJob.objects.select_related("actor__person")[:SHOWN_IMPORTS]
    return render(request, "accounts/import_list.html", {"jobs": jobs})


@require_http_methods(["GET", "POST"])
def import_create(request: AuthenticatedRequest) -> HttpResponse:
    if not policies.may_import(request.user):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = imports.start_import(
                actor=request.user,
                kind=form.cleaned_data["kind"],
                file=file,
                file_name=file.name,
                source=form.cleaned_data["source"],
            )
            return redirect("import_detail", job.pk)
        except DomainError as error:
            form.add_error("file", str(error))
    named = ImportJob.objects.exclude(source=imports.DEFAULT_SOURCE).order_by("source")
    context = {"form": form, "sources": named.values_list("source", flat=True).distinct()[:SHOWN_SOURCES]}
    return render(request, "accounts/import_form.html", context, status=422 if form.errors else 200)


@require_GET
def import_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One page whose content follows the import: columns, trial, review, writing, result."""
    job = job_of(request, pk)
    if not job.is_active and job.stage in UNDO_STAGES and job.counts.get("undo"):
        return undo_page(request, job)
    if job.is_active or job.status in (JobStatus.FAILED, JobStatus.CANCELLED):
        return render(request, "accounts/import_detail.html", {"job": job, **progress_context(job)})
    if job.stage == ImportStage.MAPPING:
        return _mapping_page(request, job, _mapping_form(job))
    return render(request, "accounts/import_review.html", {"job": job, **_review(request, job)})


def _mapping_form(job: ImportJob, posted: QueryDict | None = None) -> MappingForm:
    mapping = None if posted is None else MappingForm.chosen(job, posted)
    own = CustomAttribute.objects.filter(retired_at__isnull=True).values_list("key", "label")
    return MappingForm(
        job, import_survey.questions_of(job, mapping), posted, own=list(own), guess=custom_attributes.guess_kind
    )


def _mapping_page(request: AuthenticatedRequest, job: ImportJob, form: MappingForm, status: int = 200) -> HttpResponse:
    template = "accounts/import_mapping.html#mapping" if is_fragment(request) else "accounts/import_mapping.html"
    known = import_files.remembered_mapping(job)
    context = {
        "job": job,
        "form": form,
        "remarks": import_survey.remarks_of(job, form.mapping),
        "remembered": known if known and known.used_at <= job.created_at else None,
    }
    return render(request, template, context, status=status)


@require_POST
def import_mapping(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take the columns and answers; with `check` only ask what the new columns raise, else try the file."""
    job = job_of(request, pk)
    form = _mapping_form(job, request.POST)
    if "check" in request.POST:
        return _mapping_page(request, job, form)
    try:
        job = imports.set_mapping(actor=request.user, job=job, mapping=form.mapping, options=form.options)
        imports.begin_dry_run(actor=request.user, job=job)
    except DomainError as error:
        form.refused = str(error)
        return _mapping_page(request, job, form, status=422)
    return redirect("import_detail", job.pk)


@require_POST
def import_remap(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Back to the columns after a trial."""
    job = job_of(request, pk)
    imports.set_mapping(actor=request.user, job=job, mapping=job.mapping, options=job.options)
    return redirect("import_detail", job.pk)


@require_POST
def import_apply(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    job = job_of(request, pk)
    try:
        imports.begin_apply(actor=request.user, job=job)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("import_detail", job.pk)


@require_GET
def import_progress(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The part that polls itself; when the work has ended the whole page follows."""
    job = job_of(request, pk)
    if not job.is_active:
        return redirect("import_detail", job.pk)
    return render(request, "accounts/import_detail.html#progress", {"job": job, **progress_context(job)})


@require_POST
def import_cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    job = job_of(request, pk)
    try:
        job = imports.cancel_import(actor=request.user, job=job)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.info(request, _stopped_words(job))
    return redirect("import_detail", job.pk)


def _stopped_words(job: ImportJob) -> str:
    if not job.is_active:
        return "Stopped. Nothing was written."
    if job.stage in (ImportStage.APPLY, ImportStage.UNDO):
        return "It stops after this batch, and what it wrote is taken back."
    return "It stops after this batch."


@require_POST
def import_retry(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    job = job_of(request, pk)
    imports.retry_import(actor=request.user, job=job)
    return redirect("import_detail", job.pk)


@require_GET
def import_errors(request: AuthenticatedRequest, pk: int) -> StreamingHttpResponse:
    """The rows that were not taken, as CSV with line numbers and reasons."""
    job = job_of(request, pk)
    answer = StreamingHttpResponse(error_file(job), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{job.pk}-errors.csv"'
    return answer


def _review(request: AuthenticatedRequest, job: ImportJob) -> dict[str, Any]:
    """The counts as filters, and one page of the rows behind the chosen one."""
    applied = job.stage == ImportStage.APPLIED
    shown = request.GET.get("show", "")
    if shown not in RowVerdict.values:
        shown = next((verdict for key, verdict, _, _ in reversed(COUNTS) if job.counts.get(key)), RowVerdict.CREATE)
    after = int(text) if (text := request.GET.get("after", "")).isdigit() else 0
    found = preview.page_of(job, shown, after)
    numeric = [is_number for _, is_number in preview.headings(job.kind)]
    rows = [ShownRow(row, list(zip(row.cells, numeric, strict=True)), _url_of(job, row)) for row in found]
    key = next(key for key, verdict, _, _ in COUNTS if verdict == shown)
    return {
        "applied": applied,
        "rows": rows,
        "headings": [] if shown == RowVerdict.ERROR else preview.headings(job.kind),
        "shown": f"{len(rows):,} of {job.counts.get(key, 0):,}",
        "has_changes": any(row.changes for row in found),
        "has_reasons": any(row.reason for row in found),
        "count": job.counts.get(key, 0),
        "metrics": [
            {
                "label": done if applied else todo,
                "count": job.counts.get(key, 0),
                "url": f"?show={verdict}",
                "current": verdict == shown,
            }
            for key, verdict, todo, done in COUNTS
            if verdict != RowVerdict.SKIP or job.counts.get(key)
        ],
        "notes": [text.format(n=display.number(job.counts[key])) for key, text in NOTES.items() if job.counts.get(key)],
        "decided_groups": conflicts.count_decided(job) if job.counts.get("conflict") else 0,
        "open_rows": job.counts.get("conflict", 0) + job.counts.get("error", 0),
        "next_url": f"?show={shown}&after={found[-1].key}" if len(found) == preview.PAGE else "",
        "previous_url": f"?show={shown}" if after else "",
        "record_url": _record_url(job),
    }


@dataclass(frozen=True)
class ShownRow:
    """A row of the review with its cells beside whether they are numbers, and where its record is."""

    row: preview.PreviewRow
    cells_shown: list[tuple[str, bool]]
    url: str


def _url_of(job: ImportJob, row: preview.PreviewRow) -> str:
    if job.kind != ImportKind.ACCOUNTS or row.target_id is None:
        return ""
    return reverse("account_detail", args=[row.target_id])


def _record_url(job: ImportJob) -> str:
    """The list behind the numbers, where there is one."""
    return reverse("account_list") if job.kind == ImportKind.ACCOUNTS else ""
