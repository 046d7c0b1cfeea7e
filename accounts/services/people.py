"""Contacts, how well we know them, and ties."""

from datetime import date
from typing import Any

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users.models import Person, User
from accounts import policies
from accounts.choices import ChangeSource, Strength
from accounts.models import Account, Contact, ContactStrength, Tie
from accounts.services.marks import mark_for_rescore


@transaction.atomic
def add_contact(*, actor: User | None, account: Account, name: str, **fields: Any) -> Contact:
    policies.check_edit(actor, account)
    moment = clock.now()
    contact = Contact(account=account, name=name.strip(), created_at=moment, updated_at=moment, **fields)
    contact.full_clean()
    contact.save(force_insert=True)
    record(actor=actor, action="contact_add", subject=contact, after={"account": account.name, "name": contact.name})
    mark_for_rescore([account.pk])
    return contact


@transaction.atomic
def set_strength(
    *,
    actor: User | None,
    contact: Contact,
    strength: int,
    on: date | None = None,
    evidenced: bool = False,
    note: str = "",
    source: str = ChangeSource.HAND,
) -> ContactStrength:
    """Say how well we know a contact from a day on; the newest day is copied to the contact."""
    if contact.account is None:
        raise DomainError("The contact belongs to no account yet.")
    policies.check_edit(actor, contact.account)
    day = on or clock.today()
    if day > clock.today():
        raise DomainError("The day of the last contact lies in the future.", field="on")
    row = ContactStrength(
        contact=contact, account=contact.account, strength=strength, on=day, evidenced=evidenced, note=note,
        source=source, entered_by=actor, entered_at=clock.now(),
    )  # fmt: skip
    row.full_clean()
    row.save(force_insert=True)
    newest = contact.strengths.order_by("-on", "-id").first()
    if newest is not None and newest.pk == row.pk:
        contact.strength, contact.last_contact_on, contact.updated_at = strength, day, clock.now()
        contact.save(update_fields=["strength", "last_contact_on", "updated_at"])
    label = Strength(strength).label
    record(actor=actor, action="contact_strength", subject=contact, after={"strength": label, "on": day})
    mark_for_rescore([contact.account.pk])
    return row


@transaction.atomic
def add_tie(
    *,
    actor: User | None,
    account: Account,
    kind: str,
    on: date | None = None,
    note: str = "",
    person: Person | None = None,
    contact: Contact | None = None,
) -> Tie:
    """One piece of relationship evidence; counts half until a second person confirms it (S5)."""
    policies.check_edit(actor, account)
    day = on or clock.today()
    if day > clock.today():
        raise DomainError("A tie is something that happened: its day cannot lie in the future.", field="on")
    if contact is not None and contact.account_id != account.pk:
        raise DomainError("That contact belongs to another account.", field="contact")
    who = person or (actor.person if actor else None)
    tie = Tie(
        account=account, kind=kind, on=day, note=note, person=who, contact=contact, entered_by=actor,
        entered_at=clock.now(),
    )  # fmt: skip
    tie.full_clean()
    tie.save(force_insert=True)
    record(actor=actor, action="tie_add", subject=tie, after={"kind": tie.get_kind_display(), "on": day, "note": note})
    mark_for_rescore([account.pk])
    return tie


@transaction.atomic
def confirm_tie(*, actor: User, tie: Tie) -> Tie:
    """A second person's word; whoever entered the tie cannot confirm it."""
    policies.check_edit(actor, tie.account)
    if tie.entered_by_id == actor.pk:
        raise DomainError("A second person confirms a tie: you entered this one.")
    tie = Tie.objects.select_for_update(no_key=True).get(pk=tie.pk)
    tie.confirmed_by, tie.confirmed_on = actor, clock.today()
    tie.save(update_fields=["confirmed_by", "confirmed_on"])
    record(actor=actor, action="tie_confirm", subject=tie, after={"confirmed_on": tie.confirmed_on})
    mark_for_rescore([tie.account_id])
    return tie
