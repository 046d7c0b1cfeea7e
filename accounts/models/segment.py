"""Segments: filters over account facts that are kept under a name and are always as of now."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from abxsite.lib import clock
from abxsite.users.models import User


class SegmentQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Everyone's and the person's own."""
        return self.filter(Q(shared=True) | Q(created_by=user))


class Segment(models.Model):
    """`conditions` in the language of `accounts.facts`: all of them must hold. `shared` segments are everyone's, and
    only those may be used by other segments, the ICP and clusters. `version` counts changes.
    """

    name = models.CharField(max_length=80)
    description = models.CharField(max_length=400, blank=True)
    conditions = models.JSONField(default=list)
    shared = models.BooleanField(default=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    updated_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                condition=Q(shared=True),
                name="segment_shared_name_once",
                violation_error_message="Another segment of everyone's has this name.",
            ),
            models.UniqueConstraint(
                Lower("name"),
                "created_by",
                condition=Q(shared=False),
                name="segment_own_name_once",
                violation_error_message="You have a segment of this name.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="segment_named"),
        ]

    def __str__(self) -> str:
        return self.name
