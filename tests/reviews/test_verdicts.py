"""What a side says: rights, superseding, two people, what was seen; a refusal changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, ProgrammingError, transaction

from abxsite.audit.models import AuditEntry
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from abxsite.users.models import Delegation
from reviews.choices import Side, VerdictKind, VetoReason
from reviews.models import MoveSigner, Verdict
from reviews.policies import MoveFacts, may_decide, right_of
from reviews.services import verdicts
from tests.reviews.conftest import Review
from tiering.choices import MoveState
from tiering.models import Move


def state(move: Move) -> tuple[str, int | None]:
    fresh = Move.objects.get(pk=move.pk)
    return fresh.state, fresh.final_tier_id


def events(move: Move) -> list[tuple[str, str]]:
    return list(Verdict.objects.filter(move=move).order_by("id").values_list("side", "kind"))


def veto(actor: Any, move: Move, **fields: Any) -> Verdict:
    fields = {"reason": VetoReason.WRONG_MOMENT, "sentence": "They reorganise until May."} | fields
    return verdicts.veto_move(actor=actor, move=move, **fields)


def test_a_two_sided_move_is_approved_by_both_sides(review: Review) -> None:
    move = review.move(review.few, review.top)
    verdicts.approve_move(actor=review.cast.rep, move=move)
    assert state(move) == (MoveState.PENDING, None)
    verdicts.approve_move(actor=review.cast.marketer, move=move)
    assert state(move) == (MoveState.APPROVED, None)
    assert events(move) == [("sales", "approve"), ("marketing", "approve")]
    assert list(AuditEntry.objects.filter(subject_id=move.pk).order_by("id").values_list("action", flat=True)) == [
        "move_approve",
        "move_approve",
    ]


def test_below_the_top_two_marketing_alone_approves(review: Review) -> None:
    move = review.move(review.targeted, review.many)
    verdicts.approve_move(actor=review.cast.marketer, move=move)
    assert state(move)[0] == MoveState.APPROVED


def test_below_the_top_two_sales_alone_does_not_approve_but_may_object(review: Review) -> None:
    move = review.move(review.targeted, review.many)
    verdicts.approve_move(actor=review.cast.rep, move=move)
    assert state(move)[0] == MoveState.PENDING
    verdicts.approve_move(actor=review.cast.marketer, move=move)
    veto(review.cast.rep, move)
    assert state(move)[0] == MoveState.VETOED


@pytest.mark.parametrize("who", ["other_rep", "manager", "leader", "admin", "stranger"])
def test_who_signs_neither_side_is_refused_and_nothing_changes(review: Review, who: str) -> None:
    move = review.move(review.few, review.top)
    person = getattr(review.cast, who)
    audits = AuditEntry.objects.count()
    for refused in (
        lambda: verdicts.approve_move(actor=person, move=move),
        lambda: veto(person, move),
        lambda: verdicts.amend_move(actor=person, move=move, to_tier=review.many),
        lambda: verdicts.snooze_move(actor=person, move=move, until=clock.today() + timedelta(days=2)),
        lambda: verdicts.undo_verdict(actor=person, move=move),
        lambda: verdicts.dispute_move(actor=person, move=move, sentence="No."),
    ):
        with pytest.raises(NotAllowed, match="Rea Rep signs for sales, any marketer signs for marketing"):
            refused()
    assert may_decide(person, move) is None
    assert (events(move), state(move), AuditEntry.objects.count()) == ([], (MoveState.PENDING, None), audits)


def test_the_two_signatures_are_of_two_people(review: Review) -> None:
    owner_and_marketer = review.cast.second_marketer
    move = review.move(review.few, review.top, owner_and_marketer)
    verdicts.approve_move(actor=owner_and_marketer, move=move)
    verdicts.approve_move(actor=owner_and_marketer, move=move)
    assert events(move) == [("sales", "approve")]
    assert state(move)[0] == MoveState.PENDING
    verdicts.approve_move(actor=review.cast.marketer, move=move)
    assert state(move)[0] == MoveState.APPROVED


def test_who_signed_for_marketing_cannot_sign_for_sales_after_it_passed_to_them(review: Review) -> None:
    move = review.move(review.few, review.top)
    marketer = review.cast.marketer
    verdicts.approve_move(actor=marketer, move=move)
    MoveSigner.objects.filter(move=move, side=Side.SALES).update(person=marketer.person)
    verdicts.approve_move(actor=marketer, move=move)
    assert events(move) == [("marketing", "approve")]
    assert state(move)[0] == MoveState.PENDING


def test_a_delegate_signs_while_the_delegation_is_open(review: Review) -> None:
    move = review.move(review.few, review.top)
    stand_in = review.cast.other_rep
    today = clock.today()
    delegation = Delegation.objects.create(
        delegator=review.cast.rep.person, delegate=stand_in.person, since=today, until=today
    )
    said = verdicts.approve_move(actor=stand_in, move=move)
    assert (said.side, said.by, said.on_behalf_of) == (Side.SALES, stand_in, review.cast.rep.person)
    Delegation.objects.filter(pk=delegation.pk).update(since=today - timedelta(days=3), until=today - timedelta(days=1))
    with pytest.raises(NotAllowed):
        verdicts.undo_verdict(actor=stand_in, move=move)
    assert events(move) == [("sales", "approve")]


def test_a_veto_needs_a_reason_and_a_sentence(review: Review) -> None:
    move = review.move(review.few, review.top)
    with pytest.raises(DomainError, match="Choose a reason") as refusal:
        veto(review.cast.rep, move, reason="")
    assert refusal.value.field == "reason"
    with pytest.raises(DomainError, match="Say why in a sentence") as refusal:
        veto(review.cast.rep, move, sentence="  ")
    assert refusal.value.field == "sentence"
    with pytest.raises(DomainError, match="at most 400 characters"):
        veto(review.cast.rep, move, sentence="x" * 401)
    assert (events(move), state(move)) == ([], (MoveState.PENDING, None))


def test_a_side_supersedes_its_verdict_and_both_stay(review: Review) -> None:
    move = review.move(review.few, review.top)
    first = verdicts.approve_move(actor=review.cast.rep, move=move)
    second = veto(review.cast.rep, move)
    first.refresh_from_db()
    assert first.superseded_at is not None
    assert second.supersedes_id == first.pk
    assert Verdict.objects.standing().get(move=move, side=Side.SALES) == second
    assert state(move)[0] == MoveState.VETOED


def test_an_amendment_clears_the_other_side_and_asks_it_again(review: Review) -> None:
    move = review.move(review.many, review.top)
    verdicts.approve_move(actor=review.cast.marketer, move=move)
    verdicts.amend_move(actor=review.cast.rep, move=move, to_tier=review.few)
    assert not Verdict.objects.standing().filter(move=move, side=Side.MARKETING).exists()
    assert state(move) == (MoveState.PENDING, review.few.pk)
    verdicts.approve_move(actor=review.cast.second_marketer, move=move)
    assert state(move) == (MoveState.APPROVED, review.few.pk)
    assert Verdict.objects.standing().get(move=move, side=Side.MARKETING).to_tier == review.few


def test_an_amendment_leads_to_another_tier(review: Review) -> None:
    move = review.move(review.few, review.top)
    with pytest.raises(DomainError, match="That is where it is now"):
        verdicts.amend_move(actor=review.cast.rep, move=move, to_tier=review.few)
    with pytest.raises(DomainError, match="That is the tier on the table"):
        verdicts.amend_move(actor=review.cast.rep, move=move, to_tier=review.top)
    assert (events(move), state(move)) == ([], (MoveState.PENDING, None))


def test_an_amendment_off_the_list_is_possible(review: Review) -> None:
    move = review.move(review.few, review.many)
    verdicts.amend_move(actor=review.cast.rep, move=move, to_tier=None)
    said = verdicts.approve_move(actor=review.cast.marketer, move=move)
    assert said.to_tier is None
    assert state(move)[0] == MoveState.APPROVED


def test_an_amendment_into_the_top_two_asks_sales_who_could_only_object(review: Review) -> None:
    move = review.move(review.targeted, review.many)
    verdicts.amend_move(actor=review.cast.marketer, move=move, to_tier=review.few)
    assert MoveSigner.objects.get(move=move, side=Side.SALES).required
    assert state(move)[0] == MoveState.PENDING
    verdicts.approve_move(actor=review.cast.rep, move=move)
    assert state(move) == (MoveState.APPROVED, review.few.pk)


def test_an_amendment_into_the_top_two_is_refused_while_nobody_signs_for_sales(review: Review) -> None:
    move = review.move(review.targeted, review.many)
    MoveSigner.objects.filter(move=move, side=Side.SALES).delete()
    Move.objects.get(pk=move.pk).account.__class__.objects.filter(pk=move.account_id).update(owner=None)
    with pytest.raises(DomainError, match="Nobody signs for sales there"):
        verdicts.amend_move(actor=review.cast.marketer, move=move, to_tier=review.few)
    assert (events(move), state(move)) == ([], (MoveState.PENDING, None))


def test_a_snooze_is_undecided_and_never_past_closing(review: Review) -> None:
    move = review.move(review.few, review.top)
    verdicts.approve_move(actor=review.cast.marketer, move=move)
    closes = review.cycle.closes_on
    with pytest.raises(DomainError, match="a move cannot sleep longer"):
        verdicts.snooze_move(actor=review.cast.rep, move=move, until=closes + timedelta(days=1))
    with pytest.raises(DomainError, match="Snooze to a later day"):
        verdicts.snooze_move(actor=review.cast.rep, move=move, until=clock.today())
    verdicts.snooze_move(actor=review.cast.rep, move=move, until=closes)
    assert state(move)[0] == MoveState.PENDING
    assert events(move) == [("marketing", "approve"), ("sales", "snooze")]


def test_undo_withdraws_and_stays_on_record(review: Review) -> None:
    move = review.move(review.targeted, review.many)
    verdicts.approve_move(actor=review.cast.marketer, move=move)
    verdicts.undo_verdict(actor=review.cast.marketer, move=move)
    verdicts.undo_verdict(actor=review.cast.marketer, move=move)
    assert state(move)[0] == MoveState.PENDING
    assert events(move) == [("marketing", "approve"), ("marketing", "withdraw")]


def test_undo_of_ones_own_word_leaves_a_colleagues_newer_one(review: Review) -> None:
    move = review.move(review.targeted, review.many)
    mine = verdicts.approve_move(actor=review.cast.marketer, move=move)
    veto(review.cast.second_marketer, move)
    with pytest.raises(Conflict, match="Mia Marketer vetoed this move for marketing"):
        verdicts.undo_verdict(actor=review.cast.marketer, move=move, said=mine.pk)
    assert events(move) == [("marketing", "approve"), ("marketing", "veto")]


def test_undo_of_nothing_is_refused(review: Review) -> None:
    move = review.move(review.few, review.top)
    with pytest.raises(DomainError, match="There is nothing to undo: sales has not decided"):
        verdicts.undo_verdict(actor=review.cast.rep, move=move)
    assert events(move) == []


def test_a_double_click_is_one_event(review: Review) -> None:
    move = review.move(review.few, review.top)
    first = verdicts.approve_move(actor=review.cast.rep, move=move, seen=0)
    again = verdicts.approve_move(actor=review.cast.rep, move=move, seen=0)
    assert first == again
    assert events(move) == [("sales", "approve")]
    veto(review.cast.rep, move, seen=first.pk)
    veto(review.cast.rep, move, seen=first.pk)
    assert events(move) == [("sales", "approve"), ("sales", "veto")]


def test_who_decides_on_a_stale_card_is_told_who_did_what(review: Review) -> None:
    move = review.move(review.few, review.top)
    said = veto(review.cast.rep, move, seen=0)
    with pytest.raises(Conflict, match="Rea Rep vetoed this move for sales after you opened it"):
        verdicts.approve_move(actor=review.cast.marketer, move=move, seen=0)
    assert events(move) == [("sales", "veto")]
    verdicts.approve_move(actor=review.cast.marketer, move=move, seen=said.pk)
    assert events(move) == [("sales", "veto"), ("marketing", "approve")]
    assert state(move)[0] == MoveState.VETOED


def test_a_dispute_goes_to_a_leader_whose_word_only_a_leader_changes(review: Review) -> None:
    move = review.move(review.few, review.top)
    veto(review.cast.rep, move)
    verdicts.dispute_move(actor=review.cast.marketer, move=move, sentence="They asked for a briefing twice.")
    assert state(move)[0] == MoveState.DISPUTED
    with pytest.raises(NotAllowed, match="A leader settles a dispute"):
        verdicts.settle_dispute(actor=review.cast.manager, move=move, kind="approve", sentence="Go.")
    verdicts.settle_dispute(actor=review.cast.leader, move=move, kind="approve", sentence="Worth the seat.")
    assert state(move)[0] == MoveState.APPROVED
    for person in (review.cast.rep, review.cast.marketer):
        with pytest.raises(NotAllowed, match="Lea Leader settled this; only a leader changes it now"):
            verdicts.approve_move(actor=person, move=move)
    verdicts.settle_dispute(actor=review.cast.leader, move=move, kind="veto", sentence="On reflection, next quarter.")
    assert state(move)[0] == MoveState.VETOED
    assert events(move) == [
        ("sales", "veto"),
        ("marketing", "dispute"),
        ("leader", "approve"),
        ("leader", "veto"),
    ]


def test_there_is_nothing_to_dispute_without_a_veto_and_nothing_to_settle_without_a_dispute(review: Review) -> None:
    move = review.move(review.few, review.top)
    with pytest.raises(DomainError, match="There is no veto of the other side"):
        verdicts.dispute_move(actor=review.cast.rep, move=move, sentence="But.")
    veto(review.cast.rep, move)
    with pytest.raises(DomainError, match="There is no veto of the other side"):
        verdicts.dispute_move(actor=review.cast.rep, move=move, sentence="But.")
    with pytest.raises(DomainError, match="There is no dispute to settle"):
        verdicts.settle_dispute(actor=review.cast.leader, move=move, kind="approve", sentence="Go.")
    assert events(move) == [("sales", "veto")]


def test_a_withdrawn_veto_leaves_the_dispute_as_consent(review: Review) -> None:
    move = review.move(review.few, review.top)
    veto(review.cast.rep, move)
    verdicts.dispute_move(actor=review.cast.marketer, move=move, sentence="They asked for a briefing.")
    verdicts.approve_move(actor=review.cast.rep, move=move)
    assert state(move)[0] == MoveState.APPROVED


def test_after_closing_nothing_is_decided(review: Review) -> None:
    move = review.move(review.few, review.top)
    after, refused = review.cycle.closes_on + timedelta(days=1), pytest.raises(DomainError, match="has closed")
    with clock.travel(after), refused:
        verdicts.approve_move(actor=review.cast.rep, move=move)
    assert events(move) == []


def test_bulk_approval_takes_one_sided_moves_and_names_the_others(review: Review) -> None:
    one, two = review.move(review.targeted, review.many), review.move(review.many, review.targeted)
    both = review.move(review.few, review.top)
    stale = review.move(review.targeted, review.many)
    veto(review.cast.rep, stale)
    done = verdicts.approve_moves(
        actor=review.cast.marketer, moves=[stale, both, two, one], seen={move.pk: 0 for move in (one, two, both, stale)}
    )
    assert {move.pk for move in done.approved} == {one.pk, two.pk}
    assert [(move.pk, sentence) for move, sentence in done.refused] == [
        (both.pk, "Both sides sign this one; it is decided by itself."),
        (stale.pk, "Rea Rep vetoed this move for sales after you opened it."),
    ]
    assert [state(move)[0] for move in (one, two, both, stale)] == ["approved", "approved", "pending", "vetoed"]


def test_the_database_keeps_verdicts_as_they_were(review: Review) -> None:
    move = review.move(review.few, review.top)
    said = verdicts.approve_move(actor=review.cast.rep, move=move)
    for attempt in (
        lambda: Verdict.objects.filter(pk=said.pk).update(kind=VerdictKind.VETO, reason="other", sentence="x"),
        lambda: Verdict.objects.filter(pk=said.pk).update(by=review.cast.marketer),
        lambda: Verdict.objects.filter(pk=said.pk).delete(),
    ):
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            attempt()
    said.refresh_from_db()
    assert (said.kind, said.by) == (VerdictKind.APPROVE, review.cast.rep)


def test_why_not_is_a_sentence(review: Review) -> None:
    move = review.move(review.targeted, review.many)
    right = right_of(review.cast.leader, MoveFacts.read(move))
    assert (right.side, right.sentence) == (
        None,
        "Rea Rep may object for sales, any marketer signs for marketing.",
    )
