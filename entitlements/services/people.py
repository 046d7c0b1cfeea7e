"""Who does the work: people with a role, their time, and how it is shared between tiers; and the staffing rules."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from abxsite.audit import services as audit
from abxsite.lib import clock
from abxsite.lib.display import number
from abxsite.lib.errors import DomainError
from abxsite.users.models import Person, User
from entitlements import policies
from entitlements.choices import Per
from entitlements.models import StaffingRule, TimeShare, Worker, WorkRole
from tiering.models import Tier

EDITABLE = frozenset({"role", "fte_percent", "hours_week", "holiday_percent", "since"})
Shares = Mapping[int, int]


@transaction.atomic
def add_worker(
    *, actor: User | None, person: Person, role: WorkRole, shares: Shares | None = None, **fields: Any
) -> Worker:
    """`shares` in percent by tier id; none at all means that the person serves tiers by order."""
    policies.check_may_keep(actor, "change who does the work")
    worker = Worker(person=person, role=role, **{"since": clock.today()} | fields)
    worker.full_clean()
    worker.save(force_insert=True)
    _write_shares(worker, shares or {})
    audit.record(actor=actor, action="worker_add", subject=worker, after=_as_said(worker))
    return worker


@transaction.atomic
def update_worker(*, actor: User | None, worker: Worker, shares: Shares | None = None, **fields: Any) -> Worker:
    policies.check_may_keep(actor, "change who does the work")
    if fields.keys() - EDITABLE:
        raise DomainError(f"{', '.join(sorted(fields.keys() - EDITABLE))} cannot be changed here.")
    worker = Worker.objects.select_for_update(no_key=True, of=("self",)).get(pk=worker.pk)
    before = _as_said(worker)
    for name, value in fields.items():
        setattr(worker, name, value)
    worker.full_clean()
    if fields:
        worker.save(update_fields=tuple(fields))
    if shares is not None:
        _write_shares(worker, shares)
    after = _as_said(worker)
    if after != before:
        audit.record(actor=actor, action="worker_update", subject=worker, before=before, after=after)
    return worker


@transaction.atomic
def end_worker(*, actor: User | None, worker: Worker, on: date | None = None) -> Worker:
    """Their time no longer counts from `on`. Ending it again changes nothing."""
    policies.check_may_keep(actor, "change who does the work")
    worker = Worker.objects.select_for_update(no_key=True, of=("self",)).get(pk=worker.pk)
    if worker.until:
        return worker
    worker.until = max(on or clock.today(), worker.since)
    worker.save(update_fields=("until",))
    audit.record(actor=actor, action="worker_end", subject=worker, after={"until": worker.until})
    return worker


def _write_shares(worker: Worker, shares: Shares) -> None:
    kept = {tier: percent for tier, percent in shares.items() if percent}
    if any(percent < 0 for percent in kept.values()):
        raise DomainError("A share is zero or more.")
    if sum(kept.values()) > 100:
        raise DomainError(f"The shares sum to {sum(kept.values())} %; nobody has more than 100 % of their time.")
    worker.shares.exclude(tier_id__in=kept).delete()
    for tier_id, percent in kept.items():
        TimeShare.objects.update_or_create(worker=worker, tier_id=tier_id, defaults={"percent": percent})


def _as_said(worker: Worker) -> dict[str, Any]:
    shares = worker.shares.select_related("tier").order_by("tier__order")
    return {
        "role": worker.role.name,
        "fte_percent": worker.fte_percent,
        "hours_week": number(Decimal(worker.hours_week)),
        "holiday_percent": worker.holiday_percent,
        "since": worker.since,
        "shares": {share.tier.name: share.percent for share in shares} or "by tier order",
    }


@transaction.atomic
def set_staffing_rule(*, actor: User | None, tier: Tier, role: WorkRole, covers: int | None, per: Per | str) -> None:
    """One person of `role` covers `covers` accounts or clusters of the tier; None takes the rule away."""
    policies.check_may_keep(actor, "change the staffing rules")
    old = StaffingRule.objects.select_for_update(of=("self",)).filter(tier=tier, role=role).first()
    before = {"rule": str(old) if old else None}
    if covers is None:
        if old is None:
            return
        StaffingRule.objects.filter(pk=old.pk).delete()
        audit.record(actor=actor, action="staffing_rule_remove", subject=tier, before=before)
        return
    rule = old or StaffingRule(tier=tier, role=role)
    rule.covers, rule.per = covers, per
    if str(rule) == before["rule"]:
        return
    rule.full_clean()
    rule.save()
    audit.record(actor=actor, action="staffing_rule_set", subject=tier, before=before, after={"rule": str(rule)})
