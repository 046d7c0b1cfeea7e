"""My work, the review part: what waits for one person, oldest first."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from abxsite.lib import clock
from abxsite.users.models import User
from reviews import policies
from reviews.choices import CycleStatus
from reviews.models import Cycle
from reviews.services.queue import disputes_for, waiting_for
from tiering.models import Move

SHOWN = 5


@dataclass
class ReviewWork:
    """`waiting` are {cycle, count, moves}; `disputes` moves for a leader; `to_publish` cycles for a marketer."""

    waiting: list[dict[str, Any]] = field(default_factory=list)
    disputes: list[Move] = field(default_factory=list)
    to_publish: list[Cycle] = field(default_factory=list)
    count: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.waiting or self.disputes or self.to_publish)


def for_user(user: User) -> ReviewWork:
    work = ReviewWork()
    moves = waiting_for(user)
    counts = moves.order_by().values("proposal__cycle").annotate(n=Count("pk")).values_list("proposal__cycle", "n")
    for cycle_id, count in sorted(counts):
        cycle = Cycle.objects.get(pk=cycle_id)
        first = _shown(moves.filter(proposal__cycle=cycle))
        work.waiting.append({"cycle": cycle, "count": count, "moves": first})
        work.count += count
    work.disputes = list(_shown(disputes_for(user)))
    work.count += disputes_for(user).count()
    if policies.runs_reviews(user):
        due = Cycle.objects.filter(status__in=(CycleStatus.OPEN, CycleStatus.CLOSING), closes_on__lte=clock.today())
        work.to_publish = list(due.order_by("closes_on"))
        work.count += len(work.to_publish)
    return work


def _shown(moves: Any) -> list[Move]:
    related = moves.select_related("account", "from_tier", "to_tier", "proposal__cycle").defer("evidence")
    return list(related.order_by("proposal_id", "order", "pk")[:SHOWN])


def waiting_count(user: User) -> int:
    """For the navigation: moves to sign and disputes to settle."""
    return waiting_for(user).count() + disputes_for(user).count()
