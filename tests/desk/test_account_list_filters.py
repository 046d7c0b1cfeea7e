"""Filters of the account list: by query string, by the panel, as chips; and what cannot be read."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from abxsite.lib import clock
from accounts.choices import Outcome, SignalKind
from accounts.models import Account, CustomAttribute, Segment
from tests.cast import Cast
from tests.factories import AccountFactory, ClusterFactory, OpportunityFactory, SignalFactory
from tests.reviews.factories import make_cycle, make_move, make_tiers, place_in
from tests.tiering.scores import make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketer(client: Client, cast: Cast) -> Client:
    client.force_login(cast.marketer)
    return client


def names(html: str) -> set[str]:
    return set(re.findall(r'class="ax-b" href="/accounts/\d+/\?in=[^"]+">([^<]+)</a>', html))


def page(client: Client, query: str) -> str:
    answer = client.get(f"/accounts/?{query}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def chips(html: str) -> list[str]:
    return re.findall(r'aria-label="Remove filter: ([^"]+)"', html)


def test_account_facts_narrow_the_list_together(marketer: Client) -> None:
    wanted = AccountFactory(name="Wanted", industry="Ports", employees=900, technologies=["sap", "grid"])
    AccountFactory(name="Small", industry="Ports", employees=90, technologies=["sap", "grid"])
    AccountFactory(name="Other", industry="Ports", employees=900, technologies=["sap"])
    for account in Account.objects.all():
        SignalFactory(account=account, kind=SignalKind.MEETING)
    SignalFactory(account=wanted, kind=SignalKind.REPLY)
    OpportunityFactory(account=wanted, outcome=Outcome.WON, closed_on=clock.today() - timedelta(days=20))
    query = (
        "industry=Ports&employees.gte=500&technologies.all=sap&technologies.all=grid"
        "&signals.at_least=2:30+days:meeting,reply&won_on.within=12+months"
    )
    html = page(marketer, query)
    assert names(html) == {"Wanted"}
    assert chips(html) == [
        "Industry is Ports",
        "Employees at least 500",
        "Technologies include all of sap, grid",
        "At least 2 signals (meeting, reply) within the last 30 days",
        "Won within the last 12 months",
    ]


def test_a_chip_takes_away_its_own_filter_and_no_other(marketer: Client) -> None:
    html = page(marketer, "industry=Ports&country=Norway&sort=name&columns=tier,owner")
    (url,) = re.findall(r'href="([^"]+)" aria-label="Remove filter: Industry is Ports"', html)
    assert url == "/accounts/?country=Norway&sort=name&columns=tier%2Cowner"


def test_any_of_some_technologies_and_none_of_others(marketer: Client) -> None:
    AccountFactory(name="Both", technologies=["sap", "grid"])
    AccountFactory(name="One", technologies=["sap"])
    assert names(page(marketer, "technologies=sap&technologies.none=grid")) == {"One"}


def test_custom_attributes_filter_by_their_type(marketer: Client) -> None:
    CustomAttribute.objects.create(key="berths", label="Berths", kind="number")
    CustomAttribute.objects.create(key="ice", label="Ice class", kind="flag")
    AccountFactory(name="Nine", custom={"berths": 9, "ice": True})
    AccountFactory(name="Ten", custom={"berths": 10, "ice": False})
    html = page(marketer, "custom.berths.gte=10")
    assert names(html) == {"Ten"}
    assert chips(html) == ["Berths at least 10"]
    assert names(page(marketer, "custom.ice=yes")) == {"Nine"}


def test_tier_coverage_and_the_direction_of_a_move(marketer: Client, cast: Cast) -> None:
    tiers = make_tiers()
    up, down, still = (AccountFactory(name=name) for name in ("Up", "Down", "Still"))
    make_run({up: (50, None, 90), down: (40, 100, 40), still: (30, 5000, 10)})
    cycle = make_cycle(tiers)
    place_in(still, tiers[0])
    make_move(cycle, from_tier=None, to_tier=tiers[3], signer=cast.rep, account=up)
    make_move(cycle, from_tier=tiers[1], to_tier=tiers[2], signer=cast.rep, account=down)
    assert names(page(marketer, f"tier={tiers[0].pk}")) == {"Still"}
    assert names(page(marketer, f"tier={tiers[0].pk}&tier=off")) >= {"Still"}
    assert names(page(marketer, "known_min=40&known_max=90")) == {"Down"}
    assert names(page(marketer, "potential_min=101")) == {"Still"}
    assert names(page(marketer, "move=up")) == {"Up"}
    assert names(page(marketer, "move=down")) == {"Down"}
    assert names(page(marketer, f"move={tiers[3].pk}")) == {"Up"}
    assert names(page(marketer, "score_min=35&score_max=50")) == {"Down"}


def test_a_segment_narrows_the_list_and_a_private_one_of_somebody_else_is_not_there(
    marketer: Client, cast: Cast
) -> None:
    AccountFactory(name="Port", industry="Ports")
    AccountFactory(name="Bank", industry="Banking")
    ports = [{"fact": "industry", "op": "in", "value": ["Ports"]}]
    shared = Segment.objects.create(name="Ports", conditions=ports)
    own = Segment.objects.create(name="Theirs", conditions=ports, shared=False, created_by=cast.rep)
    html = page(marketer, f"segment={shared.pk}")
    assert (names(html), chips(html)) == ({"Port"}, ["Segment is Ports"])
    assert names(page(marketer, f"segment.not_in={shared.pk}")) == {"Bank"}
    html = page(marketer, f"segment={own.pk}")
    assert f"There is no segment {own.pk} for you." in html
    assert names(html) == {"Port", "Bank"}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("colour=blue", "“colour” is no filter of this list. It was left out."),
        ("employees.gte=many", "Employees: “many” is no number. It was left out."),
        ("tier=99999999999999999999", "There is no tier “99999999999999999999”. It was left out."),
        ("owner=nobody", "Owner knows no “nobody”. It was left out."),
        ("score_min=1e99", "The score is a number from 0 to 100; “1e99” is none. It was left out."),
        ("q=%00", "A search has at most 200 plain characters. It was left out."),
        ("move=sideways", "A proposed move is pending, up, down or into a tier; “sideways” is none. It was left out."),
        ("won_on.within=ever", "“ever” is no period. Write it like 30 days, 12 months or 1 year. It was left out."),
        ("segment=77", "There is no segment 77 for you. It may have been deleted. It was left out."),
        ("columns=tier,shoe", "“shoe” is no column of this list. It was left out."),
        ("custom.A%20b=1", "There is no account fact “custom.A b”. It was left out."),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence_and_the_list_stands(
    marketer: Client, query: str, sentence: str
) -> None:
    AccountFactory(name="Here")
    html = page(marketer, query)
    assert sentence in html
    assert names(html) == {"Here"}


@pytest.mark.parametrize("query", ["after=x", "before=~", "after=9~x", "sort=shoe", "after=99999999999999999999~1"])
def test_a_garbled_place_or_order_begins_at_the_beginning(marketer: Client, query: str) -> None:
    AccountFactory(name="Here")
    assert names(page(marketer, query)) == {"Here"}


def test_the_panel_leads_to_the_list_that_it_describes(marketer: Client, cast: Cast) -> None:
    cluster = ClusterFactory(name="Grid")
    AccountFactory(industry="Ports")
    answer = marketer.post(
        "/accounts/filter/?sort=name&view=3&country=Chile",
        {
            "q": "port", "tier": ["list"], "mine": "on", "score_min": "40", "industry~op": "not_in",
            "industry": ["Ports"],
            "industry~more": "Steel, Retail", "employees~op": "between", "employees": "100", "employees~to": "5,000",
            "country~op": "in", "region~op": "unknown", "technologies~op": "any", "technologies~more": "sap",
            "technologies@2~op": "none", "technologies@2~more": "grid", "won_on~op": "within", "won_on": "12 months",
            "touched~op": "before", "touched": "", "touched~day": "2026-01-31", "signals~op": "at_least",
            "signals": "2", "signals~within": "30 days", "signals~kinds": ["meeting"], "open_deal": "no",
            "cluster~op": "in", "cluster": [str(cluster.pk)],
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert answer["Location"] == (
        "/accounts/?view=3&sort=name&industry.not_in=Ports&industry.not_in=Steel&industry.not_in=Retail"
        "&region.unknown=1&employees.between=100&employees.between=5000&technologies=sap&technologies.none=grid"
        "&touched.before=2026-01-31&signals.at_least=2%3A30+days%3Ameeting&open_deal=no&won_on.within=12+months"
        f"&cluster={cluster.pk}&q=port&owner=me&tier=list&score_min=40"
    )
    html = page(marketer, answer["Location"].partition("?")[2])
    assert "It was left out" not in html
    panel = unescape(marketer.get(f"/accounts/filter/?{answer['Location'].partition('?')[2]}").content.decode())
    assert 'name="employees~to" value="5000"' in panel
    assert re.search(r'name="technologies@2~op"[^>]*>(?:(?!</select>).)*value="none" selected', panel)


def test_the_panel_keeps_what_was_typed_and_says_why_beside_it(marketer: Client) -> None:
    answer = marketer.post("/accounts/filter/", {"employees~op": "gte", "employees": "many", "score_min": "40"})
    html = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Employees: “many” is no number." in html
    assert 'name="score_min" value="40"' in html


def test_a_row_without_a_value_says_nothing(marketer: Client) -> None:
    assert marketer.post("/accounts/filter/", {"industry~op": "in", "employees~op": "gte", "open_deal": ""})[
        "Location"
    ] == ("/accounts/?view=all")


def test_the_panel_comes_as_a_part_for_the_dialog(marketer: Client) -> None:
    html = marketer.get("/accounts/filter/?industry=Ports", headers={"HX-Request": "true"}).content.decode()
    assert html.lstrip().startswith('<form method="post" action="/accounts/filter/?industry=Ports"')


def test_bulk_does_nothing_when_the_filters_cannot_be_read(marketer: Client, cast: Cast) -> None:
    AccountFactory(name="Mine")
    data = {"all": "1", "query": "industry=Ports&shoe=1", "owner": cast.rep.person_id}
    marketer.post("/accounts/bulk/assign/", data)
    assert not Account.objects.filter(owner__isnull=False).exists()
