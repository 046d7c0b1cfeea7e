"""Capacity from the database, and the caps that a person publishes."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from django.db import transaction

from abxsite.lib import clock, locks
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import User
from accounts.models import Cluster
from entitlements import policies
from entitlements.capacity import Facts, Promise, StaffingFacts, TierCapacity, TierFacts, WorkerFacts, compute
from entitlements.capacity.facts import QUARTERS
from entitlements.catalogue import level_at
from entitlements.choices import Per
from entitlements.models import Budget, Entitlement, StaffingRule, Worker, WorkRole
from tiering.models import Cap, Tier
from tiering.services.placements import seats_in_use
from tiering.services.tiers import active_tiers, current_caps, publish_cap

USUAL_CLUSTER = Fraction(10)


def compute_capacity(on: date | None = None) -> list[TierCapacity]:
    """What each active tier can carry over the four quarters from the one that `on` lies in."""
    return compute(facts_on(on))


def quarters_from(on: date) -> list[date]:
    """The first days of four quarters."""
    first = clock.quarter_start(on)
    return [clock.add_months(first, 3 * index) for index in range(QUARTERS)]


def facts_on(on: date | None = None) -> Facts:
    day = on or clock.today()
    tiers = active_tiers()
    return Facts(
        tiers=_tiers(tiers),
        roles=dict(WorkRole.objects.values_list("id", "name")),
        promises=_promises(day, tiers),
        workers=_workers(day),
        staffing=tuple(
            StaffingFacts(rule.tier_id, rule.role_id, Fraction(rule.covers), rule.per == Per.CLUSTER)
            for rule in StaffingRule.objects.filter(tier__in=tiers)
        ),
        budgets=_budgets(day, tiers),
    )


def _tiers(tiers: list[Tier]) -> tuple[TierFacts, ...]:
    caps, used = current_caps(), seats_in_use()
    staffed = Cluster.objects.filter(owner__isnull=False, frozen_at__isnull=True)
    sizes = list(staffed.values_list("target_size", flat=True))
    size = Fraction(sum(sizes), len(sizes)) if sum(sizes) else USUAL_CLUSTER
    return tuple(
        TierFacts(
            id=tier.pk,
            name=tier.name,
            order=tier.order,
            wanted=_wanted(place, caps.get(tier.pk) if tier.capped else used.get(tier.pk, 0)),
            capped=tier.capped,
            clustered=tier.clustered,
            places=sum(sizes),
            cluster_size=size,
        )
        for place, tier in enumerate(tiers)
    )


def _wanted(place: int, seats: int | None) -> int:
    """The published cap (or who is there, where there is none); before the first one what is usual for the level."""
    level = level_at(place)
    return seats if seats is not None else level.wanted if level else 0


def _promises(day: date, tiers: list[Tier]) -> tuple[Promise, ...]:
    current = Entitlement.objects.on(day).filter(tier__in=tiers).prefetch_related("hours")
    return tuple(
        Promise(
            tier=entitlement.tier_id,
            times=entitlement.quantity,
            hours=tuple((row.role_id, Fraction(row.hours)) for row in entitlement.hours.all()),
            money=Fraction(entitlement.money),
            per_cluster=entitlement.per == Per.CLUSTER,
        )
        for entitlement in current
    )


def _workers(day: date) -> tuple[WorkerFacts, ...]:
    """Everybody ever entered: who has left gives no time, but the role stays known."""
    return tuple(
        WorkerFacts(
            role=worker.role_id,
            fte=Fraction(worker.fte_percent, 100),
            hours_week=Fraction(worker.hours_week),
            holiday=Fraction(worker.holiday_percent, 100),
            shares=tuple((share.tier_id, Fraction(share.percent, 100)) for share in worker.shares.all()),
            present=tuple(_present(worker, day, start) for start in quarters_from(day)),
        )
        for worker in Worker.objects.prefetch_related("shares")
    )


def _present(worker: Worker, day: date, start: date) -> Fraction:
    """The part of a quarter's days that somebody is there; of the running quarter, the days that are left."""
    end = clock.add_months(start, 3)
    start = max(start, day)
    since, until = max(start, worker.since), min(end, worker.until or end)
    return Fraction(max(0, (until - since).days), (end - start).days)


def _budgets(day: date, tiers: list[Tier]) -> dict[tuple[int, int], Fraction]:
    quarters = quarters_from(day)
    rows = Budget.objects.filter(tier__in=tiers, quarter__in=quarters)
    return {(row.tier_id, quarters.index(row.quarter)): Fraction(row.amount) for row in rows}


def last_published() -> Cap | None:
    """The newest cap of all; its id tells two tabs apart."""
    return Cap.objects.select_related("published_by__person", "tier").order_by("-id").first()


@transaction.atomic
def publish_caps(*, actor: User | None, seats: Mapping[int, int], note: str, seen: int | None = None) -> list[Cap]:
    """Publish the caps of `seats` (by tier id) that differ from the published ones, with what the model says.

    `seen` is the id of the newest cap that the person was looking at: whoever published in between is named
    (Conflict) and nothing changes; the same person publishing the same again changes nothing.
    """
    policies.check_may_keep(actor, "publish caps")
    locks.take("caps")
    tiers = {tier.pk: tier for tier in active_tiers() if tier.capped}
    if seats.keys() - tiers.keys():
        raise DomainError("One of these tiers has no cap any more. Look at the page again.")
    now = current_caps()
    differing = {tier: wanted for tier, wanted in seats.items() if wanted != now.get(tier)}
    if not differing:
        return []
    _check_seen(seen)
    if not note.strip():
        raise DomainError("Say in a sentence why: the note stands beside the caps.", field="note")
    said = {capacity.tier: capacity for capacity in compute_capacity()}
    return [
        publish_cap(
            actor=actor,
            tier=tiers[tier],
            seats=differing[tier],
            note=note.strip(),
            computed=said[tier].seats,
            binding=said[tier].sentence,
        )
        for tier in sorted(differing, key=lambda pk: tiers[pk].order)
    ]


def _check_seen(seen: int | None) -> None:
    last = last_published()
    if seen is not None and last is not None and last.pk != seen:
        who = last.published_by.name if last.published_by else "The system"
        raise Conflict(
            f"{who} published {last.seats} for {last.tier.name} meanwhile"
            f"{f' (“{last.note}”)' if last.note else ''}. Nothing of yours is published yet."
        )
