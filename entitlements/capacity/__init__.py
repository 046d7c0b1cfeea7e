"""How many accounts a tier can carry (C1, C2): pure functions over frozen dataclasses, exact arithmetic, no Django.

`compute(facts)` answers one `TierCapacity` per tier: the cap, every bound that was looked at, the one that binds, and
what a little more of it would add. `varied` gives the facts of a what-if.
"""

from entitlements.capacity.bounds import Bound, Kind
from entitlements.capacity.compute import Gain, TierCapacity, compute
from entitlements.capacity.facts import (
    Facts,
    Promise,
    StaffingFacts,
    TierFacts,
    WorkerFacts,
    fte_of,
    money_a_year,
    need_a_year,
    varied,
)

__all__ = [
    "Bound",
    "Facts",
    "Gain",
    "Kind",
    "Promise",
    "StaffingFacts",
    "TierCapacity",
    "TierFacts",
    "WorkerFacts",
    "compute",
    "fte_of",
    "money_a_year",
    "need_a_year",
    "varied",
]
