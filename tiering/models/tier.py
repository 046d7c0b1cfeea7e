"""Tiers, their published caps, and the workspace's settings as one versioned row."""

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from abxsite.lib import clock
from abxsite.users.models import Person, User
from tiering.querysets import TierQuerySet


class Tier(models.Model):
    """A level of effort; `order` 1 is the top. Retired, never deleted.

    `minimum_score` is in thousandths × percent as totals are (0–500,000; 60.00 is 300,000);
    `minimum_potential` in whole currency units a year; `minimum_coverage` in percent.
    """

    name = models.CharField(max_length=60, unique=True)
    short_name = models.CharField(max_length=20)
    order = models.PositiveSmallIntegerField()
    colour = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(5)])
    capped = models.BooleanField(default=True)
    clustered = models.BooleanField(default=False)
    two_sided = models.BooleanField(default=False)
    minimum_score = models.PositiveIntegerField(default=0)
    minimum_potential = models.BigIntegerField(null=True, blank=True)
    minimum_coverage = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(100)])
    minimum_stay = models.PositiveSmallIntegerField("minimum stay in quarterly cycles", default=1)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = TierQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(retired_at__isnull=True),
                name="tier_order_once",
                violation_error_message="Two tiers have this place in the order.",
            ),
            models.CheckConstraint(condition=Q(minimum_coverage__lte=100), name="tier_coverage_percent"),
        ]
        triggers = [pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name


class Cap(models.Model):
    """A published cap; the newest of a tier counts. `computed` and `binding` are what the model said then."""

    tier = models.ForeignKey(Tier, models.PROTECT, related_name="caps")
    seats = models.PositiveIntegerField()
    computed = models.PositiveIntegerField(null=True, blank=True)
    binding = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=400, blank=True)
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-published_at", "-id"]
        indexes = [models.Index(fields=["tier", "-published_at", "-id"], name="cap_latest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.tier}: {self.seats}"


class WorkspaceSettings(models.Model):
    """Every setting with DESIGN's default; a change appends a version, a proposal freezes one.

    Scores are in total units (5,000 is 1.00); shares in percent; money in whole units.
    """

    version = models.PositiveIntegerField(unique=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120, default="Our workspace")
    currency = models.CharField(max_length=3, default="USD")
    what_we_sell = models.CharField(max_length=300, blank=True)
    setup_done = models.BooleanField(default=False)
    connected_sources = models.JSONField(default=list, blank=True)
    # assignment (A2, A3, A5)
    margin = models.PositiveIntegerField(default=25_000)
    leave_below = models.PositiveIntegerField(default=25_000)
    leave_potential_percent = models.PositiveSmallIntegerField(default=20)
    leave_after_reviews = models.PositiveSmallIntegerField(default=2)
    turnover_percent = models.PositiveSmallIntegerField(default=25)
    hold_cycles = models.PositiveSmallIntegerField(default=2)
    veto_reopens_at = models.PositiveIntegerField(default=25_000)
    # scoring (S3, S4, S5)
    decay_half_lives = models.JSONField(default=dict, blank=True)
    contact_half_life = models.PositiveSmallIntegerField(default=730)
    stale_months = models.PositiveSmallIntegerField(default=12)
    # review (R2, R4)
    default_signer = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    default_marketer = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    silence_days = models.PositiveSmallIntegerField(default=3)
    holidays = models.JSONField(default=list, blank=True)
    # measurement (M3)
    few_deals = models.PositiveSmallIntegerField(default=8)

    class Meta:
        ordering = ["-version"]
        verbose_name_plural = "workspace settings"
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.name}, settings {self.version}"
