"""Clusters: accounts that share one problem, and when each account was a member."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models

from abxsite.lib import clock
from abxsite.users.models import Person, User
from accounts.models.account import Account, DateRange
from accounts.querysets import OfAccountQuerySet, PeriodQuerySet


class Cluster(models.Model):
    """Problem statement first. Staffed means: has an owner and is not frozen."""

    name = models.CharField(max_length=120, unique=True)
    problem = models.TextField("problem statement")
    problem_tag = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="clusters")
    target_size = models.PositiveSmallIntegerField(default=10)
    frozen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name"]

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
