"""Processes that hold the embedded servers, on data of their own, apart from the session's."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from abxsite.embedded import paths

HOLDER = """
import sys
from abxsite.embedded import EmbeddedError, ensure_running
try:
    ensure_running()
except EmbeddedError as error:
    sys.exit(str(error))
print("up", flush=True)
sys.stdin.read()
"""


def until(true: Callable[[], bool], patience: float = 60) -> bool:
    """Whether it becomes true in time."""
    deadline = time.monotonic() + patience
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def processes_with(folder: Path) -> dict[int, str]:
    """Living processes whose command line or environment names the folder: all that runs on that data."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            words = command + (entry / "environ").read_bytes()
            dead = (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            continue
        if os.fsencode(folder) in words and not dead:
            found[int(entry.name)] = command.decode(errors="replace").replace("\0", " ")
    return found


@dataclass
class Ground:
    """One data folder, and the processes started on it."""

    data: Path
    started: list[subprocess.Popen[str]]

    @property
    def sockets(self) -> Path:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ABX_DATA", str(self.data))
            return paths.socket_dir()

    def environment(self, **more: str) -> dict[str, str]:
        foreign = ("DATABASE_URL", "REDIS_URL", "ABX_", "PYTEST_", "PORT", "DEMO", "MAKE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return kept | {"ABX_DATA": str(self.data)} | more

    def start(self, *command: str, cwd: Path = paths.PROJECT, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=self.environment(**environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        return process

    def hold(self) -> subprocess.Popen[str]:
        """A process that holds the servers until its input closes or it is killed."""
        process = self.start(sys.executable, "-c", HOLDER)
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        return process

    def let_go(self, process: subprocess.Popen[str]) -> None:
        process.communicate(timeout=30)
        assert process.returncode == 0

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.sockets), user="abxsite", dbname="abxsite", autocommit=True)

    def answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def is_quiet(self) -> bool:
        return not processes_with(self.data)


@pytest.fixture(scope="module")
def shared_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once for a module: initdb takes longer than the tests."""
    return tmp_path_factory.mktemp("abx")


@pytest.fixture
def ground(shared_data: Path) -> Generator[Ground]:
    one = Ground(shared_data, [])
    yield one
    for process in one.started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()
    assert until(one.is_quiet), f"left behind: {processes_with(one.data)}"
