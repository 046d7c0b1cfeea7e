"""Long work is a row that people see. The row's lease decides who works on it; the broker only wakes workers.

A worker claims the row by a conditional update, renews the lease (heartbeat) with every batch, and ends it
as done, failed or cancelled. A sweep wakes the task again for rows that wait or whose lease ran out.
"""

import os
import socket
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from abxsite.lib import clock, queue

LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 20


class JobStatus(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


ACTIVE = (JobStatus.WAITING, JobStatus.RUNNING)


def worker_name() -> str:
    """Unique per claim, so that a lease can never be mistaken for another claim of the same process."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


class Job(models.Model):
    """Abstract. `task` is the name that the sweep wakes with the row's id; `queue` is `heavy` or `quick`."""

    task: ClassVar[str] = ""
    queue_name: ClassVar[str] = "heavy"

    status = models.CharField(max_length=12, choices=JobStatus, default=JobStatus.WAITING)
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    leased_by = models.CharField(max_length=120, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0

    @property
    def seconds_left(self) -> int | None:
        """A straight-line guess from what is done; None before anything is."""
        if not (self.started_at and self.done and self.total):
            return None
        spent = (clock.now() - self.started_at).total_seconds()
        return max(0, round(spent * (self.total - self.done) / self.done))

    @classmethod
    def claim(cls, pk: int) -> Self | None:
        """The row, now leased to this caller; None when it is gone, ended, or someone else works on it."""
        me, moment = worker_name(), clock.now()
        free = Q(status=JobStatus.WAITING) | Q(status=JobStatus.RUNNING, leased_until__lt=moment)
        updated = cls._default_manager.filter(free, pk=pk).update(
            status=JobStatus.RUNNING,
            leased_by=me,
            leased_until=moment + LEASE,
            attempts=F("attempts") + 1,
            started_at=models.functions.Coalesce("started_at", models.Value(moment)),
        )
        return cls._default_manager.get(pk=pk) if updated == 1 else None

    def heartbeat(self, **changes: Any) -> bool:
        """Renew the lease and save progress; False when the lease was lost or a cancel was asked for."""
        changes["leased_until"] = clock.now() + LEASE
        mine = type(self)._default_manager.filter(pk=self.pk, leased_by=self.leased_by, status=JobStatus.RUNNING)
        if mine.update(**changes) != 1:
            return False
        self.refresh_from_db()
        return not self.cancel_asked

    def release(self) -> None:
        """Give the lease back so that another worker (or the next wake) goes on at once."""
        mine = type(self)._default_manager.filter(pk=self.pk, leased_by=self.leased_by, status=JobStatus.RUNNING)
        mine.update(leased_until=clock.now() - timedelta(seconds=1))

    def end(self, status: JobStatus, *, error: str = "", **changes: Any) -> bool:
        """Close the row; False when somebody else holds it by now."""
        mine = type(self)._default_manager.filter(pk=self.pk, leased_by=self.leased_by, status=JobStatus.RUNNING)
        updated = mine.update(status=status, error=error, ended_at=clock.now(), leased_until=None, **changes)
        self.refresh_from_db()
        return updated == 1

    @classmethod
    def ask_cancel(cls, pk: int) -> bool:
        """Ask a running job to stop, or end a waiting one."""
        waiting = cls._default_manager.filter(pk=pk, status=JobStatus.WAITING)
        if waiting.update(status=JobStatus.CANCELLED, ended_at=clock.now()):
            return True
        return bool(cls._default_manager.filter(pk=pk, status=JobStatus.RUNNING).update(cancel_asked=True))

    def wake(self) -> None:
        queue.wake(self.task, self.pk, queue=self.queue_name)


def sweep(kinds: Iterable[type[Job]]) -> int:
    """Wake every job that waits for a worker or whose worker is gone; give up visibly after `MAX_ATTEMPTS`."""
    moment, woken = clock.now(), 0
    for kind in kinds:
        stale = Q(status=JobStatus.WAITING, created_at__lt=moment - timedelta(seconds=5)) | Q(
            status=JobStatus.RUNNING, leased_until__lt=moment
        )
        for job in kind._default_manager.filter(stale):
            if job.attempts >= MAX_ATTEMPTS:
                kind._default_manager.filter(stale, pk=job.pk).update(
                    status=JobStatus.FAILED,
                    ended_at=moment,
                    error="The workers were lost too often. Nothing is half applied; try again.",
                )
                continue
            job.wake()
            woken += 1
    return woken
