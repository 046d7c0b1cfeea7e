"""Named reads of people."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from abxsite.users.models import User


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")


class PersonQuerySet(models.QuerySet[Any]):
    def active(self) -> "PersonQuerySet":
        return self.filter(active=True)

    def with_login(self) -> "PersonQuerySet":
        return self.filter(user__is_active=True)


class DelegationQuerySet(models.QuerySet[Any]):
    def open_on(self, day: date) -> "DelegationQuerySet":
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)
