"""The dossier: what people found out about an account, each entry with every version of its words."""

import pgtrigger
from django.db import models

from abxsite.lib import clock
from abxsite.users.models import Person, User
from accounts.choices import DossierSection
from accounts.models.account import Account
from accounts.querysets import OfAccountQuerySet


class DossierEntry(models.Model):
    """One priority, initiative, pain, competitor or word on the landscape; its text is the newest version's."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="dossier")
    section = models.CharField(max_length=12, choices=DossierSection)
    created_at = models.DateTimeField(default=clock.now)
    retired_on = models.DateField(null=True, blank=True)
    retired_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "dossier entries"

    def __str__(self) -> str:
        return f"{self.get_section_display()} of {self.account}"


class DossierVersion(models.Model):
    """What an entry says from a day on, and who says so; append-only. The same words again mean: still true."""

    entry = models.ForeignKey(DossierEntry, models.CASCADE, related_name="versions", db_index=False)
    text = models.TextField(max_length=2000)
    on = models.DateField()
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        # the newest version of each entry of an account
        indexes = [models.Index(fields=["entry", "-id"], name="dossier_latest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.text[:60]
