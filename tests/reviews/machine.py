"""Random people doing random allowed and forbidden things over a review; what must hold whatever they do."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users.models import Delegation, User
from reviews.choices import AGREEING, CycleStatus, Side, VerdictKind, VetoReason
from reviews.models import Cycle, Verdict
from reviews.policies import is_two_sided
from reviews.services import verdicts
from reviews.services.cycles import cancel_cycle
from reviews.services.publication import limits, publish_cycle
from tests.cast import make_cast
from tests.factories import AccountFactory
from tests.reviews.factories import make_caps, make_cycle, make_move, make_settings, make_tiers, place_in
from tiering.choices import OPEN_MOVES, MoveState
from tiering.models import Cap, Move, Placement, Tier
from tiering.services.placements import seats_in_use

PEOPLE = ("marketer", "second_marketer", "rep", "other_rep", "manager", "leader", "admin", "stranger")
#: from, to; tiers by place, None is off the list.
MOVES = ((1, 0), (0, 1), (2, 1), (1, 2), (2, 3), (3, 2), (None, 2), (2, None), (1, 0), (3, 1))
ENDS = (0, 1, 2, 3, None)
people = st.sampled_from(PEOPLE)
places = st.integers(0, len(MOVES) - 1)


class ReviewMachine(RuleBasedStateMachine):
    """Each rule tries something; a refusal must leave every row as it was."""

    @initialize(seats=st.tuples(st.integers(1, 4), st.integers(2, 6), st.integers(3, 8), st.integers(4, 9)))
    def begin(self, seats: tuple[int, int, int, int]) -> None:
        self.start, self.days = clock.today(), 0
        make_settings()
        self.cast = make_cast()
        self.tiers = make_tiers()
        make_caps(self.tiers, seats)
        self.cycle = make_cycle(self.tiers)
        for tier, held in zip(self.tiers, (1, 2, 2, 3), strict=True):
            for _ in range(min(held, seats[tier.order - 1])):
                place_in(AccountFactory(), tier)
        signers = (self.cast.rep, self.cast.other_rep, self.cast.second_marketer)
        self.moves = [
            make_move(self.cycle, from_tier=self.end(a), to_tier=self.end(b), signer=signers[place % 3])
            for place, (a, b) in enumerate(MOVES)
        ]
        self.events: dict[int, tuple[Any, ...]] = {}
        self.used_before = seats_in_use()

    def end(self, place: int | None) -> Tier | None:
        return None if place is None else self.tiers[place]

    def person(self, name: str) -> User:
        return User.objects.get(pk=getattr(self.cast, name).pk)

    @property
    def today(self) -> date:
        return self.start + timedelta(days=self.days)

    def attempt(self, act: Any) -> None:
        before = self.everything()
        with clock.travel(self.today):
            try:
                act()
            except DomainError:
                assert self.everything() == before

    def everything(self) -> list[Any]:
        moves = Move.objects.order_by("pk").values_list("pk", "state", "final_tier_id", "settled_at", "deck_sentence")
        rows = (Verdict.objects.values_list("pk", "superseded_at"), Placement.objects.values_list("pk", "until"))
        return [list(moves), *(sorted(row, key=str) for row in rows), list(Cycle.objects.values_list("status"))]

    @rule(who=people, place=places, seen=st.sampled_from((None, 0, "now")))
    def approve(self, who: str, place: int, seen: Any) -> None:
        move = self.moves[place]
        last = Verdict.objects.filter(move=move).order_by("-id").first()
        seen = (last.pk if last else 0) if seen == "now" else seen
        self.attempt(lambda: verdicts.approve_move(actor=self.person(who), move=move, seen=seen))

    @rule(
        who=people,
        place=places,
        reason=st.sampled_from([*VetoReason.values, ""]),
        sentence=st.sampled_from(("No.", "")),
    )
    def veto(self, who: str, place: int, reason: str, sentence: str) -> None:
        move = self.moves[place]
        self.attempt(lambda: verdicts.veto_move(actor=self.person(who), move=move, reason=reason, sentence=sentence))

    @rule(who=people, place=places, to=st.sampled_from(ENDS))
    def amend(self, who: str, place: int, to: int | None) -> None:
        move = self.moves[place]
        self.attempt(lambda: verdicts.amend_move(actor=self.person(who), move=move, to_tier=self.end(to)))

    @rule(who=people, place=places, days=st.integers(-1, 20))
    def snooze(self, who: str, place: int, days: int) -> None:
        move, until = self.moves[place], self.today + timedelta(days=days)
        self.attempt(lambda: verdicts.snooze_move(actor=self.person(who), move=move, until=until))

    @rule(who=people, place=places)
    def undo(self, who: str, place: int) -> None:
        self.attempt(lambda: verdicts.undo_verdict(actor=self.person(who), move=self.moves[place]))

    @rule(who=people, place=places)
    def dispute(self, who: str, place: int) -> None:
        move = self.moves[place]
        self.attempt(lambda: verdicts.dispute_move(actor=self.person(who), move=move, sentence="But yes."))

    @rule(who=people, place=places, kind=st.sampled_from(("approve", "veto", "amend")), to=st.sampled_from(ENDS))
    def settle(self, who: str, place: int, kind: str, to: int | None) -> None:
        move = self.moves[place]
        self.attempt(
            lambda: verdicts.settle_dispute(
                actor=self.person(who), move=move, kind=kind, sentence="So be it.", to_tier=self.end(to)
            )
        )

    @rule(who=people)
    def bulk(self, who: str) -> None:
        self.attempt(lambda: verdicts.approve_moves(actor=self.person(who), moves=self.moves))

    @rule(who=st.sampled_from(("manager", "stranger", "marketer")), whom=st.sampled_from(("rep", "other_rep")))
    def delegate(self, who: str, whom: str) -> None:
        Delegation.objects.create(
            delegator=self.person(whom).person, delegate=self.person(who).person, since=self.today, until=self.today
        )

    @rule(days=st.integers(1, 5))
    def wait(self, days: int) -> None:
        self.days += days

    @rule(place=st.integers(0, 3), seats=st.integers(0, 6))
    def change_cap(self, place: int, seats: int) -> None:
        if Cycle.objects.get().status == CycleStatus.OPEN:
            Cap.objects.create(tier=self.tiers[place], seats=seats, published_at=clock.now())

    @precondition(lambda self: self.days > 2)
    @rule(who=people)
    def publish(self, who: str) -> None:
        self.attempt(lambda: publish_cycle(actor=self.person(who), cycle=self.cycle))

    @precondition(lambda self: self.days > 10)
    @rule(who=people)
    def cancel(self, who: str) -> None:
        self.attempt(lambda: cancel_cycle(actor=self.person(who), cycle=self.cycle))

    @invariant()
    def one_standing_verdict_per_side(self) -> None:
        standing = list(Verdict.objects.standing().values_list("move_id", "side"))
        assert len(standing) == len(set(standing))

    @invariant()
    def events_never_change(self) -> None:
        now = {
            row[0]: row
            for row in Verdict.objects.values_list(
                "pk", "move_id", "side", "kind", "reason", "sentence", "to_tier_id", "by_id", "at"
            )
        }
        known = getattr(self, "events", {})
        assert {pk: now.get(pk) for pk in known} == known
        self.events = now

    @invariant()
    def the_two_signatures_are_of_two_people(self) -> None:
        by: dict[int, dict[str, int | None]] = {}
        for said in Verdict.objects.decided().exclude(side=Side.LEADER).exclude(kind=VerdictKind.SILENCE):
            by.setdefault(said.move_id, {})[said.side] = said.by_id
        assert all(len(set(sides.values())) == len(sides) for sides in by.values())

    @invariant()
    def history_is_continuous(self) -> None:
        """At most one open base placement; where a move closed one and opened another they meet."""
        for account, rows in _by_account().items():
            assert sum(row.until is None for row in rows) <= 1, account
            for old, new in pairwise(rows):
                assert old.until == new.since

    @invariant()
    def nothing_moves_before_publication_and_only_as_signed(self) -> None:
        if not hasattr(self, "moves"):
            return
        cycle = Cycle.objects.get()
        applied = Move.objects.filter(state=MoveState.APPLIED)
        if cycle.status != CycleStatus.PUBLISHED:
            assert not applied.exists()
            return
        assert not Move.objects.filter(state__in=OPEN_MOVES).exists()
        for move in applied.select_related("from_tier", "final_tier"):
            self.check_signed(move)
        self.check_caps()

    def check_signed(self, move: Move) -> None:
        said = {verdict.side: verdict for verdict in Verdict.objects.standing().filter(move=move)}
        held = Placement.objects.base().open().filter(account_id=move.account_id).first()
        target = move.final_tier_id
        assert (held.tier_id if held else None) == target
        leader = said.get(Side.LEADER)
        if leader:
            assert leader.kind in AGREEING
            assert leader.to_tier_id == target
            return
        assert VerdictKind.VETO not in {verdict.kind for verdict in said.values()}
        needed = {Side.MARKETING}
        if is_two_sided(move.from_tier, move.final_tier):
            needed.add(Side.SALES)
        for side in needed:
            assert said[side].kind in AGREEING
            assert said[side].to_tier_id == target
        if VerdictKind.SILENCE in {verdict.kind for verdict in said.values()}:
            assert self.rank(move.final_tier) > self.rank(move.from_tier)

    def rank(self, tier: Tier | None) -> int:
        return tier.order if tier else 1_000

    def check_caps(self) -> None:
        """A tier ends within its limit, or no fuller than before."""
        used, caps = seats_in_use(), limits(self.cycle)
        arrived = {placement.tier_id for placement in Placement.objects.filter(move_id__isnull=False)}
        for tier, cap in caps.items():
            if tier in arrived:
                assert used.get(tier, 0) <= cap
            else:
                assert used.get(tier, 0) <= max(cap, self.used_before.get(tier, 0))


def _by_account() -> dict[int, list[Placement]]:
    found: dict[int, list[Placement]] = {}
    for placement in Placement.objects.base().order_by("account_id", "since"):
        found.setdefault(placement.account_id, []).append(placement)
    return found
