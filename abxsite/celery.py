"""The Celery application. Tasks live in each app's `tasks` module, named "app.task"."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun
from kombu.entity import Queue

from abxsite.lib import currency

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abxsite.settings")

app = Celery("abxsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = (Queue("quick"), Queue("heavy"))
app.autodiscover_tasks()


@task_prerun.connect
def ask_currency_anew(**_: Any) -> None:
    """Sentences that a task writes carry the workspace's currency as it is when the task begins."""
    currency.forget()
