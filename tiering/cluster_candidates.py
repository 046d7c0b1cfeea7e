"""Who the assignment would like to see in a cluster: asked by the account side when it suggests clusters."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from accounts.clusters.candidates import Wanting
from accounts.models import ClusterMembership
from tiering.choices import Deck
from tiering.models import Placement, Standing


def wanting_a_cluster(most: int) -> Sequence[Wanting]:
    """On deck as "needs a cluster", then seats of a clustered tier without one, then the rest of the list from the
    top; at most `most`."""
    waiting = Standing.objects.filter(deck=Deck.NEEDS_CLUSTER).select_related("deck_tier").order_by("account_id")
    found = [
        Wanting(one.account_id, 0, f"waits for {one.deck_tier.name}" if one.deck_tier else "waits for a cluster")
        for one in waiting[:most]
    ]
    inside = ClusterMembership.objects.current().filter(account=OuterRef("account_id"))
    seats = Placement.objects.base().open().filter(~Exists(inside)).select_related("tier")
    for seat in seats.order_by("-tier__clustered", "tier__order", "account_id")[: max(0, most - len(found))]:
        words = f"{seat.tier.name} without a cluster" if seat.tier.clustered else seat.tier.name
        found.append(Wanting(seat.account_id, 1 if seat.tier.clustered else 2, words))
    return found
