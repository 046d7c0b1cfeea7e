"""Every task that is woken by name, by a service, a job or the clock, exists."""

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
APPS = ("abxsite", "accounts", "tiering", "entitlements", "reviews")
SENDERS = {"wake", "send_task"}


def constant(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else None


def named_in(source: str) -> Iterator[tuple[int, str]]:
    """(line, task) for `wake("app.task", …)` and for a job model's `task = "app.task"`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            name = constant(node.args[0])
            if called in SENDERS and name:
                yield node.lineno, name
        elif isinstance(node, ast.ClassDef):
            for line in node.body:
                target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
                name = constant(getattr(line, "value", None))
                if isinstance(target, ast.Name) and target.id == "task" and name:
                    yield line.lineno, name


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abxsite.settings")
    django.setup()
    from abxsite.celery import app

    app.loader.import_default_modules()
    named = [
        (f"{path.relative_to(ROOT)}:{line}", name)
        for folder in APPS
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, name in named_in(path.read_text())
    ]
    named += [(f"CELERY_BEAT_SCHEDULE[{entry!r}]", what["task"]) for entry, what in app.conf.beat_schedule.items()]
    missing = [(where, name) for where, name in named if name not in app.tasks]
    for where, name in missing:
        print(f"{where}: no task is named {name}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
