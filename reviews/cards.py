"""What a card shows, read from the evidence that was frozen with the move. Missing keys leave their part out.

Totals, contributions and differences in total units (5,000 is 1.00).
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from abxsite.lib import clock
from abxsite.lib.display import score
from tiering.choices import PotentialSource
from tiering.models import Move, Tier

FULL_POINTS = 5_000
EVIDENCE_SHOWN = 3


@dataclass(frozen=True)
class Proof:
    """One line of evidence; `mark` says what weakens it ("entered by the owner, counts half")."""

    on: date | None
    text: str
    mark: str = ""

    @property
    def is_old(self) -> bool:
        """Of another year: month and year say enough."""
        return self.on is not None and self.on.year != clock.today().year


@dataclass(frozen=True)
class Change:
    """A criterion then and now; `then` is None where it was not known or not asked. `most` is what full points give."""

    name: str
    now: int
    then: int | None
    most: int
    known: bool
    proofs: tuple[Proof, ...] = ()
    more: int = 0

    @property
    def delta(self) -> int | None:
        return None if self.then is None else self.now - self.then


@dataclass(frozen=True)
class Seats:
    """The tier that fills up: who sits there, this one coming, who makes way. `all_in` and `all_out`: the review's."""

    tier: Tier
    cap: int | None
    used: int
    coming: int
    going: int
    all_in: int = 0
    all_out: int = 0
    displaces: bool = False

    @property
    def wanted(self) -> int:
        return self.used + self.coming

    @property
    def is_over(self) -> bool:
        """One too many, and either somebody is named who makes way, or nobody does."""
        if self.cap is None or self.wanted <= self.cap:
            return False
        return self.displaces or self.wanted - self.going > self.cap


@dataclass
class Card:
    """One move as its signer sees it; `target` is the tier on the table (amended or proposed)."""

    move: Move
    target: Tier | None
    total: int | None = None
    before: int | None = None
    before_on: date | None = None
    needed: int | None = None
    coverage: int | None = None
    potential: int | None = None
    potential_source: str = ""
    changes: list[Change] = field(default_factory=list)
    unchanged: list[Change] = field(default_factory=list)
    seats: Seats | None = None
    displaces: list[dict[str, Any]] = field(default_factory=list)
    displaced_by: list[dict[str, Any]] = field(default_factory=list)
    pipeline: Decimal | None = None
    deals: int = 0
    people: dict[str, Any] = field(default_factory=dict)

    @property
    def delta(self) -> int | None:
        return None if self.total is None or self.before is None else self.total - self.before

    @property
    def is_estimated(self) -> bool:
        return self.potential_source == PotentialSource.ESTIMATED.label

    @property
    def is_amended(self) -> bool:
        return (self.target.pk if self.target else None) != self.move.to_tier_id

    @property
    def unchanged_said(self) -> str:
        """`Potential 22.00, fit 16.80 (typical, not known)`."""
        said = [f"{one.name} {score(one.now)}{'' if one.known else ' (typical, not known)'}" for one in self.unchanged]
        return ", ".join(said)

    @property
    def people_said(self) -> str:
        """`CFO and 2 others of 9`."""
        known, top = _whole(self.people.get("known")) or 0, _list(self.people.get("top"))
        if not known:
            return "Nobody yet"
        first = str(top[0].get("title") or top[0].get("name") or "") if top else ""
        if not first:
            return f"{known} people"
        return first if known == 1 else f"{first} and {known - 1} other{'s' if known > 2 else ''}"


def read_card(move: Move, target: Tier | None, tiers: dict[int, Tier]) -> Card:
    evidence = _dict(move.evidence)
    explanation, previous = _dict(evidence.get("explanation")), _dict(evidence.get("previous"))
    potential, pipeline = _dict(evidence.get("potential")), _dict(evidence.get("pipeline"))
    card = Card(
        move=move,
        target=target,
        total=_whole(evidence.get("total", explanation.get("total"))),
        before=_whole(previous.get("total")),
        before_on=_day(previous.get("as_of")),
        needed=_whole(evidence.get("needed")),
        coverage=_whole(evidence.get("coverage", explanation.get("coverage"))),
        potential=_whole(potential.get("value")),
        potential_source=str(potential.get("source") or ""),
        displaces=_list(evidence.get("displaces")),
        displaced_by=_list(evidence.get("displaced_by")),
        pipeline=_money(pipeline.get("amount")),
        deals=_whole(pipeline.get("deals")) or 0,
        people=_dict(evidence.get("people")),
    )
    _sort_changes(card, _changes(explanation, _dict(previous.get("points"))))
    card.seats = _seats(move, target, _dict(evidence.get("seats")), tiers, len(card.displaces))
    return card


def _sort_changes(card: Card, changes: list[Change]) -> None:
    """Biggest difference first. Where there is nothing to compare with, the biggest contribution first."""
    if card.before is None:
        card.changes = sorted((one for one in changes if one.known), key=lambda one: -one.now)
        card.unchanged = [one for one in changes if not one.known]
        return
    moved = [one for one in changes if one.known and one.delta != 0]
    card.changes = sorted(moved, key=lambda one: -abs(one.delta if one.delta is not None else one.now))
    card.unchanged = [one for one in changes if one not in moved]


def _changes(explanation: dict[str, Any], then: dict[str, Any]) -> list[Change]:
    found = []
    for criterion in _list(explanation.get("criteria")):
        weight = _whole(criterion.get("weight")) or 0
        points = _whole(then.get(str(criterion.get("key"))))
        proofs = [proof for proof in map(_proof, _list(criterion.get("evidence"))) if proof.on and proof.text]
        shown = proofs[:EVIDENCE_SHOWN] or _in_words(criterion)
        found.append(
            Change(
                name=str(criterion.get("name") or ""),
                now=_whole(criterion.get("contribution")) or 0,
                then=None if points is None else points * weight,
                most=FULL_POINTS * weight,
                known=bool(criterion.get("known", True)),
                proofs=tuple(shown),
                more=max(0, len(proofs) - EVIDENCE_SHOWN),
            )
        )
    return found


def _proof(row: dict[str, Any]) -> Proof:
    words = [str(row[key]) for key in ("text", "detail") if row.get(key)]
    return Proof(_day(row.get("on")), ", ".join(words), str(row.get("mark") or ""))


def _in_words(criterion: dict[str, Any]) -> list[Proof]:
    """Without dated evidence: the raw value and its band, in words."""
    words = [str(criterion[key]) for key in ("raw_text", "band_text") if criterion.get(key)]
    return [Proof(None, ", ".join(dict.fromkeys(words)))] if words else []


def _seats(
    move: Move, target: Tier | None, seats: dict[str, Any], tiers: dict[int, Tier], displaced: int
) -> Seats | None:
    """Of the tier it would enter; of the one it would leave where it goes off the list."""
    tier = target or (tiers.get(move.from_tier_id) if move.from_tier_id else None)
    found = _dict(seats.get(str(tier.pk))) if tier else {}
    if tier is None or not found:
        return None
    cap, used = _whole(found.get("cap")), _whole(found.get("used")) or 0
    all_in, all_out = _whole(found.get("in")) or 0, _whole(found.get("out")) or 0
    if target is None:
        return Seats(tier, cap, used, coming=0, going=1, all_in=all_in, all_out=all_out)
    too_many = used + 1 - cap if cap is not None else 0
    going = max(displaced, min(all_out, max(0, too_many)))
    return Seats(tier, cap, used, 1, going, all_in=all_in, all_out=all_out, displaces=displaced > 0)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


def _money(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None
