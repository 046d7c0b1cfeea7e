"""The same change for many accounts: all of them or none, one audit entry each, a few statements for all."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from abxsite.audit.services import record_many
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users.models import Person, User
from accounts import policies
from accounts.choices import SignalKind
from accounts.models import Account, Cluster, Signal
from accounts.services.clusters import LARGEST, add_to_cluster
from accounts.services.marks import mark_for_rescore

#: More than this at a time belongs into an import: one transaction holds them all.
MOST = 20_000
#: Where signals that somebody recorded for many accounts at once come from.
SOURCE = "hand"


@transaction.atomic
def assign_owners(*, actor: User | None, accounts: Sequence[Account], owner: Person | None) -> int:
    """How many accounts changed their owner."""
    policies.check_assign(actor)
    _check_size(accounts, "an import of a file with the owners")
    wanted = owner.pk if owner else None
    rows = Account.objects.select_for_update(of=("self",), no_key=True).select_related("owner")
    locked = rows.filter(pk__in=[account.pk for account in accounts]).order_by("pk")
    changing = [account for account in locked if account.owner_id != wanted]
    moment = clock.now()
    Account.objects.filter(pk__in=[account.pk for account in changing]).update(owner=owner, updated_at=moment)
    after = {"owner": str(owner) if owner else None}
    record_many(
        actor=actor,
        action="account_assign",
        entries=((each, {"owner": str(each.owner) if each.owner else None}, after) for each in changing),
    )
    return len(changing)


@transaction.atomic
def fill_cluster(*, actor: User | None, cluster: Cluster, accounts: Sequence[Account]) -> int:
    """How many accounts are new in the cluster; refused whole when they do not all fit."""
    policies.check_cluster(actor)
    cluster = Cluster.objects.select_for_update(no_key=True).get(pk=cluster.pk)
    members = set(cluster.memberships.filter(until__isnull=True).values_list("account_id", flat=True))
    joining = [account for account in accounts if account.pk not in members]
    if len(members) + len(joining) > LARGEST:
        raise DomainError(
            f"{cluster.name} has {len(members)} members; {len(joining)} more would make {len(members) + len(joining)},"
            f" and {LARGEST} is the most that one problem can hold. Nobody was added."
        )
    for account in joining:
        add_to_cluster(actor=actor, cluster=cluster, account=account)
    return len(joining)


@transaction.atomic
def record_signals(
    *, actor: User | None, accounts: Sequence[Account], kind: SignalKind | str, on: date, topic: str = ""
) -> int:
    """The same observation at each account; how many had none of it on that day. Sent twice, it counts once."""
    _check_size(accounts, "an import of a file with the signals")
    for account in accounts:
        policies.check_edit(actor, account)
    if on > clock.today():
        raise DomainError("A signal has happened: its day cannot lie in the future.", field="on")
    moment = clock.now() if on == clock.today() else clock.start_of(on)
    told = Signal.objects.filter(
        account__in=accounts, kind=kind, occurred_on=on, topic=topic, source=SOURCE, contact__isnull=True
    )
    known = set(told.values_list("account_id", flat=True))
    fresh = sorted((account for account in accounts if account.pk not in known), key=lambda account: account.pk)
    Signal.objects.bulk_create(
        [
            Signal(
                account=account, kind=kind, occurred_at=moment, occurred_on=on, topic=topic, source=SOURCE,
                created_at=clock.now(),
            )
            for account in fresh
        ],
        batch_size=2000,
    )  # fmt: skip
    said = {"kind": str(kind), "on": on}
    record_many(actor=actor, action="signal_record", entries=((account, {}, said) for account in fresh))
    mark_for_rescore([account.pk for account in fresh])
    return len(fresh)


def _check_size(accounts: Sequence[Account], instead: str) -> None:
    if len(accounts) > MOST:
        raise DomainError(f"{MOST:,} accounts at a time at most. Narrow the list, or use {instead}. Nothing changed.")
