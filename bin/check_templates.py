"""What the strict content security policy loses in silence, or htmx ignores, must not be written at all."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APPS = ("abxsite", "accounts", "tiering", "entitlements", "reviews")

COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|<!--.*?-->", re.DOTALL)
RULES = (
    (re.compile(r"<[^<>]*\sstyle\s*=", re.IGNORECASE), "an inline style is dropped: use a class or an SVG attribute"),
    (re.compile(r"<style\b", re.IGNORECASE), "a <style> element is dropped: put it into static/abx.css"),
    (re.compile(r"\shx-on[:\w-]*\s*=", re.IGNORECASE), "hx-on does nothing without eval: listen in a module"),
    (re.compile(r"""["'\s]js:|javascript:""", re.IGNORECASE), "js: values are dropped without eval"),
    (re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE), "an inline handler is dropped: listen in a module"),
    (
        re.compile(r"""hx-trigger\s*=\s*(?:"[^"]*\[[^"]*"|'[^']*\[[^']*')""", re.IGNORECASE),
        "a trigger filter is ignored and the request fires anyway",
    ),
)
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
SCRIPT_TYPE_OF_DATA = re.compile(r"""type\s*=\s*["']application/json["']""", re.IGNORECASE)


def blank(match: re.Match[str]) -> str:
    """Comments vanish, lines stay where they are."""
    return re.sub(r"[^\n]", " ", match.group())


def findings(text: str) -> Iterator[tuple[int, str]]:
    """(line, sentence) for everything that the browser would drop."""
    text = COMMENT.sub(blank, text)
    for pattern, sentence in RULES:
        for match in pattern.finditer(text):
            yield text.count("\n", 0, match.end()) + 1, sentence
    for match in SCRIPT.finditer(text):
        attributes = match.group(1)
        if "src=" not in attributes and "nonce=" not in attributes and not SCRIPT_TYPE_OF_DATA.search(attributes):
            yield text.count("\n", 0, match.end()) + 1, "a script needs src, or the nonce"


def sources() -> Iterator[Path]:
    yield from sorted((ROOT / "templates").rglob("*.html"))
    for app in APPS:
        yield from sorted((ROOT / app).rglob("templates/**/*.html"))
        # format_html and friends: the same rules for markup in Python
        yield from sorted(path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def main() -> int:
    bad = 0
    for path in sources():
        for line, sentence in findings(path.read_text()):
            print(f"{path.relative_to(ROOT)}:{line}: {sentence}")
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
