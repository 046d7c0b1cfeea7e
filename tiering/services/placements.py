"""Placements: closed and appended under lock of the account, each change leaving a row in the outbox."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from abxsite.audit import services as audit
from abxsite.lib import clock, queue
from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from accounts.models import Account
from tiering.choices import OFF_LIST_NAME, OPEN_MOVES, MoveState, PlacementSource
from tiering.models import Hold, Move, Placement, PlacementOutbox, Tier


def current_base(account: Account) -> Placement | None:
    """The open base placement; None when the account is off the list."""
    return Placement.objects.base().open().filter(account=account).select_related("tier").first()


def seats_in_use() -> dict[int, int]:
    """Open base placements per tier id; tiers without any are missing."""
    held = Placement.objects.base().open().order_by()
    return dict(held.values_list("tier_id").annotate(n=Count("id")))


@transaction.atomic
def place(
    *,
    actor: User | None,
    account: Account,
    tier: Tier | None,
    source: PlacementSource | str,
    reason: str,
    cycle_number: int | None = None,
    moment: datetime | None = None,
    move: Move | None = None,
) -> Placement | None:
    """Give the account `tier` from `moment` on (None: off the list). Placing it where it is changes nothing.

    Returns the open base placement afterwards.
    """
    _lock(account.pk)
    return _place(
        actor=actor,
        account=account,
        tier=tier,
        source=PlacementSource(source),
        reason=reason,
        cycle_number=cycle_number,
        moment=moment or clock.now(),
        move=move,
    )


def _lock(account: int) -> None:
    Account.objects.select_for_update(no_key=True).only("pk").get(pk=account)


def _place(
    *,
    actor: User | None,
    account: Account,
    tier: Tier | None,
    source: PlacementSource,
    reason: str,
    cycle_number: int | None,
    moment: datetime,
    move: Move | None,
) -> Placement | None:
    """The change itself, under lock of the account. The database refuses overlap, so nothing is asked twice."""
    old = current_base(account)
    if (old.tier_id if old else None) == (tier.pk if tier else None):
        return old
    if tier is not None and tier.retired_at is not None:
        raise DomainError(f"{tier.name} is retired and takes no accounts.")
    outbox, new = [], None
    if old:
        _close(old, moment, move)
        outbox.append(PlacementOutbox(placement=old, closed=True))
    if tier:
        new = Placement.objects.create(
            account=account,
            tier=tier,
            since=moment,
            source=source,
            reason=reason[:400],
            cycle_number=cycle_number,
            move_id=move.pk if move else None,
            placed_by=actor,
        )
        outbox.append(PlacementOutbox(placement=new))
    PlacementOutbox.objects.bulk_create(outbox)
    audit.record(
        actor=actor,
        action="account_place",
        subject=account,
        before={"tier": old.tier.name if old else OFF_LIST_NAME},
        after={"tier": tier.name if tier else OFF_LIST_NAME},
        sentence=reason,
    )
    queue.wake("entitlements.handle_placements")
    return new


def _close(placement: Placement, moment: datetime, move: Move | None) -> None:
    if moment < placement.since:
        raise DomainError(
            f"{placement.account} has held {placement.tier} since {placement.since:%-d %B %Y}, which is later."
        )
    placement.until = moment
    placement.closed_by_move_id = move.pk if move else None
    placement.save(update_fields=("until", "closed_by_move_id"))


@transaction.atomic
def apply_move(
    *, actor: User | None, move: Move, tier: Tier | None, cycle_number: int, moment: datetime | None = None
) -> Placement | None:
    """Carry out a move to `tier` (its own target, or what it was amended to). Applying it again does nothing."""
    _lock(move.account_id)
    if Placement.objects.filter(Q(move_id=move.pk) | Q(closed_by_move_id=move.pk)).exists():
        return current_base(move.account)
    moment = moment or clock.now()
    placement = _place(
        actor=actor,
        account=move.account,
        tier=tier,
        source=PlacementSource.CYCLE,
        reason=move.sentence,
        cycle_number=cycle_number,
        moment=moment,
        move=move,
    )
    Move.objects.filter(pk=move.pk, state__in=OPEN_MOVES).update(
        state=MoveState.APPLIED, final_tier=tier, settled_at=moment
    )
    return placement


@transaction.atomic
def void_placement(*, actor: User | None, placement: Placement, reason: str) -> Placement:
    """Undo of an import or a merge: the row stays, outside constraint and measures. The one before stays closed."""
    if not reason.strip():
        raise DomainError("Say why the placement is void.")
    _lock(placement.account_id)
    placement = Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
    if placement.voided_at:
        return placement
    placement.voided_at, placement.voided_by, placement.void_reason = clock.now(), actor, reason[:400]
    placement.save(update_fields=("voided_at", "voided_by", "void_reason"))
    PlacementOutbox.objects.create(placement=placement, closed=True)
    audit.record(
        actor=actor,
        action="placement_void",
        subject=placement.account,
        before={"tier": placement.tier.name},
        sentence=reason,
    )
    queue.wake("entitlements.handle_placements")
    return placement


@transaction.atomic
def disqualify_account(*, actor: User | None, account: Account, reason: str, moment: datetime | None = None) -> None:
    """A8: off the list at once, whatever the stay; pins and agreements end with it."""
    place(
        actor=actor,
        account=account,
        tier=None,
        source=PlacementSource.DISQUALIFIED,
        reason=reason,
        moment=moment,
    )
    Hold.objects.filter(account=account, ended_at__isnull=True).update(ended_at=moment or clock.now())
