"""Rules of CODE that ruff and import-linter cannot say: services and models know no HTTP, no vague modules."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APPS = ("abxsite", "accounts", "tiering", "entitlements", "reviews")
NO_HTTP = {"services", "policies", "models", "querysets", "choices", "engine"}
HTTP = ("django.http", "django.shortcuts", "django.template", "django.contrib.messages", "rest_framework")
VAGUE = {"utils", "helpers", "misc", "common", "manager2"}
BROAD_MAY = {"tasks", "embedded"}


def modules() -> Iterator[tuple[Path, set[str]]]:
    """Each module with the words of its place: {"accounts", "services", "imports"}."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, set(path.relative_to(ROOT).with_suffix("").parts)


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def findings(words: set[str], source: str) -> Iterator[tuple[int, str]]:
    tree = ast.parse(source)
    if words & VAGUE:
        yield 1, f"a module named {', '.join(words & VAGUE)} says nothing: name it for what it holds"
    if words & NO_HTTP:
        for line, name in imported(tree):
            if name.startswith(HTTP):
                yield line, f"{name} belongs to the edges (views, api), not here"
    if not words & BROAD_MAY:
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name) and node.type.id == "Exception":
                yield node.lineno, "except Exception only at a task's outermost edge"


def main() -> int:
    bad = 0
    for path, words in modules():
        for line, sentence in findings(words, path.read_text()):
            print(f"{path.relative_to(ROOT)}:{line}: {sentence}")
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
