"""Dated observations of buying behaviour."""

from django.db import models
from django.db.models import Q

from abxsite.lib import clock
from accounts.choices import SignalKind
from accounts.models.account import Account
from accounts.models.contact import Contact
from accounts.querysets import OfAccountQuerySet


class Signal(models.Model):
    """`occurred_on` is the workspace's day of `occurred_at` and what scoring reads.

    `person_key` names who: `c<contact id>`, else the e-mail or visitor id that the source gave, else ''.
    `account` is NULL while unmatched; `match_hint` then holds the domain or name that the source gave, and `hint_key`
    what it means (accounts.hints): all signals with one key are linked at once. Both stay when a link placed it.
    """

    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="signals", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="signals")
    kind = models.CharField(max_length=14, choices=SignalKind)
    occurred_at = models.DateTimeField()
    occurred_on = models.DateField()
    weight = models.PositiveSmallIntegerField(null=True, blank=True)
    person_key = models.CharField(max_length=254, blank=True)
    topic = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    match_hint = models.CharField(max_length=255, blank=True)
    hint_key = models.CharField(max_length=330, blank=True, db_default="")
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="signal_external_once"
            ),
        ]
        indexes = [
            # the signals criterion reads only this index (DESIGN §6: the biggest single gain)
            models.Index(
                fields=["account", "occurred_on"],
                include=["kind", "weight", "contact", "person_key", "source"],
                name="signal_scoring",
            ),
            # the page of unmatched signals groups by what the source said, and linking finds them
            models.Index(
                fields=["hint_key"],
                include=["kind", "occurred_on", "match_hint"],
                condition=Q(account__isnull=True),
                name="signal_unmatched",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_on}"
