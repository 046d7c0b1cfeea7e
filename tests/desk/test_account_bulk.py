"""Bulk actions: on what was ticked or on all that match, never on what the person does not see."""

import csv
import io
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from abxsite.audit.models import AuditEntry
from accounts.models import Account, ClusterMembership
from accounts.services.clusters import LARGEST, add_to_cluster
from tests.cast import Cast
from tests.factories import AccountFactory, ClusterFactory

pytestmark = pytest.mark.django_db
ASSIGN, CLUSTER, EXPORT = "/accounts/bulk/assign/", "/accounts/bulk/cluster/", "/accounts/export/"


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def owners() -> dict[str, str | None]:
    return {account.name: account.owner.name if account.owner else None for account in Account.objects.all()}


def lines(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode().removeprefix("\ufeff"))))


def test_the_ticked_accounts_get_their_owner_with_one_entry_each(client: Client, cast: Cast) -> None:
    first, second, third = (AccountFactory(name=name) for name in ("First", "Second", "Third"))
    client.force_login(cast.marketer)
    data = {"ids": [first.pk, second.pk], "owner": cast.rep.person_id, "query": "sort=name&after=x~1"}
    answer = client.post(ASSIGN, data)
    assert answer["Location"] == "/accounts/?sort=name"
    assert said(answer) == ["2 accounts have changed hands, to Rea Rep."]
    assert owners() == {"First": "Rea Rep", "Second": "Rea Rep", third.name: None}
    assert AuditEntry.objects.filter(action="account_assign").count() == 2


def test_all_that_match_follows_the_filters_and_nothing_else(client: Client, cast: Cast) -> None:
    AccountFactory(name="A", industry="Energy")
    AccountFactory(name="B", industry="Energy")
    AccountFactory(name="C", industry="Retail")
    client.force_login(cast.marketer)
    client.post(ASSIGN, {"all": "1", "query": "industry=Energy", "owner": cast.rep.person_id})
    assert owners() == {"A": "Rea Rep", "B": "Rea Rep", "C": None}


def test_a_manager_does_not_reach_another_team_by_its_ids(client: Client, cast: Cast) -> None:
    hidden = AccountFactory(name="Hidden", owner=cast.other_rep.person)
    client.force_login(cast.manager)
    answer = client.post(ASSIGN, {"ids": [hidden.pk], "owner": cast.rep.person_id})
    assert said(answer) == ["They all belong to Rea Rep already."]
    client.post(ASSIGN, {"all": "1", "query": "", "owner": cast.rep.person_id})
    assert owners() == {"Hidden": "Otto Rep"}


@pytest.mark.parametrize("url", [ASSIGN, CLUSTER])
def test_a_rep_changes_nothing_in_bulk(client: Client, cast: Cast, url: str) -> None:
    account, cluster = AccountFactory(name="Mine", owner=cast.rep.person), ClusterFactory()
    client.force_login(cast.rep)
    data = {"ids": [account.pk], "owner": cast.other_rep.person_id, "cluster": cluster.pk}
    assert client.post(url, data).status_code == 403
    assert owners() == {"Mine": "Rea Rep"}
    assert not ClusterMembership.objects.exists()


def test_what_does_not_fit_into_a_cluster_is_refused_whole(client: Client, cast: Cast) -> None:
    cluster = ClusterFactory(name="Grid tender wave")
    for _ in range(LARGEST - 1):
        add_to_cluster(actor=cast.marketer, cluster=cluster, account=AccountFactory())
    two = AccountFactory.create_batch(2)
    client.force_login(cast.marketer)
    answer = client.post(CLUSTER, {"ids": [account.pk for account in two], "cluster": cluster.pk})
    assert said(answer) == [
        "Grid tender wave has 14 members; 2 more would make 16, and 15 is the most that one problem can hold."
        " Nobody was added."
    ]
    assert ClusterMembership.objects.count() == 14
    answer = client.post(CLUSTER, {"ids": [two[0].pk], "cluster": cluster.pk})
    assert said(answer)[-1] == "One account joined Grid tender wave."
    assert cluster.memberships.filter(account=two[0], until__isnull=True).exists()


def test_a_cluster_form_beyond_fifteen_says_so_beside_the_field(client: Client, cast: Cast) -> None:
    cluster = ClusterFactory(name="Full house")
    for _ in range(LARGEST):
        add_to_cluster(actor=cast.marketer, cluster=cluster, account=AccountFactory())
    late = AccountFactory(name="Late Ports")
    client.force_login(cast.marketer)
    answer = client.post(reverse("cluster_detail", args=[cluster.pk]), {"account": "Late Ports"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Full house has 15 members, the most that one problem can hold. Split it first." in html
    assert 'value="Late Ports"' in html
    assert not late.cluster_memberships.exists()


def test_the_export_holds_what_was_chosen_and_no_formula(client: Client, cast: Cast) -> None:
    chosen = AccountFactory(name="=HYPERLINK(1)", domain="formula.example", owner=cast.rep.person)
    AccountFactory(name="Not chosen")
    hidden = AccountFactory(name="Hidden", owner=cast.other_rep.person)
    client.force_login(cast.rep)
    answer = client.post(EXPORT, {"ids": [chosen.pk, hidden.pk]})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert [(row["Account"], row["Domain"], row["Owner"], row["Tier"]) for row in lines(answer)] == [
        ("'=HYPERLINK(1)", "formula.example", "Rea Rep", "Off list")
    ]


def test_the_export_of_all_that_match_is_by_name_and_sees_with_the_same_eyes(client: Client, cast: Cast) -> None:
    for name, owner in (("Zeta", cast.rep.person), ("Alpha", None), ("Hidden", cast.other_rep.person)):
        AccountFactory(name=name, owner=owner)
    client.force_login(cast.rep)
    assert [row["Account"] for row in lines(client.post(EXPORT, {"all": "1", "query": ""}))] == ["Alpha", "Zeta"]
    assert lines(client.post(EXPORT, {})) == []
