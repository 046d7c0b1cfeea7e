"""The account list: every account once over the pages, filters in the query string, a fixed number of queries."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from abxsite.desk import account_counts, finding
from abxsite.desk import account_list as lists
from abxsite.lib import clock
from accounts.choices import Strength
from accounts.models import Account
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory, OpportunityFactory, SignalFactory
from tests.reviews.factories import make_tiers
from tests.tiering.scores import make_run
from tiering.models import RunPart

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketer(client: Client, cast: Cast) -> Client:
    client.force_login(cast.marketer)
    return client


def names(html: str) -> list[str]:
    return re.findall(r'class="ax-b" href="/accounts/\d+/\?in=[^"]+">([^<]+)</a>', html)


def walk(client: Client, url: str, rel: str = "next") -> list[list[str]]:
    """The names on each page, following the pager."""
    pages = []
    while url:
        html = client.get(url).content.decode()
        pages.append(names(html))
        found = re.search(rf'href="([^"]+)" rel="{rel}"', html)
        url = found.group(1).replace("&amp;", "&") if found else ""
        assert urlsplit(url).path in ("", "/accounts/")
    return pages


def test_pages_show_every_account_once_and_lead_back(marketer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 4)
    for name in ("beta", "Alpha", "gamma", "Beta", "delta", "beta", "eta", "zeta", "theta", "iota"):
        AccountFactory(name=name)
    forward = walk(marketer, "/accounts/?sort=name")
    flat = [name for page in forward for name in page]
    assert [len(page) for page in forward] == [4, 4, 2]
    assert [name.lower() for name in flat] == sorted(name.lower() for name in flat)
    assert len(flat) == 10
    last = marketer.get("/accounts/?sort=name&before=zzz~999999").content.decode()
    assert names(last) == flat[-4:]


def test_newest_first_walks_both_ways(marketer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 3)
    made = [AccountFactory(name=f"n{n}").name for n in range(8)]
    forward = walk(marketer, "/accounts/?sort=newest")
    assert [name for page in forward for name in page] == made[::-1]
    oldest = Account.objects.order_by("pk").first()
    assert oldest is not None
    back = walk(marketer, f"/accounts/?sort=newest&before=x~{oldest.pk}", rel="prev")
    assert [name for page in reversed(back) for name in page] == made[:0:-1]


def test_filters_narrow_the_list_and_stand_as_chips(marketer: Client, cast: Cast) -> None:
    wanted = AccountFactory(name="Halvorsund Energi", industry="Energy", country="Norway", owner=cast.rep.person)
    AccountFactory(name="Sundholm Ports", industry="Transport", country="Norway")
    AccountFactory(name="Fennwick Grid", industry="Energy", country="Sweden")
    html = marketer.get("/accounts/?industry=Energy&country=Norway").content.decode()
    assert names(html) == [wanted.name]
    assert "Remove filter: Industry is Energy" in html
    assert names(marketer.get(f"/accounts/?owner={cast.rep.person_id}").content.decode()) == [wanted.name]
    assert names(marketer.get("/accounts/?q=halvor energi").content.decode()) == [wanted.name]
    assert set(names(marketer.get("/accounts/?owner=none").content.decode())) == {"Sundholm Ports", "Fennwick Grid"}


def test_never_touched_leaves_out_those_with_a_last_contact(marketer: Client) -> None:
    touched = ContactFactory(strength=Strength.MET, last_contact_on=clock.today()).account
    untouched = ContactFactory().account
    assert names(marketer.get("/accounts/?touched=never").content.decode()) == [untouched.name]
    assert touched.name in names(marketer.get("/accounts/").content.decode())


def test_nothing_matches_offers_to_drop_the_filters(marketer: Client) -> None:
    AccountFactory()
    html = marketer.get("/accounts/?q=nowhere").content.decode()
    assert "Nothing matches" in html
    assert names(html) == []


def test_an_empty_workspace_offers_the_import(marketer: Client) -> None:
    html = marketer.get("/accounts/").content.decode()
    assert "No accounts yet" in html
    assert 'href="/accounts/import/new/"' in html or "Import a file" in html


def test_a_rep_sees_no_account_of_another_team_by_any_filter(client: Client, cast: Cast) -> None:
    hidden = AccountFactory(name="Hidden Grid", owner=cast.other_rep.person, industry="Energy")
    shown = AccountFactory(name="Shown Grid", owner=cast.rep.person, industry="Energy")
    client.force_login(cast.rep)
    for query in ("", "?q=grid", "?industry=Energy", f"?owner={cast.other_rep.person_id}", "?sort=name"):
        html = client.get(f"/accounts/{query}").content.decode()
        assert hidden.name not in names(html)
    assert names(client.get("/accounts/").content.decode()) == [shown.name]
    assert client.get(f"/accounts/{hidden.pk}/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_rows(
    marketer: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(30):
        account = AccountFactory(owner=cast.rep.person)
        ContactFactory(account=account, last_contact_on=clock.today() - timedelta(days=n))
        OpportunityFactory(account=account, amount=100)
        SignalFactory(account=account)
    marketer.get("/accounts/")
    with django_assert_num_queries(32):
        marketer.get("/accounts/")
    make_tiers()
    make_run(dict.fromkeys(Account.objects.all(), (50, None, 100)))
    marketer.get("/accounts/")
    with django_assert_num_queries(39):
        marketer.get("/accounts/")


def test_an_account_leads_to_its_neighbours_in_the_list_one_came_from(marketer: Client) -> None:
    made = {name: AccountFactory(name=name, industry="Energy") for name in ("Beta", "Alpha", "Gamma")}
    AccountFactory(name="Between", industry="Retail")
    came_from = "industry=Energy&sort=name"
    listed = marketer.get(f"/accounts/?{came_from}").content.decode()
    assert f'href="/accounts/{made["Beta"].pk}/?in=industry%3DEnergy%26sort%3Dname"' in listed

    def turn(name: str) -> tuple[str | None, ...]:
        html = marketer.get(f"/accounts/{made[name].pk}/", {"in": came_from, "tab": "people"}).content.decode()
        before, after = (re.search(rf'href="/accounts/(\d+)/[^"]*"[^>]*rel="{rel}"', html) for rel in ("prev", "next"))
        place = re.search(r">(\d of \d)<", html)
        return (*(found.group(1) if found else None for found in (before, after)), place.group(1) if place else None)

    alpha, beta, gamma = (str(made[name].pk) for name in ("Alpha", "Beta", "Gamma"))
    assert turn("Alpha") == (None, beta, "1 of 3")
    assert turn("Beta") == (alpha, gamma, "2 of 3")
    assert turn("Gamma") == (beta, None, "3 of 3")
    assert 'rel="next"' not in marketer.get(f"/accounts/{beta}/").content.decode()


def test_a_large_list_comes_before_its_counts(marketer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_counts, "is_large", lambda: True)
    monkeypatch.setattr(account_counts, "remembered", lambda key, seconds, make: make())
    AccountFactory(name="Port", industry="Ports")
    AccountFactory(name="Bank", industry="Banking")
    html = marketer.get("/accounts/?industry=Ports").content.decode()
    assert names(html) == ["Port"]
    assert 'hx-get="/accounts/counts/?rows=1&amp;industry=Ports" hx-trigger="load"' in html
    assert '<span id="list-shown">1</span>' in html
    part = marketer.get("/accounts/counts/?rows=1&industry=Ports", headers={"HX-Request": "true"}).content.decode()
    assert '<span id="list-shown" hx-swap-oob="true">1 of 1</span>' in part
    assert re.findall(r"<b>([^<]+)</b><span>(Matching|Never touched)</span>", part) == [
        ("1", "Matching"), ("2", "Never touched"),
    ]  # fmt: skip
    assert marketer.get("/accounts/counts/?industry=Ports")["Location"] == "/accounts/?industry=Ports"


def test_accounts_that_came_after_the_run_are_named_below_the_list(marketer: Client) -> None:
    scored = AccountFactory(name="Scored")
    make_tiers()
    run = make_run({scored: (50, None, 100)})
    RunPart.objects.create(run=run, low=1, high=scored.pk)
    AccountFactory(name="Late")
    html = marketer.get("/accounts/").content.decode()
    assert names(html) == ["Scored"]
    assert "1 more is not scored yet and so not in this order." in html
    assert names(marketer.get("/accounts/?scored=no&sort=name").content.decode()) == ["Late"]


@pytest.mark.parametrize(("ahead", "few"), [(3, 100), (3, 4), (100, 100), (8, 0)])
@pytest.mark.parametrize("sort", ["score", "name", "potential"])
def test_a_large_list_has_the_same_pages_however_they_are_found(
    marketer: Client, monkeypatch: pytest.MonkeyPatch, sort: str, ahead: int, few: int
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    make_tiers()
    made = [AccountFactory(industry="Ports" if n % 3 else "Banking") for n in range(16)]
    make_run({account: (n % 5 * 10, n % 4 or None, 100) for n, account in enumerate(made)})
    url = f"/accounts/?industry=Ports&sort={sort}"
    expected = walk(marketer, url)
    monkeypatch.setattr(account_counts, "is_large", lambda: True)
    monkeypatch.setattr(finding, "AHEAD", ahead)
    monkeypatch.setattr(finding, "FEW", few)
    assert walk(marketer, url) == expected
    assert [len(page) for page in expected] == [2, 2, 2, 2, 2]
