"""The what-if: stored points of a run weighed again, as one query that writes nothing."""

from collections.abc import Sequence

from django.db import connection

from tiering.engine.types import MIDDLE, CriterionSpec, Typical
from tiering.models import Run, Tier
from tiering.scoring.partitions import partition
from tiering.scoring.weighing import weighing


def weighed_query(run: Run, specs: Sequence[CriterionSpec], places: Sequence[int | None], tiers: Sequence[Tier]) -> str:
    """SELECT account_id, was, would, tier_then, tier_now; 0 is the top tier, the number of tiers is off the list."""
    typical = Typical(
        points=tuple(MIDDLE if place is None else run.typical[place] for place in places),
        known=tuple(0 if place is None else run.known[place] for place in places),
        dataless=tuple(place is None or run.dataless[place] for place in places),
    )
    weights = sum(spec.weight for spec in specs)
    new = weighing(specs, typical, "s.points", places)
    total = new.total if weights == 100 else f"100 * ({new.total}) / {max(weights, 1)}"
    return f"""
        SELECT account_id, was, would, {tier_passed(tiers, "was", "coverage")} AS tier_then,
               {tier_passed(tiers, "would", "new_coverage")} AS tier_now
        FROM (SELECT s.account_id, s.total AS was, s.coverage, s.potential, {total} AS would,
                     {new.coverage} AS new_coverage
              FROM {partition(run.pk)} s WHERE NOT s.follows) weighed"""


def tier_passed(tiers: Sequence[Tier], total: str, coverage: str) -> str:
    """The place from the top of the highest tier whose minimums are passed; their number for none."""
    steps = ""
    for place, tier in enumerate(tiers):
        gate = f"{total} >= {tier.minimum_score:d} AND {coverage} >= {tier.minimum_coverage:d}"
        if tier.minimum_potential is not None:
            gate += f" AND potential >= {tier.minimum_potential:d}"
        steps += f" WHEN {gate} THEN {place}"
    return f"CASE{steps} ELSE {len(tiers)} END" if steps else "0"


def distribution(weighed: str, step: int, bars: int) -> dict[str, list[tuple[int, ...]]]:
    """Counts by bar and by pair of tiers, in one pass."""
    query = f"""
        SELECT least(would / {step}, {bars - 1}), least(was / {step}, {bars - 1}), tier_now, tier_then, count(*),
               grouping(least(would / {step}, {bars - 1})), grouping(least(was / {step}, {bars - 1}))
        FROM ({weighed}) w
        GROUP BY GROUPING SETS ((least(would / {step}, {bars - 1})), (least(was / {step}, {bars - 1})),
                                (tier_now, tier_then))"""
    found: dict[str, list[tuple[int, ...]]] = {"now": [], "then": [], "tiers": []}
    with connection.cursor() as cursor:
        cursor.execute(query)
        for now, then, tier_now, tier_then, n, not_now, not_then in cursor.fetchall():
            if not not_now:
                found["now"].append((now, n))
            elif not not_then:
                found["then"].append((then, n))
            else:
                found["tiers"].append((tier_now, tier_then, n))
    return found


def moved_rows(weighed: str, limit: int) -> list[tuple[int, int, int, int]]:
    """(account, tier then, tier now, difference) of those that change tier, the highest tiers and gains first."""
    query = f"""
        SELECT account_id, tier_then, tier_now, would - was FROM ({weighed}) w WHERE tier_now <> tier_then
        ORDER BY least(tier_now, tier_then), abs(would - was) DESC, account_id LIMIT {limit:d}"""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())
