"""Named by `-p` in addopts: PostgreSQL and Valkey of their own for each test session, before Django is set up.

The session's folder is temporary and nothing in it is durable. With xdist the controller starts the servers
and the workers find them through ABX_DATA; each worker gets a database, a Redis number and an upload
folder of its own.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from abxsite.embedded import EmbeddedError, redis_url
from abxsite.embedded.hold import Hold

FOREIGN = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "PORT",
    "DEMO",
    "DEBUG",
    "LOG_LEVEL",
    "MEDIA_ROOT",
)


def starts_nothing(config: pytest.Config) -> bool:
    """--help, --version, --fixtures, --markers and --collect-only need no servers."""
    known = vars(config.known_args_namespace)
    return any(known.get(name) for name in ("help", "version", "showfixtures", "collectonly", "markers"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Before pytest-django imports the settings, which read the environment."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["REDIS_URL"] = f"{redis_url(None)}?db={int(worker.removeprefix('gw')) + 1}"
        # Uploads too: a test that empties the workspace empties their folder.
        os.environ["MEDIA_ROOT"] = str(Path(os.environ["ABX_DATA"]) / f"media-{worker}")
    else:
        start_session(early_config)
    return (yield)


def start_session(config: pytest.Config) -> None:
    for name in FOREIGN:
        os.environ.pop(name, None)
    folder = Path(tempfile.mkdtemp(prefix="abx-tests-"))
    (folder / "static").mkdir()  # whitenoise warns about a missing one
    os.environ |= {"ABX_ENV": "test", "ABX_POOL": "0", "ABX_DATA": str(folder)}
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    if starts_nothing(config):
        return
    # However pytest ends, the kernel drops this hold and the servers' keeper stops them.
    hold = Hold(temporary=True)
    try:
        hold.acquire()
    except EmbeddedError as error:
        raise pytest.UsageError(str(error)) from error
    config.add_cleanup(hold.release)
