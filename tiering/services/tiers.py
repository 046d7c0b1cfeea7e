"""Tiers and their published caps: changed, added, retired; never deleted."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from abxsite.audit import services as audit
from abxsite.lib import clock, locks, queue
from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from tiering import policies
from tiering.models import Cap, Placement, Tier

EDITABLE = frozenset(
    {
        "name",
        "short_name",
        "colour",
        "capped",
        "clustered",
        "two_sided",
        "minimum_score",
        "minimum_potential",
        "minimum_coverage",
        "minimum_stay",
    }
)


def active_tiers() -> list[Tier]:
    """From the top."""
    return list(Tier.objects.active().order_by("order"))


def current_caps() -> dict[int, int | None]:
    """Seats per active tier: its newest published cap; None where the tier has no cap."""
    newest_first = Cap.objects.order_by("tier_id", "-published_at", "-id")
    newest = dict(newest_first.distinct("tier_id").values_list("tier_id", "seats"))
    return {tier.pk: newest.get(tier.pk) if tier.capped else None for tier in active_tiers()}


@transaction.atomic
def publish_cap(
    *, actor: User | None, tier: Tier, seats: int, note: str = "", computed: int | None = None, binding: str = ""
) -> Cap:
    """Append a cap; nothing else changes until the next cycle."""
    policies.check_may_keep(actor, "publish a cap")
    if tier.retired_at:
        raise DomainError(f"{tier.name} is retired.")
    before = current_caps().get(tier.pk)
    cap = Cap(tier=tier, seats=seats, note=note, computed=computed, binding=binding[:200], published_by=actor)
    cap.full_clean()
    cap.save()
    audit.record(
        actor=actor,
        action="cap_publish",
        subject=tier,
        before={"seats": before},
        after={"seats": seats},
        sentence=note or f"{tier.name}: {seats} seats.",
    )
    queue.wake("tiering.refresh_standings")
    return cap


@transaction.atomic
def change_tier(*, actor: User | None, tier: Tier, **changes: Any) -> Tier:
    """Names, thresholds, flags and colour; the order has a service of its own."""
    policies.check_may_keep(actor, "change tiers")
    if changes.keys() - EDITABLE:
        raise DomainError(f"{', '.join(sorted(changes.keys() - EDITABLE))} cannot be changed here.")
    tier = Tier.objects.select_for_update(no_key=True).get(pk=tier.pk)
    before, after = audit.changes(tier, changes)
    if after:
        for name, value in after.items():
            setattr(tier, name, value)
        tier.full_clean()
        tier.save(update_fields=tuple(after))
        audit.record(actor=actor, action="tier_change", subject=tier, before=before, after=after)
        queue.wake("tiering.refresh_standings")
    return tier


@transaction.atomic
def save_tier(*, actor: User | None, tier: Tier | None, seats: int | None, **fields: Any) -> Tier:
    """Add a tier (None) or change one, and publish its cap where `seats` differs."""
    saved = change_tier(actor=actor, tier=tier, **fields) if tier else add_tier(actor=actor, **fields)
    if saved.capped and seats is not None and current_caps()[saved.pk] != seats:
        publish_cap(actor=actor, tier=saved, seats=seats, note="Tier settings")
    return saved


@transaction.atomic
def add_tier(*, actor: User | None, name: str, short_name: str, **fields: Any) -> Tier:
    """A new tier at the bottom."""
    policies.check_may_keep(actor, "add tiers")
    locks.take("tiers")
    last = Tier.objects.active().aggregate(last=Max("order"))["last"] or 0
    tier = Tier(name=name, short_name=short_name, order=last + 1, **{"colour": min(5, last + 1)} | fields)
    tier.full_clean()
    tier.save()
    audit.record(actor=actor, action="tier_add", subject=tier, after={"order": tier.order})
    queue.wake("tiering.refresh_standings")
    return tier


@transaction.atomic
def move_tier(*, actor: User | None, tier: Tier, up: bool) -> None:
    """Swap places with the tier above or below; nothing at the ends."""
    policies.check_may_keep(actor, "reorder tiers")
    locks.take("tiers")
    tiers = active_tiers()
    here = next((index for index, other in enumerate(tiers) if other.pk == tier.pk), None)
    there = None if here is None else here + (-1 if up else 1)
    if here is None or there is None or not 0 <= there < len(tiers):
        return
    one, other = tiers[here], tiers[there]
    free = tiers[-1].order + 1
    for row, order in ((one, free), (other, one.order), (one, other.order)):
        Tier.objects.filter(pk=row.pk).update(order=order)
    audit.record(
        actor=actor, action="tier_reorder", subject=one, before={"order": one.order}, after={"order": other.order}
    )
    queue.wake("tiering.refresh_standings")


@transaction.atomic
def retire_tier(*, actor: User | None, tier: Tier) -> Tier:
    """Out of use from the next cycle on; refused while accounts hold it, and for the last one."""
    policies.check_may_keep(actor, "retire tiers")
    locks.take("tiers")
    tier = Tier.objects.select_for_update(no_key=True).get(pk=tier.pk)
    if tier.retired_at:
        return tier
    held = Placement.objects.base().open().filter(tier=tier).count()
    if held:
        raise DomainError(
            f"{held} account{'s hold' if held > 1 else ' holds'} {tier.name}. Publish a cap of 0 and let the next"
            " review move them; then it can be retired."
        )
    if Tier.objects.active().count() == 1:
        raise DomainError("One tier must remain.")
    tier.retired_at = clock.now()
    tier.save(update_fields=("retired_at",))
    audit.record(actor=actor, action="tier_retire", subject=tier, after={"retired_at": tier.retired_at})
    queue.wake("tiering.refresh_standings")
    return tier
