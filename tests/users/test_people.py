"""Inviting, changing and leaving; only admins do it, and one admin always remains."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from abxsite.audit.models import AuditEntry
from abxsite.users.models import Person, Team, User
from tests.cast import Cast
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def invite(client: Client, **fields: object) -> object:
    given = {"name": "Nora New", "email": "Nora@vendor.example", "roles": ["rep", "manager"]} | fields
    return client.post(reverse("person_invite"), given)


def test_an_invited_person_sets_a_password_by_the_link_and_logs_in(admin: Client, cast: Cast) -> None:
    answer = invite(admin, team=cast.team.pk)
    user = User.objects.get(email="nora@vendor.example")
    assert (user.name, user.roles, user.person.team, user.has_usable_password()) == (
        "Nora New", ["manager", "rep"], cast.team, False,
    )  # fmt: skip
    assert EmailAddress.objects.get(user=user).verified
    link = answer.context["link"]  # type: ignore[attr-defined]
    assert (mail.outbox[0].to, link in mail.outbox[0].body) == (["nora@vendor.example"], True)
    guest = Client()
    page = guest.get(link, follow=True)
    guest.post(page.request["PATH_INFO"], {"password1": "seven-blue-herons", "password2": "seven-blue-herons"})
    assert guest.login(email="nora@vendor.example", password="seven-blue-herons")
    assert Client().get(link, follow=True).context["token_fail"]


def test_an_imported_owner_is_invited_and_stays_the_same_person(admin: Client) -> None:
    owner = PersonFactory.create(name="Moses Frase", email="")
    admin.post(
        reverse("person_invite") + f"?person={owner.pk}",
        {"name": "Moses Frase", "email": "m@vendor.example", "roles": "rep"},
    )
    assert User.objects.get(email="m@vendor.example").person == owner


def test_an_invitation_of_somebody_with_a_login_is_refused_beside_the_form(admin: Client, cast: Cast) -> None:
    answer = invite(admin, name="Other", email=cast.rep.email)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "has a login already" in answer.content.decode()  # type: ignore[attr-defined]
    cast.rep.person.refresh_from_db()
    assert (cast.rep.person.name, len(mail.outbox)) == ("Rea Rep", 0)


@pytest.mark.parametrize("role", ["marketer", "rep", "manager", "leader", "stranger"])
def test_only_admins_invite_and_change(client: Client, cast: Cast, role: str) -> None:
    client.force_login(getattr(cast, role))
    before = list(User.objects.values_list("email", "roles").order_by("pk"))
    assert invite(client).status_code == 403  # type: ignore[attr-defined]
    assert client.post(reverse("person_edit", args=[cast.rep.person.pk]), {"name": "X"}).status_code == 403
    assert client.post(reverse("person_link", args=[cast.rep.person.pk])).status_code == 403
    assert client.post(reverse("team_create"), {"name": "X"}).status_code == 403
    assert list(User.objects.values_list("email", "roles").order_by("pk")) == before
    assert not Team.objects.filter(name="X").exists()


def test_roles_team_and_title_change_with_a_record(admin: Client, cast: Cast) -> None:
    fields = {
        "name": "Rea Rep",
        "title": "AE",
        "team": cast.other_team.pk,
        "roles": ["rep", "marketer"],
        "active": "on",
    }
    assert admin.post(reverse("person_edit", args=[cast.rep.person.pk]), fields).status_code == 302
    cast.rep.refresh_from_db()
    cast.rep.person.refresh_from_db()
    assert (cast.rep.roles, cast.rep.person.team, cast.rep.person.title) == (["marketer", "rep"], cast.other_team, "AE")
    entry = AuditEntry.objects.filter(action="person_change").get()
    assert entry.after == {"title": "AE", "team": "Iberia", "roles": ["marketer", "rep"]}


def test_who_has_left_cannot_log_in_any_more(admin: Client, cast: Cast) -> None:
    rep = Client()
    rep.force_login(cast.rep)
    assert rep.get(reverse("profile")).status_code == 200
    admin.post(reverse("person_edit", args=[cast.rep.person.pk]), {"name": "Rea Rep", "roles": "rep"})
    assert rep.get(reverse("profile")).status_code == 302
    assert User.objects.filter(pk=cast.rep.pk, is_active=False).exists()


@pytest.mark.parametrize("fields", [{"roles": "marketer", "active": "on"}, {"roles": "admin"}])
def test_the_last_admin_remains(admin: Client, cast: Cast, fields: dict[str, str]) -> None:
    answer = admin.post(reverse("person_edit", args=[cast.admin.person.pk]), {"name": "Ada Admin"} | fields)
    assert answer.status_code == 422
    assert "One admin must remain." in answer.content.decode()
    cast.admin.refresh_from_db()
    assert (cast.admin.roles, cast.admin.is_active, cast.admin.person.active) == (["admin"], True, True)


def test_a_team_gets_its_manager(admin: Client, cast: Cast) -> None:
    admin.post(reverse("team_create"), {"name": "Alps", "region": "South", "manager": cast.manager.person.pk})
    team = Team.objects.get(name="Alps")
    assert (team.region, team.manager) == ("South", cast.manager.person)
    admin.post(reverse("team_edit", args=[team.pk]), {"name": "Alpine", "region": "", "manager": ""})
    team.refresh_from_db()
    assert (team.name, team.region, team.manager) == ("Alpine", "", None)
    answer = admin.post(reverse("team_create"), {"name": "Alpine"})
    assert (answer.status_code, Team.objects.filter(name="Alpine").count()) == (422, 1)


def test_the_list_searches_by_name_and_role(admin: Client, cast: Cast) -> None:
    PersonFactory.create(name="Without Login")

    def names(query: str) -> list[str]:
        return [person.name for person in admin.get(reverse("people_list") + query).context["people"]]

    assert names("?q=rea") == ["Rea Rep"]
    assert names("?role=leader") == ["Lea Leader"]
    assert names("?role=none") == ["Without Login"]
    assert len(names("")) == Person.objects.count()


def test_a_lost_invitation_gets_a_new_link(admin: Client, cast: Cast) -> None:
    answer = admin.post(reverse("person_link", args=[cast.rep.person.pk]))
    assert re.search(r"/auth/password/reset/key/[^/]+/$", answer.context["link"])
