"""Contacts: who they are, whom they report to, how well we know them, where they went."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from abxsite.audit.services import changes, record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import User
from accounts import policies
from accounts.choices import ChangeSource, Strength
from accounts.models import Account, Contact, ContactStrength
from accounts.services.marks import mark_for_rescore
from accounts.services.ties import record_origin

EDITABLE = frozenset({"name", "title", "email", "phone", "seniority", "department", "buying_role", "reports_to"})


@transaction.atomic
def add_contact(*, actor: User | None, account: Account, name: str, **fields: Any) -> Contact:
    policies.check_edit(actor, account)
    moment = clock.now()
    contact = Contact(account=account, name=name.strip(), created_at=moment, updated_at=moment, **fields)
    _check_superior(contact)
    contact.full_clean()
    contact.save(force_insert=True)
    record(actor=actor, action="contact_add", subject=contact, after={"account": account.name, "name": contact.name})
    mark_for_rescore([account.pk])
    return contact


@transaction.atomic
def update_contact(*, actor: User | None, contact: Contact, **fields: Any) -> Contact:
    """Change some facts; everything else stays. Nothing is written when nothing differs."""
    contact = _locked(actor, contact)
    if set(fields) - EDITABLE:
        raise DomainError(f"These are not facts of a person: {', '.join(sorted(set(fields) - EDITABLE))}.")
    before, after = changes(contact, fields)
    if not after:
        return contact
    for name, value in after.items():
        setattr(contact, name, value)
    if "reports_to" in after:
        _check_superior(contact)
    contact.updated_at = clock.now()
    contact.full_clean()
    contact.save(update_fields=[*after, "updated_at"])
    record(actor=actor, action="contact_update", subject=contact, before=before, after=after)
    mark_for_rescore([_account(contact).pk])
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
    account = _account(contact)
    policies.check_edit(actor, account)
    day = on or clock.today()
    if day > clock.today():
        raise DomainError("The day of the last contact lies in the future.", field="on")
    if contact.left_on is not None and day >= contact.left_on:
        raise DomainError(f"{contact.name} left on {_said(contact.left_on)}: choose an earlier day.", field="on")
    row = _append(actor, contact, account, strength, day, evidenced=evidenced, note=note, source=source)
    newest = contact.strengths.order_by("-on", "-id").first()
    if newest is not None and newest.pk == row.pk:
        contact.strength, contact.last_contact_on, contact.updated_at = strength, day, clock.now()
        contact.save(update_fields=["strength", "last_contact_on", "updated_at"])
    label = Strength(strength).label
    record(actor=actor, action="contact_strength", subject=contact, after={"strength": label, "on": day})
    mark_for_rescore([account.pk])
    return row


@transaction.atomic
def confirm_strength(*, actor: User, contact: Contact) -> ContactStrength:
    """A second person's word for a strength above *met* (S5): from then on it counts in full."""
    contact = _locked(actor, contact)
    newest = contact.strengths.filter(account=contact.account).order_by("-on", "-id").first()
    if newest is None or newest.strength <= Strength.MET:
        raise DomainError(f"Only a strength above met needs a second word, and {contact.name}'s is not.")
    if newest.entered_by_id == actor.pk:
        raise DomainError("A second person confirms it: you entered this strength.")
    if (clock.today() - newest.on).days > 365:
        raise DomainError(
            f"The last contact with {contact.name} was on {_said(newest.on)}, more than 12 months ago: meet them first."
        )
    if newest.evidenced:
        return newest
    row = _append(
        actor, contact, _account(contact), newest.strength, newest.on, evidenced=True, note=f"Confirmed by {actor.name}"
    )
    record(actor=actor, action="contact_confirm", subject=contact, after={"strength": row.get_strength_display()})
    mark_for_rescore([_account(contact).pk])
    return row


@transaction.atomic
def leave_account(*, actor: User | None, contact: Contact, on: date | None = None) -> Contact:
    """They left: kept and dated, out of the score and of the seats of the buying group from that day on."""
    contact = _locked(actor, contact)
    if contact.left_on is not None:
        raise Conflict(f"{contact.name} left on {_said(contact.left_on)} already.")
    day = on or clock.today()
    if day > clock.today():
        raise DomainError("The day they left lies in the future.", field="on")
    newest = contact.strengths.filter(account=contact.account).order_by("-on", "-id").first()
    if newest is not None and newest.on > day:
        raise DomainError(f"We last had contact on {_said(newest.on)}, after that day.", field="on")
    if newest is not None and newest.strength:
        _append(actor, contact, _account(contact), Strength.NONE, day, note="Left")
    contact.left_on, contact.strength, contact.updated_at = day, Strength.NONE, clock.now()
    contact.save(update_fields=["left_on", "strength", "updated_at"])
    record(actor=actor, action="contact_leave", subject=contact, after={"on": day})
    mark_for_rescore([_account(contact).pk])
    return contact


@transaction.atomic
def come_back(*, actor: User | None, contact: Contact) -> Contact:
    """Marked as left by mistake, or back again: known as well as before they left."""
    contact = _locked(actor, contact)
    if contact.left_on is None:
        raise Conflict(f"{contact.name} has not left.")
    was = contact.strengths.filter(account=contact.account, strength__gt=0).order_by("-on", "-id").first()
    if was is not None:
        _append(actor, contact, _account(contact), was.strength, contact.left_on, evidenced=was.evidenced, note="Back")
    contact.left_on, contact.strength, contact.updated_at = None, was.strength if was else 0, clock.now()
    contact.save(update_fields=["left_on", "strength", "updated_at"])
    record(actor=actor, action="contact_return", subject=contact)
    mark_for_rescore([_account(contact).pk])
    return contact


@transaction.atomic
def move_contact(*, actor: User | None, contact: Contact, account: Account, former_client: bool = False) -> Contact:
    """To another account, known there as well as before; `former_client` leaves the tie that such a move is."""
    policies.check_edit(actor, account)
    old = _account(contact)
    if old.pk == account.pk:
        raise DomainError(f"{contact.name} is at {account.name} already.", field="account")
    _lock_accounts(old.pk, account.pk)
    contact = _locked(actor, contact)
    newest = contact.strengths.filter(account=old, strength__gt=0).order_by("-on", "-id").first()
    contact.reports.update(reports_to=None)
    contact.account, contact.reports_to, contact.left_on = account, None, None
    contact.strength, contact.updated_at = newest.strength if newest else 0, clock.now()
    contact.save(update_fields=["account", "reports_to", "left_on", "strength", "updated_at"])
    if newest is not None:
        _append(actor, contact, account, newest.strength, newest.on, evidenced=newest.evidenced, note=f"At {old.name}")
    if former_client:
        record_origin(actor=actor, contact=contact, origin=old)
    after = {"account": account.name}
    record(actor=actor, action="contact_move", subject=contact, before={"account": old.name}, after=after)
    for place in (old, account):
        record(actor=actor, action="contact_moved", subject=place, after={"person": contact.name} | after)
    mark_for_rescore([old.pk, account.pk])
    return contact


@transaction.atomic
def delete_contact(*, actor: User | None, contact: Contact) -> None:
    """Only while nothing hangs on them; else they are marked as left."""
    contact = _locked(actor, contact)
    hanging = hangs_on(contact)
    if hanging:
        raise Conflict(f"{hanging} on record for {contact.name}: mark them as left instead.")
    account = _account(contact)
    record(actor=actor, action="contact_delete", subject=account, before={"person": contact.name})
    contact.delete()
    mark_for_rescore([account.pk])


def hangs_on(contact: Contact) -> str:
    """`2 signals and 1 tie are`; empty where nothing hangs on them."""
    counts = (
        (contact.strengths.count(), "strength", "strengths"),
        (contact.signals.count(), "signal", "signals"),
        (contact.ties.count(), "tie", "ties"),
        (contact.reports.count(), "person who reports to them", "people who report to them"),
    )
    parts = [f"{n} {one if n == 1 else many}" for n, one, many in counts if n]
    if not parts:
        return ""
    only_one = sum(n for n, _, _ in counts) == 1
    return f"{' and '.join(filter(None, (', '.join(parts[:-1]), parts[-1])))} {'is' if only_one else 'are'}"


def _append(
    actor: User | None, contact: Contact, account: Account, strength: int, on: date, *, evidenced: bool = False,
    note: str = "", source: str = ChangeSource.HAND,
) -> ContactStrength:  # fmt: skip
    row = ContactStrength(
        contact=contact, account=account, strength=strength, on=on, evidenced=evidenced, note=note[:300],
        source=source, entered_by=actor, entered_at=clock.now(),
    )  # fmt: skip
    row.full_clean()
    row.save(force_insert=True)
    return row


def _account(contact: Contact) -> Account:
    if contact.account is None:
        raise DomainError("The contact belongs to no account yet.")
    return contact.account


def _locked(actor: User | None, contact: Contact) -> Contact:
    """The row as it is now, under lock, when `actor` may change it."""
    contact = Contact.objects.select_for_update(no_key=True, of=("self",)).select_related("account").get(pk=contact.pk)
    policies.check_edit(actor, _account(contact))
    return contact


def _lock_accounts(*pks: int) -> None:
    list(Account.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk").values_list("pk"))


def _check_superior(contact: Contact) -> None:
    """Of the same account, still there, and not below them (under the account's lock, so that no circle slips in)."""
    superior = contact.reports_to
    if superior is None:
        return
    account = _account(contact)
    if superior.account_id != account.pk:
        raise DomainError(f"{superior.name} is at another account.", field="reports_to")
    _lock_accounts(account.pk)
    if contact.pk and contact.pk in _chain(superior.pk, account.contacts.values_list("pk", "reports_to_id")):
        raise DomainError(
            f"{superior.name} reports to {contact.name}, directly or through others: that would be a circle."
            if superior.pk != contact.pk
            else "Nobody reports to themselves.",
            field="reports_to",
        )


def _chain(start: int, pairs: Iterable[tuple[int, int | None]]) -> set[int]:
    """`start` and everybody above."""
    above, seen, one = dict(pairs), set[int](), start
    while one and one not in seen:
        seen.add(one)
        one = above.get(one) or 0
    return seen


def _said(day: date) -> str:
    return f"{day:%-d %b %Y}"
