"""Thresholds and caps from a workspace's own figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiering.engine.first_run import TierShape, lower_bounds, propose, round_down, seats_for


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(0, 0), (7, 7), (10, 10), (13_870, 10_000), (19_100, 15_000), (79_999, 60_000), (340_000, 300_000), (99, 80)],
)
def test_figures_are_rounded_down_to_what_people_say(value: int, rounded: int) -> None:
    assert round_down(value) == rounded


def test_bounds_stand_at_the_ninetieth_and_sixtieth_percentile() -> None:
    assert lower_bounds([1_000 * n for n in range(1, 101)]) == (80_000, 60_000)


def test_values_that_are_all_alike_give_no_bounds() -> None:
    assert lower_bounds([5_000] * 30) == ()


def test_a_company_with_85_accounts_gets_caps_that_fit_it() -> None:
    shape = propose(won=[1_000 * n for n in range(1, 86)], potentials=[], accounts=85, tiers=4)
    assert shape.tiers == (TierShape(60_000, 5), TierShape(50_000, 15), TierShape(None, 25), TierShape(None, 30))
    assert (shape.source, shape.n) == ("won", 85)


def test_a_large_company_gets_the_default_caps() -> None:
    shape = propose(won=[], potentials=[], accounts=100_000, tiers=4)
    assert [tier.seats for tier in shape.tiers] == [12, 80, 500, 2_000]


def test_without_figures_nothing_bounds_a_tier() -> None:
    shape = propose(won=[1, 2, 3], potentials=[], accounts=1_000, tiers=4)
    assert ([tier.potential for tier in shape.tiers], shape.source) == ([None] * 4, "")


def test_entered_potentials_stand_in_for_too_few_wins() -> None:
    shape = propose(won=[5], potentials=[100_000 * n for n in range(1, 21)], accounts=20, tiers=3)
    assert ([tier.potential for tier in shape.tiers], shape.source) == ([1_500_000, 1_000_000, None], "potential")


@given(st.lists(st.integers(1, 10**12), max_size=60), st.integers(0, 10**6), st.integers(1, 7))
def test_bounds_fall_from_the_top_and_every_tier_has_a_seat(won: list[int], accounts: int, tiers: int) -> None:
    shape = propose(won=won, potentials=[], accounts=accounts, tiers=tiers)
    known = [tier.potential for tier in shape.tiers if tier.potential is not None]
    assert known == sorted(known, reverse=True)
    assert shape.tiers[-1].potential is None
    assert all(tier.seats >= 1 for tier in shape.tiers)


@given(st.integers(0, 10**7), st.integers(1, 100))
def test_seats_never_exceed_their_share_or_the_most(accounts: int, share: int) -> None:
    assert 1 <= seats_for(accounts, share, 2_000) <= max(1, min(2_000, accounts * share // 100))
