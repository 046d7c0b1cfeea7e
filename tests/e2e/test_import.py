"""The import in a real browser: the wizard with attributes, tiers and keys; conflicts decided; the whole taken back."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Account, ImportChoice
from tests.browser import OpenPage
from tests.cast import make_cast
from tests.e2e.test_story import PATIENCE, log_in
from tests.factories import AccountFactory
from tiering.models import Placement
from tiering.services.setup import ensure_defaults

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

FILE = b"""Company,Website,City,Plan level,Seats,ABM tier
Fjordlys Kraft,fjordlys.example,Oslo,Gold,12,Tier 1
Lumen Group,,Bergen,Silver,8,
Nova Varme,nova.example,Drammen,Gold,3,
"""


def upload(page: Page, name: str, content: bytes) -> None:
    page.goto("/accounts/import/new/")
    page.get_by_label("File").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_label("Where it comes from").fill("Salesforce")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="What the columns mean")).to_be_visible()


def count(page: Page, words: str) -> None:
    expect(page.get_by_role("link", name=re.compile(rf"^{words}"))).to_be_visible()


def test_columns_conflicts_and_undo(open_page: OpenPage, worker: None) -> None:
    cast = make_cast()
    ensure_defaults()
    known = AccountFactory(name="Fjordlys", match_name="fjordlys", domain="fjordlys.example", city="Ås")
    lumen = [AccountFactory(name="Lumen Group", match_name="lumen group", domain=f"lumen{n}.example") for n in range(2)]
    with open_page() as page:
        log_in(page, cast.marketer)

        upload(page, "accounts.csv", FILE)
        page.get_by_label("Plan level", exact=True).select_option("new:text")
        page.get_by_label("Seats", exact=True).select_option("new:number")
        page.get_by_label("Where a record has a value for Company already").select_option("keep")
        expect(page.get_by_role("heading", name="Which tier each word means")).to_be_visible()
        expect(page.get_by_label("Tier 1", exact=True)).to_have_value(re.compile(r"\d+"))
        page.get_by_role("button", name="Try it").click()

        expect(page.get_by_role("heading", name="What would happen")).to_be_visible(timeout=PATIENCE)
        count(page, r"1\s*to create")
        count(page, r"1\s*to update")
        count(page, r"1\s*to decide")
        page.get_by_role("link", name="Say which it is").click()
        expect(page.get_by_text("2 accounts have this name.")).to_be_visible()
        page.get_by_label("lumen1.example").check()
        page.get_by_role("button", name="Decide").click()
        expect(page.get_by_text("It is Lumen Group.")).to_be_visible()
        page.get_by_role("button", name="Apply the import").click()

        expect(page.get_by_role("heading", name="accounts.csv is in")).to_be_visible(timeout=PATIENCE)
        count(page, r"2\s*updated")
        known.refresh_from_db()
        assert (known.name, known.city, known.custom) == ("Fjordlys", "Oslo", {"plan_level": "Gold", "seats": 12})
        lumen[1].refresh_from_db()
        assert (lumen[1].city, lumen[1].custom["seats"]) == ("Bergen", 8)
        assert Placement.objects.get().account == known

        page.get_by_role("button", name="Undo…").click()
        expect(page.get_by_role("heading", name="What undoing would do")).to_be_visible(timeout=PATIENCE)
        count(page, r"1\s*would go")
        count(page, r"2\s*would return")
        page.get_by_role("button", name="Undo it").click()
        expect(page.get_by_role("heading", name="accounts.csv is undone")).to_be_visible(timeout=PATIENCE)
        known.refresh_from_db()
        assert (known.city, known.custom) == ("Ås", {})
        assert set(Account.objects.values_list("name", flat=True)) == {"Fjordlys", "Lumen Group"}
        assert Placement.objects.get().voided_at

        upload(page, "later.csv", FILE)
        expect(page.get_by_text("Remembered from the last file of Salesforce")).to_be_visible()
        page.get_by_role("button", name="Try it").click()
        expect(page.get_by_role("heading", name="What would happen")).to_be_visible(timeout=PATIENCE)
        count(page, r"0\s*to decide")
    assert ImportChoice.objects.get().target_id == lumen[1].pk
