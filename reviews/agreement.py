"""When two sides agree: pure functions over what stands on a move. No database; tiers are ids, None is off list."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reviews.choices import AGREEING, DECIDING, Side, VerdictKind
from tiering.choices import MoveState

TierId = int | None


@dataclass(frozen=True)
class Word:
    """A standing verdict. `tier` is what was agreed to (approve, amend, dispute); `order` grows with time."""

    kind: str
    tier: TierId = None
    order: int = 0


@dataclass(frozen=True)
class Agreement:
    """Where a move stands, and the tier that it would lead to."""

    state: MoveState
    target: TierId


def target(proposed: TierId, words: Mapping[str, Word]) -> TierId:
    """The tier on the table: what was last agreed to, else what was proposed."""
    agreeing = [word for word in words.values() if word.kind in AGREEING]
    return max(agreeing, key=lambda word: word.order).tier if agreeing else proposed


def offered(proposed: TierId, words: Mapping[str, Word], side: str) -> TierId:
    """The tier that `side` would approve: what the others put on the table, else what was proposed."""
    return target(proposed, {other: word for other, word in words.items() if other != side})


def weigh(proposed: TierId, required: Collection[str], words: Mapping[str, Word]) -> Agreement:
    """A leader's word counts alone; a veto stops; approved means that every required side agreed to one tier."""
    on_table = target(proposed, words)
    leader = words.get(Side.LEADER)
    if leader and leader.kind == VerdictKind.VETO:
        return Agreement(MoveState.VETOED, on_table)
    if leader and leader.kind in AGREEING:
        return Agreement(MoveState.APPROVED, leader.tier)
    kinds = {word.kind for side, word in words.items() if side != Side.LEADER}
    if VerdictKind.VETO in kinds:
        return Agreement(MoveState.DISPUTED if VerdictKind.DISPUTE in kinds else MoveState.VETOED, on_table)
    agreed = {side for side, word in words.items() if word.kind in AGREEING and word.tier == on_table}
    through = bool(agreed) and set(required) <= agreed
    return Agreement(MoveState.APPROVED if through else MoveState.PENDING, on_table)


def silent_side(required: Collection[str], words: Mapping[str, Word]) -> str | None:
    """The one required side that said nothing (or put it off) while every other one agreed (R4)."""
    if Side.LEADER in words and words[Side.LEADER].kind in DECIDING:
        return None
    undecided = [side for side in required if side not in words or words[side].kind not in DECIDING]
    others = set(required) - set(undecided)
    if len(undecided) != 1 or not others:
        return None
    return undecided[0] if all(words[side].kind in AGREEING for side in others) else None
