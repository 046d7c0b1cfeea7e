"""Where each tier's line runs among the scores: what a challenger needs, or the minimum score while seats are free."""

from dataclasses import dataclass

from django.db.models import Count, FilteredRelation, Min, Q

from abxsite.lib import display
from tiering.models import Placement, Run, Tier
from tiering.services.settings import current_settings
from tiering.services.tiers import active_tiers, current_caps


@dataclass(frozen=True)
class Line:
    """`at` in total units; `low` is the lowest total that holds a seat, None where nobody scored does."""

    tier: Tier
    at: int
    cap: int | None
    used: int
    low: int | None

    @property
    def is_full(self) -> bool:
        return self.cap is not None and self.used >= self.cap

    @property
    def sentence(self) -> str:
        at = display.score(self.at)
        if self.is_full and self.low is not None and self.at > self.tier.minimum_score:
            return (
                f"{self.tier.name} line: a challenger needs {at}, which is {display.score(self.at - self.low)}"
                " above the lowest seat"
            )
        if self.cap is None:
            return f"{self.tier.name} line: {at} at least"
        free = max(0, self.cap - self.used)
        seats = f"{free} of {display.number(self.cap)} seats {'is' if free == 1 else 'are'} free" if free else "full"
        return f"{self.tier.name} line: {at} at least, {seats}"


def tier_lines(run: Run) -> list[Line]:
    """One line per active tier, from the top, in a fixed number of queries."""
    tiers, caps, margin = active_tiers(), current_caps(), current_settings().margin
    held = (
        Placement.objects.base()
        .open()
        .filter(tier__in=[tier for tier in tiers if tier.capped])
        .annotate(score=FilteredRelation("account__scores", condition=Q(account__scores__run_id=run.pk)))
        .order_by()
        .values("tier_id")
        .annotate(n=Count("id"), low=Min("score__total"))
    )
    seats = {row["tier_id"]: (row["n"], row["low"]) for row in held}
    return [_line(tier, caps.get(tier.pk), *seats.get(tier.pk, (0, None)), margin) for tier in tiers]


def _line(tier: Tier, cap: int | None, used: int, low: int | None, margin: int) -> Line:
    full = cap is not None and used >= cap
    at = max(tier.minimum_score, low + margin) if full and low is not None else tier.minimum_score
    return Line(tier, at, cap, used, low)
