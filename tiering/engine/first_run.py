"""What first-run setup proposes from a workspace's own figures (DESIGN T2): because $2M means nothing to a company
whose best customer pays $340,000, and 500 seats nothing to one with 85 accounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

#: So many figures make a rule; fewer leave the question open.
ENOUGH: Final = 8
#: Share of the accounts, in percent, that each tier of a workspace with so many tiers can hold, from the top; together
#: below 100, so that being off the list means something.
SHARES: Final = {1: (60,), 2: (10, 60), 3: (6, 18, 60), 4: (6, 18, 30, 38), 5: (4, 10, 18, 26, 34)}
#: Seats beyond which T1 warns, or that a default says, from the top; the last counts for all below.
MOST: Final = (12, 80, 500, 2_000)
#: Percentiles of the known yearly values that the lower bounds of the top two tiers stand at.
BOUNDS: Final = (90, 60)
STEPS: Final = (10, 15, 20, 25, 30, 40, 50, 60, 80)


@dataclass(frozen=True, slots=True)
class TierShape:
    """`potential` None is no lower bound; `seats` the cap."""

    potential: int | None
    seats: int


@dataclass(frozen=True, slots=True)
class Shape:
    """`source` says what the bounds were drawn from: `won`, `potential` or "" for nothing; `n` how many figures."""

    tiers: tuple[TierShape, ...]
    source: str
    n: int


def propose(*, won: Sequence[int], potentials: Sequence[int], accounts: int, tiers: int) -> Shape:
    """Lower bounds and caps of `tiers` tiers from the top, from yearly won values (else entered potentials)."""
    source = "won" if len(won) >= ENOUGH else "potential" if len(potentials) >= ENOUGH else ""
    values = sorted(won if source == "won" else potentials) if source else []
    bounds = lower_bounds(values)
    shares = SHARES.get(tiers, SHARES[5])
    seats = [seats_for(accounts, shares[min(n, len(shares) - 1)], MOST[min(n, len(MOST) - 1)]) for n in range(tiers)]
    floors = [bounds[n] if n < min(len(bounds), tiers - 1) else None for n in range(tiers)]
    return Shape(tuple(TierShape(floor, seat) for floor, seat in zip(floors, seats, strict=True)), source, len(values))


def lower_bounds(values: Sequence[int]) -> tuple[int | None, ...]:
    """Bounds of the top tiers over ascending `values`, rounded down to people's numbers; none where all are alike."""
    if not values:
        return ()
    found = [round_down(values[max(0, (percent * len(values) - 1) // 100)]) for percent in BOUNDS]
    if any(higher <= lower for higher, lower in pairwise(found)):
        return ()
    return tuple(found)


def seats_for(accounts: int, share: int, most: int) -> int:
    """A share of the accounts, at least 1, at most what a tier of this effort carries by default."""
    exact = accounts * share // 100
    return min(most, max(1, exact if exact < 20 else round_down(exact)))


def round_down(value: int) -> int:
    """To 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten: 13,870 is 10,000, 19,100 is 15,000."""
    if value < 10:
        return max(value, 0)
    unit: int = 10 ** (len(str(value)) - 2)
    return max(step for step in STEPS if step * unit <= value) * unit
