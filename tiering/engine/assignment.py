"""Score to recommended tier (DESIGN A1–A4, A8): the reading copy, plain Python over frozen dataclasses.

Tier by tier from the top. In each: who is held there sits; who fell from above competes as an incumbent and is
caught here, since nobody falls two tiers at once; incumbents over the cap leave, lowest first; then challengers
take empty seats, and the seat of an unprotected incumbent whom they lead by the margin. Whoever finds no seat is
considered one tier down. All comparisons are of integers, ties fall to potential and then to the lower id.

A5 (the brake) comes after this pass and A7 (stalled) before it; `Deck.BRAKE` is the former's.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tiering.engine.assignment_types import (
    Assignment,
    Candidate,
    Deck,
    Held,
    HoldOf,
    Recommendation,
    Rules,
    TierResult,
    TierRule,
    Why,
)

UNLIMITED = 2**62
#: The highest total there is.
MOST = 500_000


@dataclass(slots=True)
class _Case:
    """What is known of one account while the tiers are filled. `base` and `seat` are indexes into the tiers."""

    who: Candidate
    base: int | None
    total: int = 0
    seat: int | None = None
    why: Why = Why.OFF_LIST
    leaves: bool = False
    deck: Deck = Deck.NONE
    deck_at: int | None = None
    needed: int | None = None
    displaces: int | None = None
    displaced_by: int | None = None
    below: int = 0
    barred: set[int] = field(default_factory=set)

    @property
    def order(self) -> tuple[int, int, int]:
        """A1: by total, then potential (unknown last), then id."""
        return (-self.total, 1 if self.who.potential is None else -self.who.potential, self.who.id)


def assign(candidates: Iterable[Candidate], tiers: Sequence[TierRule], rules: Rules) -> Assignment:
    """Recommendations for all `candidates`, in their order; `tiers` from the top."""
    place = {tier.id: index for index, tier in enumerate(tiers)}
    cases, held = [], defaultdict(list)
    competing: list[_Case] = []
    for who in candidates:
        case = _Case(who, place.get(who.tier) if who.tier is not None else None, who.total or 0)
        cases.append(case)
        if not _settle(case, place, rules):
            competing.append(case)
        elif case.seat is not None:
            held[case.seat].append(case)
    seeking = sorted(competing, key=lambda case: case.order)
    falling: list[_Case] = []
    cuts: list[int | None] = []
    for index, tier in enumerate(tiers):
        seats = _Seats(index, tier, rules, held[index])
        seeking, falling = seats.fill(seeking, falling)
        cuts.append(seats.cut)
    groups = _groups(cases)
    return Assignment(
        tuple(_told(case, tiers, groups, cuts) for case in cases),
        tuple(_result(index, tier, cases, cuts[index]) for index, tier in enumerate(tiers)),
    )


def _settle(case: _Case, place: dict[int, int], rules: Rules) -> bool:
    """True for whom no competition decides: disqualified, following, held, not scored."""
    who = case.who
    if who.disqualified or who.follows:
        case.why = Why.DISQUALIFIED if who.disqualified else Why.OFF_LIST
        return True
    for hold in who.holds:
        if hold.tier is None or hold.tier in place:  # a retired tier holds nobody
            target = place[hold.tier] if hold.tier is not None else None
            if hold.kind is HoldOf.KEEP:
                case.seat, case.why = target, Why.HELD
                return True
            if _veto_keeps(case, target, hold, rules):
                case.seat, case.why = case.base, Why.HELD
                return True
    if who.total is None:
        case.seat, case.why = case.base, Why.OFF_LIST if case.base is None else Why.PLACED
        return True
    return False


def _veto_keeps(case: _Case, target: int | None, hold: Held, rules: Rules) -> bool:
    """A3: a vetoed move down keeps the seat, a vetoed move up bars that tier; a score that moved lifts the veto."""
    total = case.who.total
    if hold.score_then is not None and total is not None and abs(total - hold.score_then) >= rules.veto_reopens_at:
        return False
    if case.base is not None and (target is None or target > case.base):
        return True
    if target is not None:
        case.barred.add(target)
    return False


class _Seats:
    """One tier while it is filled."""

    def __init__(self, index: int, tier: TierRule, rules: Rules, held: list[_Case]) -> None:
        self.index, self.tier, self.rules = index, tier, rules
        self.free = max(0, (UNLIMITED if tier.cap is None else tier.cap) - len(held))
        self.pushers = sorted((case for case in held if case.base != index), key=lambda case: case.order)
        self.cut: int | None = None

    def fill(self, seeking: list[_Case], falling: list[_Case]) -> tuple[list[_Case], list[_Case]]:
        """Seat whom it can. Gives who still seeks a seat further down, and who falls from here; both in order."""
        incumbents = [case for case in seeking if case.base == self.index]
        others = [case for case in seeking if case.base != self.index]
        leavers = [case for case in incumbents if self._leaves(case)]
        caught, overflow = self._catch(falling)
        stayers, pushed = self._push([case for case in incumbents if not case.leaves], [*self.pushers, *caught])
        able = [case for case in others if self._passes(case)]
        displaced = self._contest(stayers, able)
        lost = [case for case in able if case.seat is None]
        self._keep([case for case in stayers if not case.leaves], lost)
        self.cut = self._needed([case for case in (*stayers, *able) if case.seat == self.index])
        for case in lost:
            _put_on_deck(case, Deck.FULL, self.index)
        fallen = sorted([*leavers, *overflow, *pushed, *displaced], key=lambda case: case.order)
        return [case for case in others if case.seat is None], fallen

    def _leaves(self, case: _Case) -> bool:
        """A2: below by score or by potential, in either case at so many reviews running."""
        potential, floor = case.who.potential, self.tier.potential
        tolerated = 100 - self.rules.leave_potential_percent
        by_score = case.total < self.tier.score - self.rules.leave_below
        by_potential = potential is not None and floor is not None and potential * 100 < floor * tolerated
        if by_score or by_potential:
            case.below = case.who.below + 1
            case.leaves = case.below >= self.rules.leave_after_reviews
            if case.leaves:
                case.why = Why.BELOW_SCORE if by_score else Why.BELOW_POTENTIAL
        return case.leaves

    def _catch(self, falling: list[_Case]) -> tuple[list[_Case], list[_Case]]:
        """Nobody falls two tiers a cycle, as long as there are seats."""
        caught, overflow = falling[: self.free], falling[self.free :]
        for case in caught:
            case.seat = self.index
        self.free -= len(caught)
        return caught, overflow

    def _push(self, incumbents: list[_Case], pushers: list[_Case]) -> tuple[list[_Case], list[_Case]]:
        """Incumbents without room leave, lowest first; the last of them are linked with who came in above them."""
        stayers, pushed = incumbents[: self.free], incumbents[self.free :]
        for_the_cap = max(0, len(pushed) - len(pushers))
        for number, case in enumerate(reversed(pushed)):
            case.leaves, case.why = True, Why.OVER_CAP
            if number >= for_the_cap:
                _link(pushers[number - for_the_cap], case)
        self.free -= len(stayers)
        return stayers, pushed

    def _passes(self, case: _Case) -> bool:
        """A1's gates. Where coverage or the cluster alone is in the way, the account is on deck."""
        who, tier = case.who, self.tier
        if tier.potential is not None and (who.potential is None or who.potential < tier.potential):
            return False
        if case.total < tier.score or self.index in case.barred:
            return False
        if who.coverage < tier.coverage:
            _put_on_deck(case, Deck.FIND_OUT_FIRST, self.index)
            return False
        if tier.clustered and not who.in_cluster:
            _put_on_deck(case, Deck.NEEDS_CLUSTER, self.index)
            return False
        return True

    def _contest(self, stayers: list[_Case], able: list[_Case]) -> list[_Case]:
        """Challengers take free seats in order, then the lowest unprotected incumbent's, with the margin ahead."""
        at_risk = [case for case in stayers if not self._in_stay(case)]
        ranked = sorted(
            [(-case.total - self.rules.margin, 1, case.order, case) for case in at_risk]
            + [(-case.total, 0, case.order, case) for case in able],
            key=lambda row: row[:3],
        )
        kept = self.free + len(at_risk)
        winners = [case for _, incumbent, _, case in ranked[:kept] if not incumbent]
        displaced = [case for _, incumbent, _, case in ranked[kept:] if incumbent]
        for number, case in enumerate(winners):
            case.seat, case.needed = self.index, self.tier.score
            case.why = Why.ENTERS if case.who.tier is None else Why.CLIMBS
            if number >= self.free:
                loser = displaced[self.free - number - 1]
                case.why, case.needed = Why.DISPLACES, max(self.tier.score, loser.total + self.rules.margin)
                _link(case, loser)
        self.free = max(0, self.free - len(winners))
        return displaced

    def _in_stay(self, case: _Case) -> bool:
        placed = case.who.placed_in
        return placed is not None and self.rules.cycle - placed < self.tier.stay

    def _keep(self, staying: list[_Case], lost: list[_Case]) -> None:
        best = max((case.total for case in lost), default=-1)
        for case in staying:
            case.seat = self.index
            spared = case.below or case.total < self.tier.score or best > case.total
            case.why = Why.STAYS if spared else Why.PLACED

    def _needed(self, seated: list[_Case]) -> int | None:
        """The total that the next challenger needs."""
        if self.free:
            return self.tier.score
        keys = [
            case.total + (self.rules.margin if case.base == self.index else 0)
            for case in seated
            if case.base != self.index or not self._in_stay(case)
        ]
        needed = max(self.tier.score, min(keys)) if keys else UNLIMITED
        return needed if needed <= MOST else None


def _put_on_deck(case: _Case, deck: Deck, index: int) -> None:
    """At the highest tier that one thing alone keeps it from."""
    if case.deck is Deck.NONE:
        case.deck, case.deck_at = deck, index


def _link(winner: _Case, loser: _Case) -> None:
    winner.displaces, loser.displaced_by = loser.who.id, winner.who.id
    loser.leaves, loser.why = True, Why.DISPLACED


def _groups(cases: Iterable[_Case]) -> dict[int, int]:
    """Group number per linked account: who displaces whom, of any length (A4); numbered from the top tier down."""
    takers = [case for case in cases if case.displaces is not None]
    links = {case.who.id: case.displaces for case in takers}
    heads = [case for case in takers if case.displaced_by is None]
    groups: dict[int, int] = {}
    for number, first in enumerate(sorted(heads, key=lambda case: (case.seat or 0, case.order)), start=1):
        account: int | None = first.who.id
        while account is not None:
            groups[account] = number
            account = links.get(account)
    return groups


def _told(case: _Case, tiers: Sequence[TierRule], groups: dict[int, int], cuts: Sequence[int | None]) -> Recommendation:
    full_at = case.deck_at if case.deck is Deck.FULL else None
    return Recommendation(
        account=case.who.id,
        tier=None if case.seat is None else tiers[case.seat].id,
        why=case.why,
        deck=case.deck,
        deck_tier=tiers[case.deck_at].id if case.deck_at is not None else None,
        needed=case.needed,
        deck_needed=None if full_at is None else cuts[full_at],
        displaces=case.displaces,
        displaced_by=case.displaced_by,
        group=groups.get(case.who.id),
        below=case.below,
    )


def _result(index: int, tier: TierRule, cases: Iterable[_Case], cut: int | None) -> TierResult:
    before = entering = after = 0
    for case in cases:
        held, seated = case.base == index, case.seat == index
        before, after, entering = before + held, after + seated, entering + (seated and not held)
    return TierResult(tier.id, tier.cap, before, after, entering, before + entering - after, cut)
