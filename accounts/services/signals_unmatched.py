"""A person says which account a hint means: all its parked signals are linked at once, and later ones by themselves."""

from django.db import IntegrityError, connection, transaction

from abxsite.audit.services import record
from abxsite.lib import clock, locks, queue
from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from abxsite.users.models import User
from accounts import policies
from accounts.choices import AliasKind
from accounts.hints import kind_of, value_of
from accounts.models import Account, AccountAlias, Signal
from accounts.services.accounts import create_account
from accounts.services.marks import mark_for_rescore
from accounts.unmatched import hint_group

_LINK = "UPDATE accounts_signal SET account_id = %s WHERE account_id IS NULL AND hint_key = %s"
_UNLINK = "UPDATE accounts_signal SET account_id = NULL WHERE account_id = %s AND hint_key = %s"


def check_link(actor: User | None) -> None:
    if actor is not None and not policies.may_import(actor):
        raise NotAllowed("Signals are linked by marketers and admins. Ask one of them.")


@transaction.atomic
def link_hint(*, actor: User | None, key: str, account: Account) -> AccountAlias:
    """All parked signals of the hint, and all that come later, belong to `account`."""
    check_link(actor)
    locks.take(f"hint {key}")
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if account.merged_into is not None:
        account = account.merged_into
    alias = _alias(actor, key, account=account)
    with connection.cursor() as cursor:
        cursor.execute(_LINK, [account.pk, key])
        alias.signals = cursor.rowcount
    alias.save(update_fields=["signals"])
    after = {"hint": alias.said, "signals": alias.signals}
    record(actor=actor, action="hint_link", subject=account, after=after,
           sentence=f"Linked {alias.signals:,} signals of {alias.said} to it")  # fmt: skip
    mark_for_rescore([account.pk])
    queue.wake("tiering.rescore_marked")
    return alias


def _alias(actor: User | None, key: str, *, account: Account | None) -> AccountAlias:
    group = hint_group(key)
    if group is None:
        raise Conflict(_meanwhile(key))
    alias = AccountAlias(
        account=account, kind=kind_of(key), key=key, said=group.said[:255], ignored=account is None, created_by=actor,
        created_at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            alias.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_meanwhile(key)) from error
    return alias


def _meanwhile(key: str) -> str:
    """Who was faster."""
    stored = AccountAlias.objects.filter(key=key, source="").select_related("account", "created_by__person").first()
    if stored is None:
        return "No signal waits for this any more."
    who = stored.created_by.person.name if stored.created_by else "abxsite"
    if stored.account is None:
        return f"{who} has said to ignore {stored.said}."
    return f"{who} has linked {stored.said} to {stored.account.name}."


@transaction.atomic
def create_from_hint(*, actor: User | None, key: str) -> AccountAlias:
    """A new account of that domain or name, with the signals."""
    check_link(actor)
    group = hint_group(key)
    if group is None:
        raise Conflict(_meanwhile(key))
    if not group.may_create:
        raise DomainError("An id or a person's address makes no account. Link it to one, or add the account first.")
    value = value_of(key)
    if group.kind == AliasKind.DOMAIN:
        account = create_account(actor=actor, name=_name_of(value), domain=value)
    else:
        account = create_account(actor=actor, name=group.said)
    return link_hint(actor=actor, key=key, account=account)


def _name_of(domain: str) -> str:
    """`acme-works.example` → `Acme Works`, until somebody knows better."""
    return " ".join(word.capitalize() for word in domain.split(".", maxsplit=1)[0].split("-") if word) or domain


@transaction.atomic
def ignore_hint(*, actor: User | None, key: str) -> AccountAlias:
    """Nobody that we sell to: its signals stay unmatched and out of sight, those that come later too."""
    check_link(actor)
    locks.take(f"hint {key}")
    alias = _alias(actor, key, account=None)
    record(actor=actor, action="hint_ignore", subject=alias, sentence=f"Ignores the signals of {alias.said}")
    return alias


@transaction.atomic
def undo_link(*, actor: User | None, alias: AccountAlias) -> int:
    """The hint is unknown again: its signals wait as before, also those that came by the link since. How many."""
    check_link(actor)
    locks.take(f"hint {alias.key}")
    stored = AccountAlias.objects.select_for_update(of=("self",)).filter(pk=alias.pk).select_related("account").first()
    if stored is None:
        raise Conflict("Somebody has undone this link already.")
    if stored.by_merge:
        raise DomainError("This name came with a merge. Undo the merge instead.")
    moved = 0
    if stored.account is not None:
        with connection.cursor() as cursor:
            cursor.execute(_UNLINK, [stored.account.pk, stored.key])
            moved = cursor.rowcount
        record(actor=actor, action="hint_unlink", subject=stored.account, before={"hint": stored.said},
               after={"signals": moved}, sentence=f"Took {moved:,} signals of {stored.said} away from it")  # fmt: skip
        mark_for_rescore([stored.account.pk])
        queue.wake("tiering.rescore_marked")
    else:
        record(actor=actor, action="hint_unlink", subject=stored, sentence=f"Shows the signals of {stored.said} again")
    stored.delete()
    return moved


def waiting_without_hint() -> int:
    """Signals whose source said nothing about the company at all, up to 1,000."""
    return Signal.objects.filter(account__isnull=True, hint_key="")[:1000].count()
