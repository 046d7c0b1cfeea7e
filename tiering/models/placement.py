"""Which tier an account held when: append-only periods; what keeps the model from moving it; the outbox."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from abxsite.lib import clock
from abxsite.users.models import User
from accounts.models import Account
from tiering.choices import HoldKind, Layer, PlacementSource
from tiering.models.tier import Tier
from tiering.querysets import HoldQuerySet, PlacementQuerySet


class TimeRange(Func):
    """`tstzrange(since, until, '[)')`."""

    function = "TSTZRANGE"


class Placement(models.Model):
    """An account's tier over [since, until). Off list is the absence of a row; history is closed and appended.

    `move_id` is the move that opened it, `closed_by_move_id` the one that closed it (ids, to keep the layer below
    the proposals). A voided row (undo of an import or merge) stays, outside constraint and measures.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="placements")
    layer = models.CharField(max_length=9, choices=Layer, default=Layer.BASE)
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="placements")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=PlacementSource)
    reason = models.CharField(max_length=400, blank=True)
    cycle_number = models.PositiveIntegerField(null=True, blank=True)
    move_id = models.BigIntegerField(null=True, blank=True)
    closed_by_move_id = models.BigIntegerField(null=True, blank=True)
    placed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=400, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            ExclusionConstraint(
                name="placement_no_overlap",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("layer", RangeOperators.EQUAL),
                    (TimeRange("since", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(voided_at__isnull=True),
                violation_error_message="The account holds a tier at that time already.",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="placement_forward",
                violation_error_message="A placement ends after it begins.",
            ),
        ]
        indexes = [
            # seats of a tier now, and the tier held at a moment
            models.Index(
                fields=["tier", "account"],
                condition=Q(until__isnull=True, voided_at__isnull=True),
                name="placement_open",
            ),
            models.Index(fields=["account", "-since"], include=["until", "tier", "layer"], name="placement_history"),
        ]
        triggers = [
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="close_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.account_id <> OLD.account_id OR NEW.layer <> OLD.layer OR NEW.tier_id <> OLD.tier_id
                       OR NEW.since <> OLD.since OR NEW.source <> OLD.source
                       OR (OLD.until IS NOT NULL AND NEW.until IS DISTINCT FROM OLD.until)
                       OR (OLD.voided_at IS NOT NULL AND NEW.voided_at IS DISTINCT FROM OLD.voided_at) THEN
                        RAISE EXCEPTION 'placement history is never edited, only closed and appended';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.tier}"


class PlacementOutbox(models.Model):
    """Left by every change of placement; deliveries are planned and people told from it. `closed` marks an end."""

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+")
    closed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], condition=Q(handled_at__isnull=True), name="placement_outbox_new")]

    def __str__(self) -> str:
        return f"{self.placement_id} {'closed' if self.closed else 'opened'}"


class Hold(models.Model):
    """What keeps an account from being moved by the model, until a quarterly cycle number or a day (A3).

    VETOED holds `tier` (the vetoed target, NULL = off list) away; the other kinds hold the account in `tier`.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=12, choices=HoldKind)
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    until_cycle = models.PositiveIntegerField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    score_then = models.IntegerField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["account"], condition=Q(ended_at__isnull=True), name="hold_open")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.account}"
