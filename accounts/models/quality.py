"""Whether facts are still true, and whose task it is to find out."""

import pgtrigger
from django.db import models
from django.db.models import Q

from abxsite.lib import clock
from abxsite.users.models import Person, User
from accounts.models.account import Account
from accounts.querysets import OfAccountQuerySet


class FactCheck(models.Model):
    """A person looked and the fact `field` was right that day; append-only. It makes the fact fresh again (D3)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="fact_checks", db_index=False)
    field = models.CharField(max_length=80)
    on = models.DateField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            # the newest check of each fact of an account
            models.Index(fields=["account", "field", "-on"], name="fact_check_latest"),
            # the checks of the last twelve months, over all accounts
            models.Index(fields=["-on"], include=["account", "field"], name="fact_check_recent"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.account}: {self.field} checked"


class DataTask(models.Model):
    """One fact of an account that somebody shall find out or mend; at most one open task per fact."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="data_tasks")
    field = models.CharField(max_length=80)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="data_tasks", db_index=False)
    opened_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    note = models.CharField(max_length=400, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "field"],
                condition=Q(done_at__isnull=True),
                name="data_task_one_open",
                violation_error_message="Somebody has this task already.",
            ),
        ]
        # what waits for one person, on My work
        indexes = [
            models.Index(fields=["owner", "due_on", "id"], condition=Q(done_at__isnull=True), name="data_task_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.account}"
