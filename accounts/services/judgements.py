"""Human judgement, 0–5 on one criterion."""

from datetime import date

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users.models import Person, User
from accounts import policies
from accounts.models import Account, Judgement
from accounts.services.marks import mark_for_rescore


@transaction.atomic
def record_judgement(
    *, actor: User | None, account: Account, key: str, points: int, note: str = "", on: date | None = None,
    person: Person | None = None,
) -> Judgement:  # fmt: skip
    policies.check_edit(actor, account)
    who = person or (actor.person if actor else None)
    if who is None:
        raise DomainError("A judgement is somebody's: say whose.", field="person")
    row = Judgement(
        account=account, key=key, points=points, note=note, on=on or clock.today(), person=who, entered_at=clock.now()
    )
    row.full_clean()
    row.save(force_insert=True)
    record(actor=actor, action="judgement_record", subject=account, after={key: points, "note": note})
    mark_for_rescore([account.pk])
    return row
