"""Statistics of the dashboards: intervals of rates, medians, survival. Pure functions, no rounding.

Sources: Wilson 1927; Newcombe 1998, Statistics in Medicine 17, 857–872 (one rate, method 3) and 873–890 (the
difference of two, method 10); Kaplan and Meier 1958, JASA 53, 457–481.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054  # the 97.5th percentile of the standard normal distribution
#: A survival that ends this near above a half is a half: products of floats are not exact.
NEAR = 1e-9


def rate(won: int, n: int) -> float | None:
    """`won / n`, None of nothing."""
    return won / n if n else None


def wilson(won: int, n: int, z: float = Z95) -> tuple[float, float]:
    """The score interval of a rate, `(low, high)`, both from 0 to 1; `(0, 1)` of nothing."""
    if not 0 <= won <= n:
        raise ValueError(f"{won} of {n} is no rate")
    if n == 0:
        return 0.0, 1.0
    share, square = won / n, z * z
    middle = share + square / (2 * n)
    half = z * sqrt(share * (1 - share) / n + square / (4 * n * n))
    low, high = (middle - half) / (1 + square / n), (middle + half) / (1 + square / n)
    return (0.0 if won == 0 else max(low, 0.0)), (1.0 if won == n else min(high, 1.0))


@dataclass(frozen=True)
class Difference:
    """The first rate less the second, −1 to 1, with its interval."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def newcombe(won: int, n: int, other_won: int, other_n: int, z: float = Z95) -> Difference:
    """The difference `won / n − other_won / other_n` with its hybrid score interval. Both n are at least 1."""
    if n == 0 or other_n == 0:
        raise ValueError("A difference needs two rates")
    first, second = won / n, other_won / other_n
    low, high = wilson(won, n, z)
    other_low, other_high = wilson(other_won, other_n, z)
    value = first - second
    return Difference(
        value,
        value - sqrt((first - low) ** 2 + (other_high - second) ** 2),
        value + sqrt((high - first) ** 2 + (second - other_low) ** 2),
    )


def mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def lower_median(values: Iterable[int]) -> int | None:
    """The middle value, the lower of the two middle ones of an even count, so that it is always one that occurred."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def counted_median(counts: Mapping[int, int]) -> int | None:
    """`lower_median` of `{value: how often}`."""
    middle = (sum(counts.values()) + 1) // 2
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if counts[value] and passed >= middle:
            return value
    return None


def kaplan_meier_median(ended: Mapping[int, int], censored: Mapping[int, int]) -> int | None:
    """The first time at which half have ended, or None when that is not reached.

    Both arguments are `{time: how many}`; who is censored at a time was at risk at that time.
    """
    at_risk = sum(ended.values()) + sum(censored.values())
    surviving = 1.0
    for time in sorted({*ended, *censored}):
        events = ended.get(time, 0)
        if events:
            surviving *= 1 - events / at_risk
            if surviving <= 0.5 + NEAR:
                return time
        at_risk -= events + censored.get(time, 0)
    return None
