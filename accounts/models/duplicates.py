"""Accounts that may be one company, the search for them, and merges with all that an undo needs."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from abxsite.lib import clock
from abxsite.lib.jobs import ACTIVE, Job
from abxsite.users.models import User
from accounts.choices import PairState
from accounts.models.account import Account


class DuplicateScan(Job):
    """One search through all accounts: keys of ranges of ids, then pairs of ranges of ids.

    `progress` says where the next batch goes on; `counts` holds pairs, new and, per kind of key, how many keys were
    too common to say anything.
    """

    task: ClassVar[str] = "accounts.scan_duplicates"

    scope = models.CharField(max_length=10, default="all", editable=False)
    progress = models.JSONField(default=dict, blank=True)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scope"],
                condition=Q(status__in=ACTIVE),
                name="duplicate_scan_one_active",
                violation_error_message="A search for duplicates is going on already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Search for duplicates {self.pk}"


class DuplicatePair(models.Model):
    """Two accounts that look like one company. `score` 0–100 ranks; `reasons` are codes (accounts.duplicates)."""

    low = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    high = models.ForeignKey(Account, models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()
    similarity = models.PositiveSmallIntegerField(default=0)
    reasons = ArrayField(models.CharField(max_length=20), default=list)
    state = models.CharField(max_length=9, choices=PairState, default=PairState.OPEN)
    scan_id = models.BigIntegerField(null=True, blank=True)
    found_at = models.DateTimeField(default=clock.now)
    dismissed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-score", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="duplicate_pair_ordered"),
        ]
        # the work list, surest first
        indexes = [models.Index(fields=["state", "-score", "-id"], name="duplicate_work_list")]

    def __str__(self) -> str:
        return f"{self.low_id} and {self.high_id}"


class AccountMerge(models.Model):
    """`loser` became a tombstone of `survivor`. `before` and `after` are the survivor's fields that were chosen;
    `done` what each app did (its own words, for its undo); `left` the sentences on what an undo could not return.
    """

    survivor = models.ForeignKey(Account, models.PROTECT, related_name="merges")
    loser = models.ForeignKey(Account, models.PROTECT, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    done = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    left = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["loser"], condition=Q(undone_at__isnull=True), name="merge_once",
                violation_error_message="This account was merged already.",
            ),
            models.CheckConstraint(condition=~Q(survivor=F("loser")), name="merge_of_two"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.loser} into {self.survivor}"


class MergedRecord(models.Model):
    """One record that a merge changed: `model` and id, and the values that it had."""

    merge = models.ForeignKey(AccountMerge, models.CASCADE, related_name="records", db_index=False)
    model = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    before = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["merge", "model", "record_id"], name="merged_record_of")]

    def __str__(self) -> str:
        return f"{self.model} {self.record_id}"
