"""Waking workers by the task's name, on commit. Services import no task; `make check` proves that names exist.

The broker only wakes: what there is to do is a row in the database, so a lost message loses nothing.
"""

import logging
from contextvars import ContextVar

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
#: Set by tests and the demo generator, which run jobs themselves.
muted: ContextVar[bool] = ContextVar("abx_queue_muted", default=False)


def wake(task: str, *args: int | str, queue: str = "quick") -> None:
    """Send `task` with `args` once the present transaction commits. `queue` is `quick` or `heavy`."""
    if not muted.get():
        transaction.on_commit(lambda: _send(task, args, queue))


def _send(task: str, args: tuple[int | str, ...], queue: str) -> None:
    if getattr(settings, "ABX_QUEUE_OFF", False):
        return
    try:
        current_app.send_task(task, args=args, queue=queue, retry=False)
    except OperationalError:
        log.warning("broker away, %s%r waits for the sweep", task, args)
