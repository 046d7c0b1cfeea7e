"""Two accounts become one: what the tombstone was to get and no placement planned goes to the survivor."""

from datetime import datetime
from typing import Any

from abxsite.users.models import User
from accounts.models import Account
from entitlements.models import Delivery


class DeliveryMerge:
    """Registered with accounts.merge_handlers. Planned deliveries follow their placement through the outbox; those
    that are done stay with the tombstone, as its placements do. `done`: the deliveries handed over.
    """

    def preview(self, *, survivor: Account, loser: Account) -> list[str]:
        planned = Delivery.objects.due().filter(account=loser)
        handed = planned.filter(placement_id__isnull=True).count()
        cancelled = planned.count() - handed
        told = []
        if cancelled:
            told.append(f"{cancelled:,} deliveries planned for {loser.name} are cancelled with its seat.")
        if handed:
            told.append(f"{handed:,} deliveries promised by hand go to {survivor.name}.")
        return told

    def merge(self, *, actor: User | None, survivor: Account, loser: Account, moment: datetime) -> dict[str, Any]:
        due = Delivery.objects.due().filter(account=loser, placement_id__isnull=True)
        ids = list(due.values_list("pk", flat=True))
        Delivery.objects.filter(pk__in=ids).update(account=survivor)
        return {"deliveries": ids}

    def undo(
        self, *, actor: User | None, survivor: Account, loser: Account, done: dict[str, Any], moment: datetime
    ) -> list[str]:
        Delivery.objects.filter(pk__in=done.get("deliveries", []), account=survivor).update(account=loser)
        return []
