"""Publishing: one transaction, caps kept, silence, holds, on deck; twice is once."""

from datetime import timedelta

import pytest

from abxsite.lib import clock
from abxsite.lib.errors import DomainError, NotAllowed
from abxsite.users.models import Notification
from reviews.choices import CycleStatus, Side, VerdictKind, VetoReason
from reviews.models import Cycle, Verdict
from reviews.services import verdicts
from reviews.services.publication import limits, plan_publication, publish_cycle
from tests.factories import AccountFactory
from tests.reviews.conftest import Review
from tests.reviews.factories import place_in
from tiering.choices import HoldKind, MoveState
from tiering.models import Cap, Hold, Move, Placement, Tier
from tiering.services.placements import current_base, seats_in_use


def tier_of(move: Move) -> Tier | None:
    held = current_base(move.account)
    return held.tier if held else None


def state(move: Move) -> str:
    return str(Move.objects.values_list("state", flat=True).get(pk=move.pk))


def both_approve(review: Review, *moves: Move) -> None:
    for move in moves:
        verdicts.approve_move(actor=review.cast.rep, move=move)
        verdicts.approve_move(actor=review.cast.marketer, move=move)


def fill(tier: Tier, seats: int) -> None:
    for _ in range(seats):
        place_in(AccountFactory(), tier)


def publish(review: Review) -> Cycle:
    return publish_cycle(actor=review.cast.marketer, cycle=review.cycle)


def test_approved_moves_apply_and_history_is_continuous(review: Review) -> None:
    up, enters, leaves = (
        review.move(review.few, review.top),
        review.move(None, review.targeted),
        review.move(review.many, None),
    )
    both_approve(review, up, enters, leaves)
    cycle = publish(review)
    assert (tier_of(up), tier_of(enters), tier_of(leaves)) == (review.top, review.targeted, None)
    assert {state(move) for move in (up, enters, leaves)} == {MoveState.APPLIED}
    old, new = Placement.objects.filter(account=up.account).order_by("since")
    assert (old.tier, old.until, old.closed_by_move_id) == (review.few, new.since, up.pk)
    assert (new.tier, new.since, new.until, new.cycle_number, new.move_id) == (
        review.top,
        cycle.published_at,
        None,
        1,
        up.pk,
    )
    assert cycle.summary == {
        "applied": {"up": 2, "down": 1, "by_silence": 0},
        "on_deck": [],
        "vetoed": 0,
        "lapsed": 0,
        "lapsed_why": {},
    }
    assert sorted(Notification.objects.filter(kind="move_applied").values_list("sentence", flat=True)) == sorted(
        [
            f"{up.account.name} is now One-to-One.",
            f"{enters.account.name} is now Targeted Demand Gen.",
            f"{leaves.account.name} is now off list.",
        ]
    )


def test_publishing_twice_does_nothing_twice(review: Review) -> None:
    move = review.move(review.few, review.top)
    both_approve(review, move)
    first = publish(review)
    placements = list(Placement.objects.order_by("id").values())
    again = publish_cycle(actor=review.cast.second_marketer, cycle=review.cycle)
    assert again.already_published
    assert not first.already_published
    assert (again.published_at, again.published_by) == (first.published_at, review.cast.marketer)
    assert list(Placement.objects.order_by("id").values()) == placements


def test_only_marketers_and_admins_publish(review: Review) -> None:
    move = review.move(review.few, review.top)
    both_approve(review, move)
    for person in (review.cast.rep, review.cast.manager, review.cast.leader, review.cast.stranger):
        with pytest.raises(NotAllowed, match="Only a marketer or an admin publishes a review"):
            publish_cycle(actor=person, cycle=review.cycle)
    review.cycle.refresh_from_db()
    assert (review.cycle.status, tier_of(move)) == (CycleStatus.OPEN, review.few)


def test_a_promotion_without_a_free_seat_goes_on_deck_with_the_reason(review: Review) -> None:
    fill(review.top, 2)
    first, second = review.move(review.few, review.top), review.move(review.few, review.top)
    both_approve(review, first, second)
    cycle = publish(review)
    assert (tier_of(first), tier_of(second)) == (review.top, review.few)
    assert state(second) == MoveState.ON_DECK
    why = "One-to-One has no free seat: all 3 are taken"
    assert Move.objects.get(pk=second.pk).deck_sentence == why
    assert cycle.summary["on_deck"] == [{"move": second.pk, "account": second.account.name, "reason": why}]


def test_a_demotion_frees_the_seat_of_a_promotion_whatever_their_order(review: Review) -> None:
    fill(review.top, 2)
    fill(review.few, 4)
    up = review.move(review.few, review.top)
    down = review.move(review.top, review.few)
    both_approve(review, up, down)
    publish(review)
    assert (tier_of(up), tier_of(down)) == (review.top, review.few)
    assert seats_in_use()[review.top.pk] == 3
    assert seats_in_use()[review.few.pk] == 5


def test_a_vetoed_demotion_leaves_the_promotion_on_deck(review: Review) -> None:
    fill(review.top, 2)
    up = review.move(review.few, review.top, group=1)
    down = review.move(review.top, review.few, group=1)
    both_approve(review, up)
    verdicts.veto_move(
        actor=review.cast.rep, move=down, reason=VetoReason.OTHER, sentence="Their board meets in January."
    )
    publish(review)
    assert (tier_of(up), tier_of(down)) == (review.few, review.top)
    assert (state(up), state(down)) == (MoveState.ON_DECK, MoveState.REFUSED)


def test_a_demotion_may_not_leave_the_tier_below_fuller_than_its_cap(review: Review) -> None:
    fill(review.few, 5)
    down = review.move(review.top, review.few)
    both_approve(review, down)
    publish(review)
    assert tier_of(down) == review.top
    assert state(down) == MoveState.ON_DECK


def test_the_lower_of_frozen_and_current_cap_counts(review: Review) -> None:
    fill(review.top, 1)
    Cap.objects.create(tier=review.top, seats=1, published_by=review.cast.marketer)
    Cap.objects.create(tier=review.few, seats=500, published_by=review.cast.marketer)
    assert limits(review.cycle)[review.top.pk] == 1
    assert limits(review.cycle)[review.few.pk] == 5
    up = review.move(review.few, review.top)
    both_approve(review, up)
    publish(review)
    assert (tier_of(up), state(up)) == (review.few, MoveState.ON_DECK)


def test_silence_lets_a_demotion_pass_at_closing(review: Review) -> None:
    down = review.move(review.top, review.few)
    verdicts.approve_move(actor=review.cast.marketer, move=down)
    with clock.travel(review.cycle.closes_on):
        cycle = publish(review)
    assert tier_of(down) == review.few
    said = Verdict.objects.get(move=down, side=Side.SALES)
    assert (said.kind, said.by, said.to_tier) == (VerdictKind.SILENCE, None, review.few)
    assert cycle.summary["applied"] == {"up": 0, "down": 1, "by_silence": 1}


def test_before_closing_silence_is_no_consent(review: Review) -> None:
    down = review.move(review.top, review.few)
    verdicts.approve_move(actor=review.cast.marketer, move=down)
    cycle = publish(review)
    assert (tier_of(down), state(down)) == (review.top, MoveState.LAPSED)
    assert cycle.summary["lapsed_why"] == {"Undecided by sales": 1}
    assert not Verdict.objects.filter(kind=VerdictKind.SILENCE).exists()


def test_a_snoozed_demotion_counts_as_silence(review: Review) -> None:
    down = review.move(review.top, review.few)
    verdicts.approve_move(actor=review.cast.marketer, move=down)
    slept = verdicts.snooze_move(actor=review.cast.rep, move=down, until=review.cycle.closes_on)
    with clock.travel(review.cycle.closes_on):
        publish(review)
    assert tier_of(down) == review.few
    assert Verdict.objects.get(move=down, kind=VerdictKind.SILENCE).supersedes == slept


def test_silence_never_promotes(review: Review) -> None:
    up = review.move(review.few, review.top)
    verdicts.approve_move(actor=review.cast.marketer, move=up)
    with clock.travel(review.cycle.closes_on):
        publish(review)
    assert (tier_of(up), state(up)) == (review.few, MoveState.LAPSED)


def test_a_one_sided_move_needs_marketing_even_down(review: Review) -> None:
    down = review.move(review.many, review.targeted)
    verdicts.approve_move(actor=review.cast.rep, move=down)
    with clock.travel(review.cycle.closes_on):
        cycle = publish(review)
    assert (tier_of(down), state(down)) == (review.many, MoveState.LAPSED)
    assert cycle.summary["lapsed_why"] == {"Undecided by marketing": 1}


def test_a_vetoed_move_is_held_away_for_two_cycles(review: Review) -> None:
    move = review.move(review.few, review.top)
    verdicts.approve_move(actor=review.cast.marketer, move=move)
    verdicts.veto_move(actor=review.cast.rep, move=move, reason=VetoReason.NO_ACCESS, sentence="No door opens.")
    publish(review)
    hold = Hold.objects.get(account=move.account)
    assert (hold.kind, hold.tier, hold.until_cycle, hold.score_then, hold.reason, hold.created_by) == (
        HoldKind.VETOED,
        review.top,
        3,
        385_800,
        "No door opens.",
        review.cast.rep,
    )
    assert state(move) == MoveState.REFUSED


def test_what_was_amended_against_the_model_is_agreed_for_two_cycles(review: Review) -> None:
    move = review.move(review.many, review.top)
    verdicts.amend_move(actor=review.cast.rep, move=move, to_tier=review.few, sentence="One step first.")
    verdicts.approve_move(actor=review.cast.marketer, move=move)
    publish(review)
    assert tier_of(move) == review.few
    hold = Hold.objects.get(account=move.account)
    assert (hold.kind, hold.tier, hold.until_cycle, hold.reason) == (
        HoldKind.AGREED,
        review.few,
        3,
        "One step first.",
    )
    assert Move.objects.get(pk=move.pk).final_tier == review.few


def test_an_unsettled_dispute_lapses_without_a_hold(review: Review) -> None:
    move = review.move(review.few, review.top)
    verdicts.veto_move(actor=review.cast.rep, move=move, reason=VetoReason.OTHER, sentence="Not now.")
    verdicts.dispute_move(actor=review.cast.marketer, move=move, sentence="Now.")
    cycle = publish(review)
    assert (state(move), Hold.objects.count()) == (MoveState.LAPSED, 0)
    assert cycle.summary["lapsed_why"] == {"Disputed, and not settled": 1}


def test_a_move_whose_account_changed_tier_meanwhile_lapses(review: Review) -> None:
    move = review.move(review.few, review.top, placed=False)
    place_in(move.account, review.many)
    both_approve(review, move)
    publish(review)
    assert (tier_of(move), state(move)) == (review.many, MoveState.LAPSED)


def test_the_preview_is_what_publication_does(review: Review) -> None:
    fill(review.top, 3)
    up, down = review.move(review.few, review.top), review.move(review.many, review.targeted)
    both_approve(review, up, down)
    review.move(review.few, review.many)
    before = plan_publication(review.cycle).as_json()
    assert publish(review).summary == before
    assert before["applied"] == {"up": 0, "down": 1, "by_silence": 0}


def test_a_cancelled_review_is_not_published(review: Review) -> None:
    Cycle.objects.filter(pk=review.cycle.pk).update(status=CycleStatus.CANCELLED)
    with pytest.raises(DomainError, match="This review was cancelled"):
        publish(review)
    assert Cycle.objects.get(pk=review.cycle.pk).published_at is None


def test_publication_follows_closing(review: Review) -> None:
    down = review.move(review.top, review.few)
    verdicts.approve_move(actor=review.cast.rep, move=down)
    Cycle.objects.filter(pk=review.cycle.pk).update(status=CycleStatus.CLOSING)
    with clock.travel(review.cycle.closes_on + timedelta(days=2)):
        publish(review)
    assert tier_of(down) == review.few
    assert Verdict.objects.get(move=down, side=Side.MARKETING).kind == VerdictKind.SILENCE
