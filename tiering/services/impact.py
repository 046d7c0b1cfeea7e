"""What a draft would change: the stored points of the current run weighed again, read only (S1)."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from abxsite.users.models import User
from accounts.models import Account
from tiering.engine.types import CriterionSpec, Policy
from tiering.models import Criterion, Run, Tier
from tiering.scoring.specs import spec_of
from tiering.scoring.what_if import distribution, moved_rows, weighed_query
from tiering.services.runs import current_run
from tiering.services.tiers import active_tiers, current_caps

#: 5.00 in units of a total: the width of a bar.
STEP = 25_000
BARS = 20
MOVERS = 5


@dataclass(frozen=True, slots=True)
class Mover:
    account: Account
    from_tier: Tier | None
    to_tier: Tier | None
    delta: int


@dataclass(frozen=True, slots=True)
class TierImpact:
    """How many accounts pass the tier's minimums, and its published cap; `more` go beyond it."""

    tier: Tier
    cap: int | None
    then: int
    now: int

    @property
    def more(self) -> int:
        return max(0, self.now - self.cap) if self.cap is not None else 0


@dataclass(frozen=True, slots=True)
class Impact:
    """`bars` of the draft and `line` of the scores in force, 5.00 wide each; `changed` have no stored points yet."""

    run: Run
    accounts: int
    up: int
    down: int
    bars: list[int]
    line: list[int]
    tiers: list[TierImpact]
    movers: list[Mover]
    changed: list[str]
    weights: int
    seconds: float

    @property
    def stay(self) -> int:
        return self.accounts - self.up - self.down

    @property
    def over(self) -> int:
        return sum(tier.more for tier in self.tiers)


def preview_impact(
    *, user: User, criteria: Sequence[Criterion], changes: Mapping[str, Mapping[str, object]] | None = None
) -> Impact | None:
    """The impact of `criteria` with `changes` by key (`weight`, `unknown`); None before the first run."""
    run = current_run()
    if run is None:
        return None
    began = time.perf_counter()
    specs = [_changed(spec_of(criterion), (changes or {}).get(criterion.key, {})) for criterion in criteria]
    places = [run.definitions.index(c.definition) if c.definition in run.definitions else None for c in criteria]
    tiers = active_tiers()
    weighed = weighed_query(run, specs, places, tiers)
    rows = distribution(weighed, STEP, BARS)
    top = len(tiers)
    return Impact(
        run=run,
        accounts=sum(n for *_, n in rows["tiers"]),
        up=sum(n for now, then, n in rows["tiers"] if now < then),
        down=sum(n for now, then, n in rows["tiers"] if now > then),
        bars=_bars(rows["now"]),
        line=_bars(rows["then"]),
        tiers=_impacts(tiers, rows["tiers"]),
        movers=_movers(user, weighed, [*tiers, None], top),
        changed=[criterion.name for criterion, place in zip(criteria, places, strict=True) if place is None],
        weights=sum(spec.weight for spec in specs),
        seconds=time.perf_counter() - began,
    )


def _changed(spec: CriterionSpec, fields: Mapping[str, object]) -> CriterionSpec:
    weight, unknown = fields.get("weight", spec.weight), fields.get("unknown", spec.unknown)
    return replace(spec, weight=weight if isinstance(weight, int) else spec.weight, unknown=Policy(str(unknown)))


def _bars(rows: Sequence[tuple[int, ...]]) -> list[int]:
    counts = {row[0]: row[1] for row in rows}
    return [counts.get(bar, 0) for bar in range(BARS)]


def _impacts(tiers: Sequence[Tier], rows: Sequence[tuple[int, ...]]) -> list[TierImpact]:
    caps = current_caps()
    return [
        TierImpact(
            tier,
            caps.get(tier.pk),
            then=sum(n for _, then, n in rows if then == place),
            now=sum(n for now, _, n in rows if now == place),
        )
        for place, tier in enumerate(tiers)
    ]


def _movers(user: User, weighed: str, tiers: Sequence[Tier | None], top: int) -> list[Mover]:
    """Who moves between tiers, the highest affected tier first; only accounts that the user sees."""
    rows = moved_rows(weighed, 200)
    seen = Account.objects.visible_to(user).in_bulk([row[0] for row in rows])
    shown = [row for row in rows if row[0] in seen][:MOVERS]
    return [Mover(seen[pk], tiers[min(then, top)], tiers[min(now, top)], delta) for pk, then, now, delta in shown]
