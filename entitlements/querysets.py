"""Named reads of the capacity side."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from abxsite.users.access import sees_all, visible_owner_ids
from accounts.models import ClusterMembership

if TYPE_CHECKING:
    from abxsite.users.models import User


class PeriodOfUseQuerySet(models.QuerySet[Any]):
    """Rows in use from `since` until the day before `until`."""

    def on(self, day: date) -> Self:
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)

    def not_over(self, day: date) -> Self:
        """In use on `day` or later."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day))


class DeliveryQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """With the account; a cluster's with any present member. What a person has to do themselves, always."""
        if sees_all(user):
            return self
        owners = visible_owner_ids(user)
        members = ClusterMembership.objects.filter(
            Q(account__owner_id__in=owners) | Q(account__owner__isnull=True),
            cluster=OuterRef("cluster"),
            until__isnull=True,
        )
        return self.filter(
            Q(account__owner_id__in=owners)
            | Q(account__isnull=False, account__owner__isnull=True)
            | Q(Exists(members), cluster__isnull=False)
            | Q(person_id=user.person_id)
        )

    def with_names(self) -> Self:
        return self.select_related(
            "entitlement__tier", "account", "cluster", "person", "done_by__person"
        ).prefetch_related("entitlement__hours__role")

    def due(self) -> Self:
        return self.filter(state="due")

    def overdue(self, today: date) -> Self:
        return self.due().filter(due_on__lt=today)
