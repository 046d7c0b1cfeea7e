"""The ICP's rules over account facts, each over the time in which it held; and what was counted over all accounts."""

import pgtrigger
from django.db import models
from django.db.models import Q

from abxsite.lib import clock
from abxsite.users.models import User
from tiering.choices import RuleKind


class IcpRule(models.Model):
    """One must-have, nice-to-have or exclusion: a condition of `accounts.facts`, never over score or tier.

    It held from `since` until `until`; a change ends one rule and begins another, so that the past can be read.
    """

    kind = models.CharField(max_length=8, choices=RuleKind)
    fact = models.CharField(max_length=80)
    op = models.CharField(max_length=16)
    value = models.JSONField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
        verbose_name = "ICP rule"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "fact", "op", "value"],
                condition=Q(until__isnull=True),
                nulls_distinct=False,
                name="icp_rule_once",
                violation_error_message="The ICP says this already.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="close_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.kind <> OLD.kind OR NEW.fact <> OLD.fact OR NEW.op <> OLD.op OR NEW.since <> OLD.since
                       OR NEW.value IS DISTINCT FROM OLD.value
                       OR (OLD.until IS NOT NULL AND NEW.until IS DISTINCT FROM OLD.until) THEN
                        RAISE EXCEPTION 'rules of the ICP are ended and begun anew, never edited';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.fact} {self.op} {self.value}"


class IcpSummary(models.Model):
    """What was counted over all accounts, of one kind, for a day; written whole, the newest counts.

    `counts` is what `tiering.icp` wrote and reads; `stamp` says what it was counted from, so that it is known to be
    of today's rules and data.
    """

    kind = models.CharField(max_length=20)
    as_of = models.DateField()
    stamp = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "ICP summaries"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "as_of"],
                name="icp_summary_once",
                violation_error_message="This day was counted already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.as_of}"
