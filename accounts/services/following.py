"""Subsidiaries that follow their parent (T4): the parent carries the sum and the tier, the child shows them."""

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from accounts import policies
from accounts.models import Account, AccountFollowing
from accounts.services.marks import mark_for_rescore


@transaction.atomic
def follow_parent(*, actor: User | None, account: Account, follow: bool) -> None:
    """From today the parent carries the sum and the tier, or the account stands for itself again (T4)."""
    policies.check_edit(actor, account)
    if follow and account.parent is None:
        raise DomainError("The account has no parent to follow.", field="parent")
    pair = [account.pk, *([account.parent_id] if account.parent_id else [])]
    list(Account.objects.select_for_update(no_key=True).filter(pk__in=pair).order_by("pk").values_list("pk"))
    current = AccountFollowing.objects.filter(account=account, until__isnull=True)
    if follow == current.exists():
        return
    today = clock.today()
    if follow and account.parent is not None:
        _check_level(account, account.parent)
        AccountFollowing.objects.create(account=account, parent=account.parent, since=today)
    else:
        pair += current.values_list("parent_id", flat=True)
        current.update(until=today)
    record(actor=actor, action="account_follow", subject=account, after={"follows": follow})
    mark_for_rescore(pair)


def _check_level(account: Account, parent: Account) -> None:
    """One level: who is followed follows nobody, so that no circle can arise."""
    above = AccountFollowing.objects.current().filter(account=parent).select_related("parent").first()
    if above is not None:
        raise DomainError(
            f"{parent.name} follows {above.parent.name} itself, and following goes one level:"
            f" make {above.parent.name} the parent, or let {parent.name} stand for itself."
        )
    children = AccountFollowing.objects.current().filter(parent=account).select_related("account")
    names = [row.account.name for row in children.order_by("account__name")[:3]]
    if names:
        raise DomainError(
            f"{account.name} is followed itself ({', '.join(names)}), and following goes one level."
            " Let those stand for themselves, or follow the parent, first."
        )


def check_parent_change(account: Account) -> None:
    """A new parent would take the tier along unseen: it stops following first."""
    row = AccountFollowing.objects.current().filter(account=account).select_related("parent").first()
    if row is not None:
        raise DomainError(f"It follows {row.parent.name}. Let it stand for itself first.", field="parent")
