"""Real transactions side by side: two deciders of one move, two publishers, and a publication that is killed."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import Notification, User
from reviews.choices import CycleStatus
from reviews.models import Cycle, Verdict
from reviews.services import publication, verdicts
from reviews.services.publication import publish_cycle
from tests.cast import make_cast
from tests.factories import AccountFactory
from tests.reviews.conftest import Review
from tests.reviews.factories import make_caps, make_cycle, make_settings, make_tiers, place_in
from tiering.models import Hold, Move, Placement, PlacementOutbox

pytestmark = pytest.mark.django_db(transaction=True)


def open_review() -> Review:
    make_settings()
    tiers = make_tiers()
    make_caps(tiers, (3, 5, 20, 50))
    return Review(tiers, make_cycle(tiers), make_cast())


def side_by_side(*acts: Callable[[], Any]) -> list[Any]:
    """Run each in a thread with a connection of its own, all at once; results or errors in order."""
    answers: list[Any] = [None] * len(acts)
    gate = Barrier(len(acts))

    def run(place: int) -> None:
        try:
            gate.wait(10)
            answers[place] = acts[place]()
        except DomainError as refusal:
            answers[place] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_two_sides_deciding_at_once_one_wins_and_the_other_is_told() -> None:
    review = open_review()
    move = review.move(review.few, review.top)
    answers = side_by_side(
        lambda: verdicts.approve_move(actor=review.cast.rep, move=move, seen=0),
        lambda: verdicts.veto_move(
            actor=review.cast.marketer, move=move, reason="other", sentence="Not this quarter.", seen=0
        ),
    )
    won = [answer for answer in answers if isinstance(answer, Verdict)]
    told = [answer for answer in answers if isinstance(answer, Conflict)]
    assert (len(won), len(told)) == (1, 1)
    assert list(Verdict.objects.all()) == won
    winner, verb = ("Rea Rep", "approved") if won[0].side == "sales" else ("Mika Marketer", "vetoed")
    assert str(told[0]) == f"{winner} {verb} this move for {won[0].side} after you opened it."


def clicks(actor: User, move: Move, times: int) -> list[Callable[[], Verdict]]:
    return [lambda: verdicts.approve_move(actor=actor, move=move, seen=0)] * times


def test_a_double_click_over_two_connections_is_one_event() -> None:
    review = open_review()
    move = review.move(review.few, review.top)
    answers = side_by_side(*clicks(review.cast.rep, move, 4))
    assert Verdict.objects.count() == 1
    assert {answer.pk for answer in answers} == {Verdict.objects.get().pk}


def test_two_publishers_at_once_publish_once() -> None:
    review = open_review()
    moves = [review.move(review.few, review.top) for _ in range(4)]
    for move in moves:
        verdicts.approve_move(actor=review.cast.rep, move=move)
        verdicts.approve_move(actor=review.cast.marketer, move=move)
    answers = side_by_side(
        lambda: publish_cycle(actor=review.cast.marketer, cycle=review.cycle),
        lambda: publish_cycle(actor=review.cast.second_marketer, cycle=review.cycle),
    )
    assert sorted(answer.already_published for answer in answers) == [False, True]
    assert Placement.objects.filter(move_id__isnull=False).count() == 3
    assert Move.objects.filter(state="on_deck").count() == 1


def test_who_decides_while_it_is_published_is_in_or_told() -> None:
    review = open_review()
    move = review.move(review.targeted, review.many)
    answers = side_by_side(
        lambda: publish_cycle(actor=review.cast.marketer, cycle=review.cycle),
        lambda: verdicts.approve_move(actor=review.cast.second_marketer, move=move),
    )
    applied = Move.objects.get(pk=move.pk).state == "applied"
    if isinstance(answers[1], DomainError):
        assert str(answers[1]) == "This review is published; what it changed stands."
    assert applied == isinstance(answers[1], Verdict)
    assert Verdict.objects.count() == int(applied)


class Killed(BaseException):
    """The worker is gone: nobody catches this."""


def filled() -> Review:
    review = open_review()
    for _ in range(2):
        place_in(AccountFactory(), review.top)
    ends = (
        (review.few, review.top),
        (review.few, review.top),
        (review.top, review.few),
        (None, review.many),
        (review.many, None),
        (review.targeted, review.many),
    )
    moves = [review.move(a, b) for a, b in ends]
    for move in moves[:5]:
        verdicts.approve_move(actor=review.cast.rep, move=move)
        verdicts.approve_move(actor=review.cast.marketer, move=move)
    verdicts.veto_move(actor=review.cast.rep, move=moves[5], reason="other", sentence="No.")
    return review


def everything() -> dict[str, list[Any]]:
    return {
        "placements": list(
            Placement.objects.order_by("account_id", "since").values_list("account_id", "tier_id", "move_id")
        ),
        "moves": list(Move.objects.order_by("pk").values_list("pk", "state", "final_tier_id")),
        "holds": list(Hold.objects.values_list("account_id", "kind", "until_cycle")),
        "outbox": [PlacementOutbox.objects.count(), Notification.objects.count()],
        "cycle": list(Cycle.objects.values_list("status", "summary")),
        "verdicts": list(Verdict.objects.order_by("pk").values_list("pk", "kind")),
    }


def killed_at(review: Review, step: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Publish, and die before the `step`th write; False when there were fewer."""
    count = 0

    def dying(name: str) -> Callable[..., Any]:
        real = getattr(publication, name)

        def call(*args: Any, **fields: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                raise Killed
            return real(*args, **fields)

        return call

    with monkeypatch.context() as patch:
        for name in ("apply_move", "hold_account", "_settle", "_tell_owners", "_write_silence"):
            patch.setattr(publication, name, dying(name))
        try:
            publish_cycle(actor=review.cast.marketer, cycle=review.cycle)
        except Killed:
            return True
    return False


@pytest.mark.parametrize("step", [1, 3, 6])
def test_a_publication_killed_midway_leaves_nothing_and_runs_again_once(
    step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = filled()
    before = everything()
    if killed_at(review, step, monkeypatch):
        assert everything() == before
        assert Cycle.objects.get().status == CycleStatus.OPEN
    done = publish_cycle(actor=review.cast.marketer, cycle=review.cycle)
    once = everything()
    assert publish_cycle(actor=review.cast.marketer, cycle=review.cycle).already_published
    assert everything() == once
    assert done.summary["applied"] == {"up": 3, "down": 2, "by_silence": 0} or done.summary["on_deck"]
    assert len(once["holds"]) == 1


@pytest.mark.soak
def test_killed_at_every_step_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    review, step = filled(), 1
    before = everything()
    while killed_at(review, step, monkeypatch):
        assert everything() == before
        step += 1
    assert step > 8
    assert Cycle.objects.get().status == CycleStatus.PUBLISHED
