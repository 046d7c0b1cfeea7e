"""Two clusters out of one, one out of two. Periods close and open today; history stays with the cluster it was in."""

from collections.abc import Collection

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import Person, User
from accounts import policies
from accounts.models import Account, ChecklistItem, Cluster
from accounts.services.clusters import LARGEST, create_cluster, enter, lock_cluster
from accounts.services.marks import mark_for_rescore


@transaction.atomic
def split_cluster(
    *, actor: User | None, cluster: Cluster, account_ids: Collection[int], name: str, problem: str,
    owner: Person | None = None, problem_tag: str = "",
) -> Cluster:  # fmt: skip
    """Some members become a cluster of their own, with a problem of its own. Both keep at least one member."""
    policies.check_cluster(actor)
    cluster = lock_cluster(cluster)
    members = _members(cluster)
    chosen = [account for account in members if account.pk in set(account_ids)]
    if len(chosen) != len(set(account_ids)):
        raise Conflict(f"Somebody changed the members of {cluster.name} meanwhile. Choose again.")
    if not chosen:
        raise DomainError("Choose the members that go into the new cluster.", field="accounts")
    if len(chosen) == len(members):
        raise DomainError("Leave at least one member here, or rename this cluster instead.", field="accounts")
    if problem.strip().casefold() == cluster.problem.strip().casefold():
        raise DomainError("That is the problem of the cluster that you split. What do these have instead?",
                          field="problem")  # fmt: skip
    new = create_cluster(actor=actor, name=name, problem=problem, owner=owner, problem_tag=problem_tag)
    _move(actor, chosen, new)
    record(
        actor=actor, action="cluster_split", subject=cluster,
        after={"into": new.name, "into_id": new.pk, "accounts": len(chosen)},
    )  # fmt: skip
    return new


@transaction.atomic
def merge_clusters(*, actor: User | None, cluster: Cluster, into: Cluster) -> Cluster:
    """All members of `cluster` and its unfinished checklist go into the other; it stays behind, empty and frozen."""
    policies.check_cluster(actor)
    if cluster.pk == into.pk:
        raise DomainError("A cluster cannot be merged into itself.", field="into")
    locked = {one.pk: lock_cluster(one) for one in sorted((cluster, into), key=lambda each: each.pk)}
    cluster, into = locked[cluster.pk], locked[into.pk]
    if into.frozen_at:
        raise DomainError(f"{into.name} is frozen. Open it again first.", field="into")
    members, there = _members(cluster), into.memberships.filter(until__isnull=True).count()
    if len(members) + there > LARGEST:
        raise DomainError(
            f"{len(members)} and {there} members make {len(members) + there}; {LARGEST} is the most that one problem"
            " can hold. Nothing was changed.",
            field="into",
        )
    _move(actor, members, into)
    _hand_over(cluster, into)
    cluster.frozen_at = cluster.frozen_at or clock.now()
    cluster.merged_into = into
    cluster.save(update_fields=["frozen_at", "merged_into"])
    about = {"accounts": len(members)}
    record(actor=actor, action="cluster_merge", subject=cluster,
           after={"into": into.name, "into_id": into.pk, **about})  # fmt: skip
    record(actor=actor, action="cluster_take_over", subject=into,
           after={"from": cluster.name, "from_id": cluster.pk, **about})  # fmt: skip
    return into


def _members(cluster: Cluster) -> list[Account]:
    rows = cluster.memberships.filter(until__isnull=True).select_related("account").order_by("account_id")
    return [row.account for row in rows]


def _move(actor: User | None, accounts: Collection[Account], cluster: Cluster) -> None:
    for account in accounts:
        enter(actor=actor, cluster=cluster, account=account)
    mark_for_rescore(account.pk for account in accounts)


def _hand_over(cluster: Cluster, into: Cluster) -> None:
    """What is still to make goes along; what is done stays where it was done."""
    has = set(into.items.values_list("name", flat=True))
    place = into.items.count()
    todo = [item for item in cluster.items.filter(done_at__isnull=True) if item.name not in has]
    for number, item in enumerate(todo):
        item.cluster, item.place = into, place + number
    ChecklistItem.objects.bulk_update(todo, ["cluster", "place"])
