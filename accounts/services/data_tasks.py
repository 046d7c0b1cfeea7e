"""Whose task it is to find a fact out, or to mend it."""

from datetime import date

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import Person, User
from accounts import policies
from accounts.models import Account, DataTask


@transaction.atomic
def open_task(
    *, actor: User | None, account: Account, field: str, owner: Person, note: str = "", due_on: date | None = None
) -> DataTask:
    """Give the fact to somebody; an open task of the same fact goes over to them."""
    policies.check_edit(actor, account)
    if not owner.active:
        raise DomainError(f"{owner.name} does not work here any more.", field="owner")
    if due_on is not None and due_on < clock.today():
        raise DomainError("That day has passed.", field="due_on")
    list(Account.objects.select_for_update(no_key=True).filter(pk=account.pk).values_list("pk"))
    task = DataTask.objects.filter(account=account, field=field, done_at__isnull=True).first()
    before = task.owner.name if task else None
    if task is None:
        task = DataTask(account=account, field=field, opened_by=actor, opened_at=clock.now())
    task.owner, task.note, task.due_on = owner, note.strip(), due_on
    task.full_clean()
    task.save()
    record(
        actor=actor, action="data_task_open", subject=account, before={"owner": before},
        after={"fact": field, "owner": owner.name, "note": task.note},
    )  # fmt: skip
    return task


@transaction.atomic
def finish_task(*, actor: User, task: DataTask) -> DataTask:
    """Done, by its owner or by anybody who may change the account."""
    task = DataTask.objects.select_for_update(no_key=True, of=("self",)).select_related("account").get(pk=task.pk)
    if task.owner_id != actor.person_id:
        policies.check_edit(actor, task.account)
    if task.done_at is not None:
        raise Conflict("This task is done already.")
    task.done_at, task.done_by = clock.now(), actor
    task.save(update_fields=["done_at", "done_by"])
    record(actor=actor, action="data_task_done", subject=task.account, after={"fact": task.field})
    return task
