"""What the capacity page shows: the model's answer beside what is published, used, waiting and spent."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Q, Sum

from abxsite.lib import display
from abxsite.users.models import User
from accounts.models import Account
from entitlements.capacity import Facts, TierCapacity, compute
from entitlements.catalogue import level_at
from entitlements.choices import Per
from entitlements.models import Budget, Entitlement
from entitlements.services.capacity import quarters_from
from tiering.choices import Deck, HoldKind
from tiering.models import Hold, Move, Placement, Run, Score, Standing, Tier
from tiering.services.placements import seats_in_use
from tiering.services.tiers import active_tiers, current_caps

FEW_NAMES = 3


@dataclass(frozen=True)
class TierRow:
    """One tier's column. Money is of the four quarters from now; `planned` what the accounts in use cost in a year."""

    tier: Tier
    capacity: TierCapacity
    guide: str
    cap: int | None
    used: int
    pending_in: int
    pending_out: int
    deck: int
    deck_cluster: int
    planned: Fraction
    budget: Decimal | None
    lowest: list[tuple[str, int | None]] = field(default_factory=list)

    @property
    def computed(self) -> int | None:
        return self.capacity.seats

    @property
    def wanted(self) -> int:
        """Accounts there if everything that waits is approved."""
        return self.used + self.pending_in - self.pending_out

    @property
    def net_in(self) -> int:
        """Seats more, after those who would leave have left."""
        return max(0, self.pending_in - self.pending_out)

    @property
    def net_out(self) -> int:
        return max(0, self.pending_out - self.pending_in)

    @property
    def is_over(self) -> bool:
        """More is published, or sits there, than the tier can carry."""
        return self.computed is not None and max(self.cap or 0, self.used) > self.computed

    @property
    def over_says(self) -> str:
        if not self.is_over or self.computed is None:
            return ""
        if (self.cap or 0) > self.computed:
            return f"{display.number((self.cap or 0) - self.computed)} fewer than published"
        return f"{display.number(self.used - self.computed)} fewer than are there"

    @property
    def room_says(self) -> str:
        if self.computed is None or self.is_over or self.cap is None or self.computed == self.cap:
            return ""
        return f"{display.number(self.computed - self.cap)} more than published"

    @property
    def too_many(self) -> int:
        """Accounts that would lose their seat if the computed cap were published."""
        return max(0, self.used - self.computed) if self.computed is not None else 0

    @property
    def spent_part(self) -> Decimal | None:
        """Planned money as a part of the budget, 1 is all of it."""
        return _decimal(self.planned) / self.budget if self.budget else None

    @property
    def is_overspent(self) -> bool:
        return self.spent_part is not None and self.spent_part > 1

    @property
    def spent_width(self) -> int:
        """Of a bar of 100."""
        return int(min(self.spent_part or 0, Decimal(1)) * 100)

    @property
    def planned_money(self) -> Decimal:
        return _decimal(self.planned)

    @property
    def money(self) -> Decimal:
        return _decimal(self.capacity.money)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator


def tier_rows(user: User, facts: Facts, day: date) -> list[TierRow]:
    caps, used = current_caps(), seats_in_use()
    coming, leaving = _pending()
    deck = _deck()
    budgets = _budgets(day)
    rows = []
    found = {capacity.tier: capacity for capacity in compute(facts)}
    for place, tier in enumerate(active_tiers()):
        capacity, level = found[tier.pk], level_at(place)
        row = TierRow(
            tier=tier,
            capacity=capacity,
            guide=level.guide if level else "",
            cap=caps.get(tier.pk),
            used=used.get(tier.pk, 0),
            pending_in=coming.get(tier.pk, 0),
            pending_out=leaving.get(tier.pk, 0),
            deck=deck.get(tier.pk, (0, 0))[0],
            deck_cluster=deck.get(tier.pk, (0, 0))[1],
            planned=capacity.money * used.get(tier.pk, 0),
            budget=budgets.get(tier.pk),
        )
        if row.too_many:
            row.lowest.extend(lowest_without_pin(user, tier, min(row.too_many, FEW_NAMES)))
        rows.append(row)
    return rows


def _pending() -> tuple[dict[int, int], dict[int, int]]:
    waiting = Move.objects.waiting().order_by()
    coming = dict(waiting.filter(to_tier__isnull=False).values_list("to_tier").annotate(n=Count("id")))
    leaving = dict(waiting.filter(from_tier__isnull=False).values_list("from_tier").annotate(n=Count("id")))
    return coming, leaving


def _deck() -> dict[int, tuple[int, int]]:
    """Per tier: accounts on deck for it, and those of them that need a cluster."""
    on_deck = Standing.objects.exclude(deck=Deck.NONE).filter(deck_tier__isnull=False).order_by()
    counted = on_deck.values_list("deck_tier").annotate(
        n=Count("pk"), clusters=Count("pk", filter=Q(deck=Deck.NEEDS_CLUSTER))
    )
    return {tier: (n, clusters) for tier, n, clusters in counted}


def _budgets(day: date) -> dict[int, Decimal]:
    rows = Budget.objects.filter(quarter__in=quarters_from(day)).order_by()
    return dict(rows.values_list("tier").annotate(total=Sum("amount")))


def lowest_without_pin(user: User, tier: Tier, count: int) -> list[tuple[str, int | None]]:
    """Name and total of the lowest accounts of a tier that no pin keeps, as far as `user` may see them."""
    pinned = Hold.objects.filter(kind=HoldKind.PIN, ended_at__isnull=True).values("account_id")
    seated = Placement.objects.base().open().filter(tier=tier).exclude(account_id__in=pinned)
    accounts = list(seated.values_list("account_id", flat=True))
    run = Run.objects.filter(is_current=True).first()
    totals: dict[int, int] = {}
    if run:
        totals = dict(Score.objects.filter(run=run, account_id__in=accounts).values_list("account_id", "total"))
    lowest = sorted(accounts, key=lambda pk: (totals.get(pk, -1), -pk))[:count]
    names = dict(Account.objects.visible_to(user).filter(pk__in=lowest).values_list("pk", "name"))
    return [(names[pk], totals.get(pk)) for pk in lowest if pk in names]


# the grid of promises


@dataclass(frozen=True)
class Cell:
    """What one tier gets of one name: `times` a year with `detail` ("Marketer 24 h, $2,500 each, per cluster")."""

    entitlement: Entitlement
    times: str
    detail: str


@dataclass(frozen=True)
class Line:
    name: str
    cells: list[list[Cell]]


def promise_lines(tiers: list[Tier], day: date) -> list[Line]:
    """One line per name, a list of cells per tier; in the order of the highest tier that has it."""
    current = Entitlement.objects.on(day).filter(tier__in=tiers).select_related("tier").prefetch_related("hours__role")
    places = {tier.pk: place for place, tier in enumerate(tiers)}
    lines: dict[str, Line] = {}
    for entitlement in current:
        key = entitlement.name.casefold()
        line = lines.setdefault(key, Line(entitlement.name, [[] for _ in tiers]))
        line.cells[places[entitlement.tier_id]].append(_cell(entitlement))
    return list(lines.values())


def _cell(entitlement: Entitlement) -> Cell:
    parts = [f"{row.role} {hours_text(row.hours)}" for row in entitlement.hours.all()]
    parts = [part if index == 0 else part[0].lower() + part[1:] for index, part in enumerate(parts)]
    if entitlement.money:
        parts.append(display.money(entitlement.money) + (" each" if entitlement.quantity != 1 else ""))
    if entitlement.per == Per.CLUSTER:
        parts.append("per cluster")
    return Cell(entitlement, f"{entitlement.quantity} a year", ", ".join(parts))


def hours_text(hours: Decimal | Fraction) -> str:
    """`24 h`, `5.6 h`, `0.25 h`: one decimal from 1 on, else two."""
    exact = _decimal(hours) if isinstance(hours, Fraction) else Decimal(hours)
    rounded = exact.quantize(Decimal("0.1") if exact >= 1 else Decimal("0.01"))
    return f"{display.number(rounded.normalize())}{display.THIN}h"


def hours_a_year(row: TierRow, roles: dict[int, str]) -> str:
    """`Marketer 324 h, designer 136 h` for one account."""
    parts = [f"{roles[role]} {hours_text(hours)}" for role, hours in row.capacity.hours]
    return ", ".join(part if index == 0 else part[0].lower() + part[1:] for index, part in enumerate(parts))
