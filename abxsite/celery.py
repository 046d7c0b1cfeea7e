"""The Celery application. Tasks live in each app's `tasks` module, named "app.task"."""

import os

from celery import Celery
from kombu.entity import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abxsite.settings")

app = Celery("abxsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = (Queue("quick"), Queue("heavy"))
app.autodiscover_tasks()
