"""The two passes over all accounts: points, then weighing (S1–S6). The oracle of the SQL in `tiering.scoring`."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from tiering.engine.kinds import Context, points_of
from tiering.engine.potential import Similar, followed, resolve_potentials, similar_customers
from tiering.engine.types import FULL, MIDDLE, CriterionSpec, Facts, Points, Policy, Potential, ScoreOf, Typical

#: Families of each axis (DESIGN §2).
AXES = {
    "fit": ("potential", "fit", "need", "firmographic", "brand"),
    "signals": ("signals",),
    "relationship": ("relationship",),
}


def lower_median(values: Collection[int]) -> int:
    """The middle value, the lower of the two where there are two; middle points with nobody known."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else MIDDLE


def typical_of(columns: Iterable[Sequence[int | None]]) -> Typical:
    """`columns` hold the points of all accounts, one sequence per criterion."""
    known = [[points for points in column if points is not None] for column in columns]
    return Typical(
        points=tuple(lower_median(values) for values in known),
        known=tuple(len(values) for values in known),
        dataless=tuple(not values for values in known),
    )


def stand_in(policy: Policy, typical: int, dataless: bool) -> int:
    """What an unknown counts as; a criterion without data anywhere gives middle points to all (S3)."""
    if dataless:
        return MIDDLE
    return {Policy.TYPICAL: typical, Policy.ZERO: 0, Policy.MIDDLE: MIDDLE}[policy]


def stand_ins(criteria: Sequence[CriterionSpec], typical: Typical) -> tuple[int, ...]:
    zipped = zip(criteria, typical.points, typical.dataless, strict=True)
    return tuple(stand_in(criterion.unknown, points, dataless) for criterion, points, dataless in zipped)


def effective(points: Sequence[int | None], fallback: Sequence[int]) -> tuple[int, ...]:
    return tuple(instead if own is None else own for own, instead in zip(points, fallback, strict=True))


def total_of(criteria: Sequence[CriterionSpec], counted: Sequence[int]) -> int:
    """Σ points × weight, 0–500,000; nothing is rounded."""
    return sum(criterion.weight * points for criterion, points in zip(criteria, counted, strict=True))


def coverage_of(criteria: Sequence[CriterionSpec], points: Sequence[int | None], dataless: Sequence[bool]) -> int:
    """Whole percent of the weight that is known; criteria without data anywhere stand outside."""
    rows = [(c.weight, own) for c, own, nothing in zip(criteria, points, dataless, strict=True) if not nothing]
    inside = sum(weight for weight, _ in rows)
    return 100 * sum(weight for weight, own in rows if own is not None) // inside if inside else 0


def axis_of(
    families: Sequence[str],
    criteria: Sequence[CriterionSpec],
    points: Sequence[int | None],
    counted: Sequence[int],
    dataless: Sequence[bool],
) -> int | None:
    """A sub-score 0–100 over the families; None where nothing of it is known."""
    rows = [
        (criterion.weight, own, instead)
        for criterion, own, instead, nothing in zip(criteria, points, counted, dataless, strict=True)
        if criterion.family in families and not nothing and criterion.weight
    ]
    if all(own is None for _, own, _ in rows):
        return None
    return 100 * sum(weight * instead for weight, _, instead in rows) // (FULL * sum(weight for weight, _, _ in rows))


def connected_sources(accounts: Iterable[Facts], as_of: date) -> frozenset[str]:
    """Sources with any data up to the day; without it zero would be a guess (S3)."""
    found: set[str] = set()
    for account in accounts:
        if any(signal.on <= as_of for signal in account.signals):
            found.add("signals")
        if any(fact.on <= as_of for fact in account.strengths) or any(tie.on <= as_of for tie in account.ties):
            found.add("relationship")
    return frozenset(found)


def score_all(
    accounts: Collection[Facts],
    criteria: Sequence[CriterionSpec],
    as_of: date,
    *,
    similar: Similar | None = None,
    connected: frozenset[str] | None = None,
) -> tuple[dict[int, ScoreOf], Typical]:
    """Score every account as of a day, from data dated on or before it."""
    similar = similar_customers(accounts, as_of) if similar is None else similar
    sources = connected_sources(accounts, as_of) if connected is None else connected
    potentials = resolve_potentials(accounts, similar, as_of)
    points = {
        account.id: [
            points_of(criterion.config, account, Context(as_of, potentials[account.id], sources))
            for criterion in criteria
        ]
        for account in accounts
    }
    typical = typical_of([[row[i].points for row in points.values()] for i in range(len(criteria))])
    return {
        account.id: _weighed(account, criteria, points[account.id], typical, potentials[account.id], as_of)
        for account in accounts
    }, typical


def _weighed(
    account: Facts,
    criteria: Sequence[CriterionSpec],
    given: Sequence[Points],
    typical: Typical,
    potential: Potential,
    as_of: date,
) -> ScoreOf:
    points = tuple(item.points for item in given)
    counted = effective(points, stand_ins(criteria, typical))
    axes = {axis: axis_of(families, criteria, points, counted, typical.dataless) for axis, families in AXES.items()}
    return ScoreOf(
        account=account.id,
        total=total_of(criteria, counted),
        coverage=coverage_of(criteria, points, typical.dataless),
        points=points,
        raw=tuple(item.raw for item in given),
        potential=potential,
        follows=followed(account, as_of) is not None,
        **axes,
    )
