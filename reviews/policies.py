"""Who signs a move, who may decide one, and who runs a review (R2, R9). Says why not in a sentence."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from abxsite.lib import clock
from abxsite.lib.errors import NotAllowed
from abxsite.users.access import sees_all
from abxsite.users.choices import Role
from abxsite.users.models import Delegation, Person, Team, User
from accounts.models import Account, ClusterMembership
from reviews import agreement
from reviews.agreement import Word
from reviews.choices import DECIDING, CycleStatus, Side
from reviews.models import Cycle, MoveSigner, Verdict
from tiering.models import Move, Tier, WorkspaceSettings


def is_two_sided(*ends: Tier | None) -> bool:
    """Whether a move between these tiers needs both signatures."""
    return any(tier is not None and tier.two_sided for tier in ends)


@dataclass(frozen=True)
class SignerBook:
    """Who could sign for sales, read once for many moves. Ids of persons; only those with an active login count."""

    logins: frozenset[int]
    delegates: dict[int, int]
    managers: dict[int, int]
    default: int | None

    @classmethod
    def load(cls, settings: WorkspaceSettings | None) -> "SignerBook":
        logins = frozenset(Person.objects.active().with_login().values_list("pk", flat=True))
        held = Delegation.objects.open_on(clock.today()).order_by("-since", "-id")
        return cls(
            logins=logins,
            delegates={row.delegator_id: row.delegate_id for row in held if row.delegate_id in logins},
            managers=dict(Team.objects.filter(manager__isnull=False).values_list("pk", "manager_id")),
            default=settings.default_signer_id if settings else None,
        )

    def chain(self, account: Account) -> list[int]:
        """Owner, delegate, team's manager, default signer: whoever of them can sign, in this order, each once."""
        owner = account.owner
        named = [self.default]
        if owner:
            named = [owner.pk, self.delegates.get(owner.pk), self.managers.get(owner.team_id or 0), self.default]
        able = [person for person in named if person is not None and person in self.logins]
        return list(dict.fromkeys(able))

    def sales_for(self, account: Account) -> int | None:
        return next(iter(self.chain(account)), None)

    def next_after(self, account: Account, person: int | None) -> int | None:
        """To whom silence passes a move on (R4)."""
        chain = self.chain(account)
        if person not in chain:
            return next(iter(chain), None)
        return next(iter(chain[chain.index(person) + 1 :]), None)


def signer_of(move: Move, side: str) -> MoveSigner | None:
    """Who signs for a side; its `person` is None where any marketer may."""
    return MoveSigner.objects.filter(move=move, side=side).select_related("person", "passed_from").first()


@dataclass(frozen=True)
class Right:
    """What a person may do with a move: the side they decide for, or why they may not."""

    side: Side | None = None
    sentence: str = ""
    on_behalf_of: Person | None = None
    may_settle: bool = False


@dataclass(frozen=True)
class MoveFacts:
    """A move with what stands on it, read once. Sides are keys."""

    move: Move
    cycle: Cycle
    signers: dict[str, MoveSigner] = field(default_factory=dict)
    standing: dict[str, Verdict] = field(default_factory=dict)
    last_event: Verdict | None = None

    @classmethod
    def read(cls, move: Move) -> "MoveFacts":
        return cls.read_all([move])[0]

    @classmethod
    def read_all(cls, moves: Sequence[Move]) -> "list[MoveFacts]":
        """In the order given; three queries for any number."""
        said = Verdict.objects.filter(move__in=moves).select_related("by__person", "to_tier", "on_behalf_of")
        events: dict[int, list[Verdict]] = {}
        for event in said.order_by("id"):
            events.setdefault(event.move_id, []).append(event)
        signers: dict[int, dict[str, MoveSigner]] = {}
        for signer in MoveSigner.objects.filter(move__in=moves).select_related("person", "passed_from"):
            signers.setdefault(signer.move_id, {})[signer.side] = signer
        cycles = {cycle.proposal_id: cycle for cycle in Cycle.objects.filter(proposal__moves__in=moves).distinct()}
        return [
            cls(
                move=move,
                cycle=cycles[move.proposal_id],
                signers=signers.get(move.pk, {}),
                standing={event.side: event for event in events.get(move.pk, ()) if event.superseded_at is None},
                last_event=events[move.pk][-1] if move.pk in events else None,
            )
            for move in moves
        ]

    @property
    def seen(self) -> int:
        """What a card carries along, so that a decision knows what its maker saw."""
        return self.last_event.pk if self.last_event else 0


def may_decide(user: User, move: Move) -> Side | None:
    """The side that `user` decides this move for, or None (`right_of` says why)."""
    return right_of(user, MoveFacts.read(move)).side


def right_of(user: User, facts: MoveFacts, delegators: Collection[int] | None = None) -> Right:
    """`delegators` are the ids of those whom the user stands in for today, where a caller has read them already."""
    closed = closed_sentence(facts.cycle)
    may_settle = user.has_role(Role.LEADER) and _settling_is_open(facts)
    if closed:
        return Right(sentence=closed, may_settle=may_settle)
    if Side.LEADER in facts.standing:
        name = said_by(facts.standing[Side.LEADER])
        return Right(sentence=f"{name} settled this; only a leader changes it now.", may_settle=may_settle)
    held = _sides_of(user, facts, delegators)
    for side, behalf in held.items():
        if _decided_by(user, facts, side):
            return Right(side, on_behalf_of=behalf, may_settle=may_settle)
    for side, behalf in held.items():
        if len(held) == 1 or not _decided(facts, side):
            return Right(side, on_behalf_of=behalf, may_settle=may_settle)
    if held:
        side, behalf = next(iter(held.items()))
        return Right(side, on_behalf_of=behalf, may_settle=may_settle)
    return Right(sentence=_who_signs(facts), may_settle=may_settle)


def _sides_of(user: User, facts: MoveFacts, delegators: Collection[int] | None) -> dict[Side, Person | None]:
    """The sides that a person holds, each with whom they stand in for."""
    held: dict[Side, Person | None] = {}
    if not user.is_active:
        return held
    sales = facts.signers.get(Side.SALES)
    if sales and sales.person_id == user.person_id:
        held[Side.SALES] = None
    elif sales and sales.person_id in (signs_for(user.person) if delegators is None else delegators):
        held[Side.SALES] = sales.person
    if user.has_role(Role.MARKETER) or _owns_cluster(user, facts.move):
        held[Side.MARKETING] = None
    return held


def signs_for(person: Person) -> list[int]:
    """The person and whoever they stand in for today."""
    held = Delegation.objects.open_on(clock.today()).filter(delegate=person)
    return [person.pk, *held.values_list("delegator_id", flat=True)]


def _owns_cluster(user: User, move: Move) -> bool:
    return ClusterMembership.objects.filter(
        account_id=move.account_id, until__isnull=True, cluster__owner_id=user.person_id
    ).exists()


def _decided(facts: MoveFacts, side: str) -> bool:
    return side in facts.standing and facts.standing[side].kind in DECIDING


def _decided_by(user: User, facts: MoveFacts, side: str) -> bool:
    return _decided(facts, side) and facts.standing[side].by_id == user.pk


def _settling_is_open(facts: MoveFacts) -> bool:
    if facts.cycle.status not in (CycleStatus.OPEN, CycleStatus.CLOSING):
        return False
    return facts.move.state == "disputed" or Side.LEADER in facts.standing


def _who_signs(facts: MoveFacts) -> str:
    sales = facts.signers.get(Side.SALES)
    if sales and sales.person:
        verb = "signs" if sales.required else "may object"
        return f"{sales.person.name} {verb} for sales, any marketer signs for marketing."
    return "Any marketer signs this for marketing; sales does not sign it."


def words_of(standing: Iterable[Verdict]) -> dict[str, Word]:
    """Standing verdicts as `agreement` weighs them."""
    return {said.side: Word(said.kind, said.to_tier_id, said.pk) for said in standing}


def target_of(move: Move, facts: MoveFacts | None = None) -> Tier | None:
    """The tier on the table: what was last agreed to, else what was proposed."""
    facts = facts or MoveFacts.read(move)
    found = agreement.weigh(move.to_tier_id, (), words_of(facts.standing.values())).target
    return Tier.objects.filter(pk=found).first() if found is not None else None


def person_named(pk: int | None) -> Person | None:
    return Person.objects.filter(pk=pk).first() if pk else None


def said_by(verdict: Verdict) -> str:
    return verdict.by.name if verdict.by else "Nobody"


def closed_sentence(cycle: Cycle) -> str:
    """Why nothing can be decided in this review, or nothing where it can."""
    if cycle.status == CycleStatus.PUBLISHED:
        return "This review is published; what it changed stands."
    if cycle.status == CycleStatus.CANCELLED:
        return "This review was cancelled."
    if cycle.status in (CycleStatus.OPENING, CycleStatus.NOMINATING):
        return "This review is not open yet."
    if cycle.status == CycleStatus.CLOSING or clock.today() > cycle.closes_on:
        return "This review has closed and waits for its publication."
    return ""


def two_people(user: User, facts: MoveFacts, side: str) -> None:
    """The two signatures are of different people (R2)."""
    other = Side.MARKETING if side == Side.SALES else Side.SALES
    if _decided_by(user, facts, other):
        raise NotAllowed(f"You signed for {other} already; the other signature is somebody else's.")


def check_runs_reviews(user: User, doing: str) -> None:
    """Marketers and admins open, publish and cancel reviews."""
    if not user.has_role(Role.MARKETER, Role.ADMIN):
        raise NotAllowed(f"Only a marketer or an admin {doing} a review.")


def runs_reviews(user: User) -> bool:
    return user.has_role(Role.MARKETER, Role.ADMIN)


# What a person sees of a move (R9)


class Sight:
    """`FULL` evidence; a `FIXED` card with name, tier, score and potential; or nothing."""

    FULL = "full"
    FIXED = "fixed"
    NONE = ""


def sight_of(user: User, move: Move) -> str:
    if sees_all(user) or Account.objects.visible_to(user).filter(pk=move.account_id).exists():
        return Sight.FULL
    live = Cycle.objects.live().filter(proposal_id=move.proposal_id).exists()
    mine = MoveSigner.objects.filter(person_id__in=signs_for(user.person), move__proposal_id=move.proposal_id)
    if live and mine.filter(move=move).exists():
        return Sight.FULL
    if live and move.group is not None and mine.filter(move__group=move.group).exists():
        return Sight.FIXED
    return Sight.NONE


def sees_account(user: User, move: Move) -> bool:
    """Whether the account's own page opens for this person; the card may, and it not (R9)."""
    return Account.objects.visible_to(user).filter(pk=move.account_id).exists()


# When silence passes a move on (R4)


def passes_on(cycle: Cycle, settings: WorkspaceSettings) -> date:
    """The day on which an unanswered signature passes to the next: so many working days before closing."""
    holidays = {date.fromisoformat(str(day)) for day in settings.holidays}
    day, left = cycle.closes_on, settings.silence_days
    while left:
        day -= timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            left -= 1
    return day
