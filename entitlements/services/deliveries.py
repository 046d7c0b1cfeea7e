"""Deliveries: planned evenly over a year when an account is placed, settled by those who do them."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import Person, User
from accounts.models import Cluster, ClusterMembership
from entitlements import policies
from entitlements.choices import Category, DeliveryState, Per
from entitlements.models import Delivery, Entitlement, Worker
from tiering.choices import PlacementSource
from tiering.models import Placement, Tier

YEAR = 365
MOST_AT_ONCE = 5000
EARLY = 30  # research comes first: within a month of the beginning of its part of the year


def due_dates(start: date, times: int, *, early: bool = False) -> list[date]:
    """`times` dates in the year from `start`: the middle of each equal part, or within its first month."""
    middle = [start + timedelta(days=YEAR * (2 * index + 1) // (2 * times)) for index in range(times)]
    if not early:
        return middle
    first = [start + timedelta(days=YEAR * index // times + EARLY) for index in range(times)]
    return [min(pair) for pair in zip(first, middle, strict=True)]


def plan_for_placement(placement: Placement) -> int:
    """Plan the next year's deliveries of an open placement; how many. Planning again plans nothing twice."""
    return plan_for_placements([placement.pk])


@transaction.atomic
def plan_for_placements(ids: Iterable[int]) -> int:
    """The same for many at once.

    The placements are locked, so that a close that comes at the same time cancels what is planned here.
    """
    locked = Placement.objects.select_for_update(no_key=True, of=("self",)).select_related("tier").order_by("pk")
    today = clock.today()
    promises: dict[int, list[Entitlement]] = {}
    people: dict[int, dict[int, list[Person]]] = {}
    rows: list[Delivery] = []
    for placement in locked.filter(pk__in=ids):
        if placement.until or placement.voided_at:
            continue
        tier = placement.tier_id
        if tier not in promises:
            promised = Entitlement.objects.on(today).filter(tier_id=tier, per=Per.ACCOUNT, quantity__gt=0)
            promises[tier], people[tier] = list(promised), _people_by_role(placement.tier, today)
        start = today if placement.source == PlacementSource.IMPORTED else clock.day_of(placement.since)
        for entitlement in promises[tier]:
            person = _chosen(people[tier], entitlement, placement.account_id)
            rows += [
                Delivery(account_id=placement.account_id, placement_id=placement.pk, person=person, **row)
                for row in _planned(entitlement, start)
            ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


def _planned(entitlement: Entitlement, start: date) -> list[dict[str, object]]:
    dates = due_dates(start, entitlement.quantity, early=entitlement.category == Category.RESEARCH)
    return [
        {"entitlement": entitlement, "number": number, "due_on": due, "planned_from": start}
        for number, due in enumerate(dates, start=1)
    ]


@transaction.atomic
def plan_for_entitlement(entitlement_id: int) -> int:
    """Plan a new promise, from today, for the accounts that hold its tier already; how many. Once only."""
    entitlement = (
        Entitlement.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .filter(pk=entitlement_id, planned_at__isnull=True)
        .select_related("tier")
        .first()
    )
    if entitlement is None:
        return 0
    rows: list[Delivery] = []
    if entitlement.per == Per.ACCOUNT and entitlement.quantity:
        today, people = clock.today(), _people_by_role(entitlement.tier, clock.today())
        placements = Placement.objects.open().filter(tier=entitlement.tier).order_by("pk")
        planned = _planned(entitlement, today)
        for pk, account_id in placements.select_for_update(no_key=True).values_list("pk", "account_id"):
            person = _chosen(people, entitlement, account_id)
            rows += [Delivery(account_id=account_id, placement_id=pk, person=person, **row) for row in planned]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    entitlement.planned_at = clock.now()
    entitlement.save(update_fields=("planned_at",))
    return len(rows)


@transaction.atomic
def plan_for_cluster(cluster_id: int, tier: Tier) -> int:
    """One set per cluster and year, however many members hold the tier: its lock makes two planners one."""
    cluster = Cluster.objects.select_for_update(no_key=True).get(pk=cluster_id)
    today = clock.today()
    planned = set(
        cluster.deliveries.exclude(state=DeliveryState.CANCELLED)
        .filter(planned_from__gt=today - timedelta(days=YEAR))
        .values_list("entitlement_id", flat=True)
    )
    promised = Entitlement.objects.on(today).filter(tier=tier, per=Per.CLUSTER, quantity__gt=0)
    people = _people_by_role(tier, today)
    rows = [
        Delivery(cluster=cluster, person=cluster.owner or _chosen(people, entitlement, cluster.pk), **row)
        for entitlement in promised.exclude(pk__in=planned)
        for row in _planned(entitlement, today)
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


@transaction.atomic
def cancel_for_placements(ids: Iterable[int]) -> int:
    """Cancel what the accounts of closed placements have not got yet; how many."""
    list(Placement.objects.select_for_update(no_key=True).order_by("pk").filter(pk__in=ids).values_list("pk"))
    cancelled: int = Delivery.objects.due().filter(placement_id__in=ids).update(state=DeliveryState.CANCELLED)
    return cancelled


@transaction.atomic
def cancel_for_cluster(cluster_id: int, tier: Tier) -> int:
    """Cancel what a cluster has not got yet, when no present member holds the tier any more; how many."""
    cluster = Cluster.objects.select_for_update(no_key=True).get(pk=cluster_id)
    members = ClusterMembership.objects.filter(cluster=cluster, until__isnull=True).values("account_id")
    if Placement.objects.open().filter(tier=tier, account_id__in=members).exists():
        return 0
    due = Delivery.objects.due().filter(cluster=cluster, entitlement__tier=tier)
    cancelled: int = due.update(state=DeliveryState.CANCELLED)
    return cancelled


def _people_by_role(tier: Tier, day: date) -> dict[int, list[Person]]:
    """Who serves a tier, by role: those with a share of their time for it, and those without any shares."""
    found: dict[int, list[Person]] = {}
    workers = Worker.objects.on(day).filter(Q(shares__isnull=True) | Q(shares__tier=tier, shares__percent__gt=0))
    for worker in workers.select_related("person").order_by("id").distinct():
        found.setdefault(worker.role_id, []).append(worker.person)
    return found


def _chosen(people: dict[int, list[Person]], entitlement: Entitlement, key: int) -> Person | None:
    """Spread over those who do the work; the same account always gets the same person."""
    able = people.get(entitlement.owner_role_id or 0, [])
    return able[key % len(able)] if able else None


@transaction.atomic
def complete_delivery(
    *, actor: User | None, delivery: Delivery, on: date | None = None, note: str = "", cost: Decimal | None = None
) -> Delivery:
    policies.check_may_deliver(actor, delivery)
    day = on or clock.today()
    if day > clock.today():
        raise DomainError("A delivery is done today or before.", field="on")
    return _settle(actor, delivery, DeliveryState.DONE, "delivery_complete", done_on=day, note=note.strip(), cost=cost)


@transaction.atomic
def complete_deliveries(*, actor: User, deliveries: QuerySet[Delivery]) -> int:
    """Done today, all of `deliveries` that are due and that `actor` may settle; how many. One entry in the record."""
    due = deliveries.filter(state=DeliveryState.DUE)
    if not policies.may_keep(actor):
        due = due.filter(person=actor.person)
    ids = list(due.order_by("due_on", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    settled = Delivery.objects.due().filter(pk__in=ids)
    done: int = settled.update(state=DeliveryState.DONE, done_by=actor, done_on=clock.today())
    if done:
        record(
            actor=actor,
            action="delivery_complete_many",
            subject=Delivery.objects.get(pk=ids[0]),
            after={"state": "done", "deliveries": ids},
            sentence=f"{done} deliveries done.",
        )
    return done


@transaction.atomic
def skip_delivery(*, actor: User | None, delivery: Delivery, reason: str) -> Delivery:
    policies.check_may_deliver(actor, delivery)
    if not reason.strip():
        raise DomainError("Say why it is skipped: the account's receipt will show it.", field="reason")
    return _settle(actor, delivery, DeliveryState.SKIPPED, "delivery_skip", done_on=clock.today(), note=reason.strip())


def _settle(actor: User | None, delivery: Delivery, state: DeliveryState, action: str, **fields: object) -> Delivery:
    if len(str(fields.get("note", ""))) > 400:
        raise DomainError("A note has at most 400 characters.", field="note")
    updated = Delivery.objects.due().filter(pk=delivery.pk).update(state=state, done_by=actor, **fields)
    fresh = _fresh(delivery)
    if updated != 1:
        if fresh.state == state and fresh.done_by == actor:
            return fresh
        who = fresh.done_by.name if fresh.done_by else "the placement's end"
        raise Conflict(f"{fresh.get_state_display()} already, by {who}.")
    record(actor=actor, action=action, subject=fresh, before={"state": "due"}, after={"state": state, **fields})
    return fresh


def _fresh(delivery: Delivery) -> Delivery:
    row: Delivery = Delivery.objects.with_names().get(pk=delivery.pk)
    return row


@transaction.atomic
def reopen_delivery(*, actor: User | None, delivery: Delivery) -> Delivery:
    """Undo of done or skipped."""
    policies.check_may_deliver(actor, delivery)
    settled = Delivery.objects.filter(pk=delivery.pk, state__in=(DeliveryState.DONE, DeliveryState.SKIPPED))
    before = delivery.state
    if settled.update(state=DeliveryState.DUE, done_on=None, done_by=None, note="", cost=None) != 1:
        raise Conflict("It is not done or skipped any more. Look again.")
    fresh = _fresh(delivery)
    record(actor=actor, action="delivery_reopen", subject=fresh, before={"state": before}, after={"state": "due"})
    return fresh


def next_deliveries(account_ids: Iterable[int]) -> dict[int, Delivery]:
    """The earliest due delivery of each account, its cluster's included; accounts without one are missing."""
    ids: Sequence[int] = list(account_ids)
    found: dict[int, Delivery] = {}
    own = Delivery.objects.due().filter(account_id__in=ids).order_by("account_id", "due_on", "id")
    for delivery in own.distinct("account_id").select_related("entitlement"):
        found[delivery.account_id] = delivery
    memberships = ClusterMembership.objects.filter(account_id__in=ids, until__isnull=True)
    cluster_of = dict(memberships.values_list("account_id", "cluster_id"))
    shared = Delivery.objects.due().filter(cluster_id__in=set(cluster_of.values()))
    first = shared.order_by("cluster_id", "due_on", "id").distinct("cluster_id").select_related("entitlement")
    of_cluster = {row.cluster_id: row for row in first}
    for account_id, cluster_id in cluster_of.items():
        theirs = of_cluster.get(cluster_id)
        if theirs and (account_id not in found or theirs.due_on < found[account_id].due_on):
            found[account_id] = theirs
    return found
