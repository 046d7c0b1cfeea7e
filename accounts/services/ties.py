"""Ties: one piece of relationship evidence each (S5). Entered in ten seconds, confirmed by a second person, ended."""

from datetime import date

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import Person, User
from accounts import policies
from accounts.choices import TieKind
from accounts.models import Account, Contact, Tie
from accounts.services.marks import mark_for_rescore
from accounts.services.sponsors import check_sponsor


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
    if kind == TieKind.EXECUTIVE_SPONSOR and who is not None:
        check_sponsor(actor=actor, person=who, account=account)
    tie = Tie(
        account=account, kind=kind, on=day, note=note, person=who, contact=contact, entered_by=actor,
        entered_at=clock.now(),
    )  # fmt: skip
    tie.full_clean()
    tie.save(force_insert=True)
    record(actor=actor, action="tie_add", subject=tie, after={"kind": tie.get_kind_display(), "on": day, "note": note})
    mark_for_rescore([account.pk])
    return tie


def record_origin(*, actor: User | None, contact: Contact, origin: Account) -> Tie:
    """The tie of a client who moved to another account, as of today."""
    if contact.account is None:
        raise DomainError("The contact belongs to no account yet.")
    note = f"Was at {origin.name}"[:300]
    return add_tie(actor=actor, account=contact.account, kind=TieKind.FORMER_CLIENT, note=note, contact=contact)


@transaction.atomic
def confirm_tie(*, actor: User, tie: Tie) -> Tie:
    """A second person's word; whoever entered the tie cannot confirm it."""
    policies.check_edit(actor, tie.account)
    if tie.entered_by_id == actor.pk:
        raise DomainError("A second person confirms a tie: you entered this one.")
    tie = Tie.objects.select_for_update(no_key=True).get(pk=tie.pk)
    if tie.ended_on is not None:
        raise Conflict("This tie has ended.")
    tie.confirmed_by, tie.confirmed_on = actor, clock.today()
    tie.save(update_fields=["confirmed_by", "confirmed_on"])
    record(actor=actor, action="tie_confirm", subject=tie, after={"confirmed_on": tie.confirmed_on})
    mark_for_rescore([tie.account_id])
    return tie


@transaction.atomic
def end_tie(*, actor: User | None, tie: Tie, on: date | None = None) -> Tie:
    """It holds no longer; it stays on record and counts for the days before."""
    policies.check_edit(actor, tie.account)
    tie = Tie.objects.select_for_update(no_key=True).get(pk=tie.pk)
    if tie.ended_on is not None:
        return tie
    day = on or clock.today()
    if not tie.on <= day <= clock.today():
        raise DomainError("A tie ends between its first day and today.", field="on")
    tie.ended_on = day
    tie.save(update_fields=["ended_on"])
    record(actor=actor, action="tie_end", subject=tie, after={"kind": tie.get_kind_display(), "on": day})
    mark_for_rescore([tie.account_id])
    return tie
