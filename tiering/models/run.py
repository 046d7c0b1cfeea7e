"""Runs of the scorecard over all accounts, the scores they wrote, and the standings drawn from them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from abxsite.lib import clock
from abxsite.lib.jobs import Job, JobStatus
from abxsite.users.models import User
from accounts.models import Account
from tiering.choices import Deck, PotentialSource, Reason
from tiering.models.scorecard import Scorecard
from tiering.models.tier import Tier
from tiering.querysets import OfAccountQuerySet


class Run(Job):
    """Scores all accounts as of a day. Parts are ranges of account ids; the finishing task swaps the result in.

    `definitions`, `weights` and `typical` are in the version's order of criteria; `typical` in thousandths.
    `context` holds what every part and every single rescore shares: circles of similar customers, connected sources.
    """

    task: ClassVar[str] = "tiering.run_scorecard"

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="runs")
    as_of = models.DateField()
    reason = models.CharField(max_length=80, blank=True)
    definitions = ArrayField(models.CharField(max_length=32), default=list)
    weights = ArrayField(models.PositiveSmallIntegerField(), default=list)
    typical = ArrayField(models.IntegerField(), default=list)
    known = ArrayField(models.BigIntegerField(), default=list)
    dataless = ArrayField(models.BooleanField(), default=list)
    accounts = models.BigIntegerField(default=0)
    is_current = models.BooleanField(default=False)
    frozen = models.BooleanField(default=False)
    snapshot_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)
    context = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status=JobStatus.RUNNING),
                name="run_one_running",
                violation_error_message="A run is going on already.",
            ),
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status=JobStatus.WAITING),
                name="run_one_waiting",
                violation_error_message="A run is waiting already.",
            ),
            models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="run_one_current"),
        ]

    def __str__(self) -> str:
        return f"Run {self.pk} as of {self.as_of}"


class RunPart(Job):
    """A range [low, high] of account ids of one run; done by one worker in one transaction, safe to repeat."""

    task: ClassVar[str] = "tiering.score_part"

    run = models.ForeignKey(Run, models.CASCADE, related_name="parts")
    low = models.BigIntegerField()
    high = models.BigIntegerField()

    class Meta:
        ordering = ["low"]
        constraints = [models.UniqueConstraint(fields=["run", "low"], name="run_part_once")]

    def __str__(self) -> str:
        return f"{self.low}–{self.high}"


class RunMark(models.Model):
    """An account that was scored by itself while `run` was going on; marked again after the run's swap."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.account_id} again after {self.run_id}"


class Score(models.Model):
    """One account in one run; partitioned by run (made in SQL, so not managed by Django).

    `total` 0–500,000; `coverage` whole percent of weight known; `points` thousandths per criterion in the
    version's order with NULL for unknown; `raw` the number behind each (bands, strength), NULL where none;
    `fit`, `signals`, `relationship` 0–100 sub-scores, NULL where nothing of the axis is known. `scored_on` is the
    as-of day: the run's, or that of a later single rescore.
    """

    pk = models.CompositePrimaryKey("run_id", "account_id")
    run = models.ForeignKey(Run, models.DO_NOTHING, related_name="scores", db_constraint=False)
    account = models.ForeignKey(Account, models.DO_NOTHING, related_name="scores", db_constraint=False)
    total = models.IntegerField()
    coverage = models.SmallIntegerField()
    points = ArrayField(models.IntegerField(null=True))
    raw = ArrayField(models.BigIntegerField(null=True))
    fit = models.SmallIntegerField(null=True)
    signals = models.SmallIntegerField(null=True)
    relationship = models.SmallIntegerField(null=True)
    potential = models.BigIntegerField(null=True)
    potential_source = models.SmallIntegerField(choices=PotentialSource)
    potential_n = models.IntegerField(null=True)
    follows = models.BooleanField(default=False)
    scored_on = models.DateField()

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "tiering_score"

    def __str__(self) -> str:
        return f"{self.account_id}: {self.total}"


class Standing(models.Model):
    """What the model recommends for an account now: tier, reason, and what keeps it from the next (on deck)."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="standing")
    run = models.ForeignKey(Run, models.CASCADE, related_name="+")
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, related_name="standings")
    reason = models.CharField(max_length=16, choices=Reason)
    deck = models.CharField(max_length=14, choices=Deck, default=Deck.NONE, blank=True)
    deck_tier = models.ForeignKey(Tier, models.PROTECT, null=True, related_name="+")
    sentence = models.CharField(max_length=400, blank=True)
    updated_at = models.DateTimeField(default=clock.now)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["tier", "account"], name="standing_tier"),
            # who waits for a cluster, for its suggestions
            models.Index(fields=["account"], condition=Q(deck=Deck.NEEDS_CLUSTER), name="standing_needs_cluster"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.tier}"
