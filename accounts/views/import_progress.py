"""What a working, or stopped, import says of itself."""

from typing import Any

from django.urls import reverse

from abxsite.lib.jobs import JobStatus
from accounts.choices import ImportStage
from accounts.models import ImportJob

NOTES = {
    "prepare": "Looking for repeated rows.",
    "match": "Looking for records that are here already.",
    "settle": "Counting.",
    "parents": "Setting parents.",
    "tiers": "Placing accounts in their tiers.",
    "finish": "Finishing.",
    "judge": "Looking at what changed since.",
    "spread": "Looking at what changed since.",
    "count": "Counting.",
    "go": "Removing what the file made.",
    "back": "Putting back what it changed.",
    "placements": "Taking back tiers.",
    "people": "Looking at owners.",
}


def progress_context(job: ImportJob) -> dict[str, Any]:
    return {
        "title": _title(job),
        "note": NOTES.get(job.progress.get("phase", ""), ""),
        "url": reverse("import_progress", args=[job.pk]),
        "cancel_url": reverse("import_cancel", args=[job.pk]) if _stoppable(job) else "",
        "retry_url": reverse("import_retry", args=[job.pk]) if job.stage != ImportStage.UNUSABLE else "",
        "unit": "records" if job.stage in (ImportStage.UNDO_LOOK, ImportStage.UNDO) else "rows",
        "takes_back": job.stage == ImportStage.APPLY,
        "take_back_url": reverse("import_cancel", args=[job.pk]) if _can_be_taken_back(job) else "",
    }


def _title(job: ImportJob) -> str:
    if job.stage == ImportStage.APPLY:
        return f"Writing {job.get_kind_display().lower()}"
    if job.stage == ImportStage.UNDO_LOOK:
        return "Looking at what undoing would do: nothing changes yet"
    if job.stage == ImportStage.UNDO:
        return "Stopped: taking back what was written" if job.progress.get("stopped") else "Undoing the import"
    return "Trying the file: nothing is written yet"


def _stoppable(job: ImportJob) -> bool:
    return job.stage != ImportStage.UNDO and not job.progress.get("follow_up")


def _can_be_taken_back(job: ImportJob) -> bool:
    """A failed writing may go on where it stopped, or go back to where it began."""
    return bool(job.stage == ImportStage.APPLY and job.status == JobStatus.FAILED)
