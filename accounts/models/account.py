"""The account itself, who it follows, what people said it is worth, and the marks that ask for a rescore."""

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower, Upper

from abxsite.lib import clock
from abxsite.users.models import Person, User
from accounts.choices import AccountStatus, ChangeSource, Closure
from accounts.querysets import AccountQuerySet, PeriodQuerySet

HISTORY_FIELDS = [
    "name",
    "domain",
    "status",
    "industry",
    "country",
    "employees",
    "revenue",
    "owner",
    "parent",
    "closure",
]


class DateRange(Func):
    """`daterange(since, until, '[)')`, for exclusion constraints over periods of days."""

    function = "DATERANGE"


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(row=pghistory.Old),
    model_name="AccountEvent",
    fields=HISTORY_FIELDS,
    append_only=False,
    meta={"indexes": []},
)
class Account(models.Model):
    """A company. `domain` is the registrable one; `external_id` is the key in the system named by `source`.

    `revenue` is whole units of the workspace's currency a year; firmographics are today's (no history).
    """

    name = models.CharField(max_length=255)
    match_name = models.CharField(max_length=255, editable=False, default="")
    domain = models.CharField(max_length=255, blank=True)
    website = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=12, choices=AccountStatus, default=AccountStatus.PROSPECT)
    industry = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=120, blank=True)
    employees = models.BigIntegerField(null=True, blank=True)
    revenue = models.BigIntegerField(null=True, blank=True)
    year_founded = models.IntegerField(null=True, blank=True)
    description = models.TextField(blank=True)
    technologies = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    problem_tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="subsidiaries")
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="accounts")
    closure = models.CharField(max_length=16, choices=Closure, default=Closure.NONE, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    insight_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="account_external_once",
                violation_error_message="Another account has this id in this source.",
            ),
            models.UniqueConstraint(
                fields=["domain"],
                condition=~Q(domain="") & Q(merged_into__isnull=True),
                name="account_domain_once",
                violation_error_message="Another account has this domain.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="account_named"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="account_not_own_parent",
                violation_error_message="An account is not its own parent.",
            ),
            models.CheckConstraint(
                condition=(Q(employees__isnull=True) | Q(employees__gte=0)),
                name="account_employees_positive",
                violation_error_message="Employees are zero or more.",
            ),
        ]
        indexes = [
            # matching by normalised name with country (D2)
            models.Index(fields=["match_name"], name="account_match_name"),
            # the list sorted by name
            models.Index(Lower("name"), "id", name="account_name_sort"),
            # text search over name and domain: the query compares UPPER(...) (Django's icontains)
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="account_name_trgm"),
            GinIndex(OpClass(Upper("domain"), "gin_trgm_ops"), name="account_domain_trgm"),
            # accounts of an owner, and what a team sees
            models.Index(fields=["owner", "id"], name="account_owner"),
            # filters of the list
            models.Index(fields=["industry", "id"], name="account_industry"),
            models.Index(fields=["country", "id"], name="account_country"),
            models.Index(fields=["parent"], name="account_parent", condition=Q(parent__isnull=False)),
            # "technologies any of", "problems all of": rows without a word cost an import nothing
            GinIndex(fields=["technologies"], name="account_technologies", condition=~Q(technologies=[])),
            GinIndex(fields=["problem_tags"], name="account_problems", condition=~Q(problem_tags=[])),
        ]

    def __str__(self) -> str:
        return self.name


class AccountFollowing(models.Model):
    """A subsidiary follows its parent over [since, until): the parent carries the sum and the tier (T4)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="followings")
    parent = models.ForeignKey(Account, models.CASCADE, related_name="followed_by")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="following_one_at_a_time",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    (DateRange("since", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message="The account follows a parent at that time already.",
            ),
            models.CheckConstraint(condition=~Q(account=F("parent")), name="following_another"),
        ]

    def __str__(self) -> str:
        return f"{self.account} follows {self.parent}"


class PotentialEntry(models.Model):
    """What a person or a file said that an account is worth a year, from a day on; append-only."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="potential_entries")
    amount = models.BigIntegerField()
    on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=8, choices=ChangeSource, default=ChangeSource.HAND)
    entered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="potential_not_negative",
                violation_error_message="A potential is zero or more.",
            ),
        ]
        indexes = [models.Index(fields=["account", "-on", "-id"], name="potential_latest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.account}: {self.amount}"


class RescoreMark(models.Model):
    """An account whose inputs changed; a higher app's task picks it up and scores it again."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    marked_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["account", "marked_at"], name="mark_account")]

    def __str__(self) -> str:
        return f"rescore {self.account_id}"
