"""A real browser for tests: an installed Chromium, driven by Playwright. Nothing here downloads one."""

import os
import shutil
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
)
ABSENT = "no Chromium: install Debian's package `chromium`, or set ABX_CHROMIUM to a chromium or google-chrome"

Theme = Literal["light", "dark"]
OpenPage = Callable[..., AbstractContextManager[Page]]


def find_chromium() -> str | None:
    """The program to run: ABX_CHROMIUM, else the first of the usual names on the PATH."""
    chosen = os.environ.get("ABX_CHROMIUM", "").strip()
    if chosen:
        return shutil.which(chosen)
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def launched() -> Generator[Browser]:
    """A headless Chromium for as long as the block lasts. Raises FileNotFoundError where there is none."""
    program = find_chromium()
    if program is None:
        raise FileNotFoundError(ABSENT)
    # Playwright's sync API leaves a running event loop in this thread, which Django takes for async code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def opened(
    browser: Browser, *, width: int = 1440, height: int = 900, theme: Theme = "light", base_url: str | None = None
) -> Generator[Page]:
    """A page in a context of its own (its own cookies), at a viewport and colour scheme, in UTC."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        base_url=base_url,
        locale="en-US",
        timezone_id="UTC",
        reduced_motion="reduce",
        has_touch=width < 600,
    )
    context.set_default_timeout(10_000)
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    if find_chromium() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(ABSENT)
        pytest.skip(ABSENT)
    with launched() as running:
        yield running


@pytest.fixture
def open_page(browser: Browser, live_server: object) -> OpenPage:
    """`with open_page(width=390, theme="dark") as page: page.goto("/")`, against the live server."""
    base_url = str(live_server)

    def open_one(*, width: int = 1440, height: int = 900, theme: Theme = "light") -> AbstractContextManager[Page]:
        return opened(browser, width=width, height=height, theme=theme, base_url=base_url)

    return open_one


@pytest.fixture
def page(open_page: OpenPage) -> Generator[Page]:
    """One page at 1440 × 900, light."""
    with open_page() as one:
        yield one
