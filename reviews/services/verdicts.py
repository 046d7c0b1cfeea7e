"""What a side says about a move: append-only events under lock, against what the person saw.

`seen` is the id of the last event on the card that the decision was made from (0: none, None: do not compare).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from abxsite.audit import services as audit
from abxsite.lib import clock
from abxsite.lib.display import short_day
from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from abxsite.users.choices import Role
from abxsite.users.models import Person, User
from accounts.models import Account
from reviews import agreement, policies
from reviews.agreement import Word
from reviews.choices import DECIDING, Side, VerdictKind, VetoReason
from reviews.models import MoveSigner, Verdict
from reviews.policies import MoveFacts, SignerBook
from tiering.choices import OPEN_MOVES
from tiering.models import Move, Tier
from tiering.services.settings import current_settings

ACTION = {
    VerdictKind.APPROVE: "approved",
    VerdictKind.VETO: "vetoed",
    VerdictKind.AMEND: "amended",
    VerdictKind.SNOOZE: "snoozed",
    VerdictKind.WITHDRAW: "withdrew their verdict on",
    VerdictKind.DISPUTE: "disputed the veto of",
    VerdictKind.SILENCE: "let silence pass",
}


@transaction.atomic
def approve_move(*, actor: User, move: Move, seen: int | None = None, sentence: str = "") -> Verdict:
    """Agree to the tier on the table: what the other side amended to, else what was proposed."""
    return _approve(actor, _locked(move), seen, sentence)


def _approve(
    actor: User, facts: MoveFacts, seen: int | None, sentence: str, delegators: Collection[int] | None = None
) -> Verdict:
    side, behalf = _side_for(actor, facts, delegators)
    tier = agreement.offered(facts.move.to_tier_id, _words(facts), side)
    return _say(actor, facts, seen, side, behalf, kind=VerdictKind.APPROVE, to_tier_id=tier, sentence=sentence.strip())


@transaction.atomic
def veto_move(*, actor: User, move: Move, reason: str, sentence: str, seen: int | None = None) -> Verdict:
    """Say no, with a reason from the list and a sentence."""
    facts = _locked(move)
    side, behalf = _side_for(actor, facts)
    if reason not in VetoReason.values:
        raise DomainError("Choose a reason.", field="reason")
    if not sentence.strip():
        raise DomainError("Say why in a sentence; the other side reads it.", field="sentence")
    return _say(actor, facts, seen, side, behalf, kind=VerdictKind.VETO, reason=reason, sentence=sentence.strip())


@transaction.atomic
def amend_move(
    *, actor: User, move: Move, to_tier: Tier | None, sentence: str = "", seen: int | None = None
) -> Verdict:
    """Another tier, or off the list (None). The other side's verdict is cleared: it is asked again."""
    facts = _locked(move)
    side, behalf = _side_for(actor, facts)
    _check_target(facts, side, to_tier)
    _require_sales(facts, to_tier)
    tier = to_tier.pk if to_tier else None
    return _say(actor, facts, seen, side, behalf, kind=VerdictKind.AMEND, to_tier_id=tier, sentence=sentence.strip())


@transaction.atomic
def snooze_move(*, actor: User, move: Move, until: date, seen: int | None = None) -> Verdict:
    """Put off to a day before closing; it counts as undecided."""
    facts = _locked(move)
    side, behalf = _side_for(actor, facts)
    if until <= clock.today():
        raise DomainError("Snooze to a later day.", field="until")
    if until > facts.cycle.closes_on:
        closes = short_day(facts.cycle.closes_on, clock.today())
        raise DomainError(f"The review closes on {closes}; a move cannot sleep longer.", field="until")
    return _say(actor, facts, seen, side, behalf, kind=VerdictKind.SNOOZE, snoozed_until=until)


@transaction.atomic
def undo_verdict(*, actor: User, move: Move, seen: int | None = None, said: int | None = None) -> Verdict:
    """Withdraw what one's own side said; both events stay on record. Withdrawing twice withdraws once.

    `said` is the verdict that is meant: when a colleague has said something else since, theirs stays.
    """
    facts = _locked(move)
    side, behalf = _side_for(actor, facts)
    standing = facts.standing.get(side)
    if standing is None:
        raise DomainError(f"There is nothing to undo: {side} has not decided.")
    if standing.kind == VerdictKind.WITHDRAW:
        return standing
    if said is not None and standing.pk != said:
        raise Conflict(meanwhile(standing))
    return _say(actor, facts, seen, side, behalf, kind=VerdictKind.WITHDRAW)


@transaction.atomic
def dispute_move(*, actor: User, move: Move, sentence: str, seen: int | None = None) -> Verdict:
    """Uphold the move against the other side's veto; a leader settles it with both arguments."""
    facts = _locked(move)
    side, behalf = _side_for(actor, facts)
    other = facts.standing.get(Side.MARKETING if side == Side.SALES else Side.SALES)
    if other is None or other.kind != VerdictKind.VETO:
        raise DomainError("There is no veto of the other side to dispute.")
    if not sentence.strip():
        raise DomainError("Say why it should move all the same; the leader reads it.", field="sentence")
    tier = agreement.offered(move.to_tier_id, _words(facts), side)
    return _say(actor, facts, seen, side, behalf, kind=VerdictKind.DISPUTE, to_tier_id=tier, sentence=sentence.strip())


@transaction.atomic
def settle_dispute(
    *,
    actor: User,
    move: Move,
    kind: str,
    sentence: str,
    to_tier: Tier | None = None,
    seen: int | None = None,
) -> Verdict:
    """A leader's word: approve, veto, or amend to `to_tier`. Afterwards only a leader changes it."""
    facts = _locked(move)
    if not actor.has_role(Role.LEADER):
        raise NotAllowed("A leader settles a dispute.")
    if not policies.right_of(actor, facts).may_settle:
        raise DomainError(policies.closed_sentence(facts.cycle) or "There is no dispute to settle.")
    if kind not in (VerdictKind.APPROVE, VerdictKind.VETO, VerdictKind.AMEND):
        raise DomainError("Approve, veto or amend.", field="kind")
    if not sentence.strip():
        raise DomainError("Say why; both sides read it.", field="sentence")
    words = {side: word for side, word in _words(facts).items() if side != Side.LEADER}
    fields: dict[str, Any] = {"sentence": sentence.strip()}
    if kind == VerdictKind.VETO:
        vetoes = [verdict.reason for verdict in facts.standing.values() if verdict.kind == VerdictKind.VETO]
        fields["reason"] = vetoes[0] if vetoes else VetoReason.OTHER
    elif kind == VerdictKind.AMEND:
        _check_target(facts, Side.LEADER, to_tier)
        fields["to_tier_id"] = to_tier.pk if to_tier else None
    else:
        fields["to_tier_id"] = agreement.target(move.to_tier_id, words)
    return _say(actor, facts, seen, Side.LEADER, None, kind=VerdictKind(kind), **fields)


@dataclass
class BulkApproval:
    """What a bulk approval did: moves approved, and those left alone with the sentence why."""

    approved: list[Move] = field(default_factory=list)
    refused: list[tuple[Move, str]] = field(default_factory=list)


@transaction.atomic
def approve_moves(*, actor: User, moves: Iterable[Move], seen: Mapping[int, int] | None = None) -> BulkApproval:
    """Approve the moves that need one signature; the others are signed one by one. One lock order: by id."""
    result = BulkApproval()
    chosen = Move.objects.filter(pk__in=[move.pk for move in moves]).select_related("account")
    locked = list(chosen.select_for_update(no_key=True, of=("self",)).defer("evidence").order_by("pk"))
    delegators = policies.signs_for(actor.person)
    for facts in MoveFacts.read_all(locked):
        move = facts.move
        try:
            _check_one_sided(facts)
            _approve(actor, facts, seen.get(move.pk) if seen is not None else None, "", delegators)
        except DomainError as refusal:  # raised before anything of this move is written
            result.refused.append((move, str(refusal)))
        else:
            result.approved.append(move)
    return result


def _check_one_sided(facts: MoveFacts) -> None:
    sales = facts.signers.get(Side.SALES)
    if sales and sales.required:
        raise DomainError("Both sides sign this one; it is decided by itself.")


# What they share


def _locked(move: Move) -> MoveFacts:
    """The move under lock, with what stands on it now."""
    locked = Move.objects.select_for_update(no_key=True).get(pk=move.pk)
    return MoveFacts.read(locked)


def _side_for(actor: User, facts: MoveFacts, delegators: Collection[int] | None = None) -> tuple[Side, Person | None]:
    right = policies.right_of(actor, facts, delegators)
    if right.side is None:
        raise (DomainError if policies.closed_sentence(facts.cycle) else NotAllowed)(right.sentence)
    policies.two_people(actor, facts, right.side)
    return right.side, right.on_behalf_of


def _words(facts: MoveFacts) -> dict[str, Word]:
    return policies.words_of(facts.standing.values())


def _check_target(facts: MoveFacts, side: str, tier: Tier | None) -> None:
    move, wanted = facts.move, tier.pk if tier else None
    if tier is not None and tier.retired_at is not None:
        raise DomainError(f"{tier.name} is retired.", field="to_tier")
    if wanted == move.from_tier_id:
        raise DomainError("That is where it is now. To leave it there, veto the move.", field="to_tier")
    words = _words(facts)
    mine = words.get(side)
    again = mine is not None and mine.kind == VerdictKind.AMEND and mine.tier == wanted
    if wanted == agreement.target(move.to_tier_id, words) and not again:
        raise DomainError("That is the tier on the table. To agree, approve it.", field="to_tier")


def _require_sales(facts: MoveFacts, to_tier: Tier | None) -> None:
    """An amendment across a two-sided boundary asks sales too, who only could object before (R2)."""
    if not policies.is_two_sided(facts.move.from_tier, to_tier):
        return
    sales = facts.signers.get(Side.SALES)
    if sales is None:
        account = Account.objects.select_related("owner").get(pk=facts.move.account_id)
        person = SignerBook.load(current_settings()).sales_for(account)
        if person is None:
            raise DomainError("Nobody signs for sales there. Name an owner or a default signer first.", field="to_tier")
        facts.signers[Side.SALES] = MoveSigner.objects.create(move=facts.move, side=Side.SALES, person_id=person)
    elif not sales.required:
        sales.required = True
        sales.save(update_fields=("required",))


def _say(
    actor: User,
    facts: MoveFacts,
    seen: int | None,
    side: Side,
    behalf: Person | None,
    *,
    kind: VerdictKind,
    **fields: Any,
) -> Verdict:
    """Append the event, unless it is the same word by the same person again (a double click)."""
    before = facts.standing.get(side)
    if before and before.by_id == actor.pk and _same(before, kind, fields):
        return before
    _check_seen(facts, seen)
    if facts.move.state not in OPEN_MOVES:
        raise DomainError("This move is settled.")
    moment = clock.now()
    superseded = [before] if before else []
    if kind == VerdictKind.AMEND and side != Side.LEADER:
        superseded += [said for other, said in facts.standing.items() if other != side and said.kind in DECIDING]
    said = Verdict(
        move=facts.move, side=side, kind=kind, by=actor, on_behalf_of=behalf, at=moment, supersedes=before, **fields
    )
    _check(said)
    if superseded:
        Verdict.objects.filter(pk__in=[old.pk for old in superseded]).update(superseded_at=moment)
    said.save(force_insert=True)
    for old in superseded:
        facts.standing.pop(old.side)
    facts.standing[side] = said
    _settle_state(actor, facts, said)
    return said


def _same(said: Verdict, kind: str, fields: dict[str, Any]) -> bool:
    return said.kind == kind and all(getattr(said, name) == value for name, value in fields.items())


def _check(said: Verdict) -> None:
    try:
        said.full_clean(exclude=["move", "by", "on_behalf_of", "to_tier", "supersedes"], validate_constraints=False)
    except ValidationError as refusal:
        name, sentences = next(iter(refusal.message_dict.items()))
        raise DomainError(sentences[0], field=name) from refusal


def _check_seen(facts: MoveFacts, seen: int | None) -> None:
    last = facts.last_event
    if seen is None or seen == facts.seen or last is None:
        return
    raise Conflict(meanwhile(last))


def meanwhile(last: Verdict) -> str:
    """Who did what since the card was opened."""
    who = policies.said_by(last)
    side = "" if last.side == Side.LEADER else f" for {last.side}"
    tier = f" to {last.to_tier.name if last.to_tier else 'Off list'}" if last.kind == VerdictKind.AMEND else ""
    return f"{who} {ACTION[VerdictKind(last.kind)]} this move{tier}{side} after you opened it."


def _settle_state(actor: User, facts: MoveFacts, said: Verdict) -> None:
    """The move's own state follows from what stands; written with the event, in the same transaction."""
    move = facts.move
    required = [side for side, signer in facts.signers.items() if signer.required]
    found = agreement.weigh(move.to_tier_id, required, _words(facts))
    before = (move.state, move.final_tier_id)
    amended = found.target != move.to_tier_id
    move.state, move.final_tier_id = found.state, found.target if amended else None
    if before != (move.state, move.final_tier_id):
        move.save(update_fields=("state", "final_tier"))
    audit.record(
        actor=actor,
        action=f"move_{said.kind}",
        subject=move,
        before={"state": before[0]},
        after={"state": move.state, "side": said.side, "reason": said.reason, "to_tier": said.to_tier_id},
        sentence=said.sentence,
    )
