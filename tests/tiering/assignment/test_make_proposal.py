"""A proposal freezes what the assignment said, with moves in order and their evidence."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction

from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from accounts.choices import Outcome
from accounts.models import Account
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory, OpportunityFactory
from tests.tiering.scores import make_run
from tiering.choices import MoveState, Reason
from tiering.models import IcpRule, Move, Run, Standing, Tier
from tiering.services.holds import hold_account
from tiering.services.placements import apply_move, current_base, place, seats_in_use
from tiering.services.proposals import make_proposal
from tiering.services.setup import ensure_defaults
from tiering.services.standings import refresh_standings
from tiering.services.tiers import active_tiers, publish_cap

pytestmark = pytest.mark.django_db


@pytest.fixture
def tiers() -> list[Tier]:
    ensure_defaults()
    return active_tiers()


def test_without_scores_it_says_what_to_do(cast: Cast, tiers: list[Tier]) -> None:
    with pytest.raises(DomainError, match="run the scorecard first"):
        make_proposal(actor=cast.marketer, cycle_number=1)
    assert not Move.objects.exists()


def test_the_first_proposal_lets_everything_enter(cast: Cast, tiers: list[Tier]) -> None:
    top, few, low = (AccountFactory.create(name=name) for name in ("Top", "Few", "Low"))
    OpportunityFactory.create(account=top, amount="1200.50")
    OpportunityFactory.create(account=top, amount=None)
    OpportunityFactory.create(account=top, amount="99", outcome=Outcome.WON)
    ContactFactory.create(account=top, name="Vera", title="CFO", strength=3)
    ContactFactory.create(account=top, strength=1)
    run = make_run({top: (77.16, 3_000_000, 90), few: (50, 300_000, 90), low: (10, None, 90)})
    proposal = make_proposal(actor=cast.marketer, cycle_number=1)
    run.refresh_from_db()
    assert run.frozen
    assert proposal.caps == {str(tier.pk): n for tier, n in zip(tiers, (12, 80, 500, 2_000), strict=True)}
    assert proposal.below == {}
    first, second = proposal.moves.order_by("order")
    assert (first.account, first.from_tier, first.to_tier, first.reason) == (top, None, tiers[0], Reason.ENTERS)
    assert (second.account, second.to_tier) == (few, tiers[1])
    assert first.sentence == "Scores 77.16. That clears the 60.00 of One-to-One, which has a seat free."
    assert first.evidence["pipeline"] == {"amount": "1200.50", "deals": 2, "without_amount": 1}
    assert first.evidence["people"] == {
        "known": 1,
        "contacts": 2,
        "top": [{"name": "Vera", "title": "CFO", "strength": "Known"}],
    }
    assert first.evidence["potential"] == {"value": 3_000_000, "source": "Entered", "n": None}
    assert first.evidence["previous"] is None
    assert first.evidence["seats"][str(tiers[0].pk)] == {"cap": 12, "used": 0, "in": 1, "out": 0}


def test_a_displacement_is_a_linked_pair_and_says_what_it_was(cast: Cast, tiers: list[Tier]) -> None:
    publish_cap(actor=cast.marketer, tier=tiers[0], seats=1, note="One seat")
    hooli, initech = AccountFactory.create(name="Rivermark"), AccountFactory.create(name="Brackwater Foods")
    make_run({hooli: (64.38, 3_000_000, 90), initech: (75, 3_000_000, 90)}, as_of=date(2026, 8, 3))
    earlier = make_proposal(actor=None, cycle_number=1)
    for move in earlier.moves.all():
        apply_move(actor=cast.marketer, move=move, tier=move.to_tier, cycle_number=1)
    make_run({hooli: (77.16, 3_000_000, 90), initech: (61.40, 3_000_000, 90)}, as_of=date(2026, 11, 3))
    proposal = make_proposal(actor=None, cycle_number=3)
    up, down = proposal.moves.order_by("order")
    assert (up.account, up.to_tier, up.reason, up.is_up) == (hooli, tiers[0], Reason.DISPLACES, True)
    assert (down.account, down.to_tier, down.reason) == (initech, tiers[1], Reason.DISPLACED)
    assert up.group == down.group == 1
    assert up.sentence == (
        "Scores 77.16, was 64.38 in August. That clears the 66.40 needed to take a seat:"
        " Brackwater Foods would leave it."
    )
    assert down.sentence == "Scores 61.40, was 75.00 in August. Rivermark, at 77.16, takes the seat."
    assert up.evidence["needed"] == 332_000
    assert up.evidence["displaces"] == [{"id": initech.pk, "name": "Brackwater Foods", "total": 307_000}]
    assert up.evidence["previous"] == {
        "total": 321_900,
        "coverage": 90,
        "as_of": "2026-08-03",
        "points": {"fit": 3219},
    }
    assert up.evidence["deltas"] == {"fit": 639}


def test_below_at_two_reviews_leaves(cast: Cast, tiers: list[Tier]) -> None:
    account = AccountFactory.create()
    place(actor=None, account=account, tier=tiers[0], source="imported", reason="file")
    make_run({account: (50, 3_000_000, 90)})
    first = make_proposal(actor=None, cycle_number=1)
    assert (first.moves.count(), first.below) == (0, {str(account.pk): 1})
    again = make_proposal(actor=None, cycle_number=1)
    assert (again.moves.count(), again.below) == (0, {str(account.pk): 1})
    monthly = make_proposal(actor=None, cycle_number=1, scope_tiers=tiers[:2])
    assert (monthly.moves.count(), monthly.below) == (0, None)
    second = make_proposal(actor=None, cycle_number=2)
    move = second.moves.get()
    assert (move.to_tier, move.reason) == (tiers[1], Reason.BELOW_SCORE)
    assert move.sentence.endswith("more than 5.00 below the 60.00 of One-to-One, at two reviews running.")


def test_a_move_is_applied_once_and_its_evidence_is_frozen(cast: Cast, tiers: list[Tier]) -> None:
    account = AccountFactory.create()
    make_run({account: (77, 3_000_000, 90)})
    move = make_proposal(actor=None, cycle_number=1).moves.get()
    placement = apply_move(actor=cast.marketer, move=move, tier=move.to_tier, cycle_number=1)
    assert placement is not None
    assert (placement.move_id, placement.cycle_number, placement.source) == (move.pk, 1, "cycle")
    move.refresh_from_db()
    assert (move.state, move.final_tier) == (MoveState.APPLIED, tiers[0])
    place(actor=None, account=account, tier=tiers[2], source="cycle", reason="later")
    apply_move(actor=cast.marketer, move=move, tier=move.to_tier, cycle_number=1)
    base = current_base(account)
    assert base is not None
    assert base.tier == tiers[2]
    with pytest.raises(ProgrammingError, match="frozen when proposed"), transaction.atomic():
        Move.objects.filter(pk=move.pk).update(evidence={})


def test_scope_keeps_moves_with_either_end_in_it_and_waiting_accounts_get_no_second_move(tiers: list[Tier]) -> None:
    top, low = AccountFactory.create(), AccountFactory.create()
    make_run({top: (77, 3_000_000, 90), low: (35, None, 90)})
    monthly = make_proposal(actor=None, cycle_number=1, scope_tiers=tiers[:2])
    assert [move.account for move in monthly.moves.all()] == [top]
    quarterly = make_proposal(actor=None, cycle_number=2)
    assert [move.account for move in quarterly.moves.all()] == [low]


def test_a_closed_account_leaves_and_a_must_have_that_fails_too(tiers: list[Tier]) -> None:
    closed, wrong = AccountFactory.create(closure="acquired"), AccountFactory.create(industry="Retail")
    unknown = AccountFactory.create()
    IcpRule.objects.create(kind="must", fact="industry", op="in", value=["Energy"])
    for account in (closed, wrong, unknown):
        place(actor=None, account=account, tier=tiers[0], source="imported", reason="file")
    make_run(dict.fromkeys((closed, wrong, unknown), (90, 3_000_000, 90)))
    moves = {move.account: move for move in make_proposal(actor=None, cycle_number=1).moves.all()}
    assert set(moves) == {closed, wrong}
    assert (moves[closed].to_tier, moves[closed].reason, moves[closed].sentence) == (None, "disqualified", "Acquired.")


def test_standings_say_where_the_model_would_put_everyone(tiers: list[Tier]) -> None:
    one, other, out = AccountFactory.create(), AccountFactory.create(), AccountFactory.create()
    publish_cap(actor=None, tier=tiers[0], seats=1)
    make_run({one: (90, 3_000_000, 90), other: (80, 3_000_000, 90), out: (5, None, 90)})
    assert refresh_standings() == 3
    rows = {standing.account: standing for standing in Standing.objects.all()}
    assert (rows[one].tier, rows[other].tier, rows[out].tier) == (tiers[0], tiers[1], None)
    assert (rows[other].deck, rows[other].deck_tier) == ("full", tiers[0])
    assert rows[out].sentence == "Scores 5.00. The list begins at 20.00."
    assert refresh_standings() == 0
    assert seats_in_use() == {}


def test_standings_are_worked_out_again_only_when_something_changed(tiers: list[Tier]) -> None:
    account = AccountFactory.create()
    make_run({account: (90, 3_000_000, 90)})
    assert refresh_standings() == 1
    Standing.objects.filter(account=account).update(sentence="Left alone")
    assert refresh_standings() == 0
    assert Standing.objects.get().sentence == "Left alone"
    account.closure = "acquired"
    account.save(update_fields=["closure"])
    assert refresh_standings() == 1
    standing = Standing.objects.get()
    assert (standing.tier, standing.sentence) == (None, "Acquired.")


def test_a_held_account_stays_and_the_page_says_where_the_model_would_put_it(cast: Cast, tiers: list[Tier]) -> None:
    pinned, agreeing = AccountFactory.create(), AccountFactory.create()
    for account in (pinned, agreeing):
        place(actor=None, account=account, tier=tiers[2], source="cycle", reason="in")
        hold_account(actor=cast.leader, account=account, kind="pin", tier=tiers[2], reason="Agreed", until_cycle=3)
    make_run({pinned: (90, 3_000_000, 90), agreeing: (35, None, 90)})
    assert make_proposal(actor=None, cycle_number=2).moves.count() == 0
    refresh_standings()
    held = {row.account: row for row in Standing.objects.all()}
    assert (held[pinned].tier, held[pinned].reason) == (tiers[2], Reason.HELD)
    assert held[pinned].sentence == (
        "Scores 90.00. Held in One-to-Many as people agreed; the model would put it in One-to-One."
    )
    assert held[agreeing].sentence.endswith("the model says the same.")
    assert make_proposal(actor=None, cycle_number=4).moves.get().to_tier == tiers[0]


def test_a_large_workspace_is_refreshed_at_most_once_a_minute(tiers: list[Tier]) -> None:
    account = AccountFactory.create()
    run = make_run({account: (90, 3_000_000, 90)})
    Run.objects.filter(pk=run.pk).update(accounts=100_000)
    start = clock.now()
    with clock.travel(start):
        assert refresh_standings() == 1
        Account.objects.filter(pk=account.pk).update(closure="closed")
        assert refresh_standings() == 0
    with clock.travel(start + timedelta(seconds=61)):
        assert refresh_standings() == 1
