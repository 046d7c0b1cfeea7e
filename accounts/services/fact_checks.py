"""Verified today: somebody looked, and the fact is still right (D3)."""

from collections.abc import Sequence

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from accounts import policies
from accounts.models import Account, DataTask, FactCheck


@transaction.atomic
def check_facts(*, actor: User, account: Account, fields: Sequence[str], whole: bool = False) -> list[FactCheck]:
    """One row per fact; its open task is done with it. `whole`: all that is known was looked at."""
    policies.check_edit(actor, account)
    if not fields:
        raise DomainError("There is no known fact to verify.")
    today, moment = clock.today(), clock.now()
    checks = [
        FactCheck(account=account, field=field, on=today, person=actor.person, entered_at=moment) for field in fields
    ]
    for check in checks:
        check.full_clean()
    FactCheck.objects.bulk_create(checks)
    DataTask.objects.filter(account=account, field__in=fields, done_at__isnull=True).update(
        done_at=moment, done_by=actor
    )
    if whole:
        Account.objects.filter(pk=account.pk).update(insight_on=today)
    record(actor=actor, action="fact_check", subject=account, after={"facts": list(fields)})
    return checks
