"""The workspace's currency: its sign stands before every amount of a page, and is asked for once."""

import pytest
from django.test import Client

from abxsite.lib import currency, display
from tests.cast import Cast
from tests.factories import AccountFactory, OpportunityFactory
from tiering.services.settings import change_settings, current_currency


def test_outside_of_a_request_amounts_are_in_dollars() -> None:
    assert display.money_short(1_200_000) == "$1.2M"
    assert display.money(950) == "$950"


def test_a_code_without_a_sign_stands_before_the_figure() -> None:
    assert display.money(950, currency.sign_of("SEK")) == "SEK 950"
    assert display.money(950, currency.sign_of("EUR")) == "€950"


def test_within_a_request_the_first_amount_asks_and_the_others_repeat_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def teller() -> str:
        asked.append("asked")
        return "GBP"

    monkeypatch.setattr(currency, "_tellers", [teller])
    with currency.asked_once():
        assert [display.money(1), display.money_short(2_000)] == ["£1", "£2k"]
    assert asked == ["asked"]
    assert display.money(1) == "$1"


@pytest.mark.django_db
def test_pages_show_the_currency_of_the_settings(client: Client, cast: Cast) -> None:
    account = AccountFactory.create()
    OpportunityFactory.create(account=account, amount=1_200_000)
    client.force_login(cast.marketer)
    assert "$1.2M" in client.get(f"/accounts/{account.pk}/").content.decode()
    change_settings(actor=cast.admin, currency="EUR")
    assert current_currency() == "EUR"
    page = client.get(f"/accounts/{account.pk}/").content.decode()
    assert "€1.2M" in page
    assert "$1.2M" not in page
