"""Who stands in for whom, and until when."""

from datetime import date, timedelta

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users import policies
from abxsite.users.models import Delegation, Person, User


@transaction.atomic
def delegate(*, actor: User | None, delegator: Person, delegate: Person, since: date, until: date) -> Delegation:
    """`delegate` sees and signs what `delegator` does, on all days from `since` to `until`."""
    policies.check_delegate_for(actor, delegator)
    if until < clock.today():
        raise DomainError("The delegation would be over already.", field="until")
    if not User.objects.filter(person=delegate, is_active=True).exists():
        raise DomainError(f"{delegate.name} has no login, and so cannot sign.", field="delegate")
    overlapping = Delegation.objects.filter(delegator=delegator, delegate=delegate, since__lte=until, until__gte=since)
    if overlapping.exists():
        raise DomainError(f"{delegate.name} stands in for {delegator.name} in that time already.", field="since")
    given = Delegation(delegator=delegator, delegate=delegate, since=since, until=until)
    given.full_clean()
    given.save(force_insert=True)
    record(actor=actor, action="delegation_give", subject=given, after={"since": since, "until": until})
    return given


@transaction.atomic
def end_delegation(*, actor: User | None, delegation: Delegation) -> None:
    """From today on no more; one that has not begun is taken back. Ended ones stay as they are."""
    policies.check_delegate_for(actor, delegation.delegator)
    today = clock.today()
    if delegation.until is not None and delegation.until < today:
        return
    record(actor=actor, action="delegation_end", subject=delegation, before={"until": delegation.until})
    if delegation.since >= today:
        delegation.delete()
        return
    delegation.until = today - timedelta(days=1)
    delegation.save(update_fields=("until",))
