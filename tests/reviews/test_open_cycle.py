"""Opening a review through the real run, assignment and proposal; refusals; cancelling; the beat; the commands."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from abxsite.users.models import Delegation, Notification
from accounts.models import Account
from reviews.choices import CycleKind, CycleStatus, Side
from reviews.models import Cycle, MoveSigner
from reviews.policies import passes_on
from reviews.services import cycles, verdicts
from reviews.services.cycles import advance_cycles, cancel_cycle, open_cycle
from reviews.services.publication import publish_cycle
from tests.cast import Cast
from tests.factories import AccountFactory
from tests.reviews.conftest import Review
from tests.tiering.scores import make_run
from tiering.choices import MoveState
from tiering.models import Move, Placement, Run, Tier, WorkspaceSettings
from tiering.services.placements import seats_in_use
from tiering.services.scorecards import default_scorecard
from tiering.services.settings import change_settings, current_settings
from tiering.services.setup import ensure_defaults


def own(cast: Cast) -> list[Account]:
    return [
        AccountFactory(owner=cast.rep.person, employees=100 * n, revenue=1_000_000 * n, industry="Energy", country="NO")
        for n in range(1, 7)
    ]


@pytest.fixture
def world(cast: Cast) -> list[Account]:
    """Six accounts of the rep with scores of today: two for One-to-One, one for One-to-Few, the rest below."""
    ensure_defaults()
    accounts = own(cast)
    scores = ((77, 3_000_000), (70, 3_000_000), (50, 300_000), (35, None), (25, None), (10, None))
    make_run({account: (*score, 90) for account, score in zip(accounts, scores, strict=True)})
    return accounts


@pytest.fixture
def real_world(cast: Cast) -> list[Account]:
    """The same accounts, to be scored by the default scorecard."""
    ensure_defaults()
    default_scorecard(actor=cast.marketer)
    Tier.objects.filter(order=4).update(minimum_score=0, minimum_coverage=0)
    return own(cast)


def test_opening_freezes_names_signers_and_tells_them(cast: Cast, world: list[Account]) -> None:
    cycle = open_cycle(actor=cast.marketer)
    assert (cycle.status, cycle.number, cycle.name) == (
        CycleStatus.OPEN,
        1,
        f"{clock.quarter_name(clock.today())} review",
    )
    assert cycle.closes_on == clock.today() + timedelta(days=14)
    assert cycle.proposal is not None
    assert cycle.proposal.as_of == clock.today()
    moves = Move.objects.filter(proposal=cycle.proposal)
    assert moves.count() == 5
    assert MoveSigner.objects.filter(side=Side.MARKETING, person=None).count() == moves.count()
    for signer in MoveSigner.objects.filter(side=Side.SALES).select_related("move__from_tier", "move__to_tier"):
        ends = (signer.move.from_tier, signer.move.to_tier)
        assert signer.person == cast.rep.person
        assert signer.required == any(tier is not None and tier.two_sided for tier in ends)
    asked = MoveSigner.objects.filter(side=Side.SALES, required=True).count()
    assert asked == 3
    told = Notification.objects.get(person=cast.rep.person, kind="cycle_opened")
    assert told.sentence == f"{cycle.name}: 3 moves wait for you."


def test_a_second_open_review_of_the_same_kind_is_refused(cast: Cast, world: list[Account]) -> None:
    first = open_cycle(actor=cast.marketer)
    with pytest.raises(Conflict, match="A quarterly review is open already"):
        open_cycle(actor=cast.second_marketer)
    assert list(Cycle.objects.all()) == [first]


def test_a_monthly_review_takes_the_top_two(cast: Cast, world: list[Account]) -> None:
    cycle = open_cycle(actor=cast.marketer, kind=CycleKind.MONTHLY)
    moves = Move.objects.filter(proposal=cycle.proposal).select_related("from_tier", "to_tier")
    assert len(moves) == 3
    assert all(any(tier is not None and tier.two_sided for tier in (move.from_tier, move.to_tier)) for move in moves)
    assert cycle.number == 0


def test_opening_is_refused_while_a_two_sided_move_has_no_signer(cast: Cast, world: list[Account]) -> None:
    Account.objects.update(owner=None)
    with pytest.raises(DomainError, match="and 2 others need a signature of sales, and nobody can sign"):
        open_cycle(actor=cast.marketer)
    cycle = Cycle.objects.get()
    assert cycle.status == CycleStatus.CANCELLED
    assert "nobody can sign" in cycle.error
    assert (Move.objects.count(), MoveSigner.objects.count()) == (0, 0)
    change_settings(actor=cast.marketer, default_signer=cast.manager.person)
    assert open_cycle(actor=cast.marketer).number == 1
    assert set(MoveSigner.objects.filter(side=Side.SALES).values_list("person", flat=True)) == {cast.manager.person.pk}


def test_an_owner_without_a_login_is_stood_in_for_by_delegate_then_manager(cast: Cast, world: list[Account]) -> None:
    cast.rep.is_active = False
    cast.rep.save(update_fields=["is_active"])
    first = open_cycle(actor=cast.marketer)
    signers = MoveSigner.objects.filter(side=Side.SALES)
    assert set(signers.values_list("person", flat=True)) == {cast.manager.person.pk}
    cancel_cycle(actor=cast.marketer, cycle=first)
    Delegation.objects.create(delegator=cast.rep.person, delegate=cast.other_rep.person, since=clock.today())
    second = open_cycle(actor=cast.marketer)
    assert set(signers.filter(move__proposal=second.proposal).values_list("person", flat=True)) == {
        cast.other_rep.person.pk
    }


def test_only_marketers_and_admins_open(cast: Cast, world: list[Account]) -> None:
    for person in (cast.rep, cast.manager, cast.leader, cast.stranger):
        with pytest.raises(NotAllowed, match="Only a marketer or an admin opens a review"):
            open_cycle(actor=person)
    assert not Cycle.objects.exists()


def test_a_worker_killed_while_opening_leaves_it_to_the_beat(
    cast: Cast, world: list[Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*args: object, **fields: object) -> None:
        raise Killed

    cycle = cycles.start_cycle(actor=cast.marketer)
    with monkeypatch.context() as patch:
        patch.setattr(cycles, "name_signers", die)
        with pytest.raises(Killed):
            cycles.finish_opening(cycle)
    assert Cycle.objects.get().status == CycleStatus.OPENING
    assert (Move.objects.count(), MoveSigner.objects.count()) == (0, 0)
    with clock.travel(clock.now() + timedelta(minutes=2)):
        assert advance_cycles() == 1
    opened = cycles.finish_opening(Cycle.objects.get())
    again = cycles.finish_opening(opened)
    assert (opened.status, again.proposal_id) == (CycleStatus.OPEN, opened.proposal_id)


def test_the_beat_closes_what_is_past_its_day(review: Review) -> None:
    review.move(review.few, review.top)
    with clock.travel(review.cycle.closes_on):
        advance_cycles()
        assert Cycle.objects.get().status == CycleStatus.OPEN
    with clock.travel(review.cycle.closes_on + timedelta(days=1)):
        advance_cycles()
        assert Cycle.objects.get().status == CycleStatus.CLOSING


def test_silence_passes_a_signature_on_three_working_days_before_closing(review: Review) -> None:
    silent, answered = review.move(review.few, review.top), review.move(review.few, review.top)
    verdicts.approve_move(actor=review.cast.rep, move=answered)
    day = passes_on(review.cycle, current_settings())
    with clock.travel(day - timedelta(days=1)):
        assert advance_cycles() == 0
    with clock.travel(day):
        assert advance_cycles() == 1
        assert advance_cycles() == 0
        signer = MoveSigner.objects.get(move=silent, side=Side.SALES)
        assert (signer.person, signer.passed_from) == (review.cast.manager.person, review.cast.rep.person)
        verdicts.approve_move(actor=review.cast.manager, move=silent)
        with pytest.raises(NotAllowed):
            verdicts.veto_move(actor=review.cast.rep, move=silent, reason="other", sentence="Too late.")
    assert MoveSigner.objects.get(move=answered, side=Side.SALES).person == review.cast.rep.person


def test_working_days_skip_weekends_and_holidays() -> None:
    settings = WorkspaceSettings(silence_days=3, holidays=["2026-12-03"])
    cycle = Cycle(closes_on=clock.start_of(clock.today()).date().replace(year=2026, month=12, day=7))
    assert passes_on(cycle, settings).isoformat() == "2026-12-01"


def test_a_quarter_from_opening_to_publication_by_command(cast: Cast, real_world: list[Account]) -> None:
    out = StringIO()
    call_command("open_cycle", "--as", cast.marketer.email, "--json", stdout=out)
    opened = json.loads(out.getvalue())
    assert (opened["status"], opened["number"], opened["moves"]) == ("open", 1, Move.objects.count())
    cycle = Cycle.objects.get(pk=opened["id"])
    for move in Move.objects.filter(proposal=cycle.proposal):
        verdicts.approve_move(actor=cast.marketer, move=move)
        if MoveSigner.objects.filter(move=move, side=Side.SALES, required=True).exists():
            verdicts.approve_move(actor=cast.rep, move=move)
    out = StringIO()
    call_command("publish_cycle", str(cycle.pk), "--json", stdout=out)
    published = json.loads(out.getvalue())
    applied = published["summary"]["applied"]
    assert published["status"] == "published"
    assert applied["up"] + applied["down"] == Move.objects.filter(state=MoveState.APPLIED).count() > 0
    assert sum(seats_in_use().values()) == Placement.objects.base().open().count()
    out = StringIO()
    call_command("publish_cycle", str(cycle.pk), "--json", stdout=out)
    again = json.loads(out.getvalue())
    assert (again["already_published"], again["published_at"]) == (True, published["published_at"])


def test_commands_refuse_in_a_sentence(cast: Cast) -> None:
    with pytest.raises(CommandError, match="Publish a scorecard first"):
        call_command("open_cycle", "--as", cast.marketer.email)
    with pytest.raises(CommandError, match="Nobody logs in as nobody@"):
        call_command("open_cycle", "--as", "nobody@vendor.example")
    with pytest.raises(CommandError, match="There is no review with the id 99"):
        call_command("publish_cycle", "99")
    assert not Cycle.objects.exists()


def test_the_next_quarter_counts_on(cast: Cast, real_world: list[Account]) -> None:
    first = publish_cycle(actor=cast.marketer, cycle=open_cycle(actor=cast.marketer))
    with clock.travel(clock.today() + timedelta(days=92)):
        second = open_cycle(actor=cast.marketer)
    assert (first.number, second.number) == (1, 2)
    assert Run.objects.filter(frozen=True).count() == 2
