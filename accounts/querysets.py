"""Named, chainable reads. `visible_to` is the one filter for pages, API, search, counts and exports."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from abxsite.users.access import sees_all, visible_owner_ids

if TYPE_CHECKING:
    from abxsite.users.models import User


class AccountQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """All for admin, marketer, leader; else those owned in the person's teams (or delegated), and the unowned."""
        if sees_all(user):
            return self
        return self.filter(Q(owner_id__in=visible_owner_ids(user)) | Q(owner__isnull=True))

    def present(self) -> Self:
        """Without the tombstones of merges."""
        return self.filter(merged_into__isnull=True)

    def family(self, pk: int) -> dict[int, str]:
        """The account itself and what was merged into it, ids with names: together they are its past."""
        return dict(self.filter(Q(pk=pk) | Q(merged_into=pk)).values_list("pk", "name"))


class OfAccountQuerySet(models.QuerySet[Any]):
    """Rows that belong to an account and are seen with it."""

    def visible_to(self, user: "User") -> Self:
        if sees_all(user):
            return self
        owners = visible_owner_ids(user)
        return self.filter(
            Q(account__isnull=False) & (Q(account__owner_id__in=owners) | Q(account__owner__isnull=True))
        )


class OpportunityQuerySet(OfAccountQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Those of visible accounts, and the unassigned ones that a visible person owns."""
        if sees_all(user):
            return self
        owners = visible_owner_ids(user)
        with_account = Q(account__owner_id__in=owners) | Q(account__isnull=False, account__owner__isnull=True)
        return self.filter(with_account | Q(account__isnull=True, owner_id__in=owners))

    def open(self) -> Self:
        return self.filter(outcome="open")


class PeriodQuerySet(models.QuerySet[Any]):
    """Rows with a half-open period [since, until)."""

    def current(self) -> Self:
        return self.filter(until__isnull=True)

    def on(self, day: date) -> Self:
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)
