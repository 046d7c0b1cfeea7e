"""Tiers that a team already uses come in as opening placements (T3): what the account side calls in an import."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from abxsite.lib import clock, queue
from abxsite.users.models import User
from accounts.imports.tier_column import Opening
from accounts.models import Account
from tiering.choices import Layer, PlacementSource
from tiering.models import Placement, PlacementOutbox, Tier


class Openings:
    """Registered in `TieringConfig.ready`; keys are ids of tiers as text."""

    def tiers(self) -> list[tuple[str, str]]:
        active = Tier.objects.filter(retired_at__isnull=True).order_by("order")
        return [(str(tier.pk), tier.name) for tier in active]

    def guess(self, word: str) -> str:
        """By name, short name, or a number that is its place from the top (`Tier 1`, `1`, `A`)."""
        said = "".join(letter for letter in word.lower() if letter.isalnum())
        active = list(Tier.objects.filter(retired_at__isnull=True).order_by("order"))
        for tier in active:
            names = {
                "".join(letter for letter in name.lower() if letter.isalnum()) for name in (tier.name, tier.short_name)
            }
            if said in names or said in {name.replace("to", "") for name in names}:
                return str(tier.pk)
        place = said.removeprefix("tier")
        at = "abcde".find(place) if len(place) == 1 and place.isalpha() else int(place) - 1 if place.isdigit() else -1
        return str(active[at].pk) if 0 <= at < len(active) else ""

    @transaction.atomic
    def place(self, *, actor: User | None, openings: Sequence[Opening], reason: str) -> dict[int, int]:
        ids = sorted({opening.account_id for opening in openings})
        list(
            Account.objects.select_for_update(no_key=True)
            .filter(pk__in=ids)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        base = Placement.objects.filter(account__in=ids, layer=Layer.BASE, voided_at__isnull=True)
        held = set(base.filter(until__isnull=True).values_list("account_id", flat=True))
        ended = dict(base.values_list("account_id").annotate(last=Max("until")))
        tiers = {str(tier.pk): tier for tier in Tier.objects.filter(retired_at__isnull=True)}
        rows = [
            Placement(
                account_id=opening.account_id, tier=tiers[opening.tier],
                since=self._since(opening, ended.get(opening.account_id)), source=PlacementSource.IMPORTED,
                reason=reason[:400], placed_by=actor, created_at=clock.now(),
            )
            for opening in {one.account_id: one for one in openings}.values()
            if opening.account_id not in held and opening.tier in tiers
        ]  # fmt: skip
        made = Placement.objects.bulk_create(rows, batch_size=1_000)
        PlacementOutbox.objects.bulk_create([PlacementOutbox(placement=one) for one in made], batch_size=1_000)
        if made:
            queue.wake("entitlements.handle_placements")
        return {one.account_id: one.pk for one in made}

    @staticmethod
    def _since(opening: Opening, ended: datetime | None) -> datetime:
        """From the day that the file says, not before an earlier placement ended, never in the future."""
        now = clock.now()
        since = min(clock.start_of(opening.since), now) if opening.since else now
        return max(since, ended) if ended else since

    @transaction.atomic
    def void(self, *, actor: User | None, placements: Iterable[int], reason: str) -> set[int]:
        """Those that are still open; one that a review closed since is history that stays."""
        still = Placement.objects.select_for_update().filter(
            pk__in=list(placements), until__isnull=True, voided_at__isnull=True
        )
        open_ids = list(still.values_list("pk", flat=True))
        Placement.objects.filter(pk__in=open_ids).update(
            voided_at=clock.now(), voided_by=actor, void_reason=reason[:400]
        )
        PlacementOutbox.objects.bulk_create(
            [PlacementOutbox(placement_id=pk, closed=True) for pk in open_ids], batch_size=1_000
        )
        if open_ids:
            queue.wake("entitlements.handle_placements")
        return set(open_ids)
