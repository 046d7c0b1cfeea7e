"""Two accounts with one of everything that a merge moves, and a picture of the workspace to compare."""

from datetime import date, timedelta
from typing import Any

from django.db.models import F

from abxsite.lib import clock
from accounts import models as acc
from accounts.models import Account
from entitlements.models import Delivery
from reviews.models import Verdict
from tests.cast import Cast
from tests.factories import AccountFactory, ClusterFactory, ContactFactory, OpportunityFactory, SignalFactory
from tiering.models import Hold, Move, Placement

DAY = date(2026, 3, 2)


def furnish(account: Account, cast: Cast, name: str = "") -> None:
    """One of each record."""
    contact = ContactFactory.create(account=account, name=f"Contact of {name or account.name}")
    acc.ContactStrength.objects.create(contact=contact, account=account, strength=2, on=DAY)
    OpportunityFactory.create(account=account, name=f"Deal of {name or account.name}")
    SignalFactory.create(account=account, occurred_on=DAY)
    acc.Tie.objects.create(account=account, kind="referral", on=DAY, person=cast.rep.person)
    center = acc.BuyingCenter.objects.create(account=account, name="Plant")
    acc.BuyingCenterValue.objects.create(buying_center=center, potential=100, on=DAY)
    acc.PotentialEntry.objects.create(account=account, amount=50, on=DAY)
    acc.Judgement.objects.create(account=account, key="need", points=3, on=DAY, person=cast.rep.person)
    acc.DataTask.objects.create(account=account, field="employees", owner=cast.rep.person)
    AccountFactory.create(parent=account, name=f"Child of {name or account.name}")


def join(account: Account, since: date = DAY, until: date | None = None) -> acc.ClusterMembership:
    return acc.ClusterMembership.objects.create(
        account=account, cluster=ClusterFactory.create(), since=since, until=until
    )


OF_ACCOUNT = (
    acc.Contact, acc.ContactStrength, acc.Opportunity, acc.Signal, acc.Tie, acc.BuyingCenter, acc.PotentialEntry,
    acc.Judgement, acc.DataTask, acc.ClusterMembership, acc.AccountFollowing, acc.DossierEntry, acc.AccountAlias,
    Delivery, Hold,
)  # fmt: skip
STAMPS = {"updated_at", "id"}


def picture() -> dict[str, Any]:
    """All that an undone merge must give back, by id; placements as the tier held over time."""
    found: dict[str, Any] = {model.__name__: sorted(model._default_manager.values_list()) for model in OF_ACCOUNT}
    found["values"] = sorted(acc.BuyingCenterValue.objects.values_list("id", "buying_center_id", "potential"))
    fields = [field.attname for field in Account._meta.concrete_fields if field.name not in STAMPS]
    found["accounts"] = {row["pk"]: row for row in Account.objects.values("pk", *fields)}
    found["tiers"] = {pk: held(pk) for pk in Account.objects.values_list("pk", flat=True)}
    found["moves"] = sorted(Move.objects.values_list("id", "account_id", "state", "settled_at"))
    found["verdicts"] = sorted(Verdict.objects.values_list("id", "move_id", "side", "kind", "superseded_at"))
    return found


def held(account: int) -> list[tuple[str, int, Any, Any]]:
    """(layer, tier, since, until), neighbours with one tier joined: what every question about the past answers."""
    rows = Placement.objects.valid().filter(account_id=account).order_by("layer", "since", "id")
    periods: list[tuple[str, int, Any, Any]] = []
    for row in rows.exclude(until__isnull=False, until=F("since")):
        last = periods[-1] if periods else None
        if last and last[0] == row.layer and last[1] == row.tier_id and last[3] == row.since:
            periods[-1] = (*last[:3], row.until)
        else:
            periods.append((row.layer, row.tier_id, row.since, row.until))
    return periods


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)
