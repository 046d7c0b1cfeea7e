"""The weighing pass (S1): typical values, weights, total, coverage and axes over stored points, as SQL expressions.

It is what a run's finishing step, a single rescore and the what-if have in common. `p` is the array of points.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tiering.engine.scoring import AXES, stand_ins
from tiering.engine.types import FULL, CriterionSpec, Typical


@dataclass(frozen=True, slots=True)
class Weighing:
    """Expressions over one row's points array; every number in them is an integer of ours."""

    total: str
    coverage: str
    fit: str
    signals: str
    relationship: str

    def columns(self) -> str:
        """In the order of the score table."""
        return f"({self.total})::int AS total, ({self.coverage})::smallint AS coverage"

    def axes(self) -> str:
        return (
            f"({self.fit})::smallint AS fit, ({self.signals})::smallint AS signals,"
            f" ({self.relationship})::smallint AS relationship"
        )


def weighing(
    criteria: Sequence[CriterionSpec],
    typical: Typical,
    array: str = "p.points",
    places: Sequence[int | None] | None = None,
) -> Weighing:
    """Typical values in the order of `criteria`; `places` say where each stands in the array (None: nowhere)."""
    fallback = stand_ins(criteria, typical)
    where = range(len(criteria)) if places is None else places
    own = ["NULL::int" if place is None else f"({array})[{place + 1}]" for place in where]
    counted = [f"coalesce({points}, {instead})" for points, instead in zip(own, fallback, strict=True)]
    inside = [i for i, nothing in enumerate(typical.dataless) if not nothing]
    whole = sum(criteria[i].weight for i in inside)
    axes = {name: _axis(families, criteria, own, counted, inside) for name, families in AXES.items()}
    return Weighing(
        total=_sum(f"{criterion.weight} * {points}" for criterion, points in zip(criteria, counted, strict=True)),
        coverage=f"100 * ({_known(criteria, own, inside)}) / {whole}" if whole else "0",
        **axes,
    )


def _sum(terms: Iterable[str]) -> str:
    return " + ".join(terms) or "0"


def _known(criteria: Sequence[CriterionSpec], own: Sequence[str], inside: Sequence[int]) -> str:
    return _sum([f"CASE WHEN {own[i]} IS NULL THEN 0 ELSE {criteria[i].weight} END" for i in inside])


def _axis(
    families: Sequence[str],
    criteria: Sequence[CriterionSpec],
    own: Sequence[str],
    counted: Sequence[str],
    inside: Sequence[int],
) -> str:
    rows = [i for i in inside if criteria[i].family in families and criteria[i].weight]
    if not rows:
        return "NULL"
    weighed = _sum([f"{criteria[i].weight} * {counted[i]}" for i in rows])
    whole = FULL * sum(criteria[i].weight for i in rows)
    any_known = " OR ".join(f"{own[i]} IS NOT NULL" for i in rows)
    return f"CASE WHEN {any_known} THEN 100 * ({weighed}) / {whole} END"
