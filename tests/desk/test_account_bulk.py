"""Bulk actions: on what was ticked or on all that match, never on what the person does not see."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from abxsite.audit.models import AuditEntry
from abxsite.desk import exports
from abxsite.lib import clock
from accounts.models import Account, ClusterMembership, CustomAttribute, RescoreMark, Signal
from accounts.services import bulk
from accounts.services.clusters import LARGEST, add_to_cluster
from tests.cast import Cast
from tests.factories import AccountFactory, ClusterFactory, ContactFactory

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


SIGNAL = "/accounts/bulk/signal/"


def test_a_signal_is_recorded_at_each_and_sent_twice_counts_once(client: Client, cast: Cast) -> None:
    one, two = (AccountFactory(name=name) for name in ("One", "Two"))
    client.force_login(cast.marketer)
    data = {"ids": [one.pk, two.pk], "kind": "webinar", "on": clock.today().isoformat(), "topic": "Ports"}
    assert said(client.post(SIGNAL, data)) == ["2 accounts have a webinar more. Scores follow in a few seconds."]
    assert said(client.post(SIGNAL, data))[-1] == "They all have this signal already."
    stored = Signal.objects.values_list("account__name", "kind", "topic", "occurred_on")
    assert sorted(stored) == [(name, "webinar", "Ports", clock.today()) for name in ("One", "Two")]
    assert AuditEntry.objects.filter(action="signal_record").count() == 2
    assert set(RescoreMark.objects.values_list("account_id", flat=True)) == {one.pk, two.pk}


def test_a_signal_of_tomorrow_is_refused_for_all(client: Client, cast: Cast) -> None:
    account = AccountFactory()
    client.force_login(cast.marketer)
    data = {"ids": [account.pk], "kind": "webinar", "on": (clock.today() + timedelta(days=1)).isoformat()}
    assert said(client.post(SIGNAL, data)) == ["A signal has happened: its day cannot lie in the future."]
    assert not Signal.objects.exists()


def test_a_leader_records_no_signal_and_a_rep_none_elsewhere(client: Client, cast: Cast) -> None:
    hidden = AccountFactory(owner=cast.other_rep.person)
    data = {"ids": [hidden.pk], "kind": "webinar", "on": clock.today().isoformat()}
    client.force_login(cast.leader)
    assert client.post(SIGNAL, data).status_code == 403
    client.force_login(cast.rep)
    client.post(SIGNAL, data)
    assert not Signal.objects.exists()


def test_more_than_a_service_takes_is_refused_whole(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    AccountFactory.create_batch(3)
    client.force_login(cast.marketer)
    answer = client.post(ASSIGN, {"all": "1", "query": "", "owner": cast.rep.person_id})
    assert said(answer) == [
        "2 accounts at a time at most. Narrow the list, or use an import of a file with the owners. Nothing changed."
    ]
    assert not Account.objects.filter(owner__isnull=False).exists()


def test_the_excel_file_holds_numbers_as_numbers_and_formulas_as_text(client: Client, cast: Cast) -> None:
    CustomAttribute.objects.create(key="berths", label="Berths", kind="number")
    account = AccountFactory(
        name="=HYPERLINK(1)",
        employees=4300,
        technologies=["sap", "+grid"],
        custom={"berths": 9},
        insight_on=clock.today(),
    )
    client.force_login(cast.marketer)
    answer = client.post(EXPORT, {"ids": [account.pk], "format": "xlsx"})
    assert answer["Content-Disposition"] == f'attachment; filename="accounts-{clock.today():%Y-%m-%d}.xlsx"'
    head, row = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()
    found = dict(zip(head, row, strict=True))
    assert (found["Account"], found["Employees"], found["Technologies"], found["Berths"], found["Data of"]) == (
        "=HYPERLINK(1)", 4300, "sap; +grid", 9, clock.today(),
    )  # fmt: skip


def test_linkedins_company_list_has_its_columns_and_leaves_out_who_asked(client: Client, cast: Cast) -> None:
    AccountFactory(name="Alpha", domain="alpha.example", industry="Ports", city="Oslo", region="Oslo", country="Norway")
    AccountFactory(name="Bare", domain="", website="https://bare.example/")
    AccountFactory(name="Do not", closure="do_not_contact")
    AccountFactory(name="Bought", closure="acquired")
    client.force_login(cast.marketer)
    text = client.post(EXPORT, {"all": "1", "query": "", "format": "linkedin"}).getvalue().decode()
    assert text.splitlines() == [
        "companyname,companywebsite,companyemaildomain,linkedincompanypageurl,stocksymbol,industry,city,state,"
        "companycountry,zipcode",
        "Alpha,https://alpha.example,alpha.example,,,Ports,Oslo,Oslo,Norway,",
        "Bare,https://bare.example/,,,,,,,,",
    ]


def test_linkedins_contact_list_names_those_who_can_be_found(client: Client, cast: Cast) -> None:
    account = AccountFactory(name="Alpha", country="Norway")
    ContactFactory(account=account, name="Ann van Berg", title="CFO")
    ContactFactory(account=account, name="Bo", email="bo@alpha.example")
    ContactFactory(account=account, name="Cee")
    ContactFactory(account=account, name="Dan Gone", left_on=clock.today())
    client.force_login(cast.marketer)
    text = client.post(EXPORT, {"ids": [account.pk], "format": "linkedin_contacts"}).getvalue().decode()
    assert text.splitlines() == [
        "email,firstname,lastname,jobtitle,employeecompany,country,googleaid",
        ",Ann van,Berg,CFO,Alpha,Norway,",
        "bo@alpha.example,Bo,,,Alpha,Norway,",
    ]


def test_a_file_that_would_hold_too_much_is_refused(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 1)
    AccountFactory.create_batch(2)
    client.force_login(cast.marketer)
    answer = client.post(EXPORT, {"all": "1", "query": "", "format": "xlsx"})
    assert said(answer) == ["One file holds 1 accounts at most. Narrow the list first."]
    assert said(client.post(EXPORT, {"format": "exe"}))[-1] == "There is no such file format."
