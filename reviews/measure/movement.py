"""Moves between the last two published reviews, pipeline created by quarter, and engagement: the page's pictures."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q

from abxsite.lib import clock, currency
from accounts.choices import Seniority, Strength
from accounts.models import Contact, Signal
from entitlements.choices import DeliveryState
from entitlements.models import Delivery
from reviews.choices import CycleKind, CycleStatus
from reviews.measure import statement
from reviews.measure.scope import Scope, quarters
from reviews.models import Cycle
from tiering.models import Placement, Tier

QUARTERS_SHOWN = 6
RECENT_DAYS = 30
OFF_LIST = "Off list"


@dataclass(frozen=True)
class Moves:
    """Accounts that changed tier from one published review to the next; `pairs` count `(from, to)`, 0 is off list."""

    before: str
    after: str
    tiers: list[Tier]
    pairs: dict[tuple[int, int], int]
    stayed: int

    @property
    def moved(self) -> int:
        return sum(self.pairs.values())

    @property
    def up(self) -> int:
        rank = {tier.pk: tier.order for tier in self.tiers} | {0: 1_000}
        return sum(n for (old, new), n in self.pairs.items() if rank[new] < rank[old])

    @property
    def down(self) -> int:
        return self.moved - self.up

    @property
    def nodes(self) -> list[Tier | None]:
        return [*self.tiers, None]

    def chart(self) -> dict[str, Any]:
        """For `data-chart="sankey"`."""
        place = {tier.pk: at for at, tier in enumerate(self.tiers)} | {0: len(self.tiers)}
        off = {"name": OFF_LIST, "short": OFF_LIST, "colour": 0}
        return {
            "tiers": [*({"name": t.name, "short": t.short_name, "colour": t.colour} for t in self.tiers), off],
            "moves": [[place[old], place[new], n] for (old, new), n in sorted(self.pairs.items())],
        }

    def table(self) -> list[tuple[Tier | None, list[int]]]:
        ids = [tier.pk for tier in self.tiers] + [0]
        return [
            (node, [self.pairs.get((old, new), 0) for new in ids]) for node, old in zip(self.nodes, ids, strict=True)
        ]


def last_moves(scope: Scope) -> Moves | None:
    """Between the last two published quarterly reviews; before the second one, from nothing to the first."""
    cycles = list(
        Cycle.objects.filter(kind=CycleKind.QUARTERLY, status=CycleStatus.PUBLISHED).order_by("-published_at")[:2]
    )
    if not cycles:
        return None
    seen = scope.accounts()
    new = _held(seen, cycles[0])
    old = _held(seen, cycles[1]) if len(cycles) > 1 else {}
    pairs = Counter((old.get(account, 0), new.get(account, 0)) for account in {*old, *new})
    changed = {pair: n for pair, n in pairs.items() if pair[0] != pair[1]}
    used = {tier for pair in pairs for tier in pair}
    tiers = [tier for tier in Tier.objects.order_by("order", "pk") if tier.retired_at is None or tier.pk in used]
    before = cycles[1].name if len(cycles) > 1 else "no list"
    return Moves(before, cycles[0].name, tiers, changed, pairs.total() - sum(changed.values()))


def _held(accounts: Any, cycle: Cycle) -> dict[int, int]:
    """`{account: tier}` at the moment when `cycle` was published."""
    placed = Placement.objects.base().at(cycle.published_at).filter(account__in=accounts)  # type: ignore[arg-type]
    return dict(placed.order_by().values_list("account_id", "tier_id"))


@dataclass(frozen=True)
class Trend:
    """Amount at opening by quarter; deals before the first list count for the tier first given."""

    quarters: list[str]
    series: list[tuple[Tier | None, list[Decimal]]]
    first_list: str | None

    def chart(self) -> dict[str, Any]:
        """For `data-chart="trend"`."""
        named = [
            {
                "name": tier.short_name if tier else OFF_LIST,
                "short": tier.short_name if tier else OFF_LIST,
                "colour": tier.colour if tier else 0,
                "values": [float(value) for value in values],
            }
            for tier, values in self.series
        ]
        mark = {"at": self.first_list, "name": "first list published"} if self.first_list else None
        return {"periods": self.quarters, "series": named, "unit": currency.sign(), "mark": mark}


def created_trend(scope: Scope) -> Trend | None:
    """The last six quarters up to the newest deal; None without any amount."""
    newest = scope.deals().filter(opened_on__lte=scope.as_of).aggregate(newest=Max("opened_on"))["newest"]
    if newest is None:
        return None
    days = quarters(newest, QUARTERS_SHOWN)
    found = statement.created_by_quarter(scope.with_changes(by="tier", tier_as_of="opened", since=None), days[0])
    sums: dict[tuple[str, Any], Decimal] = {}
    for (kind, part, day), (amount, _) in found.items():
        if kind not in ("temporary", "undated", "unassigned"):
            sums[part, day] = sums.get((part, day), Decimal(0)) + amount
    if not any(sums.values()):
        return None
    tiers = [tier for tier in Tier.objects.order_by("order", "pk") if any(part == str(tier.pk) for part, _ in sums)]
    series: list[tuple[Tier | None, list[Decimal]]] = [
        (tier, [sums.get((str(tier.pk), day), Decimal(0)) for day in days]) for tier in tiers
    ]
    if any(not part for part, _ in sums):
        series.append((None, [sums.get(("", day), Decimal(0)) for day in days]))
    return Trend([clock.quarter_name(day) for day in days], series, _first_list_in(days))


def _first_list_in(days: list[Any]) -> str | None:
    first = statement.first_list_at()
    start = clock.quarter_start(clock.day_of(first)) if first else None
    return clock.quarter_name(start) if start is not None and start in days else None


@dataclass(frozen=True)
class Engagement:
    """Leading, not proof: kept apart from money."""

    on_list: int
    active: int
    met: int
    top_tiers: list[Tier]
    deliveries_done: int
    deliveries_due: int


def engagement(scope: Scope) -> Engagement:
    today = clock.today()
    held = scope.placements().base()
    tiers = list(Tier.objects.active().order_by("order")[:2])
    top = held.filter(tier__in=tiers).values("account_id")
    leaders = (Seniority.C_LEVEL, Seniority.VP, Seniority.DIRECTOR)
    met = Contact.objects.filter(account__in=top, seniority__in=leaders, strength__gte=Strength.MET)
    start = clock.quarter_start(today)
    due = Delivery.objects.filter(due_on__range=(start, today)).exclude(state=DeliveryState.CANCELLED)
    due = due.filter(Q(account__in=scope.accounts()) | Q(cluster__memberships__account__in=scope.accounts())).distinct()
    active = (
        Signal.objects.filter(
            account__in=held.values("account_id"), occurred_on__gt=today - timedelta(days=RECENT_DAYS)
        )
        .order_by()
        .values("account_id")
        .annotate(
            kinds=Count("kind", distinct=True), people=Count("person_key", distinct=True, filter=~Q(person_key=""))
        )
        .filter(kinds__gte=2, people__gte=2)
    )
    return Engagement(
        on_list=held.count(),
        active=active.count(),
        met=met.count(),
        top_tiers=tiers,
        deliveries_done=due.filter(state=DeliveryState.DONE).count(),
        deliveries_due=due.count(),
    )
