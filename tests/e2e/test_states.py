"""Every component once, in a real browser: it draws, it answers keys, it passes axe and the CSP."""

from collections.abc import Generator
from contextlib import AbstractContextManager
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import Browser, Page, expect

from abxsite.lib import currency
from tests.browser import OpenPage, Theme, opened
from tests.e2e.audit import axe, listening, settle, sideways
from tiering.services.settings import current_currency

pytestmark = [pytest.mark.e2e, pytest.mark.urls("tests.e2e.states_urls")]


class Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def site(browser: Browser) -> Generator[str]:  # the browser first: without one all of this is skipped
    """The component page's site; it needs no database, so it spares the flush of `live_server` after each test."""
    currency.ask_of(lambda: "USD")
    with make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Silent) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
    currency.ask_of(current_currency)


@pytest.fixture
def open_page(browser: Browser, site: str) -> OpenPage:
    def open_one(*, width: int = 1440, height: int = 900, theme: Theme = "light") -> AbstractContextManager[Page]:
        return opened(browser, width=width, height=height, theme=theme, base_url=site)

    return open_one


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1440, "dark"), (390, "light")])
def test_every_component_passes_axe_csp_and_width(open_page: OpenPage, width: int, theme: Theme) -> None:
    with open_page(width=width, theme=theme) as page, listening(page) as heard:
        page.goto("/")
        settle(page)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        assert page.locator("[data-ax-drawn]").count() == 4
        assert [*heard, *axe(page), *sideways(page)] == []


def test_keys_walk_select_and_open(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.ax-cursor")).to_contain_text("Nordhaven Grid")
    page.keyboard.press("x")
    expect(page.locator("tr[aria-selected=true]")).to_have_count(1)
    expect(page.locator(".ax-bulk")).to_be_visible()
    expect(page.locator("[data-ax-count]")).to_have_text("1")
    page.locator("[data-ax-select-page]").check()
    expect(page.locator("[data-ax-count]")).to_have_text("4")
    page.locator("[data-ax-all]").click()
    expect(page.locator("[data-ax-count]")).to_have_text("All 812")
    page.locator("[data-ax-clear]").click()
    expect(page.locator(".ax-bulk")).to_be_hidden()


def test_keys_are_silent_in_a_field_and_when_switched_off(page: Page) -> None:
    page.goto("/")
    page.locator("#id_name").focus()
    page.keyboard.press("j")
    expect(page.locator("#id_name")).to_have_value("jHalvorsund")
    expect(page.locator("tr.ax-cursor")).to_have_count(0)
    page.evaluate("document.activeElement.blur(); document.body.dataset.keys = 'off'")
    page.keyboard.press("j")
    expect(page.locator("tr.ax-cursor")).to_have_count(0)


def test_search_and_help_open_by_key(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.locator("dialog#search input").fill("halv")
    expect(page.locator("#search-results a")).to_have_text("Halvorsund 4")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("dialog#search")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_contain_text("Reviews")
    page.locator("dialog#keys [data-ax-close]").click()
    expect(page.locator("dialog#keys")).to_be_hidden()


def test_a_swap_is_said_focused_and_toasted(page: Page) -> None:
    page.goto("/")
    page.evaluate("htmx.ajax('GET', '/row/', {target: '#anchors', swap: 'outerHTML'})")
    expect(page.locator("#toasts")).to_contain_text("The row is saved.")
    expect(page.locator("#live")).to_have_text("1 account matches")
    expect(page.locator("#row a")).to_be_focused()


def test_a_redirect_from_htmx_changes_the_whole_page(page: Page) -> None:
    page.goto("/")
    page.evaluate("htmx.ajax('POST', '/away/', {target: '#anchors'})")
    page.wait_for_url("**/done/")
    expect(page.locator("main")).to_contain_text("Arrived.")
    expect(page.locator("#main")).to_be_focused()


def test_refusals_and_faults_speak_and_change_nothing(page: Page) -> None:
    page.goto("/")
    page.evaluate("htmx.ajax('GET', '/refused/', {target: '#anchors'})")
    expect(page.locator("#toasts")).to_contain_text("Liv Aasen was faster.")
    page.evaluate("htmx.ajax('GET', '/broken/', {target: '#anchors'})")
    expect(page.locator("#toasts")).to_contain_text("Something broke on our side")
    expect(page.locator("#anchors")).to_have_text("Yearly value of all buying centers.")


def test_slider_and_number_move_together_and_add_up(page: Page) -> None:
    page.goto("/")
    page.locator("input[type=range]").fill("40")
    expect(page.locator(".ax-wt input")).to_have_value("40")
    expect(page.locator("[data-ax-sum-of]")).to_have_text("40")


def test_theme_switches_at_once_and_the_person_menu_opens(page: Page) -> None:
    page.goto("/")
    page.locator(".ax-rail .ax-me-b").click()
    page.locator(".ax-rail [data-ax-theme-choice=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert axe(page) == []


def test_navigation_opens_on_a_phone(open_page: OpenPage) -> None:
    with open_page(width=390, height=844) as page, listening(page) as heard:
        page.goto("/")
        page.get_by_label("Open navigation").click()
        expect(page.locator("#nav-panel").get_by_text("Insights")).to_be_visible()
        page.wait_for_timeout(300)
        assert [*heard, *axe(page)] == []
