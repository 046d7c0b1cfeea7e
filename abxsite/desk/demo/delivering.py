"""What the demo's people delivered, week by week: nearly all that fell due, some skipped, some still late."""

from datetime import date, timedelta
from random import Random

from django.db import transaction
from django.db.models import QuerySet

from abxsite.desk.demo.cast import Company
from abxsite.lib import clock
from abxsite.users.models import User
from entitlements.models import Delivery
from entitlements.services.deliveries import complete_deliveries, complete_delivery, skip_delivery

WEEK = timedelta(days=7)
KEPT = 98  # of a hundred
STILL_OPEN = timedelta(days=2)
LATE = timedelta(days=40)  # what is older was done or skipped in the end
NOTES = (
    "Sent and answered the same day.",
    "Their head of planning forwarded it to two colleagues.",
    "They asked for the numbers behind page three.",
)
SKIPS = ("They asked us to wait until their new year.", "Replaced by the innovation day.")


def deliver(company: Company, rng: Random, *, since: date, until: date) -> None:
    """Settle what fell due between the two days, each week on its last afternoon."""
    after, last, settled = since - STILL_OPEN, until - STILL_OPEN, clock.today() - LATE
    while after < last:
        day = min(after + WEEK, last)
        with clock.travel(clock.start_of(day) + timedelta(hours=16)), transaction.atomic():
            fell_due = list(_due(after, day).order_by("due_on", "pk"))
            _one_week(company.user("marketer"), rng, fell_due, leave=day > settled)
        after = day


def _one_week(marketer: User, rng: Random, fell_due: list[Delivery], *, leave: bool) -> None:
    kept = []
    for delivery in fell_due:
        if rng.randrange(100) < KEPT:
            kept.append(delivery)
        elif rng.random() < 0.4 or not leave:
            skip_delivery(actor=marketer, delivery=delivery, reason=rng.choice(SKIPS))
    for delivery in kept[:2]:
        complete_delivery(actor=marketer, delivery=delivery, note=rng.choice(NOTES))
    complete_deliveries(actor=marketer, deliveries=Delivery.objects.filter(pk__in=[one.pk for one in kept]))


def _due(after: date, until: date) -> QuerySet[Delivery]:
    found: QuerySet[Delivery] = Delivery.objects.due().filter(due_on__gt=after, due_on__lte=until)
    return found.select_related("person", "entitlement", "account", "cluster")
