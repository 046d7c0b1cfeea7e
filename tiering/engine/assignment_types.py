"""What the assignment takes and gives. Totals and margins in total units (5,000 is 1.00), potential in whole
currency a year, coverage in percent, stay in quarterly cycles.
"""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """The values of `tiering.choices.Reason`."""

    PLACED = "placed"
    ENTERS = "enters"
    CLIMBS = "climbs"
    DISPLACES = "displaces"
    DISPLACED = "displaced"
    BELOW_SCORE = "below_score"
    BELOW_POTENTIAL = "below_potential"
    OVER_CAP = "over_cap"
    DISQUALIFIED = "disqualified"
    HELD = "held"
    STAYS = "stays"
    OFF_LIST = "off_list"


class Deck(StrEnum):
    """The values of `tiering.choices.Deck`."""

    NONE = ""
    FULL = "full"
    FIND_OUT_FIRST = "find_out"
    NEEDS_CLUSTER = "needs_cluster"
    BRAKE = "brake"


class HoldOf(StrEnum):
    """KEEP is a pin or an agreement to be in a tier; VETOED keeps a tier away."""

    KEEP = "keep"
    VETOED = "vetoed"


@dataclass(frozen=True, slots=True)
class TierRule:
    """An active tier. `cap` None is no cap; `potential` None is no lower bound."""

    id: int
    name: str
    cap: int | None
    score: int
    potential: int | None
    coverage: int
    stay: int
    clustered: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of A2 and A3; `cycle` is the number of the quarterly cycle that this would be."""

    cycle: int
    margin: int = 25_000
    leave_below: int = 25_000
    leave_potential_percent: int = 20
    leave_after_reviews: int = 2
    veto_reopens_at: int = 25_000


@dataclass(frozen=True, slots=True)
class Held:
    """`tier` None is off the list; `score_then` the total when a veto was given."""

    kind: HoldOf
    tier: int | None
    score_then: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One account that stands for itself. `tier` is the base placement's, `placed_in` its quarterly cycle (None:
    imported, long ago); `below` counts the reviews running before this one that found it below its minimum.
    `disqualified` and `follows` name why it can hold no seat of its own ("" for neither).
    """

    id: int
    total: int | None
    coverage: int = 100
    potential: int | None = None
    tier: int | None = None
    placed_in: int | None = None
    in_cluster: bool = False
    below: int = 0
    disqualified: str = ""
    follows: str = ""
    holds: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """`needed` is the total that the seat in `tier` took, for who takes one; `deck_needed` what a seat in `deck_tier`
    takes. `below` counts the reviews running, this one included, that found the incumbent below its minimum.
    Linked moves share `group` (A4).
    """

    account: int
    tier: int | None
    why: Why
    deck: Deck = Deck.NONE
    deck_tier: int | None = None
    needed: int | None = None
    deck_needed: int | None = None
    displaces: int | None = None
    displaced_by: int | None = None
    group: int | None = None
    below: int = 0


@dataclass(frozen=True, slots=True)
class TierResult:
    """`before` base placements found, `after` recommended; `cut` is what a challenger needs now, None if no seat
    can be had at any score.
    """

    tier: int
    cap: int | None
    before: int
    after: int
    entering: int
    leaving: int
    cut: int | None


@dataclass(frozen=True, slots=True)
class Assignment:
    recommendations: tuple[Recommendation, ...]
    tiers: tuple[TierResult, ...]

    def by_account(self) -> dict[int, Recommendation]:
        return {rec.account: rec for rec in self.recommendations}
