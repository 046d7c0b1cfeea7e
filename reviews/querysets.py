"""Named reads of the review side."""

from typing import Any, Self

from django.db import models

from reviews.choices import DECIDING, LIVE


class CycleQuerySet(models.QuerySet[Any]):
    def live(self) -> Self:
        return self.filter(status__in=LIVE)


class VerdictQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """The verdict of each side that counts now: not superseded."""
        return self.filter(superseded_at__isnull=True)

    def decided(self) -> Self:
        """Standing ones that decide: neither put off nor withdrawn."""
        return self.standing().filter(kind__in=DECIDING)
