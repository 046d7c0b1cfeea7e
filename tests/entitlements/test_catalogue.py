"""The default catalogue holds the practitioners' figures; entries are changed and ended on record."""

from decimal import Decimal

import pytest

from abxsite.audit.models import AuditEntry
from abxsite.lib.errors import Conflict, NotAllowed
from entitlements.choices import Category, Per
from entitlements.models import Entitlement, EntitlementHours, StaffingRule, WorkRole
from entitlements.services.capacity import compute_capacity
from entitlements.services.catalogue import (
    create_entitlement,
    end_entitlement,
    ensure_default_catalogue,
    hours_of,
    update_entitlement,
)
from tests.cast import Cast
from tests.entitlements.conftest import MakeWorker
from tests.factories import ClusterFactory
from tiering.models import Tier
from tiering.services.tiers import change_tier


def test_the_default_catalogue_is_made_once(cast: Cast, tiers: list[Tier]) -> None:
    assert ensure_default_catalogue(actor=cast.marketer) == 22
    assert ensure_default_catalogue(actor=cast.marketer) == 0
    assert Entitlement.objects.count() == 22
    assert [str(rule) for rule in StaffingRule.objects.all()] == [
        "One Marketer covers 5 One-to-One accounts",
        "One Marketer covers 6 One-to-Few clusters",
    ]
    assert set(WorkRole.objects.values_list("name", flat=True)) == {"Marketer", "Designer", "Executive"}


def test_money_per_account_lies_in_the_ranges_of_the_practitioners(catalogue: int) -> None:
    assert [capacity.money for capacity in compute_capacity()] == [40_600, 6_000, 400, 32]


def test_one_dedicated_marketer_per_tier_gives_the_practitioners_figures(
    cast: Cast, tiers: list[Tier], catalogue: int, make_worker: MakeWorker
) -> None:
    for place in range(3):
        make_worker("Marketer", {place: 100})
    one, few, many, targeted = compute_capacity()
    assert (one.seats, one.label) == (5, "Marketers")
    assert (few.seats, few.label) == (60, "Marketers")
    assert (many.seats, many.label) == (832, "Marketer hours")
    assert (targeted.seats, targeted.label) == (0, "Marketer hours")
    assert one.sentence == "Marketers: 0.5 FTE more gives 2 more One-to-One accounts."
    assert one.unknown == ("Designer", "Executive", "budget")


def test_a_clustered_tier_counts_places_in_staffed_clusters(
    cast: Cast, tiers: list[Tier], catalogue: int, make_worker: MakeWorker
) -> None:
    make_worker("Marketer", {1: 100})
    change_tier(actor=cast.marketer, tier=tiers[1], clustered=True)
    for _ in range(2):
        ClusterFactory()
    ClusterFactory(owner=None)
    few = compute_capacity()[1]
    assert (few.seats, few.label) == (20, "Places in staffed clusters")


def test_an_entitlement_is_created_changed_and_ended(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    marketer, designer = WorkRole.objects.get(name="Marketer"), WorkRole.objects.get(name="Designer")
    made = create_entitlement(
        actor=cast.marketer,
        tier=tiers[0],
        name="Direct mail",
        category=Category.CONTENT,
        per=Per.ACCOUNT,
        quantity=4,
        money=Decimal(400),
        hours={marketer.pk: Decimal("1.5"), designer.pk: Decimal(0)},
    )
    assert hours_of(made) == {marketer.pk: Decimal("1.50")}
    assert compute_capacity()[0].money == 42_200
    update_entitlement(actor=cast.admin, entitlement=made, quantity=2, hours={designer.pk: Decimal(2)})
    assert hours_of(made) == {designer.pk: Decimal("2.00")}
    assert compute_capacity()[0].money == 41_400
    end_entitlement(actor=cast.marketer, entitlement=made)
    end_entitlement(actor=cast.marketer, entitlement=made)
    assert compute_capacity()[0].money == 40_600
    with pytest.raises(Conflict, match="Direct mail has ended meanwhile"):
        update_entitlement(actor=cast.marketer, entitlement=made, quantity=3)
    actions = AuditEntry.objects.filter(subject="entitlements.entitlement").order_by("id")
    assert list(actions.values_list("action", flat=True)) == [
        "entitlement_create",
        "entitlement_update",
        "entitlement_end",
    ]


def test_only_marketers_and_admins_change_the_catalogue(cast: Cast, catalogue: int) -> None:
    entitlement = Entitlement.objects.first()
    assert entitlement is not None
    hours = EntitlementHours.objects.count()
    for who in (cast.rep, cast.manager, cast.leader, cast.stranger):
        with pytest.raises(NotAllowed, match="Only marketers and admins"):
            update_entitlement(actor=who, entitlement=entitlement, quantity=9, hours={})
        with pytest.raises(NotAllowed):
            end_entitlement(actor=who, entitlement=entitlement)
    entitlement.refresh_from_db()
    assert (entitlement.quantity, entitlement.until, EntitlementHours.objects.count()) == (1, None, hours)
