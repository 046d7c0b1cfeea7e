"""People at accounts, how well they are known over time, and ties."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from abxsite.lib import clock
from abxsite.users.models import Person, User
from accounts.choices import BuyingRole, ChangeSource, Department, Seniority, Strength, TieKind
from accounts.models.account import Account
from accounts.querysets import OfAccountQuerySet


class Contact(models.Model):
    """A person at an account. `strength` and `last_contact_on` are today's copy of the newest `ContactStrength`.

    Who has left (`left_on`) stays on record; a strength of *none* from that day on takes them out of the score.
    """

    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="contacts")
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=200, blank=True)
    seniority = models.CharField(max_length=10, choices=Seniority, default=Seniority.UNKNOWN, blank=True)
    department = models.CharField(max_length=12, choices=Department, default=Department.UNKNOWN, blank=True)
    buying_role = models.CharField(max_length=12, choices=BuyingRole, default=BuyingRole.UNKNOWN, blank=True)
    reports_to = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="reports")
    strength = models.PositiveSmallIntegerField(choices=Strength, default=Strength.NONE)
    last_contact_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="contact_external_once",
                violation_error_message="Another contact has this id in this source.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="contact_named"),
            models.CheckConstraint(
                condition=Q(reports_to__isnull=True) | ~Q(reports_to=F("id")),
                name="contact_not_own_superior",
                violation_error_message="Nobody reports to themselves.",
            ),
        ]
        indexes = [
            # a second person's import of the same address
            models.Index(Lower("email"), name="contact_email", condition=~Q(email="")),
            # people of an account with their weight: covers the relationship criterion
            models.Index(fields=["account"], include=["id", "seniority"], name="contact_account_seniority"),
        ]

    def __str__(self) -> str:
        return self.name


class ContactStrength(models.Model):
    """How well we knew a contact from a day on (S5); append-only.

    `evidenced` means a dated activity or a second person's word stands behind a strength above *met*.
    """

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="strengths", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="contact_strengths", db_index=False)
    strength = models.PositiveSmallIntegerField(choices=Strength)
    on = models.DateField()
    evidenced = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=8, choices=ChangeSource, default=ChangeSource.HAND)
    entered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            # the newest strength of each contact of an account as of a day
            models.Index(
                fields=["account", "contact", "-on", "-id"], include=["strength", "evidenced"], name="strength_latest"
            ),
            models.Index(fields=["contact", "-on"], name="strength_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {self.get_strength_display()}"


class Tie(models.Model):
    """One piece of relationship evidence (S5): full points need a date and a second person's word within 12 months."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="ties")
    kind = models.CharField(max_length=20, choices=TieKind)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="ties")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="ties")
    on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    entered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)
    confirmed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    confirmed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["account", "-on"], name="tie_account")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.account}"
