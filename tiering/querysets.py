"""Named reads of the tiering side."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from abxsite.users.access import sees_all, visible_owner_ids

if TYPE_CHECKING:
    from abxsite.users.models import User


class TierQuerySet(models.QuerySet[Any]):
    def active(self) -> Self:
        return self.filter(retired_at__isnull=True)


class OfAccountQuerySet(models.QuerySet[Any]):
    """Rows of an account, seen with it."""

    def visible_to(self, user: "User") -> Self:
        if sees_all(user):
            return self
        owners = visible_owner_ids(user)
        return self.filter(Q(account__owner_id__in=owners) | Q(account__owner__isnull=True))


class PlacementQuerySet(OfAccountQuerySet):
    def valid(self) -> Self:
        return self.filter(voided_at__isnull=True)

    def base(self) -> Self:
        return self.valid().filter(layer="base")

    def open(self) -> Self:
        return self.valid().filter(until__isnull=True)

    def at(self, moment: datetime) -> Self:
        return self.valid().filter(Q(until__isnull=True) | Q(until__gt=moment), since__lte=moment)


class MoveQuerySet(OfAccountQuerySet):
    def waiting(self) -> Self:
        """Moves whose publication is still ahead."""
        return self.filter(state__in=("pending", "approved", "vetoed", "disputed"))


class HoldQuerySet(OfAccountQuerySet):
    def in_force(self, cycle_number: int, day: date) -> Self:
        """Holds that bind the assignment run of quarterly cycle `cycle_number`."""
        return self.filter(
            Q(until_cycle__isnull=True) | Q(until_cycle__gte=cycle_number),
            Q(until__isnull=True) | Q(until__gt=day),
            ended_at__isnull=True,
        )
