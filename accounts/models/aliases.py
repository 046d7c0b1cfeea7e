"""What else an account is called: a domain, a name or an id that a person linked to it, or said to leave alone."""

from django.db import models
from django.db.models import Q

from abxsite.lib import clock
from abxsite.users.models import User
from accounts.choices import AliasKind
from accounts.models.account import Account


class AccountAlias(models.Model):
    """`key` is the kind's letter and the normalised value (accounts.hints): it is what imports and the API look up.

    `source` is empty for every source. Without an account the value is ignored: its signals stay unmatched, unseen.
    `said` is the value as the source wrote it; `signals` how many parked ones the link moved.
    """

    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="aliases")
    kind = models.CharField(max_length=8, choices=AliasKind)
    source = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=330)
    said = models.CharField(max_length=255, blank=True)
    ignored = models.BooleanField(default=False)
    signals = models.PositiveIntegerField(default=0)
    by_merge = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "account aliases"
        constraints = [
            models.UniqueConstraint(
                fields=["key", "source"],
                name="alias_once",
                violation_error_message="This is linked to an account already.",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=False, ignored=False) | Q(account__isnull=True, ignored=True),
                name="alias_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.said} is {self.account or 'ignored'}"
