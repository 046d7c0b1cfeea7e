"""Clusters: accounts that share one problem, and when each account was a member."""

from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Q

from abxsite.lib import clock
from abxsite.users.models import Person, User
from accounts.models.account import Account, DateRange
from accounts.querysets import OfAccountQuerySet, PeriodQuerySet


class ClusterQuerySet(models.QuerySet[Any]):
    def present(self) -> Self:
        """Without those that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def open(self) -> Self:
        """Those that take members."""
        return self.present().filter(frozen_at__isnull=True)

    def staffed(self) -> Self:
        return self.open().filter(owner__isnull=False)


class Cluster(models.Model):
    """Problem statement first. Staffed means: has an owner and is not frozen.

    `conditions` are conditions over account facts; they suggest members and never add any. A cluster that was merged
    into another is kept for its history: empty, frozen for good.
    """

    name = models.CharField(max_length=120)
    problem = models.TextField("problem statement")
    problem_tag = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="clusters")
    target_size = models.PositiveSmallIntegerField(default=10)
    conditions = models.JSONField(default=list, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    created_at = models.DateTimeField(default=clock.now)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(merged_into__isnull=True),
                name="cluster_name_once",
                violation_error_message="Another cluster has this name.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(frozen_at__isnull=False),
                name="cluster_merged_is_frozen",
                violation_error_message="A cluster that was merged into another stays frozen.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staffed(self) -> bool:
        return self.owner_id is not None and self.frozen_at is None


class ClusterMembershipQuerySet(PeriodQuerySet, OfAccountQuerySet):  # type: ignore[override]
    """Periods that are seen with their account."""


class ClusterMembership(models.Model):
    """[since, until); one open per account. Moving between clusters is no move of tier."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="cluster_memberships")
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="memberships")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ClusterMembershipQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            ExclusionConstraint(
                name="cluster_one_at_a_time",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    (DateRange("since", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message="The account is in a cluster at that time already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} in {self.cluster}"
