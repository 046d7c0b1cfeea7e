"""Signals, one at a time; idempotent by source and external id."""

from datetime import datetime

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from accounts import policies
from accounts.models import Account, Contact, Signal
from accounts.services.marks import mark_for_rescore


@transaction.atomic
def record_signal(
    *, actor: User | None, account: Account, kind: str, occurred_at: datetime | None = None,
    contact: Contact | None = None, topic: str = "", source: str = "", external_id: str = "", person_key: str = "",
) -> Signal:  # fmt: skip
    """The signal; the stored one when this source has sent this id before."""
    policies.check_edit(actor, account)
    moment = occurred_at or clock.now()
    if moment > clock.now():
        raise DomainError("A signal has happened: its day cannot lie in the future.", field="occurred_at")
    if contact is not None and contact.account_id != account.pk:
        raise DomainError("That contact belongs to another account.", field="contact")
    if external_id:
        stored: Signal | None = Signal.objects.filter(source=source, external_id=external_id).first()
        if stored is not None:
            return stored
    signal = Signal(
        account=account, contact=contact, kind=kind, occurred_at=moment, occurred_on=clock.day_of(moment),
        person_key=f"c{contact.pk}" if contact else person_key, topic=topic, source=source, external_id=external_id,
        created_at=clock.now(),
    )  # fmt: skip
    signal.full_clean()
    signal.save(force_insert=True)
    record(actor=actor, action="signal_record", subject=account, after={"kind": kind, "on": signal.occurred_on})
    mark_for_rescore([account.pk])
    return signal
