"""Merging in a real browser: search, compare, choose, merge, find the old page, undo."""

import re

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import Account, Contact
from accounts.services import duplicates
from tests.browser import OpenPage
from tests.cast import make_cast
from tests.e2e.audit import axe, listening
from tests.factories import AccountFactory, ContactFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, client: Client, base_url: str) -> None:
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base_url}])


def seeded() -> tuple[Account, Account, Client]:
    cast = make_cast()
    first = AccountFactory.create(name="Nordhaven Grid", match_name="nordhaven grid", domain="nordhaven.example",
                                  country="Norway")  # fmt: skip
    second = AccountFactory.create(name="Nordhaven Grid AS", match_name="nordhaven grid", domain="nordhaven.test",
                                   country="Sweden")  # fmt: skip
    ContactFactory.create(account=second, name="Rosa Lind")
    client = Client()
    client.force_login(cast.marketer)
    duplicates.run_to_end(duplicates.start_scan(actor=cast.marketer))
    return first, second, client


def test_two_become_one_and_two_again(open_page: OpenPage, live_server: object) -> None:
    first, second, client = seeded()
    with open_page() as page, listening(page) as heard:
        sign_in(page, client, str(live_server))
        page.goto("/accounts/duplicates/")
        row = page.locator("tbody tr").first
        expect(row).to_contain_text("same domain under two suffixes")
        expect(row).to_contain_text("But: different countries")
        row.get_by_role("link", name=re.compile("Compare")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Are these one company?")
        page.locator("tr", has_text="Country").get_by_label("Sweden").check()
        assert axe(page) == []
        page.get_by_role("button", name="Merge into Nordhaven Grid").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("is merged into")
        first.refresh_from_db()
        assert (first.country, Contact.objects.get().account_id) == ("Sweden", first.pk)
        page.goto(f"/accounts/{second.pk}/?tab=people")
        expect(page).to_have_url(re.compile(rf"/accounts/{first.pk}/\?tab=people$"))
        expect(page.get_by_text("Rosa Lind").first).to_be_visible()
        page.go_back()
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Undo the merge").click()
        expect(page.get_by_text("Everything is as it was.")).to_be_visible()
        first.refresh_from_db()
        assert (first.country, Contact.objects.get().account_id) == ("Norway", second.pk)
        assert axe(page) == []
        assert heard == []
