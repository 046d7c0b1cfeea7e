"""People and logins: a Person owns and signs, a User (with roles) logs in. A Person without login never signs."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from abxsite.lib import clock
from abxsite.users.choices import Role, Theme
from abxsite.users.querysets import DelegationQuerySet, PersonQuerySet, UserManager


class Team(models.Model):
    name = models.CharField(max_length=120, unique=True)
    region = models.CharField(max_length=120, blank=True)
    manager = models.ForeignKey("Person", models.SET_NULL, null=True, blank=True, related_name="managed_teams")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Someone who can own, deliver or sponsor (at most `sponsors_at_most` accounts); `email` where known.

    Imported owners start without a login.
    """

    name = models.CharField(max_length=160)
    email = models.EmailField(blank=True)
    title = models.CharField(max_length=160, blank=True)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="members")
    active = models.BooleanField(default=True)
    sponsors_at_most = models.PositiveSmallIntegerField("sponsors at most", default=4)
    created_at = models.DateTimeField(default=clock.now)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"),
                condition=~Q(email=""),
                name="person_email_once",
                violation_error_message="Another person has this e-mail address.",
            ),
        ]
        indexes = [
            # imports look up owners by name
            models.Index(models.functions.Lower("name"), name="person_name_lower"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        words = self.name.split()
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2])).upper() if words else "?"

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name else ""


class User(AbstractBaseUser):
    """A login with a set of roles. Every User is a Person."""

    email = models.EmailField(unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="user")
    roles = ArrayField(models.CharField(max_length=12, choices=Role), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    single_keys = models.BooleanField("single-letter keys", default=True)
    date_joined = models.DateTimeField(default=clock.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(models.functions.Lower("email"), name="user_email_once"),
        ]

    def __str__(self) -> str:
        return self.email

    def has_role(self, *roles: str) -> bool:
        """True when the user has any of `roles`."""
        return self.is_active and any(role in self.roles for role in roles)

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def role_names(self) -> str:
        return ", ".join(Role(role).label for role in self.roles)

    # Django's permission hooks (allauth and the test client ask for them); abxsite asks `has_role`.
    @property
    def is_staff(self) -> bool:
        return False

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Delegation(models.Model):
    """`delegate` sees and signs what `delegator` does, on the days from `since` to `until`, both included."""

    delegator = models.ForeignKey(Person, models.CASCADE, related_name="delegations_given")
    delegate = models.ForeignKey(Person, models.CASCADE, related_name="delegations_held")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="delegation_forward",
                violation_error_message="A delegation ends on or after the day it begins.",
            ),
            models.CheckConstraint(
                condition=~Q(delegator=F("delegate")),
                name="delegation_to_another",
                violation_error_message="A delegate is somebody else.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegate} for {self.delegator}"


class ApiToken(models.Model):
    """A token of the API; only its SHA-256 is kept. `scopes` are `read` or `write`."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    label = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    scopes = ArrayField(models.CharField(max_length=16), default=list)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"


class Notification(models.Model):
    """One thing to tell one person; `key` makes telling it twice impossible."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=160)
    sentence = models.CharField(max_length=400)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notification_once")]

    def __str__(self) -> str:
        return self.sentence
