"""How well one number tells won from lost: the area under the curve, for deals that come in clusters. Pure.

Deals of one account share its facts, so they are not independent: an interval that took each as a new observation
would be far too narrow. Sources: DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44, 837–845 (the components);
Obuchowski 1997, Biometrics 53, 567–578 (their variance when they come in clusters, one or two curves). With one deal
per cluster Obuchowski's variance is DeLong's.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import erfc, exp, log, sqrt

from abxsite.lib.stats import Z95, wilson


@dataclass(frozen=True, slots=True)
class Area:
    """The chance that a won deal had the higher number than a lost one, ties counted half; 0.5 is no separation.

    `low` and `high` are the 95 % interval, made on the logit scale so that it stays between 0 and 1.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AreaDifference:
    """The first area less the second over the same deals, with its 95 % interval and two-sided p."""

    value: float
    low: float
    high: float
    p: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Components:
    """`value` is the area; `parts` holds one component per deal, in the order of the deals (its share of pairs won)."""

    value: float
    parts: tuple[float, ...]


def components(numbers: Sequence[int], won: Sequence[bool]) -> Components:
    """Area and components by midranks, in n log n. Both sides must be there: ValueError."""
    positives, negatives = sum(won), len(won) - sum(won)
    if not positives or not negatives:
        raise ValueError("An area needs deals that were won and deals that were lost")
    overall = midranks(numbers)
    among_won = iter(midranks([n for n, win in zip(numbers, won, strict=True) if win]))
    among_lost = iter(midranks([n for n, win in zip(numbers, won, strict=True) if not win]))
    parts = tuple(
        (rank - next(among_won)) / negatives if win else 1 - (rank - next(among_lost)) / positives
        for rank, win in zip(overall, won, strict=True)
    )
    value = sum(part for part, win in zip(parts, won, strict=True) if win) / positives
    return Components(value, parts)


def midranks(numbers: Sequence[int]) -> list[float]:
    """Ranks from 1; equal numbers share the mean of theirs."""
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    ranks = [0.0] * len(numbers)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and numbers[order[end]] == numbers[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + 1 + end) / 2
        start = end
    return ranks


def covariance(first: Components, second: Components, won: Sequence[bool], clusters: Sequence[Hashable]) -> float:
    """The covariance of two areas over the same deals; of one with itself its variance (Obuchowski 1997, eq. 2–4)."""
    sums: dict[Hashable, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    for one, other, win, cluster in zip(first.parts, second.parts, won, clusters, strict=True):
        held, side = sums[cluster], 0 if win else 3
        held[side] += one - first.value
        held[side + 1] += other - second.value
        held[side + 2] += 1
    positives, negatives = sum(won), len(won) - sum(won)
    with_won = sum(1 for held in sums.values() if held[2])
    with_lost = sum(1 for held in sums.values() if held[5])
    both = _unbiased(len(sums)) * sum(held[0] * held[4] + held[1] * held[3] for held in sums.values())
    up = _unbiased(with_won) * sum(held[0] * held[1] for held in sums.values()) / positives
    down = _unbiased(with_lost) * sum(held[3] * held[4] for held in sums.values()) / negatives
    return up / positives + down / negatives + both / (positives * negatives)


def _unbiased(clusters: int) -> float:
    return clusters / (clusters - 1) if clusters > 1 else 1.0


def area(numbers: Sequence[int], won: Sequence[bool], clusters: Sequence[Hashable]) -> Area:
    """The area under the curve with its interval.

    Where one side lies wholly above the other the variance is zero and says nothing: the interval is then that of a
    rate without a failure over the smaller side (Wilson).
    """
    found = components(numbers, won)
    spread = sqrt(max(covariance(found, found, won, clusters), 0.0))
    if found.value in (0.0, 1.0) or spread == 0.0:
        fewer = min(sum(won), len(won) - sum(won))
        return Area(found.value, *wilson(round(found.value * fewer), fewer))
    logit = log(found.value / (1 - found.value))
    half = Z95 * spread / (found.value * (1 - found.value))
    return Area(found.value, _expit(logit - half), _expit(logit + half))


def _expit(value: float) -> float:
    if value >= 0:
        return 1 / (1 + exp(-value))
    return exp(value) / (1 + exp(value))


def difference(
    first: Sequence[int], second: Sequence[int], won: Sequence[bool], clusters: Sequence[Hashable]
) -> AreaDifference:
    """The area of `first` less that of `second`, tested on the same deals; two equal orders differ by nothing, p 1."""
    one, other = components(first, won), components(second, won)
    variance = (
        covariance(one, one, won, clusters)
        + covariance(other, other, won, clusters)
        - 2 * covariance(one, other, won, clusters)
    )
    value, spread = one.value - other.value, sqrt(max(variance, 0.0))
    if spread < 1e-12:
        return AreaDifference(value, value, value, 1.0 if abs(value) < 1e-12 else 0.0)
    return AreaDifference(value, value - Z95 * spread, value + Z95 * spread, erfc(abs(value) / spread / sqrt(2)))
