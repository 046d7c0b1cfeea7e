"""Scorecards: versioned sets of weighted criteria."""

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from abxsite.lib import clock
from abxsite.users.models import User
from tiering.choices import CriterionKind, Family, ScorecardStatus, Unknown


class Scorecard(models.Model):
    """One version. A published one never changes; editing makes a new draft (S7)."""

    version = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=10, choices=ScorecardStatus, default=ScorecardStatus.DRAFT)
    based_on = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status=ScorecardStatus.PUBLISHED),
                name="scorecard_one_published",
                violation_error_message="Another scorecard was published meanwhile.",
            ),
        ]

    def __str__(self) -> str:
        return f"Scorecard v{self.version}"


class Criterion(models.Model):
    """0–5 points by `kind` and `config`, times `weight` percent. `definition` is the hash of kind and config:
    points are stored by it, so versions share what did not change. `place` is the order of explanations.
    """

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="criteria")
    place = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    help = models.CharField(max_length=200, blank=True)
    family = models.CharField(max_length=14, choices=Family)
    kind = models.CharField(max_length=14, choices=CriterionKind)
    weight = models.PositiveSmallIntegerField(validators=[MinValueValidator(0), MaxValueValidator(100)])
    unknown = models.CharField(max_length=8, choices=Unknown, default=Unknown.TYPICAL)
    config = models.JSONField(default=dict)
    anchors = models.JSONField(default=list, blank=True)
    definition = models.CharField(max_length=32, editable=False)

    class Meta:
        ordering = ["place"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "key"], name="criterion_key_once"),
            models.UniqueConstraint(fields=["scorecard", "place"], name="criterion_place_once"),
            models.CheckConstraint(condition=Q(weight__lte=100), name="criterion_weight_percent"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_once_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF (SELECT status FROM tiering_scorecard WHERE id = OLD.scorecard_id) <> 'draft' THEN
                        RAISE EXCEPTION 'criteria of a published scorecard never change';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name
