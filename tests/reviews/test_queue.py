"""What waits for whom, and in which part of the queue it stands."""

from datetime import timedelta

from abxsite.lib import clock
from reviews.choices import VetoReason
from reviews.services import verdicts
from reviews.services.queue import disputes_for, progress, queue_for, waiting_for
from reviews.services.work import for_user, waiting_count
from tests.reviews.conftest import Review
from tiering.models import Move


def ids(moves: object) -> set[int]:
    return {move.pk for move in moves}  # type: ignore[attr-defined]


def test_each_side_waits_until_it_has_decided(review: Review) -> None:
    two, one = review.move(review.few, review.top), review.move(review.targeted, review.many)
    cast = review.cast
    assert ids(waiting_for(cast.rep)) == {two.pk}
    assert ids(waiting_for(cast.marketer)) == {two.pk, one.pk}
    assert ids(waiting_for(cast.other_rep)) == ids(waiting_for(cast.leader)) == set()
    verdicts.approve_move(actor=cast.marketer, move=two)
    assert ids(waiting_for(cast.rep)) == {two.pk}
    assert ids(waiting_for(cast.second_marketer)) == {one.pk}
    verdicts.approve_move(actor=cast.rep, move=two)
    assert ids(waiting_for(cast.rep)) == set()


def test_what_is_vetoed_waits_for_nobody_until_it_is_disputed(review: Review) -> None:
    move = review.move(review.few, review.top)
    cast = review.cast
    verdicts.veto_move(actor=cast.rep, move=move, reason=VetoReason.OTHER, sentence="No.")
    assert ids(waiting_for(cast.marketer)) == set()
    verdicts.dispute_move(actor=cast.marketer, move=move, sentence="Yes.")
    assert ids(disputes_for(cast.leader)) == {move.pk}
    assert ids(disputes_for(cast.rep)) == set()
    assert waiting_count(cast.leader) == 1


def test_snoozed_moves_come_back_on_their_day(review: Review) -> None:
    move = review.move(review.few, review.top)
    until = clock.today() + timedelta(days=2)
    verdicts.snooze_move(actor=review.cast.rep, move=move, until=until)
    assert ids(waiting_for(review.cast.rep)) == set()
    assert [(s.key, ids(row.move for row in s.rows)) for s in queue_for(review.cast.rep, review.cycle).sections] == [
        ("snoozed", {move.pk})
    ]
    with clock.travel(until):
        assert ids(waiting_for(review.cast.rep)) == {move.pk}


def test_the_one_who_signed_for_sales_is_not_asked_for_marketing(review: Review) -> None:
    owner = review.cast.second_marketer
    move = review.move(review.few, review.top, owner)
    assert ids(waiting_for(owner)) == {move.pk}
    verdicts.approve_move(actor=owner, move=move)
    assert ids(waiting_for(owner)) == set()
    assert ids(waiting_for(review.cast.marketer)) == {move.pk}


def test_the_queue_keeps_each_move_in_one_section(review: Review) -> None:
    cast = review.cast
    two, one, done = (
        review.move(review.few, review.top),
        review.move(review.targeted, review.many),
        review.move(review.top, review.few),
    )
    review.move(review.few, review.many, cast.other_rep)
    verdicts.approve_move(actor=cast.rep, move=done)
    queue = queue_for(cast.rep, review.cycle)
    assert [(section.key, [row.move.pk for row in section.rows]) for section in queue.sections] == [
        ("waiting", [two.pk]),
        ("object", [one.pk]),
        ("decided", [done.pk]),
    ]
    assert (queue.decided_by_me, queue.asked, queue.up, queue.down) == (1, 2, 2, 1)
    assert (queue.place_of(two.pk), queue.neighbours(one.pk), queue.after(two.pk)) == (1, (two.pk, done.pk), None)
    assert queue.sections[0].rows[0].delta == 63_900


def test_progress_says_who_has_not_decided(review: Review) -> None:
    cast = review.cast
    first = review.move(review.few, review.top)
    review.move(review.few, review.top)
    verdicts.approve_move(actor=cast.rep, move=first)
    assert [(row["person"], row["done"], row["total"]) for row in progress(review.cycle)] == [
        (cast.rep.person, 1, 2),
        (None, 0, 2),
    ]


def test_my_work_lists_what_waits(review: Review) -> None:
    move = review.move(review.few, review.top)
    work = for_user(review.cast.rep)
    assert (work.count, [(part["cycle"], part["count"], part["moves"]) for part in work.waiting]) == (
        1,
        [(review.cycle, 1, [Move.objects.get(pk=move.pk)])],
    )
    assert for_user(review.cast.stranger).is_empty
    with clock.travel(review.cycle.closes_on):
        assert for_user(review.cast.marketer).to_publish == [review.cycle]
        assert for_user(review.cast.rep).to_publish == []


def test_a_row_shows_the_tier_on_the_table(review: Review) -> None:
    off, few = review.move(review.few, review.many), review.move(review.many, review.top)
    verdicts.amend_move(actor=review.cast.rep, move=off, to_tier=None)
    verdicts.amend_move(actor=review.cast.rep, move=few, to_tier=review.few)
    rows = [row for section in queue_for(review.cast.rep, review.cycle).sections for row in section.rows]
    assert [(row.move.pk, row.to_tier) for row in rows] == [(off.pk, None), (few.pk, review.few)]
