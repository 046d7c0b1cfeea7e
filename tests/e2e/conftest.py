"""A worker for browser tests: what the site wakes runs beside it, in a thread of its own, in the order of waking."""

import queue as fifo
import threading
from collections.abc import Generator

import pytest
from celery import current_app
from django.db import connections

from abxsite.lib import queue

Woken = tuple[str, tuple[int | str, ...]]


@pytest.fixture
def worker(live_server: object, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Runs tasks by their registered names; ends with the test, after the task at hand."""
    waiting: fifo.Queue[Woken | None] = fifo.Queue()
    monkeypatch.setattr(queue, "_send", lambda task, args, _: waiting.put((task, args)))
    current_app.loader.import_default_modules()

    def work() -> None:
        while (woken := waiting.get()) is not None:
            task, args = woken
            current_app.tasks[task].apply(args=args)
        connections.close_all()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    waiting.put(None)
    thread.join(timeout=60)
