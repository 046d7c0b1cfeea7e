"""Clusters: the problem first, then who shares it."""

from typing import Any

from django.db import IntegrityError, transaction

from abxsite.audit.services import changes, record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import Person, User
from accounts import policies
from accounts.models import Account, Cluster, ClusterMembership
from accounts.services.marks import mark_for_rescore

LARGEST = 15
SMALLEST = 5


@transaction.atomic
def create_cluster(
    *, actor: User | None, name: str, problem: str, owner: Person | None = None, problem_tag: str = "",
    target_size: int = 10,
) -> Cluster:  # fmt: skip
    policies.check_cluster(actor)
    cluster = Cluster(
        name=name.strip(), problem=problem.strip(), owner=owner, problem_tag=problem_tag, target_size=target_size,
        created_at=clock.now(),
    )  # fmt: skip
    cluster.full_clean()
    cluster.save(force_insert=True)
    record(actor=actor, action="cluster_create", subject=cluster, after={"problem": cluster.problem})
    return cluster


@transaction.atomic
def update_cluster(*, actor: User | None, cluster: Cluster, **fields: Any) -> Cluster:
    policies.check_cluster(actor)
    cluster = Cluster.objects.select_for_update(no_key=True).get(pk=cluster.pk)
    before, after = changes(cluster, fields)
    if after:
        for name, value in after.items():
            setattr(cluster, name, value)
        cluster.full_clean()
        cluster.save(update_fields=list(after))
        record(actor=actor, action="cluster_update", subject=cluster, before=before, after=after)
    return cluster


@transaction.atomic
def freeze_cluster(*, actor: User | None, cluster: Cluster, frozen: bool) -> Cluster:
    """A frozen cluster takes no new members and offers no seats; its members stay."""
    return update_cluster(actor=actor, cluster=cluster, frozen_at=clock.now() if frozen else None)


@transaction.atomic
def add_to_cluster(*, actor: User | None, cluster: Cluster, account: Account) -> ClusterMembership:
    """From today; leaves the cluster that the account is in now."""
    policies.check_cluster(actor)
    cluster = Cluster.objects.select_for_update(no_key=True).get(pk=cluster.pk)
    if cluster.frozen_at:
        raise DomainError(f"{cluster.name} is frozen and takes no new members.")
    members = cluster.memberships.filter(until__isnull=True)
    stored: ClusterMembership | None = members.filter(account=account).first()
    if stored is not None:
        return stored
    if members.count() >= LARGEST:
        raise DomainError(f"{cluster.name} has {LARGEST} members, the most that one problem can hold. Split it first.")
    _leave(account)
    try:
        with transaction.atomic():
            row = ClusterMembership.objects.create(
                cluster=cluster, account=account, since=clock.today(), added_by=actor
            )
    except IntegrityError as error:
        raise Conflict(f"{account.name} was put into another cluster meanwhile. Look again.") from error
    record(actor=actor, action="cluster_add", subject=cluster, after={"account": account.name})
    mark_for_rescore([account.pk])
    return row


@transaction.atomic
def remove_from_cluster(*, actor: User | None, cluster: Cluster, account: Account) -> None:
    policies.check_cluster(actor)
    if _leave(account, cluster):
        record(actor=actor, action="cluster_remove", subject=cluster, before={"account": account.name})
        mark_for_rescore([account.pk])


def _leave(account: Account, cluster: Cluster | None = None) -> bool:
    """Close the open membership today; one that began today never was, so its row goes."""
    rows = ClusterMembership.objects.filter(account=account, until__isnull=True)
    if cluster is not None:
        rows = rows.filter(cluster=cluster)
    gone, _ = rows.filter(since=clock.today()).delete()
    return bool(gone + rows.update(until=clock.today()))
