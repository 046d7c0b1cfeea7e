"""What an account is worth a year: entered by a person, or summed over its buying centers (T4)."""

from datetime import date

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError
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
    day = on or clock.today()
    if day > clock.today():
        raise DomainError("A value holds from a day on that has come: the day lies in the future.", field="on")
    value = BuyingCenterValue(
        buying_center=center, potential=potential, current_revenue=current_revenue, on=day, entered_by=actor,
        entered_at=clock.now(),
    )  # fmt: skip
    value.full_clean()
    value.save(force_insert=True)
    after = {"buying center": center.name, "potential": potential, "current revenue": current_revenue}
    record(actor=actor, action="buying_center_value", subject=center.account, after=after)
    mark_for_rescore([center.account_id])
    return value


@transaction.atomic
def update_buying_center(
    *, actor: User | None, center: BuyingCenter, name: str, potential: int, current_revenue: int, on: date
) -> BuyingCenter:
    """A new name, new figures, or both; the same figures again on a later day say that they still hold."""
    policies.check_edit(actor, center.account)
    name = name.strip()
    if name != center.name:
        before, center.name = center.name, name
        center.full_clean()
        center.save(update_fields=["name"])
        record(
            actor=actor, action="buying_center_rename", subject=center.account, before={"name": before},
            after={"name": name},
        )  # fmt: skip
    newest = center.values.filter(on__lte=clock.today()).first()
    if newest is None or (newest.potential, newest.current_revenue, newest.on) != (potential, current_revenue, on):
        set_buying_center_value(actor=actor, center=center, potential=potential, current_revenue=current_revenue, on=on)
    return center


@transaction.atomic
def close_buying_center(*, actor: User | None, center: BuyingCenter) -> BuyingCenter:
    """It buys no more from today on; its values stay."""
    return _set_closed(actor, center, clock.today(), "buying_center_close")


@transaction.atomic
def reopen_buying_center(*, actor: User | None, center: BuyingCenter) -> BuyingCenter:
    return _set_closed(actor, center, None, "buying_center_reopen")


def _set_closed(actor: User | None, center: BuyingCenter, day: date | None, action: str) -> BuyingCenter:
    policies.check_edit(actor, center.account)
    center = BuyingCenter.objects.select_for_update(no_key=True, of=("self",)).get(pk=center.pk)
    if (center.closed_on is None) == (day is None):
        raise Conflict(f"{center.name} is {'open' if day is None else 'closed'} already.")
    center.closed_on = day
    center.save(update_fields=["closed_on"])
    record(actor=actor, action=action, subject=center.account, after={"name": center.name})
    mark_for_rescore([center.account_id])
    return center
