"""The card reads frozen evidence, whatever of it is there."""

from typing import Any

from reviews.cards import read_card
from tests.reviews.factories import evidence
from tiering.models import Move, Tier

TOP, FEW = (
    Tier(pk=1, name="One-to-One", short_name="One", order=1, colour=1),
    Tier(pk=2, name="One-to-Few", short_name="Few", order=2, colour=2),
)
TIERS = {1: TOP, 2: FEW}


def card(found: Any, from_tier: Tier | None = FEW, to_tier: Tier | None = TOP) -> Any:
    return read_card(Move(from_tier=from_tier, to_tier=to_tier, evidence=found), to_tier, TIERS)


def test_without_any_evidence_it_is_a_card_all_the_same() -> None:
    nothing = {"explanation": None, "previous": None, "seats": None}
    broken: list[Any] = [{}, nothing, {"explanation": {"criteria": "?"}}, []]
    for found in broken:
        empty = card(found)
        assert (empty.total, empty.before, empty.changes, empty.seats) == (None, None, [], None)
        assert empty.people_said == "Nobody yet"


def test_what_changed_comes_first_and_the_rest_in_one_line() -> None:
    shown = card(evidence())
    assert [(change.name, change.then, change.now, change.delta) for change in shown.changes] == [
        ("Need and timing", 30_000, 60_000, 30_000)
    ]
    assert shown.unchanged_said == "Potential 22.00, Brand 2.50 (typical, not known)"
    assert (shown.delta, shown.needed, str(shown.pipeline), shown.deals) == (63_900, 332_000, "1200000.00", 3)


def test_without_a_score_before_it_shows_what_counts_most() -> None:
    shown = card(evidence(before=None), from_tier=None)
    assert [change.name for change in shown.changes] == ["Potential", "Need and timing"]
    assert [change.delta for change in shown.changes] == [None, None]


def test_seats_say_when_somebody_would_have_to_leave() -> None:
    full = evidence() | {"seats": {"1": {"cap": 12, "used": 12, "in": 3, "out": 3}}}
    named = card(full | {"displaces": [{"id": 7, "name": "Brackwater Foods", "total": 307_000}]}).seats
    assert (named.wanted, named.going, named.is_over) == (13, 1, True)
    balanced = card(full).seats
    assert (balanced.wanted, balanced.going, balanced.is_over) == (13, 1, False)
    crowded = card(evidence() | {"seats": {"1": {"cap": 12, "used": 12, "in": 1, "out": 0}}}).seats
    assert crowded.is_over
    uncapped = card(evidence() | {"seats": {"1": {"cap": None, "used": 12, "in": 1, "out": 0}}}).seats
    assert not uncapped.is_over
