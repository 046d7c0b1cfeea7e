"""Who changed what, when, from where. Append-only: the database refuses UPDATE, DELETE and TRUNCATE."""

import pgtrigger
from django.conf import settings
from django.db import models

from abxsite.lib import clock


class AuditEntry(models.Model):
    """`subject` is `app.model`; `before` and `after` hold only the fields that changed."""

    at = models.DateTimeField(default=clock.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=200, blank=True)
    sentence = models.CharField(max_length=400, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    source = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = "audit entries"
        indexes = [
            # the history of one object
            models.Index(fields=["subject", "subject_id", "-at"], name="audit_subject"),
            # the audit page, newest first
            models.Index(fields=["-at", "-id"], name="audit_newest"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'audit entries are append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.label}"
