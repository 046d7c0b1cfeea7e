"""Saved views: mine and everyone's, unsaved changes, two people at once, and which one opens first."""

import re
from html import unescape

import pytest
from django.test import Client

from abxsite.audit.models import AuditEntry
from abxsite.desk import saved
from abxsite.desk.models import DefaultView, SavedView
from tests.cast import Cast
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


def text(answer: object) -> str:
    return unescape(answer.content.decode())  # type: ignore[attr-defined]


def make(cast: Cast, name: str = "Ports", query: str = "industry=Ports", **fields: object) -> SavedView:
    view: SavedView = SavedView.objects.create(**({"name": name, "query": query, "owner": cast.marketer} | fields))
    return view


def test_a_list_is_saved_and_opens_as_it_was(client: Client, cast: Cast) -> None:
    AccountFactory(name="Port", industry="Ports")
    AccountFactory(name="Bank", industry="Banking")
    client.force_login(cast.rep)
    data = {"name": " My ports ", "query": "sort=name&industry=Ports&columns=tier,owner&after=x~1&view=9"}
    answer = client.post("/accounts/views/new/", data)
    view = SavedView.objects.get()
    assert (view.name, view.query, view.shared, view.owner) == (
        "My ports", "columns=tier%2Cowner&industry=Ports&sort=name", False, cast.rep,
    )  # fmt: skip
    assert answer["Location"] == f"/accounts/?view={view.pk}&columns=tier%2Cowner&industry=Ports&sort=name"
    html = text(client.get(answer["Location"]))
    assert "Unsaved changes" not in html
    assert (">Port</a>" in html, ">Bank</a>" in html) == (True, False)


def test_a_changed_list_says_so_and_is_saved_into_its_view(client: Client, cast: Cast) -> None:
    view = make(cast)
    client.force_login(cast.marketer)
    html = text(client.get(f"/accounts/?view={view.pk}&industry=Ports&employees.gte=500"))
    assert "Unsaved changes" in html
    client.post(f"/accounts/views/{view.pk}/save/", {"query": "industry=Ports&employees.gte=500", "version": "1"})
    view.refresh_from_db()
    assert (view.query, view.version) == ("employees.gte=500&industry=Ports", 2)


def test_another_order_of_the_same_filters_is_no_change(client: Client, cast: Cast) -> None:
    view = make(cast, query="country=Chile&industry=Ports")
    client.force_login(cast.marketer)
    assert "Unsaved changes" not in text(client.get(f"/accounts/?industry=Ports&view={view.pk}&country=Chile"))


def test_two_people_at_one_view_are_told_of_each_other(client: Client, cast: Cast) -> None:
    view = make(cast, shared=True)
    client.force_login(cast.second_marketer)
    client.post(f"/accounts/views/{view.pk}/save/", {"query": "country=Chile", "version": "1"})
    client.force_login(cast.marketer)
    answer = client.post(f"/accounts/views/{view.pk}/save/", {"query": "country=Spain", "version": "1"})
    html = text(answer)
    assert answer.status_code == 409
    assert "Mia Marketer saved “Ports”" in html
    assert "Theirs: Country is Chile. Yours: Country is Spain. Nothing of yours is saved yet." in html
    view.refresh_from_db()
    assert view.query == "country=Chile"
    version = re.search(r'name="version" value="(\d)"', html)
    assert version is not None
    client.post(f"/accounts/views/{view.pk}/save/", {"query": "country=Spain", "version": version.group(1)})
    view.refresh_from_db()
    assert view.query == "country=Spain"


def test_only_marketers_and_admins_keep_views_for_everyone(client: Client, cast: Cast) -> None:
    client.force_login(cast.rep)
    client.post("/accounts/views/new/", {"name": "Mine", "query": "q=a", "shared": "on"})
    assert list(SavedView.objects.values_list("name", "shared")) == [("Mine", False)]
    client.force_login(cast.marketer)
    client.post("/accounts/views/new/", {"name": "Ours", "query": "q=a", "shared": "on"})
    assert SavedView.objects.filter(name="Ours", shared=True).exists()
    assert list(AuditEntry.objects.filter(action="view_create").values_list("label", flat=True)) == ["Ours"]


def test_a_view_of_everyones_is_read_by_all_and_changed_by_those_who_share(client: Client, cast: Cast) -> None:
    view = make(cast, shared=True)
    client.force_login(cast.rep)
    html = text(client.get(f"/accounts/?view={view.pk}&industry=Ports&country=Chile"))
    assert "Unsaved changes" in html
    assert f"/accounts/views/{view.pk}/save/" not in html
    for act in ("save", "delete", "edit"):
        assert client.post(f"/accounts/views/{view.pk}/{act}/", {"name": "Stolen", "query": "q=x"}).status_code == 403
    view.refresh_from_db()
    assert (view.name, view.query) == ("Ports", "industry=Ports")


def test_a_view_of_somebody_else_is_not_there(client: Client, cast: Cast) -> None:
    view = make(cast, name="Secret ports")
    client.force_login(cast.admin)
    for act in ("save", "delete", "edit", "default"):
        assert client.post(f"/accounts/views/{view.pk}/{act}/", {"name": "x"}).status_code == 404
    html = text(client.get(f"/accounts/?view={view.pk}&industry=Ports"))
    assert "Secret ports" not in html
    assert "Unsaved changes" not in html
    assert SavedView.objects.get().name == "Secret ports"


def test_my_list_opens_with_the_view_that_i_chose_until_i_stop(client: Client, cast: Cast) -> None:
    view = make(cast, shared=True)
    client.force_login(cast.rep)
    client.post(f"/accounts/views/{view.pk}/default/")
    assert client.get("/accounts/")["Location"] == f"/accounts/?view={view.pk}&industry=Ports"
    assert client.get("/accounts/?view=all").status_code == 200
    client.post(f"/accounts/views/{view.pk}/default/")
    assert client.get("/accounts/").status_code == 200
    assert not DefaultView.objects.exists()


def test_a_view_that_is_deleted_opens_nobodys_list(client: Client, cast: Cast) -> None:
    view = make(cast, shared=True)
    client.force_login(cast.rep)
    client.post(f"/accounts/views/{view.pk}/default/")
    client.force_login(cast.marketer)
    client.post(f"/accounts/views/{view.pk}/delete/")
    client.force_login(cast.rep)
    assert client.get("/accounts/").status_code == 200


def test_a_view_that_became_private_again_opens_only_its_owners_list(cast: Cast) -> None:
    view = make(cast)
    DefaultView.objects.create(user=cast.rep, view=view)
    assert saved.opens_first(cast.rep) is None
    DefaultView.objects.create(user=cast.marketer, view=view)
    assert saved.opens_first(cast.marketer) == view


def test_a_name_is_taken_once_among_mine_and_once_among_everyones(client: Client, cast: Cast) -> None:
    make(cast, shared=True)
    client.force_login(cast.marketer)
    answer = client.post("/accounts/views/new/", {"name": "ports", "query": "q=a", "shared": "on"})
    assert answer.status_code == 422
    assert "Another view of everyone's has this name." in text(answer)
    assert 'value="ports"' in text(answer)
    assert client.post("/accounts/views/new/", {"name": "ports", "query": "q=a"}).status_code == 302
    assert SavedView.objects.count() == 2


def test_renaming_and_sharing(client: Client, cast: Cast) -> None:
    view = make(cast)
    client.force_login(cast.marketer)
    client.post(f"/accounts/views/{view.pk}/edit/", {"name": "All ports", "shared": "on", "version": "1"})
    view.refresh_from_db()
    assert (view.name, view.shared, view.query) == ("All ports", True, "industry=Ports")
    html = text(client.get("/accounts/views/"))
    assert "All ports" in html
    assert "Industry is Ports" in html
