"""What people keep of the account list: saved views, and which one opens first."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from abxsite.lib import clock
from abxsite.users.models import User


class SavedViewQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Everyone's and the person's own."""
        return self.filter(Q(shared=True) | Q(owner=user))


class SavedView(models.Model):
    """Filters, columns and order of the account list as the query string that the list would have, under a name.

    `shared` is everyone's, else only its owner sees it. `version` counts changes, so that two people who edit the
    same view do not overwrite each other unseen.
    """

    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    shared = models.BooleanField(default=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    created_at = models.DateTimeField(default=clock.now)
    updated_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                condition=Q(shared=True),
                name="view_shared_name_once",
                violation_error_message="Another view of everyone's has this name.",
            ),
            models.UniqueConstraint(
                Lower("name"),
                "owner",
                condition=Q(shared=False),
                name="view_own_name_once",
                violation_error_message="You have a view of this name.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="view_named"),
        ]

    def __str__(self) -> str:
        return self.name


class DefaultView(models.Model):
    """The view that a person's account list opens with."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="default_view")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.user}: {self.view}"
