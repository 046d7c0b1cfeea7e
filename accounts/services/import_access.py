"""Who may import, and what a job looks like that waits for a worker."""

from typing import Any

from abxsite.lib.errors import NotAllowed
from abxsite.lib.jobs import JobStatus
from abxsite.users.models import User
from accounts import policies
from accounts.choices import ImportStage


def check_import(actor: User | None) -> None:
    """`actor` None is the system itself: a command without `--as`, the demo."""
    if actor is not None and not policies.may_import(actor):
        raise NotAllowed("Files are imported by marketers and admins. Ask one of them.")


def queued(stage: ImportStage) -> dict[str, Any]:
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
