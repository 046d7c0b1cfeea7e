"""Site-wide beats: the worker shows that it lives, and jobs whose worker is gone are woken again."""

from celery import shared_task
from celery.signals import worker_ready
from django.core.cache import cache

from abxsite.health import WORKER_KEY, WORKER_TTL
from abxsite.lib.jobs import sweep
from accounts.models import DuplicateScan, ImportJob
from tiering.models import Backtest, Run, RunPart


@shared_task(name="desk.heartbeat")
def heartbeat() -> None:
    cache.set(WORKER_KEY, 1, WORKER_TTL)


@worker_ready.connect
def seen_at_once(**_signal: object) -> None:
    """A worker counts as seen when it is ready, not only at the next beat."""
    heartbeat.delay()


@shared_task(name="desk.sweep_jobs")
def sweep_jobs() -> int:
    return sweep((DuplicateScan, Backtest, ImportJob, Run, RunPart))
