"""What must not be in any tracked file: a registry's host, a path of somebody's machine. And few dependencies."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_DEPENDENCIES = 25
#: Written in pieces, because this file is looked at too.
HOSTS = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "unpkg" + ".com",
    "jsdelivr" + ".net",
    "cdn" + "js.com",
)
PATHS = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/")
WORDS = re.compile("|".join(re.escape(word) for word in HOSTS) + "|" + r"(?<![\w./-])(?:" + "|".join(PATHS) + r")\w")
#: Others' files, kept as they came.
FOREIGN = re.compile(r"(^|/)vendor/|\.min\.(js|css)$|\.(png|jpg|svg|ico|woff2?|pdf|xlsx)$")


def tracked() -> Iterator[Path]:
    """Files that git knows, or would with the next `git add`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and not FOREIGN.search(name):
            yield path


def findings() -> Iterator[str]:
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if found := WORDS.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {found.group()}: a host or path that does not belong here"
    yield from dependency_findings((ROOT / "requirements.in").read_text())
    for name in ("requirements.txt", "requirements-dev.txt"):
        if f"--{'index'}-url" in (ROOT / name).read_text():
            yield f"{name}: names an index; `make lock` writes it without"


def dependency_findings(requirements: str) -> Iterator[str]:
    direct = [line for line in requirements.splitlines() if line.strip() and not line.startswith(("#", "-"))]
    if len(direct) > MOST_DEPENDENCIES:
        yield f"requirements.in: {len(direct)} direct dependencies, {MOST_DEPENDENCIES} are enough"
    for line in direct:
        if "==" not in line:
            yield f"requirements.in: {line} is not pinned"


def main() -> int:
    bad = list(findings())
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
