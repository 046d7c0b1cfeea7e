"""What a scorecard would have said of the deals of a window, against what became of them. Pure.

Fifths and tenths are of the deals, in order of score; equal scores stay together, so that their sizes may differ.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from abxsite.lib.stats import Difference, lower_median, newcombe, wilson
from tiering.backtest.separation import Area, AreaDifference, area, difference, midranks

#: M3: under so many closed deals a rate is too few to tell; here each side needs them.
ENOUGH = 8
FIFTHS, TENTHS = 5, 10
#: A calibration step of ten points, in total units (5,000 = 1.00 point).
STEP = 50_000


@dataclass(frozen=True, slots=True)
class Deal:
    """A closed deal and the score (0–500,000) that its account had on the day the deal was opened.

    `tier` is the place of the tier whose gates the account passed then, None for off the list; `days` the cycle,
    None where the dates are doubtful; `amount` None where the source gave none.
    """

    id: int
    account: int
    opened_on: date
    won: bool
    total: int
    coverage: int
    tier: int | None = None
    amount: Decimal | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Deals of one fifth, tier or step. `place` counts fifths from the top; rates carry their Wilson interval."""

    place: int | None
    n: int
    won: int
    low_score: int
    high_score: int
    rate: float
    low: float
    high: float
    mean_won: Decimal | None
    amounts: int
    median_days: int | None
    cycles: int

    @property
    def few(self) -> bool:
        return self.n < ENOUGH


class Verdict(StrEnum):
    FEW = "few"
    SEPARATES = "separates"
    NO_EVIDENCE = "no_evidence"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Lift:
    """The top tenth's win rate over that of all; `against_rest` compares it with the other nine tenths."""

    value: float
    top: Group
    against_rest: Difference


@dataclass(frozen=True, slots=True)
class Report:
    n: int
    won: int
    accounts: int
    coverage: int
    verdict: Verdict
    area: Area | None
    lift: Lift | None
    fifths: tuple[Group, ...]
    tiers: tuple[Group, ...]
    steps: tuple[Group, ...]

    @property
    def lost(self) -> int:
        return self.n - self.won

    @property
    def rate(self) -> float | None:
        return self.won / self.n if self.n else None


def report(deals: Sequence[Deal]) -> Report:
    """The whole of one version; with too few won or lost deals there is no area and no lift, only the counts."""
    n, won = len(deals), sum(deal.won for deal in deals)
    curve = _area(deals) if 0 < won < n else None
    enough = min(won, n - won) >= ENOUGH
    places = _places([deal.total for deal in deals])
    fifths = _grouped(deals, [FIFTHS - int(place * FIFTHS) for place in places], descending=False)
    return Report(
        n=n,
        won=won,
        accounts=len({deal.account for deal in deals}),
        coverage=sum(deal.coverage for deal in deals) // n if n else 0,
        verdict=_verdict(curve if enough else None),
        area=curve if enough else None,
        lift=_lift(deals, places) if enough else None,
        fifths=fifths,
        tiers=_grouped(deals, [deal.tier for deal in deals], descending=False),
        steps=_grouped(deals, [min(deal.total // STEP, 9) for deal in deals], descending=True),
    )


def compare(first: Sequence[Deal], second: Sequence[Deal]) -> AreaDifference | None:
    """The first version against the second over the deals that both scored; None where they are too few."""
    others = {deal.id: deal for deal in second}
    pairs = [(deal, others[deal.id]) for deal in first if deal.id in others]
    won = [deal.won for deal, _ in pairs]
    if min(sum(won), len(won) - sum(won)) < ENOUGH:
        return None
    return difference(
        [deal.total for deal, _ in pairs],
        [other.total for _, other in pairs],
        won,
        [deal.account for deal, _ in pairs],
    )


def _area(deals: Sequence[Deal]) -> Area:
    totals, won = [deal.total for deal in deals], [deal.won for deal in deals]
    return area(totals, won, [deal.account for deal in deals])


def _verdict(curve: Area | None) -> Verdict:
    if curve is None:
        return Verdict.FEW
    if curve.low > 0.5:
        return Verdict.SEPARATES
    return Verdict.REVERSED if curve.high < 0.5 else Verdict.NO_EVIDENCE


def _places(totals: Sequence[int]) -> list[float]:
    """Where each lies in the order, 0 up to below 1; equal ones share the middle of their place."""
    return [(rank - 0.5) / len(totals) for rank in midranks(totals)]


def _lift(deals: Sequence[Deal], places: Sequence[float]) -> Lift | None:
    """None where equal scores leave no top tenth, or nothing beside it."""
    top = [deal for deal, place in zip(deals, places, strict=True) if place >= 1 - 1 / TENTHS]
    if not top or len(top) == len(deals):
        return None
    group = _group(1, top)
    won = sum(deal.won for deal in deals)
    rest = newcombe(group.won, group.n, won - group.won, len(deals) - group.n)
    return Lift(group.rate / (won / len(deals)), group, rest)


def _grouped(deals: Sequence[Deal], keys: Iterable[int | None], *, descending: bool) -> tuple[Group, ...]:
    """One group per key that has deals; None comes last."""
    held: dict[int | None, list[Deal]] = defaultdict(list)
    for deal, key in zip(deals, keys, strict=True):
        held[key].append(deal)
    named = sorted((key for key in held if key is not None), reverse=descending)
    last: list[int | None] = [None] if None in held else []
    return tuple(_group(key, held[key]) for key in [*named, *last])


def _group(place: int | None, deals: Sequence[Deal]) -> Group:
    won = [deal for deal in deals if deal.won]
    amounts = [deal.amount for deal in won if deal.amount is not None]
    days = [deal.days for deal in won if deal.days is not None]
    low, high = wilson(len(won), len(deals))
    return Group(
        place=place,
        n=len(deals),
        won=len(won),
        low_score=min(deal.total for deal in deals),
        high_score=max(deal.total for deal in deals),
        rate=len(won) / len(deals),
        low=low,
        high=high,
        mean_won=sum(amounts, Decimal()) / len(amounts) if amounts else None,
        amounts=len(amounts),
        median_days=lower_median(days),
        cycles=len(days),
    )
