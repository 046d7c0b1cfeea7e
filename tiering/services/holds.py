"""Holds: what people agreed against the model, until a quarterly cycle number or a day (A3)."""

from datetime import date

from django.db import transaction

from abxsite.audit import services as audit
from abxsite.lib import clock, queue
from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from accounts.models import Account
from tiering.choices import OFF_LIST_NAME, HoldKind
from tiering.models import Hold, Tier


@transaction.atomic
def hold_account(
    *,
    actor: User | None,
    account: Account,
    kind: HoldKind | str,
    tier: Tier | None,
    reason: str,
    until_cycle: int | None = None,
    until: date | None = None,
    score_then: int | None = None,
    source: str = "",
) -> Hold:
    """VETOED keeps `tier` (None: off the list) away, the others keep the account in it. It ends what held before.

    `until_cycle` is the last quarterly cycle that it binds; `score_then` the total at the time (0–500,000).
    """
    if not reason.strip():
        raise DomainError("Say why.", field="reason")
    if until_cycle is None and until is None and kind != HoldKind.DISQUALIFIED:
        raise DomainError("A hold has an end.")
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    same = Hold.objects.filter(account=account, ended_at__isnull=True)
    if kind == HoldKind.VETOED:
        same = same.filter(kind=HoldKind.VETOED, tier=tier)
    elif kind != HoldKind.DISQUALIFIED:
        same = same.exclude(kind=HoldKind.VETOED)
    same.update(ended_at=clock.now())
    hold = Hold(
        account=account,
        kind=kind,
        tier=tier,
        until_cycle=until_cycle,
        until=until,
        score_then=score_then,
        reason=reason[:400],
        source=source,
        created_by=actor,
    )
    hold.full_clean(exclude=["account", "tier", "created_by"])
    hold.save(force_insert=True)
    audit.record(
        actor=actor,
        action="account_hold",
        subject=account,
        after={"kind": str(kind), "tier": tier.name if tier else OFF_LIST_NAME, "until_cycle": until_cycle},
        sentence=reason,
    )
    queue.wake("tiering.refresh_standings")
    return hold


@transaction.atomic
def end_hold(*, actor: User | None, hold: Hold, reason: str = "") -> None:
    """Ending it twice ends it once."""
    if Hold.objects.filter(pk=hold.pk, ended_at__isnull=True).update(ended_at=clock.now()) != 1:
        return
    audit.record(actor=actor, action="hold_end", subject=hold.account, before={"kind": hold.kind}, sentence=reason)
    queue.wake("tiering.refresh_standings")
