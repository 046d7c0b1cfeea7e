"""Splitting, merging and freezing clusters: periods close and open, history and marks follow."""

from datetime import date

import pytest

from abxsite.audit.models import AuditEntry
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from accounts.models import Account, Cluster, ClusterMembership, RescoreMark
from accounts.services.checklists import USUAL, add_item, fill_checklist, move_item, remove_item, tick_item
from accounts.services.cluster_shapes import merge_clusters, split_cluster
from accounts.services.clusters import (
    add_to_cluster,
    create_cluster,
    freeze_cluster,
    remove_from_cluster,
    update_cluster,
)
from tests.cast import Cast
from tests.factories import AccountFactory, ClusterFactory

pytestmark = pytest.mark.django_db


def cluster_of(cast: Cast, count: int, name: str = "Grid tender wave") -> tuple[Cluster, list[Account]]:
    """Filled in January."""
    accounts = AccountFactory.create_batch(count)
    with clock.travel(date(2026, 1, 10)):
        cluster = create_cluster(
            actor=cast.marketer, name=name, problem=f"{name}: all tenders fall due at once.",
            owner=cast.marketer.person, accounts=accounts,
        )  # fmt: skip
    RescoreMark.objects.all().delete()
    return cluster, accounts


def present(cluster: Cluster) -> set[int]:
    return set(cluster.memberships.filter(until__isnull=True).values_list("account_id", flat=True))


def test_a_split_moves_the_chosen_today_and_keeps_their_past(cast: Cast) -> None:
    old, accounts = cluster_of(cast, 4)
    chosen = accounts[:2]
    with clock.travel(date(2026, 4, 1)):
        new = split_cluster(
            actor=cast.marketer, cluster=old, account_ids=[one.pk for one in chosen], name="Rail tenders",
            problem="Rail tenders are a world of their own.",
        )  # fmt: skip
    assert present(new) == {one.pk for one in chosen}
    assert present(old) == {one.pk for one in accounts[2:]}
    periods = ClusterMembership.objects.filter(account=chosen[0]).order_by("since")
    assert list(periods.values_list("cluster", "since", "until")) == [
        (old.pk, date(2026, 1, 10), date(2026, 4, 1)),
        (new.pk, date(2026, 4, 1), None),
    ]
    assert set(RescoreMark.objects.values_list("account_id", flat=True)) == {one.pk for one in chosen}
    entry = AuditEntry.objects.get(action="cluster_split")
    assert (entry.subject_id, entry.after) == (old.pk, {"into": "Rail tenders", "into_id": new.pk, "accounts": 2})


def test_a_split_needs_some_members_not_all_and_another_problem(cast: Cast) -> None:
    old, accounts = cluster_of(cast, 2)
    ids = [one.pk for one in accounts]
    for wrong, sentence in (([], "Choose the members"), (ids, "Leave at least one")):
        with pytest.raises(DomainError, match=sentence):
            split_cluster(actor=cast.marketer, cluster=old, account_ids=wrong, name="New", problem="Another.")
    with pytest.raises(DomainError, match="problem of the cluster that you split"):
        split_cluster(actor=cast.marketer, cluster=old, account_ids=ids[:1], name="New", problem=old.problem.upper())
    assert Cluster.objects.count() == 1
    assert present(old) == set(ids)


def test_a_member_that_left_meanwhile_makes_the_split_a_conflict(cast: Cast) -> None:
    old, accounts = cluster_of(cast, 3)
    remove_from_cluster(actor=cast.second_marketer, cluster=old, account=accounts[0])
    with pytest.raises(Conflict, match="changed the members"):
        split_cluster(
            actor=cast.marketer, cluster=old, account_ids=[accounts[0].pk, accounts[1].pk], name="New", problem="Other"
        )
    assert present(old) == {accounts[1].pk, accounts[2].pk}
    assert Cluster.objects.count() == 1


def test_a_merge_closes_and_opens_periods_and_leaves_an_empty_frozen_cluster(cast: Cast) -> None:
    one, accounts = cluster_of(cast, 3)
    other, more = cluster_of(cast, 2, "Port tenders")
    tick_item(actor=cast.marketer, item=one.items.get(name=USUAL[0]), done=True)
    add_item(actor=cast.marketer, cluster=one, name="Map of the grid")
    with clock.travel(date(2026, 5, 1)):
        merge_clusters(actor=cast.marketer, cluster=one, into=other)
    one.refresh_from_db()
    assert (one.merged_into_id, one.is_staffed, present(one)) == (other.pk, False, set())
    assert present(other) == {each.pk for each in (*accounts, *more)}
    closed = ClusterMembership.objects.filter(cluster=one).values_list("since", "until")
    assert set(closed) == {(date(2026, 1, 10), date(2026, 5, 1))}
    assert set(RescoreMark.objects.values_list("account_id", flat=True)) == {each.pk for each in accounts}
    assert list(other.items.values_list("name", flat=True)) == [*USUAL, "Map of the grid"]
    assert USUAL[0] in one.items.values_list("name", flat=True)
    for refused in (
        lambda: add_to_cluster(actor=cast.marketer, cluster=one, account=accounts[0]),
        lambda: freeze_cluster(actor=cast.marketer, cluster=one, frozen=False),
        lambda: merge_clusters(actor=cast.marketer, cluster=one, into=other),
    ):
        with pytest.raises(DomainError, match="was merged into Port tenders"):
            refused()
    assert Cluster.objects.staffed().get() == other


def test_a_merge_that_would_hold_too_many_or_into_a_frozen_one_changes_nothing(cast: Cast) -> None:
    one, _ = cluster_of(cast, 8)
    other, _ = cluster_of(cast, 8, "Port tenders")
    with pytest.raises(DomainError, match="8 and 8 members make 16"):
        merge_clusters(actor=cast.marketer, cluster=one, into=other)
    with pytest.raises(DomainError, match="into itself"):
        merge_clusters(actor=cast.marketer, cluster=one, into=one)
    freeze_cluster(actor=cast.marketer, cluster=other, frozen=True)
    with pytest.raises(DomainError, match="is frozen"):
        merge_clusters(actor=cast.marketer, cluster=one, into=other)
    assert (len(present(one)), len(present(other))) == (8, 8)
    assert not Cluster.objects.filter(merged_into__isnull=False).exists()


def test_the_name_of_a_merged_cluster_is_free_again(cast: Cast) -> None:
    one, _ = cluster_of(cast, 1)
    other, _ = cluster_of(cast, 1, "Port tenders")
    merge_clusters(actor=cast.marketer, cluster=one, into=other)
    assert create_cluster(actor=cast.marketer, name=one.name, problem="Once more.").name == one.name
    with pytest.raises(Exception, match="Another cluster has this name"):
        create_cluster(actor=cast.marketer, name=one.name, problem="A third time.")


def test_freezing_twice_is_once_and_each_change_marks_the_members(cast: Cast) -> None:
    cluster, accounts = cluster_of(cast, 2)
    first = freeze_cluster(actor=cast.marketer, cluster=cluster, frozen=True)
    again = freeze_cluster(actor=cast.second_marketer, cluster=cluster, frozen=True)
    assert again.frozen_at == first.frozen_at
    assert AuditEntry.objects.filter(action="cluster_freeze").count() == 1
    assert set(RescoreMark.objects.values_list("account_id", flat=True)) == {one.pk for one in accounts}
    RescoreMark.objects.all().delete()
    update_cluster(actor=cast.marketer, cluster=cluster, owner=None)
    assert RescoreMark.objects.count() == 2
    RescoreMark.objects.all().delete()
    update_cluster(actor=cast.marketer, cluster=cluster, name="Another name")
    assert not RescoreMark.objects.exists()


def test_what_somebody_else_changed_is_not_overwritten(cast: Cast) -> None:
    cluster = ClusterFactory.create(name="One")
    update_cluster(actor=cast.second_marketer, cluster=cluster, name="Two")
    with pytest.raises(Conflict, match="changed meanwhile"):
        update_cluster(actor=cast.marketer, cluster=cluster, seen={"name": "One"}, name="Three")
    assert Cluster.objects.get().name == "Two"


def test_reps_neither_split_nor_merge_nor_tick(cast: Cast) -> None:
    cluster, accounts = cluster_of(cast, 2)
    other, _ = cluster_of(cast, 1, "Port tenders")
    item = cluster.items.first()
    assert item is not None
    for refused in (
        lambda: split_cluster(
            actor=cast.rep, cluster=cluster, account_ids=[accounts[0].pk], name="New", problem="Other"
        ),
        lambda: merge_clusters(actor=cast.rep, cluster=cluster, into=other),
        lambda: freeze_cluster(actor=cast.rep, cluster=cluster, frozen=True),
        lambda: tick_item(actor=cast.rep, item=item, done=True),
    ):
        with pytest.raises(NotAllowed):
            refused()
    item.refresh_from_db()
    assert (len(present(cluster)), item.done_at, Cluster.objects.count()) == (2, None, 2)


def test_a_checklist_is_ticked_once_ordered_and_extended(cast: Cast) -> None:
    cluster, _ = cluster_of(cast, 1)
    assert list(cluster.items.values_list("name", flat=True)) == list(USUAL)
    own = add_item(actor=cast.marketer, cluster=cluster, name="Map of the grid")
    with pytest.raises(Exception, match="on the list already"):
        add_item(actor=cast.marketer, cluster=cluster, name="Map of the grid")
    assert tick_item(actor=cast.marketer, item=own, done=True)
    assert not tick_item(actor=cast.second_marketer, item=own, done=True)
    own.refresh_from_db()
    assert own.done_by == cast.marketer
    move_item(actor=cast.marketer, item=own, way="up")
    assert list(cluster.items.values_list("name", flat=True))[-2:] == ["Map of the grid", USUAL[-1]]
    remove_item(actor=cast.marketer, item=cluster.items.get(name=USUAL[0]))
    assert fill_checklist(actor=cast.marketer, cluster=cluster) == 1
    assert list(cluster.items.values_list("name", flat=True))[-1] == USUAL[0]
