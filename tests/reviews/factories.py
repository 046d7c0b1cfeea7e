"""A workspace with tiers, an open review and moves, made directly: no run, no import."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from abxsite.lib import clock
from abxsite.users.models import User
from accounts.models import Account
from reviews.choices import CycleKind, CycleStatus, Side
from reviews.models import Cycle, MoveSigner
from reviews.policies import is_two_sided
from tests.factories import AccountFactory
from tiering.choices import MoveState, PlacementSource, Reason
from tiering.models import Cap, Move, Placement, Proposal, Run, Scorecard, Tier, WorkspaceSettings


def make_tiers() -> list[Tier]:
    """One-to-One, One-to-Few (two-sided), One-to-Many, Targeted."""
    names = (("One-to-One", "1:1"), ("One-to-Few", "1:few"), ("One-to-Many", "1:many"), ("Targeted Demand Gen", "TDG"))
    return [
        Tier.objects.create(name=name, short_name=short, order=order, colour=order, two_sided=order < 3)
        for order, (name, short) in enumerate(names, start=1)
    ]


def make_caps(tiers: Sequence[Tier], seats: Sequence[int]) -> None:
    for tier, count in zip(tiers, seats, strict=True):
        Cap.objects.create(tier=tier, seats=count)


def make_settings(**fields: Any) -> WorkspaceSettings:
    last = WorkspaceSettings.objects.order_by("-version").first()
    return WorkspaceSettings.objects.create(version=last.version + 1 if last else 1, **fields)


def place_in(account: Account, tier: Tier | None, since_days: int = 100) -> None:
    if tier is not None:
        since = clock.now() - timedelta(days=since_days)
        Placement.objects.create(account=account, tier=tier, since=since, source=PlacementSource.IMPORTED)


def make_proposal_row(tiers: Sequence[Tier], number: int = 1, settings: WorkspaceSettings | None = None) -> Proposal:
    scorecard = Scorecard.objects.first() or Scorecard.objects.create(**scorecard_fields())
    run = Run.objects.create(scorecard=scorecard, as_of=clock.today(), status="done")
    caps = {str(cap.tier_id): cap.seats for cap in Cap.objects.order_by("published_at", "id")}
    return Proposal.objects.create(
        run=run,
        scorecard=scorecard,
        settings=settings or WorkspaceSettings.objects.order_by("-version").first() or make_settings(),
        as_of=clock.today(),
        cycle_number=number,
        caps=caps,
    )


def scorecard_fields() -> dict[str, Any]:
    return {"version": 1}


def make_cycle(tiers: Sequence[Tier], number: int = 1, closes_on: date | None = None, **fields: Any) -> Cycle:
    proposal = make_proposal_row(tiers, number)
    return Cycle.objects.create(
        **{
            "kind": CycleKind.QUARTERLY,
            "number": number,
            "name": "Q4 2026 review",
            "status": CycleStatus.OPEN,
            "proposal": proposal,
            "opened_at": clock.now(),
            "closes_on": closes_on or clock.today() + timedelta(days=14),
        }
        | fields
    )


def evidence(total: int = 385_800, before: int | None = 321_900) -> dict[str, Any]:
    """What `tiering.evidence` freezes, with three criteria: one up, one the same, one unknown."""
    previous = {"total": before, "coverage": 90, "as_of": "2026-08-10", "points": {"need": 2000, "potential": 4400}}
    return {
        "total": total,
        "coverage": 95,
        "potential": {"value": 3_400_000, "source": "Entered", "n": None},
        "previous": previous if before is not None else None,
        "needed": 332_000,
        "displaces": [],
        "displaced_by": [],
        "seats": {},
        "pipeline": {"amount": "1200000.00", "deals": 3, "without_amount": 0},
        "people": {"known": 3, "contacts": 9, "top": [{"name": "Tor Lien", "title": "CFO", "strength": "Met"}]},
        "explanation": {
            "total": total,
            "coverage": 95,
            "criteria": [
                criterion("potential", "Potential", 25, 4400),
                criterion("need", "Need and timing", 15, 4000, text="Budget named, decision due by June"),
                criterion("brand", "Brand", 5, 2500, known=False),
            ],
        },
    }


def criterion(key: str, name: str, weight: int, points: int, known: bool = True, text: str = "") -> dict[str, Any]:
    """One criterion as an explanation writes it; contribution = points × weight."""
    return {
        "key": key,
        "name": name,
        "weight": weight,
        "points": points if known else None,
        "known": known,
        "contribution": points * weight,
        "evidence": [{"on": "2026-10-28", "text": text, "weight": 1000}] if text else [],
    }


def make_move(
    cycle: Cycle,
    *,
    from_tier: Tier | None,
    to_tier: Tier | None,
    signer: User | None,
    account: Account | None = None,
    placed: bool = True,
    **fields: Any,
) -> Move:
    """A pending move with its signers; the account holds `from_tier` already unless `placed` is False."""
    owner = signer.person if signer else None
    account = account or AccountFactory(owner=owner)
    if placed:
        place_in(account, from_tier)
    order = Move.objects.filter(proposal=cycle.proposal).count()
    assert cycle.proposal is not None
    move = Move.objects.create(
        **{
            "proposal": cycle.proposal,
            "account": account,
            "from_tier": from_tier,
            "to_tier": to_tier,
            "order": order,
            "reason": Reason.CLIMBS,
            "sentence": "Scores 77.16, was 64.38 in August.",
            "evidence": evidence(),
            "state": MoveState.PENDING,
        }
        | fields
    )
    two_sided = is_two_sided(from_tier, to_tier)
    if owner is not None:
        MoveSigner.objects.create(move=move, side=Side.SALES, person=owner, required=two_sided)
    MoveSigner.objects.create(move=move, side=Side.MARKETING, person=None, required=True)
    return move
