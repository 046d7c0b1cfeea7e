"""`make check`: everything that can be known without running the tests, two at a time, in under a minute.

Each step prints one line; a failing one also what it found. `bin/check.py NAME…` runs only those steps.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Step:
    name: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)


def program(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(PROGRAMS / name), *arguments)


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)


PRODUCTION = {
    "ABX_ENV": "production",
    "SECRET_KEY": "a-key-only-for-this-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "abx.example",
    "DATABASE_URL": "postgres://abx:secret@database.example/abx",
    "REDIS_URL": "redis://valkey.example:6379/0",
    "EMAIL_HOST": "mail.example",
    "ABX_POOL": "0",
}

STEPS = (
    Step("mypy", program("mypy")),
    Step("ruff", program("ruff", "check", "--quiet", ".")),
    Step("ruff-format", program("ruff", "format", "--check", "--quiet", ".")),
    Step("layers", program("lint-imports", "--no-logo")),
    Step("templates", python("bin/check_templates.py")),
    Step("djlint", program("djlint", "templates", "--lint", "--quiet")),
    Step("repository", python("bin/check_repository.py")),
    Step("code", python("bin/check_code.py")),
    Step("tasks", python("bin/check_tasks.py")),
    Step("migrations", python("manage.py", "makemigrations", "--check", "--dry-run"), {"ABX_POOL": "0"}),
    Step("deploy", python("manage.py", "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
    Step("compose", program("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")),
)


def run(step: Step, data: str) -> tuple[Step, int, float, str]:
    kept = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    begun = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=kept | {"ABX_DATA": data, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"} | step.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return step, done.returncode, time.monotonic() - begun, done.stdout


def main(names: list[str]) -> int:
    steps = [step for step in STEPS if not names or step.name in names]
    failed = []
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="abx-check-") as data, ThreadPoolExecutor(2) as pool:
        for step, code, seconds, output in pool.map(lambda step: run(step, data), steps):
            print(f"{'ok  ' if code == 0 else 'FAIL'} {step.name:<12} {seconds:5.1f} s", flush=True)
            if code != 0:
                failed.append(step.name)
                print(output.rstrip(), flush=True)
    print(f"{len(steps) - len(failed)} of {len(steps)} checks passed in {time.monotonic() - begun:.0f} s")
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
