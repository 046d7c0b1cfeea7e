"""How the demo's people decide: mostly they agree; reps veto what they cannot open, marketing disputes a few."""

from datetime import date, timedelta
from random import Random

from abxsite.desk.demo.cast import Company
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from reviews.choices import Side, VetoReason
from reviews.models import Cycle, MoveSigner
from reviews.services.verdicts import approve_move, approve_moves, dispute_move, settle_dispute, snooze_move, veto_move
from tiering.models import Move

VETOES = (
    (VetoReason.NO_ACCESS, "We know nobody above the buyer, and he does not answer."),
    (VetoReason.WRONG_MOMENT, "They are in the middle of a merger; nothing is decided before summer."),
    (VetoReason.BOUGHT_ELSEWHERE, "They signed three years with someone else in spring."),
    (VetoReason.WRONG_DATA, "The people count is the whole group; this plant has two hundred."),
)


def decide_all(cycle: Cycle, company: Company, rng: Random) -> None:
    """Every move of a past review: both sides on the top two, marketing in bulk below, a few vetoes and silences."""
    marketer = company.user("marketer")
    moves = _moves(cycle)
    sales = _sales_signers(moves)
    approve_moves(actor=marketer, moves=[move for move in moves if not _needs_sales(sales, move)])
    for move in moves:
        if not _needs_sales(sales, move):
            continue
        approve_move(actor=marketer, move=move)
        signer = _signer(sales, move, company)
        if rng.random() < 0.07 and move.is_up:
            reason, sentence = rng.choice(VETOES)
            veto_move(actor=signer, move=move, reason=reason, sentence=sentence)
        elif move.is_up or rng.random() < 0.85:
            approve_move(actor=signer, move=move)


def decide_some(cycle: Cycle, company: Company, rng: Random, *, since: date) -> None:
    """The open review, some days in: a third signed by both, some by one side, a few vetoed, two disputed."""
    marketer, second = company.user("marketer"), company.user("marketer2")
    moves = _moves(cycle)
    sales = _sales_signers(moves)
    vetoed: list[Move] = []
    for number, move in enumerate(moves):
        day = since + timedelta(days=1 + number % 5)
        with clock.travel(clock.start_of(day) + timedelta(hours=8 + number % 9, minutes=number % 60)):
            fate = rng.random()
            if fate < 0.48:
                approve_move(actor=marketer if number % 3 else second, move=move, sentence=_word(rng))
            if not _needs_sales(sales, move):
                continue
            signer = _signer(sales, move, company)
            if fate < 0.22:
                approve_move(actor=signer, move=move)
            elif fate < 0.44 and move.is_up and len(vetoed) < 7:
                reason, sentence = rng.choice(VETOES)
                veto_move(actor=signer, move=move, reason=reason, sentence=sentence)
                vetoed.append(move)
            elif fate > 0.95:
                snooze_move(actor=signer, move=move, until=min(cycle.closes_on, day + timedelta(days=7)))
    _dispute(vetoed[1::2], marketer, company)


def _dispute(vetoed: list[Move], marketer: User, company: Company) -> None:
    """Marketing disputes some vetoes; the leader settles the first, the others wait."""
    for number, move in enumerate(vetoed):
        try:
            dispute_move(
                actor=marketer, move=move, sentence="Three of their directors came to the planning webinar this month."
            )
        except DomainError:
            continue
        if number == 0:
            settle_dispute(
                actor=company.user("leader"),
                move=move,
                kind="approve",
                sentence="The webinar was theirs. Go for one quarter.",
            )


def _word(rng: Random) -> str:
    return rng.choice(
        ("", "", "", "They ask for their own plan.", "The cluster work fits them.", "Two people at the webinar.")
    )


def _moves(cycle: Cycle) -> list[Move]:
    rows = Move.objects.filter(proposal=cycle.proposal).select_related("from_tier", "to_tier", "account")
    return list(rows.order_by("order", "id"))


def _sales_signers(moves: list[Move]) -> dict[int, MoveSigner]:
    signers = MoveSigner.objects.filter(move__in=moves, side=Side.SALES).select_related("person")
    return {signer.move_id: signer for signer in signers}


def _needs_sales(sales: dict[int, MoveSigner], move: Move) -> bool:
    signer = sales.get(move.pk)
    return signer is not None and signer.required


def _signer(sales: dict[int, MoveSigner], move: Move, company: Company) -> User:
    return company.by_person()[sales[move.pk].person_id or 0]
