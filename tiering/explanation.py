"""What a score looks like when it is opened (S8): frozen dataclasses, and the JSON that moves freeze."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Evidence:
    """One dated thing behind a criterion. `weight` says what it counts for; `mark` warns about where it comes from."""

    on: date | None
    text: str
    detail: str = ""
    weight: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ExplainedCriterion:
    """`points` are those that count (thousandths), `known` says whether they are the account's own.

    `contribution` is points × weight in units of the total (5,000 is 1.00); `raw` the number behind, if any.
    """

    key: str
    name: str
    family: str
    kind: str
    raw: int | None
    raw_text: str
    band_text: str
    points: int
    known: bool
    dataless: bool
    weight: int
    contribution: int
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Lift:
    """What could add `gain` (units of the total) at most; `reaches` when that alone makes up the gap."""

    key: str
    text: str
    detail: str
    gain: int
    up_to: bool = False
    reaches: bool = False


@dataclass(frozen=True, slots=True)
class NextTier:
    """The lowest tier whose minimum score is above the total; `gap` in units of the total."""

    name: str
    minimum: int
    gap: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score opened. `typical` is the part of the total that stands in for what is unknown."""

    run: int
    version: int
    as_of: date
    total: int
    coverage: int
    typical: int
    fit: int | None
    signals: int | None
    relationship: int | None
    potential: int | None
    potential_source: str
    potential_n: int | None
    follows: bool
    criteria: tuple[ExplainedCriterion, ...]
    missing: tuple[str, ...]
    lifts: tuple[Lift, ...]
    next_tier: NextTier | None

    @property
    def known_total(self) -> int:
        return self.total - self.typical

    def as_json(self) -> dict[str, Any]:
        """Everything, with days as ISO text."""
        found = asdict(self)
        found["as_of"] = self.as_of.isoformat()
        for criterion in found["criteria"]:
            for item in criterion["evidence"]:
                item["on"] = item["on"].isoformat() if item["on"] else None
            criterion["evidence"] = list(criterion["evidence"])
        return found | {name: list(found[name]) for name in ("criteria", "missing", "lifts")}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Explanation":
        """A frozen one, opened again; an empty one where a move has none is the caller's to test."""
        criteria = tuple(_criterion(item) for item in stored["criteria"])
        lifts = tuple(Lift(**item) for item in stored["lifts"])
        following = NextTier(**stored["next_tier"]) if stored["next_tier"] else None
        plain = {
            key: value for key, value in stored.items() if key not in {"criteria", "lifts", "next_tier", "missing"}
        }
        return cls(
            **plain | {"as_of": date.fromisoformat(stored["as_of"])},
            criteria=criteria,
            missing=tuple(stored["missing"]),
            lifts=lifts,
            next_tier=following,
        )


def _criterion(stored: dict[str, Any]) -> ExplainedCriterion:
    evidence = tuple(
        Evidence(**item | {"on": date.fromisoformat(item["on"]) if item["on"] else None}) for item in stored["evidence"]
    )
    return ExplainedCriterion(**stored | {"evidence": evidence})
