"""Placing plans a year of deliveries, once; closing cancels what is not done; people settle them."""

from datetime import date, timedelta

import pytest

from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from accounts.models import Account, Cluster, ClusterMembership
from entitlements.choices import DeliveryState
from entitlements.models import Delivery
from entitlements.services import placements
from entitlements.services.catalogue import ensure_default_catalogue
from entitlements.services.deliveries import (
    complete_delivery,
    due_dates,
    next_deliveries,
    plan_for_placement,
    reopen_delivery,
    skip_delivery,
)
from entitlements.services.placements import handle_batch, handle_placements
from tests.cast import Cast
from tests.entitlements.conftest import MakeWorker
from tests.factories import AccountFactory, ClusterFactory
from tiering.models import Placement, PlacementOutbox, Tier
from tiering.services.placements import place, void_placement


def put(account: Account, tier: Tier | None, cast: Cast) -> Placement | None:
    return place(actor=cast.marketer, account=account, tier=tier, source="cycle", reason="Agreed.")


def due(**where: object) -> int:
    return int(Delivery.objects.due().filter(**where).count())


def test_dates_are_spread_evenly_and_research_comes_first() -> None:
    start = date(2026, 1, 1)
    assert due_dates(start, 4) == [date(2026, 2, 15), date(2026, 5, 17), date(2026, 8, 17), date(2026, 11, 16)]
    assert due_dates(start, 2, early=True) == [date(2026, 1, 31), date(2026, 8, 1)]
    assert due_dates(start, 0) == []


def test_placing_plans_the_year_by_quantity_once(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    account = AccountFactory()
    placement = put(account, tiers[0], cast)
    assert placement is not None
    assert handle_placements() == 1
    # 1 + 2 + 4 + 4 + 2 + 1 + 12 + 4 + 4
    assert due(account=account) == 34
    assert due(account=account, entitlement__name="Dedicated team channel") == 12
    assert handle_placements() == 0
    PlacementOutbox.objects.update(handled_at=None)
    assert handle_placements() == 1
    assert due(account=account) == 34


def test_closing_cancels_what_is_not_done(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    account = AccountFactory()
    put(account, tiers[0], cast)
    handle_placements()
    first = Delivery.objects.filter(account=account).first()
    assert first is not None
    complete_delivery(actor=cast.marketer, delivery=first, note="Sent.")
    put(account, tiers[2], cast)
    handle_placements()
    assert due(account=account, entitlement__tier=tiers[0]) == 0
    assert Delivery.objects.filter(account=account, state=DeliveryState.CANCELLED).count() == 33
    assert due(account=account, entitlement__tier=tiers[2]) == 14
    put(account, None, cast)
    handle_placements()
    assert due(account=account) == 0
    assert Delivery.objects.filter(account=account, state=DeliveryState.DONE).count() == 1


def test_a_placement_closed_before_it_was_planned_plans_nothing(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    account = AccountFactory()
    placement = put(account, tiers[0], cast)
    assert placement is not None
    put(account, None, cast)
    handle_placements()
    assert Delivery.objects.count() == 0
    assert plan_for_placement(placement) == 0


def test_a_voided_placement_loses_what_it_planned(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    placement = put(AccountFactory(), tiers[0], cast)
    assert placement is not None
    handle_placements()
    void_placement(actor=cast.admin, placement=placement, reason="The import was undone.")
    handle_placements()
    assert due() == 0


def join(cluster: Cluster, account: Account) -> ClusterMembership:
    return ClusterMembership.objects.create(cluster=cluster, account=account, since=clock.today())


def test_a_cluster_gets_one_set_however_many_members(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    cluster = ClusterFactory()
    members = AccountFactory.create_batch(3)
    for account in members:
        join(cluster, account)
        put(account, tiers[1], cast)
    handle_placements()
    # 2 + 4 + 2 + 1 for the cluster, 4 + 4 for each account
    assert due(cluster=cluster) == 9
    assert due(account__in=members) == 24
    handle_placements()
    assert due(cluster=cluster) == 9
    assert set(Delivery.objects.filter(cluster=cluster).values_list("person_id", flat=True)) == {cluster.owner_id}
    for account in members[:2]:
        put(account, None, cast)
    handle_placements()
    assert due(cluster=cluster) == 9
    put(members[2], None, cast)
    handle_placements()
    assert due(cluster=cluster) == 0


def test_an_account_that_joins_a_cluster_later_brings_the_clusters_year(
    cast: Cast, tiers: list[Tier], catalogue: int
) -> None:
    account, cluster = AccountFactory(), ClusterFactory()
    put(account, tiers[1], cast)
    handle_placements()
    assert due(cluster=cluster) == 0
    membership = join(cluster, account)
    handle_placements()
    assert due(cluster=cluster) == 9
    ClusterMembership.objects.filter(pk=membership.pk).update(until=clock.today())
    handle_placements()
    assert due(cluster=cluster) == 0
    join(cluster, AccountFactory())
    handle_placements()
    assert due(cluster=cluster) == 0


def test_deliveries_go_to_those_who_do_the_work(
    cast: Cast, tiers: list[Tier], catalogue: int, make_worker: MakeWorker
) -> None:
    here, elsewhere = make_worker("Marketer", {0: 100}), make_worker("Marketer", {2: 100})
    account = AccountFactory()
    put(account, tiers[0], cast)
    handle_placements()
    by_marketers = Delivery.objects.filter(account=account, entitlement__owner_role__name="Marketer")
    assert set(by_marketers.values_list("person_id", flat=True)) == {here.person_id}
    assert elsewhere.person.deliveries.count() == 0
    by_executives = Delivery.objects.filter(account=account, entitlement__owner_role__name="Executive")
    assert set(by_executives.values_list("person_id", flat=True)) == {None}


def test_an_imported_placement_is_planned_from_today(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    account = AccountFactory()
    long_ago = clock.now() - timedelta(days=900)
    place(actor=cast.admin, account=account, tier=tiers[3], source="imported", reason="", moment=long_ago)
    handle_placements()
    assert due(account=account) == 17
    assert Delivery.objects.overdue(clock.today()).count() == 0


def test_a_promise_made_later_reaches_those_who_hold_the_tier_already(cast: Cast, tiers: list[Tier]) -> None:
    seated, left = AccountFactory(), AccountFactory()
    put(seated, tiers[2], cast)
    put(left, tiers[2], cast)
    put(left, None, cast)
    handle_placements()
    assert due() == 0
    ensure_default_catalogue(actor=cast.marketer)
    handle_placements()
    assert (due(account=seated), due(account=left)) == (14, 0)
    handle_placements()
    assert due() == 14


def test_handling_that_fails_half_way_leaves_the_outbox_as_it_was(
    cast: Cast, tiers: list[Tier], catalogue: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        put(AccountFactory(), tiers[0], cast)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(placements, "plan_for_placements", killed)
    with pytest.raises(KeyboardInterrupt):
        handle_batch()
    assert PlacementOutbox.objects.filter(handled_at__isnull=True).count() == 2
    monkeypatch.undo()
    assert handle_placements() == 2
    assert due() == 68


def test_done_and_skipped_are_told_apart_from_a_second_hand(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    account = AccountFactory()
    put(account, tiers[0], cast)
    handle_placements()
    one, two, *_ = Delivery.objects.filter(account=account)
    complete_delivery(actor=cast.marketer, delivery=one)
    complete_delivery(actor=cast.marketer, delivery=one)
    with pytest.raises(Conflict, match="Done already, by Mika Marketer"):
        skip_delivery(actor=cast.second_marketer, delivery=one, reason="Not needed.")
    with pytest.raises(DomainError, match="Say why"):
        skip_delivery(actor=cast.marketer, delivery=two, reason=" ")
    with pytest.raises(DomainError, match="today or before"):
        complete_delivery(actor=cast.marketer, delivery=two, on=clock.today() + timedelta(days=1))
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, one.done_by, two.state) == (DeliveryState.DONE, cast.marketer, DeliveryState.DUE)
    reopen_delivery(actor=cast.marketer, delivery=one)
    one.refresh_from_db()
    assert (one.state, one.done_by, one.done_on) == (DeliveryState.DUE, None, None)


def test_a_delivery_is_settled_by_its_person_or_a_marketer(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    account = AccountFactory()
    put(account, tiers[0], cast)
    handle_placements()
    mine, other, *_ = Delivery.objects.filter(account=account)
    Delivery.objects.filter(pk=mine.pk).update(person=cast.rep.person)
    mine.refresh_from_db()
    complete_delivery(actor=cast.rep, delivery=mine)
    for who in (cast.rep, cast.leader, cast.stranger):
        with pytest.raises(NotAllowed):
            complete_delivery(actor=who, delivery=other)
    other.refresh_from_db()
    assert other.state == DeliveryState.DUE


def test_the_next_delivery_of_an_account_may_be_its_clusters(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    cluster, account, nobody = ClusterFactory(), AccountFactory(), AccountFactory()
    join(cluster, account)
    put(account, tiers[1], cast)
    handle_placements()
    found = next_deliveries([account.pk, nobody.pk])
    assert list(found) == [account.pk]
    assert found[account.pk].entitlement.name == "Cluster research"
    Delivery.objects.filter(cluster=cluster).delete()
    assert next_deliveries([account.pk])[account.pk].account_id == account.pk


def test_whose_account_is_not_visible_its_deliveries_are_not_either(
    cast: Cast, tiers: list[Tier], catalogue: int
) -> None:
    mine, theirs = AccountFactory(owner=cast.rep.person), AccountFactory(owner=cast.other_rep.person)
    for account in (mine, theirs):
        put(account, tiers[3], cast)
    handle_placements()
    assert set(Delivery.objects.visible_to(cast.rep).values_list("account_id", flat=True)) == {mine.pk}
    assert Delivery.objects.visible_to(cast.leader).count() == 34
