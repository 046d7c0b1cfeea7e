"""Named reads of the review side."""

from typing import Any, Self

from django.db import models


class CycleQuerySet(models.QuerySet[Any]):
    def live(self) -> Self:
        return self.filter(status__in=("nominating", "opening", "open", "closing"))


class VerdictQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """The verdict of each side that counts now: not superseded."""
        return self.filter(superseded_at__isnull=True)
