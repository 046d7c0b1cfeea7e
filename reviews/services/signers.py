"""Who signs each move of a cycle: written when it opens, passed on when silence lasts (R2, R4)."""

from django.db import transaction

from abxsite.audit import services as audit
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from reviews import policies
from reviews.choices import DECIDING, CycleStatus, Side
from reviews.models import Cycle, MoveSigner, Verdict
from reviews.policies import SignerBook
from tiering.choices import MoveState
from tiering.models import Move, Proposal
from tiering.services.settings import current_settings


def name_signers(proposal: Proposal) -> int:
    """Both sides of every move, in bulk. Refuses while a two-sided move has no signer for sales."""
    book = SignerBook.load(current_settings())
    rows: list[MoveSigner] = []
    unsigned: list[Move] = []
    moves = Move.objects.filter(proposal=proposal).select_related("account__owner", "from_tier", "to_tier")
    for move in moves:
        required = policies.is_two_sided(move.from_tier, move.to_tier)
        person = book.sales_for(move.account)
        if required and person is None:
            unsigned.append(move)
        if person is not None:
            rows.append(MoveSigner(move=move, side=Side.SALES, person_id=person, required=required))
        rows.append(MoveSigner(move=move, side=Side.MARKETING, person=None, required=True))
    if unsigned:
        raise DomainError(_nobody_signs(unsigned))
    MoveSigner.objects.bulk_create(rows, batch_size=2_000)
    return len(rows)


def _nobody_signs(moves: list[Move]) -> str:
    name = moves[0].account.name
    others = f" and {len(moves) - 1} other{'s' if len(moves) > 2 else ''}" if len(moves) > 1 else ""
    verb = "need" if len(moves) > 1 else "needs"
    return (
        f"{name}{others} {verb} a signature of sales, and nobody can sign:"
        " name an owner with a login, or a default signer in the settings."
    )


@transaction.atomic
def pass_on_silence(*, cycle: Cycle) -> int:
    """From the day that R4 names, an unanswered signature of sales goes to the next person who can sign; once."""
    settings = current_settings()
    if cycle.status != CycleStatus.OPEN or clock.today() < policies.passes_on(cycle, settings):
        return 0
    book = SignerBook.load(settings)
    answered = Verdict.objects.standing().filter(side=Side.SALES, kind__in=DECIDING).values("move_id")
    waiting = (
        MoveSigner.objects.select_for_update(no_key=True, of=("self",))
        .filter(move__proposal__cycle=cycle, side=Side.SALES, required=True, passed_from__isnull=True)
        .filter(move__state=MoveState.PENDING)
        .exclude(move_id__in=answered)
        .select_related("move__account__owner")
        .order_by("pk")
    )
    passed = 0
    for signer in waiting:
        following = book.next_after(signer.move.account, signer.person_id)
        if following is None:
            continue
        signer.passed_from_id, signer.person_id, signer.since = signer.person_id, following, clock.now()
        signer.save(update_fields=("passed_from", "person", "since"))
        passed += 1
    if passed:
        audit.record(actor=None, action="signature_pass_on", subject=cycle, after={"moves": passed})
    return passed
