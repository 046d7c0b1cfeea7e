"""Attributes of accounts that a workspace defines itself; their values stand in `Account.custom` under `key`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from abxsite.lib import clock
from abxsite.users.models import User
from accounts.choices import AttributeKind


class CustomAttribute(models.Model):
    """`key` never changes, `label` may. In `Account.custom`: text and choice as text, number as number, flag as
    true or false, date as ISO text. A retired one keeps its values and is no longer offered.
    """

    key = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=6, choices=AttributeKind)
    choices = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["label", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(label=""), name="custom_attribute_named"),
            models.UniqueConstraint(
                fields=["label"],
                condition=Q(retired_at__isnull=True),
                name="custom_attribute_label_once",
                violation_error_message="Another attribute has this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def active(self) -> bool:
        return self.retired_at is None
