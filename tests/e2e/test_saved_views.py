"""The page that marketers live in, in a real browser: filter, choose columns, keep a view, act on all that match."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from abxsite.desk.models import SavedView
from accounts.models import Account
from tests.browser import OpenPage
from tests.cast import Cast, make_cast
from tests.e2e.test_story import log_in
from tests.factories import AccountFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    for number in range(55):
        AccountFactory.create(name=f"Port {number:02}", industry="Ports", country="Norway", employees=100 * number)
    for number in range(5):
        AccountFactory.create(name=f"Bank {number}", industry="Banking", country="Spain", employees=40)
    return made


def rows(page: Page) -> list[str]:
    return page.locator("tr[data-ax-row] .is-a a").all_inner_texts()


def heads(page: Page) -> list[str]:
    return [text.strip(" ↑↓") for text in page.locator("thead th").all_inner_texts()[1:]]


def test_filter_columns_view_and_bulk(page: Page, open_page: OpenPage, cast: Cast, tmp_path: Path) -> None:
    log_in(page, cast.marketer)
    page.goto("/accounts/")

    # a filter, found by its name in the panel that the key opens
    page.keyboard.press("f")
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name="Filter accounts")).to_be_focused()
    panel.get_by_placeholder(re.compile("Find a fact")).fill("indus")
    expect(panel.get_by_role("group", name="Country")).to_be_hidden()
    panel.get_by_label("Ports").check()
    panel.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Remove filter: Industry is Ports")).to_be_visible()
    expect(page.locator("#live")).to_have_text("55 accounts match")
    expect(page.locator("#list-shown")).to_have_text("50 of 55")

    # columns by the keyboard: Owner goes up, focus stays on its button
    page.get_by_role("link", name="Columns").click()
    for place in range(2):
        up = page.get_by_role("button", name="Owner: further left")
        up.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".ax-columns").first.locator("li").nth(5 - place)).to_contain_text("Owner")
        expect(up).to_be_focused()
    page.get_by_label("Employees").check()
    page.locator("#panel").get_by_role("button", name="Show").click()
    expect(page.locator("thead")).to_contain_text("Employees")
    assert heads(page)[:6] == ["Account", "Tier", "Score", "Known", "Fit Sig Rel", "Owner"]

    # kept under a name, changed, saved again
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name").fill("Norwegian ports")
    page.get_by_label("For everyone").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name=re.compile("Saved view: Norwegian ports"))).to_be_visible()
    expect(page.get_by_text("Unsaved changes")).to_be_hidden()
    page.get_by_role("link", name="Remove filter: Industry is Ports").click()
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Unsaved changes")).to_be_hidden()

    # all that match, not only this page
    page.get_by_label("Select this page").check()
    page.get_by_role("button", name="Select all 55 matching").click()
    expect(page.locator("[data-ax-count]")).to_have_text("All 55")
    with page.expect_download() as download:
        page.get_by_role("toolbar").get_by_role("button", name="Export").click()
        page.get_by_role("button", name=re.compile("^CSV")).click()
    file = tmp_path / "accounts.csv"
    download.value.save_as(file)
    assert len(file.read_text("utf-8-sig").splitlines()) == 56
    page.get_by_role("button", name="Assign owner").click()
    page.get_by_label("Owner", exact=True).select_option(label="Rea Rep")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_text("55 accounts have changed hands, to Rea Rep.")).to_be_visible()
    assert Account.objects.filter(owner=cast.rep.person).count() == 55
    assert SavedView.objects.get().name == "Norwegian ports"

    # a colleague opens it from the menu
    with open_page() as other:
        log_in(other, cast.second_marketer)
        other.goto("/accounts/")
        other.get_by_role("button", name=re.compile("Saved view: All accounts")).click()
        other.get_by_role("link", name="Norwegian ports").click()
        expect(other.locator("#list-shown")).to_have_text("50 of 55")
        assert all(name.startswith("Port") for name in rows(other))


def test_the_panels_work_as_pages_without_javascript(page: Page, cast: Cast) -> None:
    log_in(page, cast.rep)
    page.goto("/accounts/filter/?sort=name")
    page.locator("summary", has_text="Company").click()
    page.get_by_role("group", name="Industry").get_by_label("Banking").check()
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"/accounts/\?sort=name&industry=Banking$"))
    assert rows(page) == [f"Bank {number}" for number in range(5)]
    page.goto("/accounts/columns/?columns=tier,score")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"columns=tier%2Cscore$"))
    assert heads(page) == ["Account", "Tier", "Score"]
