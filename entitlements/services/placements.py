"""The placement outbox: what a changed placement sets off here. Handled once, safe when delivered twice or killed."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from abxsite.lib import clock
from accounts.models import ClusterMembership
from entitlements.choices import DeliveryState, Per
from entitlements.models import Delivery, Entitlement
from entitlements.services.deliveries import (
    YEAR,
    cancel_for_cluster,
    cancel_for_placements,
    plan_for_cluster,
    plan_for_entitlement,
    plan_for_placements,
)
from tiering.models import Placement, PlacementOutbox, Tier

BATCH = 50


@transaction.atomic
def handle_batch(size: int = BATCH) -> int:
    """Plan or cancel for the oldest rows that nobody else is handling; how many. All or nothing.

    All placements are locked first and in the order of ids: one order of locks for all workers.
    """
    waiting = PlacementOutbox.objects.select_for_update(skip_locked=True).filter(handled_at__isnull=True)
    rows = list(waiting.order_by("id")[:size])
    placements = sorted({row.placement_id for row in rows})
    list(Placement.objects.select_for_update(no_key=True).order_by("pk").filter(pk__in=placements).values_list("pk"))
    cancel_for_placements([row.placement_id for row in rows if row.closed])
    plan_for_placements([row.placement_id for row in rows if not row.closed])
    PlacementOutbox.objects.filter(pk__in=[row.pk for row in rows]).update(handled_at=clock.now())
    return len(rows)


def handle_placements(batches: int | None = None) -> int:
    """Batch by batch until the outbox is empty, or `batches` are done; then new promises and clusters. How many."""
    handled = 0
    while batches is None or batches > 0:
        done = handle_batch()
        handled += done
        if done == 0:
            break
        batches = None if batches is None else batches - 1
    settle_entitlements()
    settle_clusters()
    return handled


def settle_entitlements() -> None:
    """What was promised since the last time is planned for those who hold the tier already."""
    new = Entitlement.objects.on(clock.today()).filter(planned_at__isnull=True)
    for pk in list(new.order_by("pk").values_list("pk", flat=True)):
        plan_for_entitlement(pk)


def settle_clusters() -> None:
    """Clusters that gained their first member of a tier get their year; those that lost the last one lose it."""
    today = clock.today()
    shared = Entitlement.objects.on(today).filter(per=Per.CLUSTER, quantity__gt=0)
    tiers = {tier.pk: tier for tier in Tier.objects.filter(pk__in=shared.values("tier_id"))}
    if not tiers:
        return
    for tier_id, tier in tiers.items():
        for cluster_id in _clusters_without_a_plan(tier):
            plan_for_cluster(cluster_id, tier)
        for cluster_id in _clusters_left(tier_id):
            cancel_for_cluster(cluster_id, tier)


def _seated(tier_id: int) -> Exists:
    return Exists(Placement.objects.open().filter(tier_id=tier_id, account_id=OuterRef("account_id")))


def _clusters_without_a_plan(tier: Tier) -> list[int]:
    today = clock.today()
    planned = Delivery.objects.exclude(state=DeliveryState.CANCELLED).filter(
        cluster_id=OuterRef("cluster_id"), entitlement__tier=tier, planned_from__gt=today - timedelta(days=YEAR)
    )
    members = ClusterMembership.objects.filter(_seated(tier.pk), ~Exists(planned), until__isnull=True)
    return list(members.order_by("cluster_id").values_list("cluster_id", flat=True).distinct())


def _clusters_left(tier_id: int) -> list[int]:
    members = ClusterMembership.objects.filter(_seated(tier_id), cluster_id=OuterRef("cluster_id"), until__isnull=True)
    left = Delivery.objects.due().filter(~Exists(members), entitlement__tier_id=tier_id, cluster__isnull=False)
    return list(left.order_by("cluster_id").values_list("cluster_id", flat=True).distinct())
