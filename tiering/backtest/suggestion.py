"""Weights that the deals of the past would suggest: one input among several, never applied by itself. Pure.

Logistic regression of won on the criteria's points (0–5), with a ridge penalty and no negative weight: a criterion
that speaks against winning gets none, and is named. The penalty is chosen, and the result judged, on accounts that
the fit did not see (five folds, all deals of an account in one).
Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd ed., 4.4 (Newton's steps) and 7.10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log1p

from tiering.backtest.separation import Area, AreaDifference, area, difference

#: Fewer on either side and nothing is suggested.
ENOUGH = 40
#: More deals tell hardly more: the newest so many are taken.
MOST = 10_000
FOLDS = 5
#: Ridge penalties that are tried, in units of the mean deviance of a deal.
PENALTIES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
STEPS, CLOSE = 40, 1e-8


@dataclass(frozen=True, slots=True)
class Case:
    """A deal's effective points per criterion in thousandths, its account, and whether it was won."""

    points: tuple[int, ...]
    account: int
    won: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`weights` are whole percents that sum to 100, in the order of the criteria; `against` are the places of those
    that spoke against winning and got none. `unseen` is how well such weights separate accounts that the fit did not
    see; `gain` their area less that of the present weights over the same deals.
    """

    weights: tuple[int, ...]
    against: tuple[int, ...]
    unseen: Area
    gain: AreaDifference


def suggest(cases: Sequence[Case], weights: Sequence[int]) -> Suggestion | None:
    """`cases` newest first, `weights` those of now.

    None under 40 won and 40 lost deals, over fewer accounts than folds, or where no criterion speaks for winning.
    """
    cases = cases[:MOST]
    won = [case.won for case in cases]
    accounts = sorted({case.account for case in cases})
    if min(sum(won), len(won) - sum(won)) < ENOUGH or len(accounts) < FOLDS:
        return None
    fold = {account: place % FOLDS for place, account in enumerate(accounts)}
    best = min(PENALTIES, key=lambda penalty: _unseen_deviance(cases, fold, penalty))
    whole = fit(cases, best)
    if not any(whole[1:]):
        return None
    numbers = _unseen_scores(cases, fold, best)
    present = [sum(w * p for w, p in zip(weights, case.points, strict=True)) for case in cases]
    clusters = [case.account for case in cases]
    free = _newton(cases, best, range(len(weights)))
    return Suggestion(
        weights=percents(whole[1:]),
        against=tuple(place for place, slope in enumerate(free[1:]) if slope < 0),
        unseen=area(numbers, won, clusters),
        gain=difference(numbers, present, won, clusters),
    )


def fit(cases: Sequence[Case], penalty: float) -> list[float]:
    """Intercept and one slope per criterion, none below zero: those that fall below leave, one at a time."""
    inside = list(range(len(cases[0].points)))
    while True:
        found = _newton(cases, penalty, inside)
        worst = min(inside, key=lambda place: found[place + 1], default=None)
        if worst is None or found[worst + 1] >= 0:
            return found
        inside.remove(worst)


def percents(slopes: Sequence[float]) -> tuple[int, ...]:
    """Shares of their sum as whole percents that sum to 100, by largest remainder."""
    whole = sum(slopes)
    exact = [100 * slope / whole for slope in slopes]
    floors = [int(value) for value in exact]
    order = sorted(range(len(exact)), key=lambda place: (floors[place] - exact[place], place))
    for place in order[: 100 - sum(floors)]:
        floors[place] += 1
    return tuple(floors)


def _newton(cases: Sequence[Case], penalty: float, inside: Sequence[int]) -> list[float]:
    """Minimise the mean deviance plus the penalty on the slopes of `inside`; the other slopes are zero."""
    columns = list(inside)
    rows = [[1.0, *(case.points[place] / 1000 for place in columns)] for case in cases]
    size, n = len(columns) + 1, len(cases)
    ridge = [0.0, *([penalty] * len(columns))]
    slopes = [0.0] * size
    for _ in range(STEPS):
        gradient = [r * s for r, s in zip(ridge, slopes, strict=True)]
        curvature = [[ridge[i] if i == j else 0.0 for j in range(size)] for i in range(size)]
        for row, case in zip(rows, cases, strict=True):
            chance = _chance(slopes, row)
            pull, spread = (chance - case.won) / n, chance * (1 - chance) / n
            for i, value in enumerate(row):
                gradient[i] += pull * value
                line, weight = curvature[i], spread * value
                for j in range(i + 1):
                    line[j] += weight * row[j]
        for i in range(size):
            for j in range(i):
                curvature[j][i] = curvature[i][j]
        change = _solve(curvature, gradient)
        slopes = [slope - step for slope, step in zip(slopes, change, strict=True)]
        if max(map(abs, change)) < CLOSE:
            break
    found = [slopes[0], *([0.0] * len(cases[0].points))]
    for place, slope in zip(columns, slopes[1:], strict=True):
        found[place + 1] = slope
    return found


def _chance(slopes: Sequence[float], row: Sequence[float]) -> float:
    value = sum(s * x for s, x in zip(slopes, row, strict=True))
    return 1 / (1 + exp(-value)) if value >= 0 else exp(value) / (1 + exp(value))


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss with pivots, a handful of unknowns; one that nothing determines is left at zero."""
    size = len(right)
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda i: abs(rows[i][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        if abs(rows[column][column]) < 1e-15:
            continue
        for i in range(column + 1, size):
            factor = rows[i][column] / rows[column][column]
            rows[i] = [x - factor * y for x, y in zip(rows[i], rows[column], strict=True)]
    found = [0.0] * size
    for i in reversed(range(size)):
        if abs(rows[i][i]) >= 1e-15:
            found[i] = (rows[i][size] - sum(rows[i][j] * found[j] for j in range(i + 1, size))) / rows[i][i]
    return found


def _linear(found: Sequence[float], case: Case) -> float:
    return found[0] + sum(slope * points / 1000 for slope, points in zip(found[1:], case.points, strict=True))


def _by_fold(cases: Sequence[Case], fold: dict[int, int], penalty: float) -> list[list[float]]:
    return [fit([case for case in cases if fold[case.account] != held], penalty) for held in range(FOLDS)]


def _unseen_deviance(cases: Sequence[Case], fold: dict[int, int], penalty: float) -> float:
    fits = _by_fold(cases, fold, penalty)
    return sum(_deviance(_linear(fits[fold[case.account]], case), case.won) for case in cases)


def _deviance(value: float, won: bool) -> float:
    return log1p(exp(-abs(value))) + max(-value if won else value, 0.0)


def _unseen_scores(cases: Sequence[Case], fold: dict[int, int], penalty: float) -> list[int]:
    """Each deal's log odds by the fit that did not see its account, in millionths."""
    fits = _by_fold(cases, fold, penalty)
    return [round(1e6 * _linear(fits[fold[case.account]], case)) for case in cases]
