"""The Backtest tab: start, watch, read, and open what stands under a figure."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from abxsite.lib.jobs import JobStatus
from accounts.choices import Outcome
from accounts.models import PotentialEntry
from tests.cast import Cast
from tests.factories import AccountFactory, OpportunityFactory
from tiering.models import Backtest, Scorecard
from tiering.services import backtests
from tiering.services.scorecards import default_scorecard, new_draft
from tiering.services.setup import ensure_defaults

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)


@pytest.fixture
def scorecard(cast: Cast) -> Scorecard:
    ensure_defaults()
    return default_scorecard(actor=None)


@pytest.fixture
def found(cast: Cast, scorecard: Scorecard) -> Backtest:
    """Forty deals, the twenty dear ones mostly won; the first account is another team's."""
    for n in range(40):
        owner = cast.other_rep.person if n == 0 else cast.rep.person
        account = AccountFactory.create(name=f"Account {n:02}", owner=owner)
        PotentialEntry.objects.create(account=account, amount=3_000_000 if n < 20 else 10_000, on=date(2025, 12, 1))
        OpportunityFactory.create(
            account=account, name=f"Deal {n:02}", opened_on=FIRST + timedelta(n), closed_on=FIRST + timedelta(n + 30),
            outcome=Outcome.WON if n < 18 or n > 37 else Outcome.LOST, amount=Decimal(1000),
        )  # fmt: skip
    draft = new_draft(actor=cast.marketer)
    return backtests.run_to_end(
        backtests.start_backtest(actor=cast.marketer, scorecard=scorecard, against=draft, since=FIRST, until=LAST)
    )


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_result_says_what_was_found_and_links_to_the_deals(client: Client, cast: Cast, found: Backtest) -> None:
    client.force_login(cast.leader)
    body = page(client, reverse("backtest_detail", args=[found.pk]))

    assert "v1: the score tells deals that were won from those that were lost" in body
    assert "over 20 won and 20 lost deals of 40 accounts. Chance alone would give 0.50." in body
    assert "No evidence that one separates better" in body
    assert body.count("$1,000") >= 4  # the mean won deal of each fifth that won something
    assert "No weights are suggested under 40 won and 40 lost deals." in body
    group = found.result["sides"][0]["fifths"][0]
    url = f"{reverse('backtest_deals', args=[found.pk])}?side=0&low={group['low_score']}&high={group['high_score']}"
    assert url.replace("&", "&amp;") in body
    assert page(client, url).count("<tr data-ax-row>") == group["n"]
    assert page(client, f"{url}&won=1").count("<tr data-ax-row>") == group["won"]


def test_a_rep_reads_the_figures_and_sees_only_own_deals_under_them(
    client: Client, cast: Cast, found: Backtest
) -> None:
    client.force_login(cast.rep)

    assert "over 20 won and 20 lost deals" in page(client, reverse("backtest_detail", args=[found.pk]))
    deals = page(client, f"{reverse('backtest_deals', args=[found.pk])}?won=1")
    assert "Deal 01" in deals
    assert "Deal 00" not in deals
    assert "19 deals" in deals


def test_a_rep_starts_none(client: Client, cast: Cast, scorecard: Scorecard) -> None:
    client.force_login(cast.rep)
    asked = {"scorecard": scorecard.pk, "since": "2026-01-01", "until": "2026-06-30"}

    assert client.post(reverse("backtest_start"), asked).status_code == 403
    assert Backtest.objects.count() == 0


def test_a_window_that_ends_before_it_begins_is_said_beside_the_field(
    client: Client, cast: Cast, scorecard: Scorecard
) -> None:
    client.force_login(cast.marketer)
    asked = {"scorecard": scorecard.pk, "since": "2026-06-30", "until": "2026-01-01"}
    answer = client.post(reverse("backtest_start"), asked)

    assert answer.status_code == 422
    assert "The window ends before it begins." in answer.content.decode()
    assert 'value="2026-06-30"' in answer.content.decode()
    assert Backtest.objects.count() == 0


def test_while_it_goes_on_the_page_polls_and_can_be_stopped(client: Client, cast: Cast, scorecard: Scorecard) -> None:
    client.force_login(cast.marketer)
    asked = {"scorecard": scorecard.pk, "since": "2026-01-01", "until": "2026-06-30"}
    answer = client.post(reverse("backtest_start"), asked)
    backtest = Backtest.objects.get()

    assert answer.headers["Location"] == reverse("backtest_detail", args=[backtest.pk])
    assert f'hx-get="{reverse("backtest_detail", args=[backtest.pk])}"' in page(client, answer.headers["Location"])
    client.post(reverse("backtest_cancel", args=[backtest.pk]))
    backtest.refresh_from_db()
    assert backtest.status == JobStatus.CANCELLED
    assert "hx-get" not in page(client, answer.headers["Location"]).split('id="job-')[1].split(">")[0]


def test_the_list_says_what_each_found(client: Client, cast: Cast, found: Backtest) -> None:
    client.force_login(cast.manager)
    body = page(client, reverse("backtest_list"))

    assert "v1 beside v2" in body
    assert "The score tells deals that were won" in body
    assert "Try it on the past" not in body
