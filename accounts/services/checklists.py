"""The content checklist of a cluster: the usual items first, own ones after, ticked off by somebody at some time."""

from typing import Literal

from django.db import transaction
from django.db.models import Max

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from accounts import policies
from accounts.models import ChecklistItem, Cluster

#: What One-to-Few work usually makes once for all accounts of a cluster, in the order of making it.
USUAL = (
    "Cluster research: the problem in their own words",
    "Point of view: one page that names the problem",
    "Landing page",
    "Customer story that fits the problem",
    "Talk track for sales",
    "Roadshow or round table",
)
MOST_ITEMS = 30


@transaction.atomic
def fill_checklist(*, actor: User | None, cluster: Cluster) -> int:
    """Add the usual items that the list lacks; how many."""
    policies.check_cluster(actor)
    _lock(cluster)
    has = set(cluster.items.values_list("name", flat=True))
    lacking = [name for name in USUAL if name not in has]
    first = _next_place(cluster)
    ChecklistItem.objects.bulk_create(
        ChecklistItem(cluster=cluster, name=name, place=first + number, created_at=clock.now())
        for number, name in enumerate(lacking)
    )
    return len(lacking)


@transaction.atomic
def add_item(*, actor: User | None, cluster: Cluster, name: str) -> ChecklistItem:
    policies.check_cluster(actor)
    _lock(cluster)
    if cluster.items.count() >= MOST_ITEMS:
        raise DomainError(f"{MOST_ITEMS} items are the most. Take one away first.", field="name")
    item = ChecklistItem(cluster=cluster, name=name.strip(), place=_next_place(cluster), created_at=clock.now())
    item.full_clean()
    item.save(force_insert=True)
    record(actor=actor, action="cluster_item_add", subject=cluster, after={"item": item.name})
    return item


@transaction.atomic
def tick_item(*, actor: User | None, item: ChecklistItem, done: bool) -> bool:
    """Whether anything changed: who ticked it first stays."""
    policies.check_cluster(actor)
    same = ChecklistItem.objects.filter(pk=item.pk, done_at__isnull=done)
    changed = same.update(done_at=clock.now() if done else None, done_by=actor if done else None)
    if changed:
        action = "cluster_item_done" if done else "cluster_item_reopen"
        record(actor=actor, action=action, subject=item.cluster, after={"item": item.name})
    return bool(changed)


@transaction.atomic
def remove_item(*, actor: User | None, item: ChecklistItem) -> None:
    policies.check_cluster(actor)
    gone, _ = ChecklistItem.objects.filter(pk=item.pk).delete()
    if gone:
        record(actor=actor, action="cluster_item_remove", subject=item.cluster, before={"item": item.name})


@transaction.atomic
def move_item(*, actor: User | None, item: ChecklistItem, way: Literal["up", "down"]) -> None:
    """One place up or down; the first stays first."""
    policies.check_cluster(actor)
    _lock(item.cluster)
    items = list(item.cluster.items.all())
    here = next((place for place, one in enumerate(items) if one.pk == item.pk), None)
    if here is None:
        return
    there = here - 1 if way == "up" else here + 1
    if not 0 <= there < len(items):
        return
    items[here], items[there] = items[there], items[here]
    for place, one in enumerate(items):
        one.place = place
    ChecklistItem.objects.bulk_update(items, ["place"])


def _lock(cluster: Cluster) -> None:
    Cluster.objects.select_for_update(no_key=True).filter(pk=cluster.pk).first()


def _next_place(cluster: Cluster) -> int:
    last: int | None = cluster.items.aggregate(last=Max("place"))["last"]
    return 0 if last is None else last + 1
