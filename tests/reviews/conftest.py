"""An open review with tiers and caps, for every test of the review side."""

from dataclasses import dataclass
from typing import Any

import pytest

from abxsite.users.models import User
from reviews.models import Cycle
from tests.cast import Cast
from tests.reviews.factories import make_caps, make_cycle, make_move, make_settings, make_tiers
from tiering.models import Move, Tier


@dataclass
class Review:
    """`top`, `few`, `many`, `targeted` with 3, 5, 20 and 50 seats; moves owned and signed by the rep."""

    tiers: list[Tier]
    cycle: Cycle
    cast: Cast

    @property
    def top(self) -> Tier:
        return self.tiers[0]

    @property
    def few(self) -> Tier:
        return self.tiers[1]

    @property
    def many(self) -> Tier:
        return self.tiers[2]

    @property
    def targeted(self) -> Tier:
        return self.tiers[3]

    def move(self, from_tier: Tier | None, to_tier: Tier | None, signer: User | None = None, **fields: Any) -> Move:
        signer = signer or self.cast.rep
        return make_move(self.cycle, from_tier=from_tier, to_tier=to_tier, signer=signer, **fields)


@pytest.fixture
def review(cast: Cast) -> Review:
    make_settings()
    tiers = make_tiers()
    make_caps(tiers, (3, 5, 20, 50))
    return Review(tiers, make_cycle(tiers), cast)
