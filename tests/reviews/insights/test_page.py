"""The dashboard, its CSV, the deals under each number, and the API."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from abxsite.users.models import ApiToken
from abxsite.users.services.tokens import digest
from reviews.choices import CycleStatus
from reviews.measure.movement import created_trend, engagement, last_moves
from reviews.measure.scope import Scope
from reviews.models import Cycle
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory, SignalFactory
from tests.reviews.insights.makers import deal, hold, make_tier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_june")]


@pytest.fixture
def in_june() -> Iterator[None]:
    with time_machine.travel("2026-06-15T12:00Z"):
        yield


@pytest.fixture
def leader(client: Client, cast: Cast) -> Client:
    client.force_login(cast.leader)
    return client


def text(client: Client, name: str, query: str = "", **headers: str) -> str:
    answer = client.get(reverse(name) + query, headers=headers)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def ten_wins() -> None:
    tier, account = make_tier(1, "One-to-One"), AccountFactory.create(industry="retail")
    tier.caps.create(seats=12)
    hold(account, tier)
    for at in range(20):
        deal(account, date(2026, 2, 1), "won" if at < 10 else "lost", date(2026, 3, 1), amount=100 if at < 10 else None)


def test_an_empty_workspace_is_offered_an_import(leader: Client) -> None:
    assert "No deals yet" in text(leader, "insights_detail")


def test_the_page_shows_rate_interval_and_links_under_each_number(leader: Client) -> None:
    ten_wins()
    page = text(leader, "insights_detail", "?period=4q")
    assert "50.0 %" in page
    assert "95 % between 30 % and 70 %" in page
    assert "1 / 12" in page
    tier = Scope().placements().get().tier_id
    assert f"/insights/opportunities/?period=4q&amp;row=tier%3A{tier}&amp;measure=closed" in page
    assert f"/accounts/?tier={tier}" in page


def test_too_few_deals_show_no_rate(leader: Client) -> None:
    tier, account = make_tier(1, "One-to-One"), AccountFactory.create()
    hold(account, tier)
    for _ in range(7):
        deal(account, date(2026, 2, 1), "won", date(2026, 3, 1))
    page = text(leader, "insights_detail")
    assert "too few to tell" in page
    assert "100.0 %" not in page


def test_filters_stand_as_chips_and_an_unknown_value_stands_beside_its_field(leader: Client) -> None:
    ten_wins()
    assert "Industry <b>retail</b>" in text(leader, "insights_detail", "?industry=retail")
    assert "not one of the available choices" in text(leader, "insights_detail", "?industry=moon")
    assert "The period ends before it begins." in text(leader, "insights_detail", "?from=2026-02-02&to=2026-02-01")


def test_htmx_gets_the_numbers_alone(leader: Client) -> None:
    ten_wins()
    fragment = text(leader, "insights_detail", **{"HX-Request": "true"})
    assert fragment.startswith('<div id="numbers"')
    assert "<html" not in fragment


def test_the_csv_has_a_line_for_each_row_and_one_for_all(leader: Client) -> None:
    ten_wins()
    answer = leader.get(reverse("insights_csv") + "?by=industry")
    assert answer["Content-Disposition"] == 'attachment; filename="insights-by-industry.csv"'
    head, *lines = answer.content.decode("utf-8-sig").splitlines()
    assert head.startswith("key,kind,name,accounts,cap,deals,")
    assert [line.split(",")[:2] for line in lines] == [["group:retail", "group"], ["total", "total"]]


def test_formulas_in_names_do_not_run_in_a_spreadsheet(leader: Client) -> None:
    deal(AccountFactory.create(industry="=1+1"), date(2026, 2, 1))
    lines = leader.get(reverse("insights_csv") + "?by=industry").content.decode("utf-8-sig").splitlines()
    assert ",'=1+1," in lines[1]


def test_the_list_under_a_number_holds_as_many_deals_as_it_says(leader: Client) -> None:
    ten_wins()
    tier = Scope().placements().get().tier_id
    for measure, count in (("won", 10), ("lost", 10), ("closed", 20), ("open", 0), ("created_unknown", 10)):
        answer = leader.get(f"{reverse('opportunity_list')}?row=tier:{tier}&measure={measure}")
        assert (answer.context["count"], len(answer.context["deals"])) == (count, count), measure
    assert "Won deals: One-to-One" in text(leader, "opportunity_list", f"?row=tier:{tier}&measure=won")
    assert leader.get(reverse("opportunity_list") + "?measure=moon").status_code == 404


def test_the_list_goes_forth_and_back_by_key(leader: Client) -> None:
    account = AccountFactory.create()
    ids = [deal(account, date(2026, 2, 1)).pk for _ in range(120)]
    seen, query = [], ""
    for _ in range(3):
        answer = leader.get(reverse("opportunity_list") + query)
        seen.append([each.pk for each in answer.context["deals"]])
        query = answer.context["next_url"]
    assert [pk for page in seen for pk in page] == sorted(ids, reverse=True)
    assert query == ""
    back = leader.get(reverse("opportunity_list") + answer.context["previous_url"])
    assert [each.pk for each in back.context["deals"]] == seen[1]


def test_a_rep_sees_no_deals_of_another_team(client: Client, cast: Cast) -> None:
    deal(AccountFactory.create(owner=cast.other_rep.person, industry="secret"), date(2026, 2, 1), name="Hidden")
    client.force_login(cast.rep)
    assert client.get(reverse("opportunity_list")).context["count"] == 0
    assert "secret" not in text(client, "insights_detail", "?by=industry")


def test_the_api_answers_the_same_json_and_refuses_nonsense(client: Client, cast: Cast) -> None:
    ten_wins()
    ApiToken.objects.create(user=cast.leader, label="t", digest=digest("abx_secret"), prefix="abx_", scopes=["read"])
    headers = {"Authorization": "Bearer abx_secret"}
    answer = client.get(reverse("api_insights") + "?by=industry&from=2026-01-01", headers=headers)
    found = json.loads(answer.content)
    assert (found["by"], found["from"], found["total"]["win_rate"]) == ("industry", "2026-01-01", 0.5)
    assert client.get(reverse("api_insights") + "?by=moon", headers=headers).status_code == 400
    assert client.get(reverse("api_insights")).status_code == 401


def publish(number: int, moment: str) -> None:
    Cycle.objects.create(
        number=number, name=f"Q{number}", status=CycleStatus.PUBLISHED, closes_on=moment[:10], published_at=moment
    )


def test_moves_are_counted_between_the_last_two_published_reviews() -> None:
    top, few = make_tier(1, "One-to-One"), make_tier(2, "One-to-Few")
    climber, leaver, stayer, enterer = AccountFactory.create_batch(4)
    for account in (climber, leaver, stayer):
        hold(account, few, until=None if account == stayer else date(2026, 4, 1))
    hold(climber, top, since=date(2026, 4, 1))
    assert last_moves(Scope()) is None
    publish(1, "2026-01-01T00:00Z")
    first = last_moves(Scope())
    assert first is not None
    assert (first.before, first.pairs, first.stayed) == ("no list", {(0, few.pk): 3}, 0)
    hold(enterer, few, since=date(2026, 4, 1))
    publish(2, "2026-04-01T00:00Z")
    moves = last_moves(Scope())
    assert moves is not None
    assert moves.pairs == {(few.pk, top.pk): 1, (few.pk, 0): 1, (0, few.pk): 1}
    assert (moves.moved, moves.up, moves.down, moves.stayed) == (3, 2, 1, 1)
    assert moves.chart()["moves"] == [[2, 1, 1], [1, 2, 1], [1, 0, 1]]


def test_the_trend_joins_a_tiers_baseline_with_what_came_after_the_first_list(leader: Client) -> None:
    tier, account = make_tier(1, "One-to-One"), AccountFactory.create()
    hold(account, tier)
    deal(account, date(2025, 11, 1), amount=10)
    deal(account, date(2026, 2, 1), amount=20)
    deal(AccountFactory.create(), date(2026, 2, 1), amount=5)
    trend = created_trend(Scope())
    assert trend is not None
    assert trend.quarters[-2:] == ["Q4 2025", "Q1 2026"]
    assert [(t and t.name, [int(v) for v in values[-2:]]) for t, values in trend.series] == [
        ("One-to-One", [10, 20]),
        (None, [0, 5]),
    ]
    assert trend.first_list == "Q1 2026"
    assert 'data-chart="trend"' in text(leader, "insights_detail")


def test_engagement_counts_two_kinds_and_two_people_within_thirty_days() -> None:
    tier = make_tier(1, "One-to-One")
    hot, old = AccountFactory.create_batch(2)
    for account, day in ((hot, date(2026, 6, 1)), (old, date(2026, 5, 1))):
        hold(account, tier)
        SignalFactory.create(account=account, kind="download", person_key="a", occurred_on=day)
        SignalFactory.create(account=account, kind="webinar", person_key="b", occurred_on=day)
        ContactFactory.create(account=account, seniority="vp", strength=2)
        ContactFactory.create(account=account, seniority="other", strength=4)
    found = engagement(Scope())
    assert (found.on_list, found.active, found.met, found.deliveries_due) == (2, 1, 2, 0)
