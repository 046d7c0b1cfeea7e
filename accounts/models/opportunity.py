"""Deals, with the history of their stage and amount."""

import pgtrigger
from django.db import models
from django.db.models import Q

from abxsite.lib import clock
from abxsite.users.models import Person
from accounts.choices import ChangeSource, OpportunityType, Outcome
from accounts.models.account import Account
from accounts.querysets import OfAccountQuerySet, OpportunityQuerySet


class Opportunity(models.Model):
    """`amount` in the workspace's currency, NULL when the source gives none (never zero for unknown).

    `account` may be missing: such deals are kept and counted apart. `dates_doubtful` marks closed-before-opened.
    """

    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="opportunities")
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="opportunities")
    name = models.CharField(max_length=255, blank=True)
    type = models.CharField(max_length=10, choices=OpportunityType, default=OpportunityType.UNKNOWN, blank=True)
    stage = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=5, choices=Outcome, default=Outcome.OPEN)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    dates_doubtful = models.BooleanField(default=False)
    product = models.CharField(max_length=160, blank=True)
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "opportunities"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="opportunity_external_once",
                violation_error_message="Another opportunity has this id in this source.",
            ),
        ]
        indexes = [
            # the dashboard's join with placements, without visiting the table
            models.Index(
                fields=["account", "opened_on"],
                include=["outcome", "type", "amount", "closed_on", "owner", "dates_doubtful"],
                name="opportunity_insights",
            ),
            models.Index(fields=["owner", "id"], name="opportunity_owner"),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id or f"Opportunity {self.pk}"

    @property
    def cycle_days(self) -> int | None:
        """Calendar days from opened to closed; None while open, undated or doubtful."""
        if self.opened_on is None or self.closed_on is None or self.dates_doubtful:
            return None
        return (self.closed_on - self.opened_on).days


class OpportunityChange(models.Model):
    """Stage, outcome and amount from a day on; append-only, the first row comes with the deal itself."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="changes", db_index=False)
    on = models.DateField(null=True, blank=True)
    stage = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=5, choices=Outcome)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    source = models.CharField(max_length=8, choices=ChangeSource, default=ChangeSource.IMPORT)
    entered_at = models.DateTimeField(default=clock.now)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["opportunity", "-on", "-id"], name="opportunity_change_latest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.opportunity}: {self.stage}"
