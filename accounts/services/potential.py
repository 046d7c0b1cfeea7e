"""What an account is worth a year: entered by a person, or summed over its buying centers (T4)."""

from datetime import date

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.users.models import User
from accounts import policies
from accounts.choices import ChangeSource
from accounts.models import Account, BuyingCenter, BuyingCenterValue, PotentialEntry
from accounts.services.marks import mark_for_rescore


@transaction.atomic
def enter_potential(
    *, actor: User | None, account: Account, amount: int, on: date | None = None, note: str = "",
    source: str = ChangeSource.HAND,
) -> PotentialEntry:  # fmt: skip
    policies.check_edit(actor, account)
    entry = PotentialEntry(
        account=account, amount=amount, on=on or clock.today(), note=note, source=source, entered_by=actor,
        entered_at=clock.now(),
    )  # fmt: skip
    entry.full_clean()
    entry.save(force_insert=True)
    record(actor=actor, action="potential_enter", subject=account, after={"potential": amount, "on": entry.on})
    mark_for_rescore([account.pk])
    return entry


@transaction.atomic
def add_buying_center(
    *, actor: User | None, account: Account, name: str, potential: int, current_revenue: int = 0,
    on: date | None = None,
) -> BuyingCenter:  # fmt: skip
    policies.check_edit(actor, account)
    center = BuyingCenter(account=account, name=name.strip(), created_at=clock.now())
    center.full_clean()
    center.save(force_insert=True)
    set_buying_center_value(actor=actor, center=center, potential=potential, current_revenue=current_revenue, on=on)
    return center


@transaction.atomic
def set_buying_center_value(
    *, actor: User | None, center: BuyingCenter, potential: int, current_revenue: int = 0, on: date | None = None
) -> BuyingCenterValue:
    """From a day on; the earlier value stays in history."""
    policies.check_edit(actor, center.account)
    value = BuyingCenterValue(
        buying_center=center, potential=potential, current_revenue=current_revenue, on=on or clock.today(),
        entered_by=actor, entered_at=clock.now(),
    )  # fmt: skip
    value.full_clean()
    value.save(force_insert=True)
    after = {"buying center": center.name, "potential": potential, "current revenue": current_revenue}
    record(actor=actor, action="buying_center_value", subject=center.account, after=after)
    mark_for_rescore([center.account_id])
    return value
