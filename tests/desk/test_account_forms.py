"""Making and changing accounts by hand: errors stand beside their field and what was typed stays."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from tests.cast import Cast
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


def test_a_rep_adds_an_account_and_owns_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.rep)
    data = {"name": "Halvorsund Energi", "domain": "https://www.halvorsund.example/no", "status": "prospect"}
    answer = client.post(reverse("account_create"), data)
    account = Account.objects.get()
    assert answer["Location"] == f"/accounts/{account.pk}/"
    assert (account.name, account.domain, account.owner) == ("Halvorsund Energi", "halvorsund.example", cast.rep.person)


def test_a_domain_that_is_taken_is_said_and_what_was_typed_stays(client: Client, cast: Cast) -> None:
    AccountFactory(name="First", domain="halvorsund.example")
    client.force_login(cast.marketer)
    data = {"name": "Second", "domain": "halvorsund.example", "status": "prospect", "city": "Bergen"}
    answer = client.post(reverse("account_create"), data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Another account has this domain." in html
    assert ">First</a>" in html
    assert "Add it anyway" not in html
    assert 'value="Second"' in html
    assert 'value="Bergen"' in html
    assert Account.objects.count() == 1


def test_negative_employees_are_refused_beside_the_field(client: Client, cast: Cast) -> None:
    account = AccountFactory(name="Sundholm Ports", employees=50)
    client.force_login(cast.marketer)
    data = {"name": "Sundholm Ports", "status": "prospect", "employees": "-5", "domain": account.domain}
    answer = client.post(reverse("account_edit", args=[account.pk]), data)
    assert answer.status_code == 422
    assert 'value="-5"' in answer.content.decode()
    account.refresh_from_db()
    assert account.employees == 50


def test_a_parent_is_found_by_its_domain_and_a_stranger_is_not(client: Client, cast: Cast) -> None:
    parent = AccountFactory(name="Halvorsund Group", domain="halvorsund-group.example")
    AccountFactory(name="Secret", domain="secret.example", owner=cast.other_rep.person)
    account = AccountFactory(name="Halvorsund Energi", domain="energi.example", owner=cast.rep.person)
    client.force_login(cast.rep)
    url = reverse("account_edit", args=[account.pk])
    data = {"name": account.name, "domain": account.domain, "status": "prospect", "parent": "secret.example"}
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "No account of yours is called secret.example or has that domain." in answer.content.decode()
    assert client.post(url, data | {"parent": "halvorsund-group.example"}).status_code == 302
    account.refresh_from_db()
    assert account.parent == parent


def test_a_leader_adds_no_account(client: Client, cast: Cast) -> None:
    client.force_login(cast.leader)
    answer = client.post(reverse("account_create"), {"name": "Nope", "status": "prospect"})
    assert answer.status_code == 403
    assert not Account.objects.exists()


def test_owners_are_not_assigned_by_a_rep(client: Client, cast: Cast) -> None:
    account = AccountFactory(owner=cast.rep.person)
    client.force_login(cast.rep)
    url = reverse("account_assign", args=[account.pk])
    assert client.post(url, {"owner": cast.other_rep.person_id}).status_code == 403
    account.refresh_from_db()
    assert account.owner == cast.rep.person
    client.force_login(cast.manager)
    assert client.post(url, {"owner": cast.manager.person_id}).status_code == 302
    account.refresh_from_db()
    assert account.owner == cast.manager.person
