"""The catalogue: what each tier's accounts get. Entries begin and end on a day; ended ones stay on record."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from abxsite.audit import services as audit
from abxsite.lib import clock, locks, queue
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import User
from entitlements import policies
from entitlements.catalogue import MARKETER, ROLES, Level, level_at
from entitlements.models import Entitlement, EntitlementHours, StaffingRule, WorkRole
from tiering.models import Tier
from tiering.services.tiers import active_tiers

EDITABLE = frozenset(
    {"name", "category", "channel", "per", "quantity", "money", "owner_role", "personalisation", "playbook"}
)
Hours = Mapping[int, Decimal]


@transaction.atomic
def ensure_default_catalogue(*, actor: User | None) -> int:
    """Roles, entitlements and staffing rules by the practitioners' playbook, for tiers that have none yet.

    Returns how many entitlements were made; a second call makes none.
    """
    policies.check_may_keep(actor, "fill the catalogue")
    locks.take("catalogue")
    roles = {name: WorkRole.objects.get_or_create(name=name)[0] for name in ROLES}
    made = 0
    for place, tier in enumerate(active_tiers()):
        level = level_at(place)
        if level and not Entitlement.objects.filter(tier=tier).exists():
            made += _fill(tier, level, roles)
    if made:
        first = next(iter(roles.values()))
        audit.record(
            actor=actor,
            action="catalogue_fill",
            subject=first,
            after={"entitlements": made},
            sentence=f"{made} entitlements of the default catalogue.",
        )
        queue.wake("entitlements.handle_placements")
    return made


def _fill(tier: Tier, level: Level, roles: Mapping[str, WorkRole]) -> int:
    made = Entitlement.objects.bulk_create(
        Entitlement(
            tier=tier,
            name=default.name,
            category=default.category,
            channel=default.channel,
            per=default.per,
            quantity=default.times,
            money=Decimal(default.money),
            owner_role=roles[default.owner],
            personalisation=default.personalisation,
            playbook=default.playbook,
            since=clock.today(),
        )
        for default in level.promises
    )
    EntitlementHours.objects.bulk_create(
        EntitlementHours(entitlement=entitlement, role=roles[name], hours=each)
        for entitlement, default in zip(made, level.promises, strict=True)
        for name, each in default.exact_hours().items()
    )
    if level.rule:
        StaffingRule.objects.get_or_create(
            tier=tier, role=roles[MARKETER], defaults={"covers": level.rule.covers, "per": level.rule.per}
        )
    return len(made)


def _write_hours(entitlement: Entitlement, hours: Hours) -> None:
    """Exactly these hours; zero is none."""
    kept = {role: each for role, each in hours.items() if each}
    entitlement.hours.exclude(role_id__in=kept).delete()
    for role_id, each in kept.items():
        row = EntitlementHours(entitlement=entitlement, role_id=role_id, hours=each)
        row.full_clean(exclude=["entitlement", "role"], validate_unique=False, validate_constraints=False)
        if each < 0:
            raise DomainError("Hours are zero or more.")
        EntitlementHours.objects.update_or_create(entitlement=entitlement, role_id=role_id, defaults={"hours": each})


def hours_of(entitlement: Entitlement) -> dict[int, Decimal]:
    return {row.role_id: row.hours for row in entitlement.hours.all()}


def _hours_by_name(entitlement: Entitlement) -> dict[str, str]:
    return {row.role.name: f"{row.hours.normalize():f}" for row in entitlement.hours.select_related("role")}


@transaction.atomic
def create_entitlement(
    *, actor: User | None, tier: Tier, hours: Hours, since: date | None = None, **fields: Any
) -> Entitlement:
    """`fields` are those of EDITABLE; `hours` by role id, of one time."""
    policies.check_may_keep(actor, "change what a tier's accounts get")
    if tier.retired_at:
        raise DomainError(f"{tier.name} is retired.")
    entitlement = Entitlement(tier=tier, since=since or clock.today(), **fields)
    entitlement.full_clean()
    entitlement.save(force_insert=True)
    _write_hours(entitlement, hours)
    audit.record(
        actor=actor,
        action="entitlement_create",
        subject=entitlement,
        after={"tier": tier.name, "times": entitlement.quantity, "money": entitlement.money}
        | {"hours": _hours_by_name(entitlement)},
    )
    queue.wake("entitlements.handle_placements")
    return entitlement


@transaction.atomic
def update_entitlement(
    *, actor: User | None, entitlement: Entitlement, hours: Hours | None = None, **fields: Any
) -> Entitlement:
    """Deliveries that are planned already stay as they are; the next ones follow the change."""
    policies.check_may_keep(actor, "change what a tier's accounts get")
    if fields.keys() - EDITABLE:
        raise DomainError(f"{', '.join(sorted(fields.keys() - EDITABLE))} cannot be changed here.")
    entitlement = Entitlement.objects.select_for_update(no_key=True, of=("self",)).get(pk=entitlement.pk)
    if entitlement.until and entitlement.until <= clock.today():
        raise Conflict(f"{entitlement.name} has ended meanwhile.")
    before, after = audit.changes(entitlement, fields)
    for name, value in after.items():
        setattr(entitlement, name, value)
    if after:
        entitlement.full_clean()
        entitlement.save(update_fields=tuple(after))
    if hours is not None and {k: v for k, v in hours.items() if v} != hours_of(entitlement):
        before["hours"] = _hours_by_name(entitlement)
        _write_hours(entitlement, hours)
        after["hours"] = _hours_by_name(entitlement)
    if after:
        audit.record(actor=actor, action="entitlement_update", subject=entitlement, before=before, after=after)
    return entitlement


@transaction.atomic
def end_entitlement(*, actor: User | None, entitlement: Entitlement, on: date | None = None) -> Entitlement:
    """No longer promised from `on`; what is due already stays on the board. Ending it again changes nothing."""
    policies.check_may_keep(actor, "change what a tier's accounts get")
    entitlement = Entitlement.objects.select_for_update(no_key=True, of=("self",)).get(pk=entitlement.pk)
    if entitlement.until:
        return entitlement
    entitlement.until = max(on or clock.today(), entitlement.since)
    entitlement.save(update_fields=("until",))
    audit.record(actor=actor, action="entitlement_end", subject=entitlement, after={"until": entitlement.until})
    return entitlement


@transaction.atomic
def add_role(*, actor: User | None, name: str) -> WorkRole:
    policies.check_may_keep(actor, "add roles")
    role = WorkRole(name=name.strip())
    role.full_clean()
    role.save(force_insert=True)
    audit.record(actor=actor, action="role_add", subject=role)
    return role
