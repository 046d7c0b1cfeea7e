"""The account page: who sees it, what each tab says, and how the sum of the score opens."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from abxsite.desk.account_page import TABS
from abxsite.desk.lines import tier_lines
from abxsite.desk.why import why
from abxsite.lib import clock
from abxsite.users.models import User
from accounts.models import Account, Judgement
from accounts.services.accounts import assign_owner, update_account
from accounts.services.judgements import record_judgement
from accounts.services.potential import enter_potential
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory
from tests.reviews.factories import make_caps, make_settings, make_tiers, place_in
from tests.tiering.scores import make_run
from tiering.models import Tier
from tiering.services.runs import run_to_end, start_run
from tiering.services.scorecards import default_scorecard

pytestmark = pytest.mark.django_db


def page(client: Client, user: User, account: Account, tab: str = "why") -> str:
    client.force_login(user)
    answer = client.get(reverse("account_detail", args=[account.pk]), {"tab": tab})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("tab", TABS)
def test_another_team_does_not_know_that_the_account_is_there(client: Client, cast: Cast, tab: str) -> None:
    account = AccountFactory(owner=cast.other_rep.person)
    client.force_login(cast.rep)
    assert client.get(reverse("account_detail", args=[account.pk]), {"tab": tab}).status_code == 404


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_of_a_bare_account_opens(client: Client, cast: Cast, tab: str) -> None:
    account = AccountFactory(name="Bare Ports", owner=cast.rep.person)
    assert "<h1>Bare Ports</h1>" in page(client, cast.rep, account, tab)


def test_a_leader_reads_and_does_not_edit(client: Client, cast: Cast) -> None:
    account = AccountFactory(name="Sundholm Ports", industry="Transport")
    assert "account_edit" not in page(client, cast.leader, account)
    url = reverse("account_edit", args=[account.pk])
    assert client.get(url).status_code == 403
    assert client.post(url, {"name": "Other", "status": "prospect"}).status_code == 403
    account.refresh_from_db()
    assert account.name == "Sundholm Ports"


def test_an_account_without_a_score_says_what_to_do(client: Client, cast: Cast) -> None:
    account = AccountFactory()
    assert "Nothing is scored yet" in page(client, cast.marketer, account)
    make_run({AccountFactory(): (50, None, 100)})
    assert "Not scored yet" in page(client, cast.marketer, account)


def test_the_sum_opens_and_adds_up(client: Client, cast: Cast) -> None:
    account = AccountFactory(employees=400, industry="Ports", owner=cast.rep.person)
    ContactFactory(account=account, seniority="vp", department="finance")
    default_scorecard(actor=cast.marketer)
    record_judgement(actor=cast.rep, account=account, key="need", points=4, note="Named a budget")
    run_to_end(start_run(actor=None))
    told = why(account)
    explanation = told["explanation"]
    assert sum(row.criterion.contribution for row in told["rows"]) == explanation.total
    html = page(client, cast.rep, account)
    assert "First of 1." in html
    assert "Named a budget" in html
    assert reverse("judgement_add", args=[account.pk, "need"]) in html
    assert html.count('aria-controls="ev-') == len(explanation.criteria)


def test_the_gates_of_the_next_tier_say_which_one_is_missed(cast: Cast) -> None:
    make_tiers()
    make_settings()
    Tier.objects.filter(order=1).update(minimum_score=300_000, minimum_coverage=70, minimum_potential=2_000_000)
    account, other = AccountFactory(employees=400), AccountFactory()
    place_in(account, Tier.objects.get(order=2))
    make_run({account: (64.5, 900_000, 95), other: (80, None, 100)})
    told = why(account)
    assert told["line"].tier.name == "One-to-One"
    assert [(gate.name, gate.met) for gate in told["gates"]] == [
        ("Potential at least $2M", False),
        ("Known at least 70\u202f%", True),
        ("Score at least 60", True),
    ]
    assert told["headline"] == "Second of 2. Misses one gate of One-to-One."


def test_a_full_tiers_line_is_the_lowest_seat_and_the_margin(cast: Cast) -> None:
    tiers = make_tiers()
    make_caps(tiers, (2, 5, 5, 5))
    make_settings(margin=25_000)
    Tier.objects.filter(order=1).update(minimum_score=300_000)
    first, second, third = AccountFactory.create_batch(3)
    for account in (first, second):
        place_in(account, tiers[0])
    place_in(third, tiers[1])
    run = make_run({first: (84.1, None, 100), second: (61.4, None, 100), third: (70, None, 100)})
    top, next_one = tier_lines(run)[:2]
    assert (top.at, top.used, top.low, top.is_full) == (332_000, 2, 307_000, True)
    assert top.sentence == "One-to-One line: a challenger needs 66.40, which is 5.00 above the lowest seat"
    assert next_one.sentence == "One-to-Few line: 0.00 at least, 4 of 5 seats are free"


def test_the_line_stands_between_the_rows_that_it_parts(client: Client, cast: Cast) -> None:
    tiers = make_tiers()
    make_caps(tiers, (1, 5, 5, 5))
    make_settings(margin=25_000)
    low, high = AccountFactory(name="Lower"), AccountFactory(name="Higher")
    place_in(low, tiers[0])
    make_run({low: (61.4, None, 100), high: (70, None, 100)})
    client.force_login(cast.marketer)
    html = client.get("/accounts/").content.decode()
    assert html.index(">Higher<") < html.index("One-to-One line: a challenger needs 66.40") < html.index(">Lower<")
    assert "One-to-One line" not in client.get("/accounts/?sort=name").content.decode()


def test_what_is_not_scored_yet_is_told_below_the_order_by_score(client: Client, cast: Cast) -> None:
    make_run({AccountFactory(name="Scored"): (50, None, 100)})
    AccountFactory(name="Brand new")
    client.force_login(cast.marketer)
    html = client.get("/accounts/").content.decode()
    assert ">Brand new<" not in html
    assert "1 more is not scored yet" in html
    assert ">Brand new<" in client.get("/accounts/?scored=no&sort=name").content.decode()


def test_the_history_is_told_in_sentences(client: Client, cast: Cast) -> None:
    account = AccountFactory(industry="Energy")
    update_account(actor=cast.marketer, account=account, industry="Transport")
    assign_owner(actor=cast.marketer, account=account, owner=cast.rep.person)
    enter_potential(actor=cast.marketer, account=account, amount=1_200_000)
    record_judgement(actor=cast.marketer, account=account, key="need", points=3, note="")
    html = page(client, cast.marketer, account, "history")
    for sentence in (
        "Changed industry from Energy to Transport",
        "Owner changed from nobody to Rea Rep",
        "Entered a potential of $1.2M a year",
        "Judged need 3 of 5",
    ):
        assert sentence in html
    assert "account_update" not in html


def test_a_judgement_shows_the_scorecards_words_and_needs_one_of_them(client: Client, cast: Cast) -> None:
    account = AccountFactory(owner=cast.rep.person)
    default_scorecard(actor=cast.marketer)
    client.force_login(cast.rep)
    url = reverse("judgement_add", args=[account.pk, "need"])
    html = client.get(url).content.decode()
    assert "Judge need and timing" in html
    assert "5: Budget, and a decision within 12 months" in html
    answer = client.post(url, {"note": "I forgot the points"})
    assert answer.status_code == 422
    assert "I forgot the points" in answer.content.decode()
    assert not Judgement.objects.exists()
    assert client.post(url, {"points": "4", "note": "Said so"}).status_code == 302
    assert list(Judgement.objects.values_list("key", "points", "person__name")) == [("need", 4, "Rea Rep")]
    assert client.get(reverse("judgement_add", args=[account.pk, "nonsense"])).status_code == 404


def test_stale_insight_is_marked_and_found(client: Client, cast: Cast) -> None:
    AccountFactory(name="Old news", insight_on=clock.today() - timedelta(days=400))
    AccountFactory(name="Fresh", insight_on=clock.today())
    client.force_login(cast.marketer)
    html = client.get("/accounts/?insight=stale").content.decode()
    assert ">Old news<" in html
    assert ">Fresh<" not in html
