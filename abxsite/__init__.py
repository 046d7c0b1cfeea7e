"""abxsite: decides, with two signatures, how much effort each account deserves."""

from abxsite.celery import app as celery_app

__all__ = ["celery_app"]
