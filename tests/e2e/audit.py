"""What every page must pass in a real browser: no CSP report, no error, no sideways scrolling, nothing for axe."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page

AXE = (Path(__file__).parent / "vendor/axe-4.14.1.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SERIOUS = frozenset({"serious", "critical"})


@contextmanager
def listening(page: Page) -> Generator[list[str]]:
    """Collects what the page complains about: console errors (CSP reports are among them) and exceptions."""
    heard: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(f"console: {message.text}")

    page.on("console", console)
    page.on("pageerror", lambda error: heard.append(f"exception: {error}"))
    yield heard


def settle(page: Page) -> None:
    """Fonts are there and charts are drawn."""
    page.evaluate("document.fonts.ready.then(() => true)")
    if page.locator("[data-chart]").count():
        page.locator("[data-chart][data-ax-drawn]").first.wait_for(state="attached")
    page.wait_for_timeout(150)


def axe(page: Page) -> list[str]:
    """One line per rule that is broken, seriously or critically."""
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(found => found.violations)",
        RULES,
    )
    return [
        f"axe {rule['impact']}: {rule['id']} × {len(rule['nodes'])}: {rule['nodes'][0]['html'][:160]}"
        for rule in found
        if rule["impact"] in SERIOUS
    ]


def sideways(page: Page) -> list[str]:
    """Says so when the page itself scrolls sideways, and what sticks out."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if over <= 0:
        return []
    out = page.evaluate(
        """[...document.querySelectorAll("body *")]
        .filter(el => el.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(el).position !== "fixed"
          && !el.closest(".ax-scroll, .ax-metrics, .ax-filters, .ax-tabs"))
        .slice(0, 3).map(el => el.outerHTML.slice(0, 120))"""
    )
    return [f"sideways: {over} px too wide: {out}"]
