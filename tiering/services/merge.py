"""Two accounts become one: the tombstone keeps its placements, its seat goes to a survivor off the list (T3)."""

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from abxsite.lib import queue
from abxsite.users.models import User
from accounts.models import Account
from tiering.choices import Layer, PlacementSource
from tiering.models import Hold, Placement, PlacementOutbox, Standing
from tiering.services.placements import current_base, place, void_placement


class TierMerge:
    """Registered with accounts.merge_handlers. `done`: the placements closed and opened, the holds ended."""

    def preview(self, *, survivor: Account, loser: Account) -> list[str]:
        mine, theirs = current_base(survivor), current_base(loser)
        if theirs is None:
            return []
        if mine is None and theirs.tier.retired_at is None:
            return [f"{survivor.name} takes over the {theirs.tier.name} seat of {loser.name}."]
        if mine is None:
            return [f"{loser.name} leaves {theirs.tier.name}, which is retired."]
        return [f"{survivor.name} stays in {mine.tier.name}; the {theirs.tier.name} seat of {loser.name} is free."]

    def merge(self, *, actor: User | None, survivor: Account, loser: Account, moment: datetime) -> dict[str, Any]:
        mine, theirs = current_base(survivor), current_base(loser)
        done: dict[str, Any] = {"at": moment.isoformat(), "closed": [], "opened": None}
        reason = f"Merged into {survivor.name}"
        if theirs is not None:
            place(actor=actor, account=loser, tier=None, source=PlacementSource.MERGED, reason=reason, moment=moment)
            done["closed"].append(theirs.pk)
        done["closed"] += _close_temporary(loser, moment)
        if theirs is not None and mine is None and theirs.tier.retired_at is None:
            opened = place(
                actor=actor,
                account=survivor,
                tier=theirs.tier,
                source=PlacementSource.MERGED,
                reason=f"Took over the seat of {loser.name}, which was merged into it",
                cycle_number=theirs.cycle_number,
                moment=moment,
            )
            done["opened"] = opened.pk if opened else None
        holds = Hold.objects.filter(account=loser, ended_at__isnull=True)
        done["holds"] = list(holds.values_list("pk", flat=True))
        holds.update(ended_at=moment)
        Standing.objects.filter(account=loser).delete()
        queue.wake("tiering.refresh_standings")
        return done

    def undo(
        self, *, actor: User | None, survivor: Account, loser: Account, done: dict[str, Any], moment: datetime
    ) -> list[str]:
        left: list[str] = []
        opened = Placement.objects.filter(pk=done.get("opened") or 0).select_related("tier").first()
        if opened is not None and opened.voided_at is None:
            if opened.until is None:
                void_placement(actor=actor, placement=opened, reason=f"The merge with {loser.name} was undone")
            else:
                left.append(f"{survivor.name} has left the {opened.tier.name} seat since; that stays in its history.")
        for placement in Placement.objects.filter(pk__in=done.get("closed", [])).select_related("tier").order_by("pk"):
            left += _reopen(actor, loser, placement)
        ended = Hold.objects.filter(pk__in=done.get("holds", []), ended_at=parse_datetime(done.get("at", "")))
        ended.update(ended_at=None)
        queue.wake("tiering.refresh_standings")
        return left


def _close_temporary(loser: Account, moment: datetime) -> list[int]:
    ids = []
    for placement in Placement.objects.open().filter(account=loser, layer=Layer.TEMPORARY):
        placement.until = max(moment, placement.since)
        placement.save(update_fields=("until",))
        PlacementOutbox.objects.create(placement=placement, closed=True)
        ids.append(placement.pk)
    return ids


def _reopen(actor: User | None, loser: Account, closed: Placement) -> list[str]:
    """The tier goes on from the moment at which the merge closed it: history is appended, never edited."""
    if closed.tier.retired_at is not None:
        return [f"{loser.name} returns without a tier: {closed.tier.name} is retired."]
    if Placement.objects.open().filter(account=loser, layer=closed.layer).exists() or closed.until is None:
        return []
    again = Placement.objects.create(
        account=loser,
        layer=closed.layer,
        tier=closed.tier,
        since=closed.until,
        source=PlacementSource.MERGED,
        reason="Its merge was undone",
        cycle_number=closed.cycle_number,
        placed_by=actor,
    )
    PlacementOutbox.objects.create(placement=again)
    queue.wake("entitlements.handle_placements")
    return []
