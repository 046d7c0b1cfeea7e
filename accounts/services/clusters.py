"""Clusters: the problem first, then who shares it.

Whatever changes which accounts have a place in a staffed cluster leaves marks: the tiering side reads memberships and
works the standings out again. Clusters are locked in the order of their ids.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from abxsite.audit.services import changes, record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import Person, User
from accounts import policies
from accounts.models import Account, Cluster, ClusterMembership
from accounts.services.checklists import fill_checklist
from accounts.services.marks import mark_for_rescore

LARGEST = 15
SMALLEST = 5


@transaction.atomic
def create_cluster(
    *, actor: User | None, name: str, problem: str, owner: Person | None = None, problem_tag: str = "",
    target_size: int = 10, conditions: Sequence[dict[str, Any]] = (), accounts: Collection[Account] = (),
) -> Cluster:  # fmt: skip
    """With the usual checklist, and `accounts` as its first members."""
    policies.check_cluster(actor)
    if len(accounts) > LARGEST:
        raise DomainError(f"{len(accounts)} accounts are too many: {LARGEST} is the most that one problem can hold.")
    cluster = Cluster(
        name=name.strip(), problem=problem.strip(), owner=owner, problem_tag=problem_tag.strip(),
        target_size=target_size, conditions=list(conditions), created_at=clock.now(),
    )  # fmt: skip
    cluster.full_clean()
    try:
        with transaction.atomic():
            cluster.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(f"A cluster called {cluster.name} was made meanwhile.") from error
    record(actor=actor, action="cluster_create", subject=cluster, after={"problem": cluster.problem})
    fill_checklist(actor=actor, cluster=cluster)
    for account in sorted(accounts, key=lambda one: one.pk):
        add_to_cluster(actor=actor, cluster=cluster, account=account)
    return cluster


@transaction.atomic
def update_cluster(
    *, actor: User | None, cluster: Cluster, seen: dict[str, Any] | None = None, **fields: Any
) -> Cluster:
    """`seen` are the fields as the person saw them: when somebody changed one meanwhile, nothing is written."""
    policies.check_cluster(actor)
    cluster = lock_cluster(cluster)
    for name, value in (seen or {}).items():
        if getattr(cluster, name) != value:
            raise Conflict(f"{cluster.name} was changed meanwhile ({name.replace('_', ' ')}). Look again.")
    before, after = changes(cluster, fields)
    if after:
        for name, value in after.items():
            setattr(cluster, name, value)
        cluster.full_clean()
        cluster.save(update_fields=list(after))
        record(actor=actor, action="cluster_update", subject=cluster, before=before, after=after)
        if "owner" in after:
            _mark_members(cluster)
    return cluster


@transaction.atomic
def freeze_cluster(*, actor: User | None, cluster: Cluster, frozen: bool) -> Cluster:
    """A frozen cluster takes no new members and offers no seats; its members stay. Twice is once."""
    policies.check_cluster(actor)
    cluster = lock_cluster(cluster)
    if (cluster.frozen_at is not None) == frozen:
        return cluster
    cluster.frozen_at = clock.now() if frozen else None
    cluster.save(update_fields=["frozen_at"])
    record(actor=actor, action="cluster_freeze" if frozen else "cluster_open", subject=cluster)
    _mark_members(cluster)
    return cluster


@transaction.atomic
def add_to_cluster(*, actor: User | None, cluster: Cluster, account: Account) -> ClusterMembership:
    """From today; leaves the cluster that the account is in now."""
    policies.check_cluster(actor)
    cluster = lock_cluster(cluster)
    if cluster.frozen_at:
        raise DomainError(f"{cluster.name} is frozen and takes no new members.")
    if account.merged_into_id:
        raise DomainError(f"{account.name} was merged into another account. Add that one.")
    members = cluster.memberships.filter(until__isnull=True)
    stored: ClusterMembership | None = members.filter(account=account).first()
    if stored is not None:
        return stored
    if members.count() >= LARGEST:
        raise DomainError(f"{cluster.name} has {LARGEST} members, the most that one problem can hold. Split it first.")
    row = enter(actor=actor, cluster=cluster, account=account)
    mark_for_rescore([account.pk])
    return row


@transaction.atomic
def remove_from_cluster(*, actor: User | None, cluster: Cluster, account: Account) -> None:
    policies.check_cluster(actor)
    if _leave(actor, account, cluster):
        mark_for_rescore([account.pk])


def lock_cluster(cluster: Cluster) -> Cluster:
    """The row as it is now, for the rest of the transaction; refuses one that was merged into another."""
    locked: Cluster = Cluster.objects.select_for_update(no_key=True).get(pk=cluster.pk)
    if locked.merged_into is not None:
        raise DomainError(f"{locked.name} was merged into {locked.merged_into.name}, and is kept only for its history.")
    return locked


def enter(*, actor: User | None, cluster: Cluster, account: Account) -> ClusterMembership:
    """Close the membership that the account has, open one here today, and record both. The caller holds the lock."""
    _leave(actor, account)
    try:
        with transaction.atomic():
            row = ClusterMembership.objects.create(
                cluster=cluster, account=account, since=clock.today(), added_by=actor
            )
    except IntegrityError as error:
        raise Conflict(f"{account.name} was put into another cluster meanwhile. Look again.") from error
    record(
        actor=actor, action="cluster_add", subject=cluster, after={"account": account.name, "account_id": account.pk}
    )
    return row


def _leave(actor: User | None, account: Account, cluster: Cluster | None = None) -> bool:
    """Close the open membership today; one that began today never was, so its row goes."""
    rows = ClusterMembership.objects.filter(account=account, until__isnull=True)
    if cluster is not None:
        rows = rows.filter(cluster=cluster)
    left = rows.select_related("cluster").first()
    gone, _ = rows.filter(since=clock.today()).delete()
    closed = rows.update(until=clock.today())
    if left is not None and gone + closed:
        before = {"account": account.name, "account_id": account.pk}
        record(actor=actor, action="cluster_remove", subject=left.cluster, before=before)
    return bool(gone + closed)


def _mark_members(cluster: Cluster) -> None:
    mark_for_rescore(cluster.memberships.filter(until__isnull=True).values_list("account_id", flat=True))
