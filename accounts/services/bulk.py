"""The same change for many accounts: all of them or none, one audit entry each."""

from collections.abc import Sequence

from django.db import transaction

from abxsite.lib.errors import DomainError
from abxsite.users.models import Person, User
from accounts import policies
from accounts.models import Account, Cluster
from accounts.services.accounts import assign_owner
from accounts.services.clusters import LARGEST, add_to_cluster

#: More than this at a time belongs into an import.
MOST = 2_000


@transaction.atomic
def assign_owners(*, actor: User | None, accounts: Sequence[Account], owner: Person | None) -> int:
    """How many accounts changed their owner."""
    policies.check_assign(actor)
    _check_size(accounts)
    wanted = owner.pk if owner else None
    changing = [account for account in accounts if account.owner_id != wanted]
    for account in sorted(changing, key=lambda one: one.pk):
        assign_owner(actor=actor, account=account, owner=owner)
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


def _check_size(accounts: Sequence[Account]) -> None:
    if len(accounts) > MOST:
        raise DomainError(f"{MOST:,} accounts at a time at most. Narrow the list, or import a file with the owners.")
