"""Clusters hold 5 to 15 accounts, one open membership each."""

from datetime import date

import pytest

from abxsite.lib import clock
from abxsite.lib.errors import DomainError, NotAllowed
from accounts.models import Cluster, ClusterMembership
from accounts.services.clusters import LARGEST, add_to_cluster, create_cluster, freeze_cluster, remove_from_cluster
from tests.cast import Cast
from tests.factories import AccountFactory, ClusterFactory

pytestmark = pytest.mark.django_db


def test_moving_between_clusters_closes_one_period_and_opens_the_next(cast: Cast) -> None:
    account, first, second = AccountFactory(), ClusterFactory(), ClusterFactory()
    with clock.travel(date(2026, 1, 10)):
        add_to_cluster(actor=cast.marketer, cluster=first, account=account)
    with clock.travel(date(2026, 4, 10)):
        add_to_cluster(actor=cast.marketer, cluster=second, account=account)
    rows = ClusterMembership.objects.order_by("since").values_list("cluster", "since", "until")
    assert list(rows) == [
        (first.pk, date(2026, 1, 10), date(2026, 4, 10)),
        (second.pk, date(2026, 4, 10), None),
    ]


def test_a_membership_that_ends_on_its_first_day_never_was(cast: Cast) -> None:
    account, cluster = AccountFactory(), ClusterFactory()
    add_to_cluster(actor=cast.marketer, cluster=cluster, account=account)
    remove_from_cluster(actor=cast.marketer, cluster=cluster, account=account)
    assert not ClusterMembership.objects.exists()


def test_the_sixteenth_member_is_refused(cast: Cast) -> None:
    cluster = ClusterFactory()
    for _ in range(LARGEST):
        add_to_cluster(actor=cast.marketer, cluster=cluster, account=AccountFactory())
    with pytest.raises(DomainError, match="15 members"):
        add_to_cluster(actor=cast.marketer, cluster=cluster, account=AccountFactory())
    assert cluster.memberships.count() == LARGEST


def test_a_frozen_cluster_takes_nobody(cast: Cast) -> None:
    cluster = freeze_cluster(actor=cast.marketer, cluster=ClusterFactory(), frozen=True)
    assert not cluster.is_staffed
    with pytest.raises(DomainError, match="frozen"):
        add_to_cluster(actor=cast.marketer, cluster=cluster, account=AccountFactory())
    assert not ClusterMembership.objects.exists()


def test_reps_do_not_build_clusters(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        create_cluster(actor=cast.rep, name="Mine", problem="A problem")
    assert not Cluster.objects.exists()
