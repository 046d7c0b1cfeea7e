"""Real transactions side by side: one account into two clusters, the last free place, two merges across each other."""

from functools import partial

import pytest

from abxsite.lib.errors import DomainError
from accounts.models import Cluster, ClusterMembership
from accounts.services.cluster_shapes import merge_clusters
from accounts.services.clusters import LARGEST, add_to_cluster, create_cluster
from tests.factories import AccountFactory, ClusterFactory
from tests.reviews.test_races import side_by_side

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]


def test_one_account_into_two_clusters_at_once_ends_in_one() -> None:
    for _ in range(5):
        account = AccountFactory.create()
        first, second = ClusterFactory.create(), ClusterFactory.create()
        side_by_side(
            partial(add_to_cluster, actor=None, cluster=first, account=account),
            partial(add_to_cluster, actor=None, cluster=second, account=account),
        )
        assert ClusterMembership.objects.filter(account=account, until__isnull=True).count() == 1


def test_two_for_the_last_place_one_is_told() -> None:
    cluster = create_cluster(actor=None, name="Full", problem="x", accounts=AccountFactory.create_batch(LARGEST - 1))
    one, other = AccountFactory.create(), AccountFactory.create()
    answers = side_by_side(
        lambda: add_to_cluster(actor=None, cluster=cluster, account=one),
        lambda: add_to_cluster(actor=None, cluster=cluster, account=other),
    )
    assert sum(isinstance(answer, DomainError) for answer in answers) == 1
    assert cluster.memberships.filter(until__isnull=True).count() == LARGEST


def test_two_merges_across_each_other_leave_one_cluster_with_everybody() -> None:
    one = create_cluster(actor=None, name="One", problem="x", accounts=AccountFactory.create_batch(3))
    other = create_cluster(actor=None, name="Other", problem="y", accounts=AccountFactory.create_batch(4))
    answers = side_by_side(
        lambda: merge_clusters(actor=None, cluster=one, into=other),
        lambda: merge_clusters(actor=None, cluster=other, into=one),
    )
    assert sum(isinstance(answer, DomainError) for answer in answers) == 1
    left = Cluster.objects.present().get()
    assert left.memberships.filter(until__isnull=True).count() == 7
