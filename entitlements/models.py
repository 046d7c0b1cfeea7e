"""What a tier's accounts get, who does it, what it may cost, and what is due."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from abxsite.users.models import Person, User
from accounts.models import Account, Cluster
from entitlements.choices import Category, DeliveryState, Per
from entitlements.querysets import DeliveryQuerySet, PeriodOfUseQuerySet
from tiering.models import Tier


class WorkRole(models.Model):
    """A role that does work: marketer, designer, executive. Not a login's role."""

    name = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Entitlement(models.Model):
    """One thing a tier's accounts get: `quantity` times a year, per account or per cluster; `money` each time.

    `planned_at` is empty until it is planned for the accounts that held the tier before it was promised.
    """

    tier = models.ForeignKey(Tier, models.PROTECT, related_name="entitlements")
    name = models.CharField(max_length=120)
    category = models.CharField(max_length=12, choices=Category)
    channel = models.CharField(max_length=60, blank=True)
    per = models.CharField(max_length=8, choices=Per, default=Per.ACCOUNT)
    quantity = models.PositiveSmallIntegerField("times a year")
    money = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    owner_role = models.ForeignKey(WorkRole, models.SET_NULL, null=True, blank=True, related_name="+")
    personalisation = models.CharField(max_length=60, blank=True)
    playbook = models.TextField(blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PeriodOfUseQuerySet.as_manager()

    class Meta:
        ordering = ["tier__order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(money__gte=0),
                name="entitlement_money",
                violation_error_message="Money is zero or more.",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="entitlement_forward"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EntitlementHours(models.Model):
    """Hours of one role for one time of an entitlement."""

    entitlement = models.ForeignKey(Entitlement, models.CASCADE, related_name="hours")
    role = models.ForeignKey(WorkRole, models.PROTECT, related_name="+")
    hours = models.DecimalField(max_digits=7, decimal_places=2)

    class Meta:
        ordering = ["role_id"]
        constraints = [
            models.UniqueConstraint(fields=["entitlement", "role"], name="entitlement_hours_once"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="entitlement_hours_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.hours} h"


class Worker(models.Model):
    """A person who does entitlement work: FTE in percent, hours a week, holidays in percent of the year."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="work")
    role = models.ForeignKey(WorkRole, models.PROTECT, related_name="workers")
    fte_percent = models.PositiveSmallIntegerField(default=100, validators=[MaxValueValidator(100)])
    hours_week = models.DecimalField(max_digits=5, decimal_places=2, default=40)
    holiday_percent = models.PositiveSmallIntegerField(default=12, validators=[MaxValueValidator(100)])
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = PeriodOfUseQuerySet.as_manager()

    class Meta:
        ordering = ["role_id", "person__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=Q(until__isnull=True),
                name="worker_once",
                violation_error_message="This person does this work already: change that row instead.",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="worker_forward",
                violation_error_message="Work ends on or after the day it begins.",
            ),
            models.CheckConstraint(
                condition=Q(hours_week__gt=0) & Q(hours_week__lte=80),
                name="worker_week",
                violation_error_message="Hours a week are more than 0 and at most 80.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.role}"


class TimeShare(models.Model):
    """Percent of a worker's time that goes to one tier; a worker without shares works by tier order."""

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="shares")
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["worker", "tier"], name="time_share_once")]

    def __str__(self) -> str:
        return f"{self.percent} % for {self.tier}"


class StaffingRule(models.Model):
    """How many accounts, or clusters, of a tier one person of a role covers (T1)."""

    tier = models.ForeignKey(Tier, models.PROTECT, related_name="staffing_rules")
    role = models.ForeignKey(WorkRole, models.PROTECT, related_name="+")
    covers = models.PositiveSmallIntegerField()
    per = models.CharField(max_length=8, choices=Per, default=Per.ACCOUNT)

    class Meta:
        ordering = ["tier__order", "role_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "role"],
                name="staffing_rule_once",
                violation_error_message="The tier has a rule for this role.",
            ),
            models.CheckConstraint(
                condition=Q(covers__gt=0),
                name="staffing_rule_positive",
                violation_error_message="One person covers at least one.",
            ),
        ]

    def __str__(self) -> str:
        noun = "clusters" if self.per == Per.CLUSTER else "accounts"
        return f"One {self.role} covers {self.covers} {self.tier} {noun}"


class Budget(models.Model):
    """Money of a tier in the quarter that starts on `quarter`."""

    tier = models.ForeignKey(Tier, models.PROTECT, related_name="budgets")
    quarter = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        ordering = ["quarter", "tier__order"]
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "quarter"],
                name="budget_once",
                violation_error_message="The tier has a budget for this quarter.",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.quarter}: {self.amount}"


class Delivery(models.Model):
    """One entitlement due for one account or cluster by a date; `number` counts within the year `planned_from`."""

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="deliveries")
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="deliveries")
    cluster = models.ForeignKey(Cluster, models.PROTECT, null=True, blank=True, related_name="deliveries")
    placement_id = models.BigIntegerField(null=True, blank=True)
    number = models.PositiveSmallIntegerField(default=1)
    planned_from = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.DUE)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="deliveries")
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=400, blank=True)
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, cluster__isnull=True)
                | Q(account__isnull=True, cluster__isnull=False),
                name="delivery_to_one",
            ),
            models.UniqueConstraint(
                fields=["entitlement", "placement_id", "number"],
                condition=Q(placement_id__isnull=False),
                name="delivery_planned_once",
            ),
            models.UniqueConstraint(
                fields=["entitlement", "cluster", "planned_from", "number"],
                condition=Q(cluster__isnull=False, planned_from__isnull=False) & ~Q(state="cancelled"),
                name="delivery_cluster_once",
            ),
        ]
        indexes = [
            # next delivery of an account, and what is overdue
            models.Index(fields=["account", "due_on"], condition=Q(state="due"), name="delivery_next"),
            models.Index(fields=["person", "due_on"], condition=Q(state="due"), name="delivery_person"),
            # the board, by date within a state
            models.Index(fields=["state", "due_on", "id"], name="delivery_board"),
            # closing a placement cancels what it planned
            models.Index(fields=["placement_id"], condition=Q(state="due"), name="delivery_of_placement"),
            # whether a cluster has its year planned
            models.Index(
                fields=["cluster", "entitlement"], condition=Q(cluster__isnull=False), name="delivery_cluster"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entitlement} for {self.whom}"

    @property
    def whom(self) -> str:
        """The name of the account or cluster that gets it."""
        return str(self.account or self.cluster)
