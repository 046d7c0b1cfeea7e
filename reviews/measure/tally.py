"""What is counted of a set of deals. Tallies add up, so that the rows always sum to all. Pure."""

from collections import Counter
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Self

from abxsite.lib import stats


@dataclass(frozen=True)
class Durations:
    """Deals by whole days from opened to closed (open ones: to the as-of day); doubtful dates and renewals left out.

    `cycles` holds the won deals closed in the period; `won`, `lost` and `open` those opened in it.
    """

    cycles: Counter[int] = field(default_factory=Counter)
    won: Counter[int] = field(default_factory=Counter)
    lost: Counter[int] = field(default_factory=Counter)
    open: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, cells: list[list[int]]) -> Self:
        """From `[days, cycles, won, lost, open]` as the statement gives them."""
        counters: tuple[Counter[int], ...] = (Counter(), Counter(), Counter(), Counter())
        for days, *counts in cells:
            for counter, count in zip(counters, counts, strict=True):
                if count:
                    counter[days] += count
        return cls(*counters)

    def __add__(self, other: "Durations") -> "Durations":
        return Durations(
            self.cycles + other.cycles, self.won + other.won, self.lost + other.lost, self.open + other.open
        )

    @property
    def n(self) -> int:
        return self.cycles.total()

    @property
    def mean(self) -> float | None:
        return sum(days * count for days, count in self.cycles.items()) / self.n if self.n else None

    @property
    def median(self) -> int | None:
        return stats.counted_median(self.cycles)

    @property
    def watched(self) -> int:
        """All deals of the survival: won, lost and open."""
        return self.won.total() + self.lost.total() + self.open.total()

    @property
    def survival_median(self) -> int | None:
        """Kaplan–Meier: days until half were won, lost and open ones censored."""
        return stats.kaplan_meier_median(self.won, self.lost + self.open)

    @property
    def open_share(self) -> float | None:
        return stats.rate(self.open.total(), self.watched)


@dataclass(frozen=True)
class Tally:
    """Counts and sums of deals. `won` and `lost` leave renewals out, and so do the rate and the cycle made of them."""

    deals: int = 0
    without_account: int = 0
    created: int = 0
    created_amount: Decimal = Decimal(0)
    created_unknown: int = 0
    open: int = 0
    open_amount: Decimal = Decimal(0)
    open_unknown: int = 0
    won: int = 0
    lost: int = 0
    renewals_won: int = 0
    renewals_lost: int = 0
    won_value: Decimal = Decimal(0)
    won_known: int = 0
    pooled_won: int = 0
    pooled_lost: int = 0
    durations: Durations = field(default_factory=Durations)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})

    @property
    def closed(self) -> int:
        """The n of the win rate."""
        return self.won + self.lost

    @property
    def win_rate(self) -> float | None:
        return stats.rate(self.won, self.closed)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson, 95 %."""
        return stats.wilson(self.won, self.closed) if self.closed else None

    @property
    def mean_won(self) -> Decimal | None:
        """Mean amount of the won deals whose amount is known (`won_known`)."""
        return self.won_value / self.won_known if self.won_known else None

    @property
    def pooled(self) -> int:
        """Deals closed in the last four quarters."""
        return self.pooled_won + self.pooled_lost


#: The columns of the statement, in order; durations come last.
COLUMNS = tuple(each.name for each in fields(Tally))
