"""Cycles over proposals, who signs, and the verdicts: append-only events."""

import pgtrigger
from django.db import models
from django.db.models import Q

from abxsite.lib import clock
from abxsite.users.models import Person, User
from reviews.choices import LIVE, CycleKind, CycleStatus, Side, VerdictKind, VetoReason
from reviews.querysets import CycleQuerySet, VerdictQuerySet
from tiering.models import Move, Proposal, Tier


class Cycle(models.Model):
    """A review. `number` counts quarterly cycles (others carry the number of the last one)."""

    kind = models.CharField(max_length=10, choices=CycleKind, default=CycleKind.QUARTERLY)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    status = models.CharField(max_length=10, choices=CycleStatus, default=CycleStatus.OPENING)
    proposal = models.OneToOneField(Proposal, models.PROTECT, null=True, blank=True, related_name="cycle")
    note = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_on = models.DateField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    summary = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=400, blank=True)

    #: Set on the answer of a second publication, which changed nothing.
    already_published = False

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(status__in=LIVE) & ~Q(kind=CycleKind.OFF_CYCLE),
                name="cycle_one_open_per_scope",
                violation_error_message="A cycle of this kind is open already.",
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(kind=CycleKind.QUARTERLY) & ~Q(status=CycleStatus.CANCELLED),
                name="cycle_number_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MoveSigner(models.Model):
    """Who signs a move for a side. `required` is False where sales may only object (R2).

    `person` is NULL for "any marketer". `passed_from` remembers whom silence passed it on from (R4).
    """

    move = models.ForeignKey(Move, models.PROTECT, related_name="signers")
    side = models.CharField(max_length=9, choices=Side)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="signatures")
    required = models.BooleanField(default=True)
    passed_from = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["move", "side"], name="signer_one_per_side")]
        indexes = [models.Index(fields=["person", "side"], name="signer_person")]

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {self.person or 'any marketer'}"


class Verdict(models.Model):
    """One event: a side said something about a move. Never changed but to mark that a later one superseded it."""

    move = models.ForeignKey(Move, models.PROTECT, related_name="verdicts")
    side = models.CharField(max_length=9, choices=Side)
    kind = models.CharField(max_length=9, choices=VerdictKind)
    reason = models.CharField(max_length=16, choices=VetoReason, blank=True)
    sentence = models.CharField(max_length=400, blank=True)
    to_tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    snoozed_until = models.DateField(null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="verdicts")
    on_behalf_of = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    superseded_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")

    objects = VerdictQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["move", "side"],
                condition=Q(superseded_at__isnull=True),
                name="verdict_one_standing_per_side",
                violation_error_message="This side has decided already.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=VerdictKind.VETO) | (~Q(reason="") & ~Q(sentence="")),
                name="veto_says_why",
                violation_error_message="A veto has a reason and a sentence.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="append_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.superseded_at IS NOT NULL OR NEW.move_id <> OLD.move_id OR NEW.side <> OLD.side
                       OR NEW.kind <> OLD.kind OR NEW.reason <> OLD.reason OR NEW.sentence <> OLD.sentence
                       OR NEW.at <> OLD.at OR NEW.by_id IS DISTINCT FROM OLD.by_id
                       OR NEW.to_tier_id IS DISTINCT FROM OLD.to_tier_id THEN
                        RAISE EXCEPTION 'verdicts are append-only';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.get_kind_display().lower()}"
