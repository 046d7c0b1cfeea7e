"""What stands beside each account of a list: score, tier, move, deals, last touch, next delivery."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum

from abxsite.desk.filters import STALE
from abxsite.desk.lines import Line
from abxsite.lib import clock
from accounts.models import Account, ClusterMembership, Contact, Opportunity, Signal
from entitlements.models import Delivery
from entitlements.services.deliveries import next_deliveries
from tiering.choices import OPEN_MOVES, Deck, PotentialSource
from tiering.models import Move, Placement, Run, Score, Standing, Tier


@dataclass(frozen=True)
class Row:
    account: Account
    score: Score | None
    tier: Tier | None
    move: Move | None
    standing: Standing | None
    cluster: str
    pipeline: Decimal | None
    deals: int
    touched_on: date | None
    signal_on: date | None
    delivery: Delivery | None
    cuts: tuple[Line, ...] = ()

    @property
    def deck(self) -> str:
        """What the account waits for, where a person can do something about it; a full tier is the usual case."""
        if self.standing is None or self.standing.deck in (Deck.NONE, Deck.FULL):
            return ""
        return str(self.standing.get_deck_display())

    def attribute(self, name: str) -> Any:
        """A custom attribute's value."""
        return self.account.custom.get(name)

    @property
    def stale(self) -> bool:
        """D3: insight older than twelve months."""
        return self.account.insight_on is not None and self.account.insight_on < stale_before()

    @property
    def estimated(self) -> bool:
        return self.score is not None and self.score.potential_source == PotentialSource.ESTIMATED

    @property
    def typical(self) -> int:
        """The part of the total that stands in for unknowns, in total units (known share of weight is coverage)."""
        if self.score is None:
            return 0
        points = self.score.points
        weights = self.score.run.weights
        known = sum(p * w for p, w in zip(points, weights, strict=False) if p is not None)
        return max(0, self.score.total - known)


def stale_before() -> date:
    return clock.today() - STALE


def rows_of(accounts: list[Account], run: Run | None, columns: Collection[str] | None = None) -> list[Row]:
    """What stands beside each account, in a fixed number of queries; None reads all that there is to show."""
    beside = _Beside([account.pk for account in accounts], run, columns)
    return [beside.row(account) for account in accounts]


class _Beside:
    """What the columns of some accounts need, each kind of thing in one query and only when a column shows it."""

    def __init__(self, ids: list[int], run: Run | None, columns: Collection[str] | None) -> None:
        def wanted(*keys: str) -> bool:
            return columns is None or any(key in columns for key in keys)

        shows_tier = wanted("tier", "known")
        open_deals = Opportunity.objects.filter(account_id__in=ids, outcome="open")
        memberships = ClusterMembership.objects.current().filter(account_id__in=ids)
        moves = Move.objects.filter(account_id__in=ids, state__in=OPEN_MOVES)
        scores = Score.objects.filter(run=run, account_id__in=ids).select_related("run")
        self.scores = _by_account(scores) if run else {}
        self.seats = (
            _by_account(Placement.objects.base().open().filter(account_id__in=ids).select_related("tier"))
            if shows_tier
            else {}
        )
        self.moves = _by_account(moves.select_related("from_tier", "to_tier")) if wanted("tier") else {}
        self.standings = (
            _by_account(Standing.objects.filter(account_id__in=ids).select_related("deck_tier"))
            if wanted("tier", "deck")
            else {}
        )
        self.clusters = _by_account(memberships.select_related("cluster")) if wanted("cluster") else {}
        self.deals = _grouped(open_deals, amount=Sum("amount"), n=Count("id")) if wanted("pipeline") else {}
        self.touches = (
            _grouped(Contact.objects.filter(account_id__in=ids), on=Max("last_contact_on")) if wanted("touch") else {}
        )
        self.signals = (
            _grouped(Signal.objects.filter(account_id__in=ids), on=Max("occurred_on")) if wanted("signal") else {}
        )
        self.deliveries = next_deliveries(ids) if wanted("delivery") else {}

    def row(self, account: Account) -> Row:
        pk = account.pk
        seat, membership = self.seats.get(pk), self.clusters.get(pk)
        return Row(
            account=account,
            score=self.scores.get(pk),
            tier=seat.tier if seat else None,
            move=self.moves.get(pk),
            standing=self.standings.get(pk),
            cluster=membership.cluster.name if membership else "",
            pipeline=self.deals.get(pk, {}).get("amount"),
            deals=self.deals.get(pk, {}).get("n", 0),
            touched_on=self.touches.get(pk, {}).get("on"),
            signal_on=self.signals.get(pk, {}).get("on"),
            delivery=self.deliveries.get(pk),
        )


def _by_account(queryset: QuerySet[Any]) -> dict[int, Any]:
    return {item.account_id: item for item in queryset}


def _grouped(queryset: QuerySet[Any], **aggregates: Any) -> dict[int, dict[str, Any]]:
    rows = queryset.order_by().values("account_id").annotate(**aggregates)
    return {row["account_id"]: row for row in rows}
