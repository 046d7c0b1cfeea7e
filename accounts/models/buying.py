"""Parts of an account that buy, what each is worth over time, and what people judged."""

import pgtrigger
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from abxsite.lib import clock
from abxsite.users.models import Person, User
from accounts.models.account import Account
from accounts.querysets import OfAccountQuerySet


class BuyingCenter(models.Model):
    account = models.ForeignKey(Account, models.CASCADE, related_name="buying_centers")
    name = models.CharField(max_length=160)
    closed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"],
                name="buying_center_once",
                violation_error_message="The account has a buying center of this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BuyingCenterValue(models.Model):
    """Potential and current revenue a year (whole units), from a day on; whitespace is their difference."""

    buying_center = models.ForeignKey(BuyingCenter, models.CASCADE, related_name="values")
    potential = models.BigIntegerField()
    current_revenue = models.BigIntegerField(default=0)
    on = models.DateField()
    entered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(potential__gte=0, current_revenue__gte=0),
                name="buying_center_value_positive",
                violation_error_message="Potential and revenue are zero or more.",
            ),
        ]
        indexes = [models.Index(fields=["buying_center", "-on", "-id"], name="buying_center_latest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.buying_center}: {self.potential}"

    @property
    def whitespace(self) -> int:
        return self.potential - self.current_revenue


class Judgement(models.Model):
    """A person's 0–5 on one judged criterion (`key`), dated; counts as unknown again after the criterion's age."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="judgements")
    key = models.CharField(max_length=40)
    points = models.PositiveSmallIntegerField(validators=[MaxValueValidator(5)])
    note = models.CharField(max_length=400, blank=True)
    on = models.DateField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="judgements")
    entered_at = models.DateTimeField(default=clock.now)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [models.CheckConstraint(condition=Q(points__lte=5), name="judgement_points")]
        indexes = [models.Index(fields=["account", "key", "-on", "-id"], name="judgement_latest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.account}: {self.key} {self.points}"
