"""Capacity in a real browser: the what-if follows the slider, a delivery is settled in its row."""

from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from abxsite.lib import clock
from entitlements.models import WorkRole
from entitlements.services.catalogue import ensure_default_catalogue
from entitlements.services.people import add_worker
from entitlements.services.placements import handle_placements
from tests.browser import OpenPage
from tests.cast import Cast, make_cast
from tests.e2e.audit import axe, listening
from tests.factories import AccountFactory, PersonFactory
from tiering.services.placements import place
from tiering.services.setup import ensure_defaults
from tiering.services.tiers import active_tiers

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, client: Client, base_url: str) -> None:
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base_url}])


def seeded() -> Cast:
    cast = make_cast()
    ensure_defaults(actor=cast.marketer)
    ensure_default_catalogue(actor=cast.marketer)
    tiers = active_tiers()
    add_worker(
        actor=cast.marketer,
        person=PersonFactory(),
        role=WorkRole.objects.get(name="Marketer"),
        shares={tiers[0].pk: 100},
        since=clock.today() - timedelta(days=100),
    )
    placed = clock.now() - timedelta(days=60)
    account = AccountFactory(name="Nordhaven Grid")
    place(actor=cast.marketer, account=account, tier=tiers[0], source="cycle", reason="Agreed.", moment=placed)
    handle_placements()
    return cast


def test_a_slider_answers_and_a_delivery_is_settled(open_page: OpenPage, client: Client, live_server: object) -> None:
    client.force_login(seeded().marketer)
    with open_page() as page, listening(page) as heard:
        sign_in(page, client, str(live_server))
        page.goto("/capacity/")
        outcome = page.locator("#outcome")
        expect(outcome).to_contain_text("As it is")
        page.get_by_label("Marketers").fill("2")
        expect(outcome).to_contain_text("With 1 marketer more")
        expect(outcome).to_contain_text("5 → 10")
        page.goto("/capacity/deliveries/?show=due")
        row = page.locator("tbody tr").first
        row.get_by_role("link", name="Skip").click()
        page.get_by_label("Why it is skipped").fill("They merge this quarter.")
        page.get_by_role("button", name="Skip it").click()
        expect(row).to_contain_text("skipped by Mika Marketer")
        row.get_by_role("button", name="Undo").click()
        row.get_by_role("button", name="Done").click()
        expect(row).to_contain_text("done by Mika Marketer")
        page.locator("[data-ax-select-page]").check()
        page.locator(".ax-bulk").get_by_role("button", name="Done").click()
        expect(page.locator(".ax-toast")).to_contain_text("33 deliveries are done.")
        assert [*heard, *axe(page)] == []


def test_on_a_phone_one_tier_shows_at_a_time(open_page: OpenPage, client: Client, live_server: object) -> None:
    client.force_login(seeded().rep)
    with open_page(width=390) as page:
        sign_in(page, client, str(live_server))
        page.goto("/capacity/")
        expect(page.get_by_role("cell", name="1 a year").first).to_be_visible()
        page.get_by_role("button", name="Many").click()
        expect(page.locator("#grid")).to_have_attribute("data-show", "3")
        expect(page.get_by_role("columnheader", name="One-to-Many")).to_be_visible()
        expect(page.get_by_role("columnheader", name="One-to-One")).to_be_hidden()
