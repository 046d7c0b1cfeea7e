"""What is known, unknown and stale over all accounts, counted once after each run."""

from django.db import models

from abxsite.lib import clock
from tiering.models.run import Run


class QualitySummary(models.Model):
    """Counts over the accounts of one run, by the criteria of its scorecard.

    `gaps` maps a mask of unknown criteria (bit i = criterion at place i) to its number of accounts; `facts` are
    {field, known, stale} per fact that the criteria read.
    """

    run = models.OneToOneField(Run, models.CASCADE, related_name="quality")
    accounts = models.BigIntegerField(default=0)
    gaps = models.JSONField(default=dict)
    facts = models.JSONField(default=list)
    measured_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "quality summaries"

    def __str__(self) -> str:
        return f"Quality of run {self.run_id}"
