"""The keeper: owns PostgreSQL and Valkey, restarts what dies, and ends when nobody holds them any more.

Started by `hold.py` as `python -m abxsite.embedded.keep`; one per data folder, by a lock. The servers get a
signal from the kernel when the keeper dies, so that nothing is left behind even then.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import psycopg

from abxsite.embedded import hold, paths, postgres, valkey
from abxsite.embedded.errors import EmbeddedError

_TICK = 0.1
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 10.0
_STEADY_AFTER = 60.0
_ANSWER_PATIENCE = 60.0
_LARGEST_LOG = 20 * 1024 * 1024


@dataclass
class Server:
    """One server and how to handle it; `pause` is how long to wait before the next start after a death."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    answers: Callable[[], bool]
    stop: Callable[[subprocess.Popen[bytes]], None]
    log: Path
    child: subprocess.Popen[bytes] | None = None
    pause: float = _FIRST_PAUSE
    started: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        self.started = time.monotonic()
        self.child = self.start()

    def lives(self) -> bool:
        return self.child is not None and self.child.poll() is None


class Keeper:
    def __init__(self, *, durable: bool) -> None:
        self.stopping = False
        self.ready: int | None = None
        home = postgres.find_home()
        self.postgres_data = home.data
        postgres_log, valkey_log = (_fresh_log(f"{name}.log") for name in ("postgres", "valkey"))
        self.servers = [
            Server(
                "PostgreSQL",
                lambda: postgres.start(home, durable=durable, log=postgres_log),
                postgres.answers,
                postgres.stop,
                postgres_log,
            ),
            Server(
                "Valkey",
                lambda: valkey.start(durable=durable, log=valkey_log),
                valkey.answers,
                valkey.stop,
                valkey_log,
            ),
        ]

    def run(self) -> None:
        """Start, say ready, watch. Raises EmbeddedError where a server cannot be started at all."""
        if not _someone_holds():
            return  # who started us has gone already
        try:
            _wait_for_the_previous(self.postgres_data)
            for server in self.servers:
                server.begin()
            self._wait_until_all_answer()
            postgres.create_database()
            self._say_ready()
            while not self.stopping and _someone_holds():
                time.sleep(_TICK)
                self._mend()
        finally:
            self._stop_all()

    def _mend(self) -> None:
        """Start again what died. Meanwhile it is not ready, so that newcomers wait."""
        dead = [server for server in self.servers if not server.lives()]
        if not dead:
            return
        self._say_not_ready()
        for server in dead:
            if time.monotonic() - server.started > _STEADY_AFTER:
                server.pause = _FIRST_PAUSE
            say(f"{server.name} has ended; starting it again in {server.pause:.1f} s")
            time.sleep(server.pause)
            server.pause = min(server.pause * 2, _LONGEST_PAUSE)
            server.begin()
        self._wait_until_all_answer()
        self._say_ready()

    def _say_ready(self) -> None:
        """First the pid, then the lock: whoever finds it locked reads the right one."""
        self.ready = os.open(hold.ready_file(), os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self.ready, 0)
        os.pwrite(self.ready, str(os.getpid()).encode(), 0)
        fcntl.flock(self.ready, fcntl.LOCK_EX)  # those who look hold it for a moment

    def _say_not_ready(self) -> None:
        if self.ready is not None:
            os.close(self.ready)
            self.ready = None

    def _wait_until_all_answer(self) -> None:
        deadline = time.monotonic() + _ANSWER_PATIENCE
        for server in self.servers:
            tries = 0
            while not self.stopping and not (server.lives() and server.answers()):
                if not server.lives():
                    # The usual reason is a predecessor that is not quite gone: "lock file already exists".
                    tries += 1
                    if tries > 20:
                        raise EmbeddedError(f"{server.name} does not start: {_last_line(server.log)}")
                    time.sleep(0.2)
                    server.begin()
                if time.monotonic() > deadline:
                    raise EmbeddedError(f"{server.name} does not answer; see {server.log}.")
                time.sleep(0.02)

    def _stop_all(self) -> None:
        self._say_not_ready()
        for server in reversed(self.servers):
            if server.child is not None:
                server.stop(server.child)

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True


def main() -> int:
    lock = os.open(hold.keeper_lock(), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0  # another keeper was first
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    temporary = "--temporary" in sys.argv
    try:
        keeper = Keeper(durable=not temporary)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, keeper.stop)
        keeper.run()
    except (EmbeddedError, OSError, subprocess.SubprocessError, psycopg.Error) as error:
        say(str(error))
        hold.failure_file().write_text(str(error))
        return 1
    if temporary:
        shutil.rmtree(paths.data_dir(), ignore_errors=True)
    return 0


def _someone_holds() -> bool:
    """False keeps the lock for good: whoever comes now waits until this process has ended."""
    lock = os.open(hold.users_lock(), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return True
    return False


def _wait_for_the_previous(data: Path) -> None:
    """A killed keeper's servers are just ending; a pid file may also name a stranger by now."""
    deadline = time.monotonic() + 20
    while (_postgres_runs_on(data) or valkey.answers()) and time.monotonic() < deadline:
        time.sleep(0.05)
    if Path("/proc/self").exists() and not _postgres_runs_on(data):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _postgres_runs_on(data: Path) -> bool:
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
    except (OSError, ValueError):
        return False


def _fresh_log(name: str) -> Path:
    log = paths.log_dir() / name
    if log.exists() and log.stat().st_size > _LARGEST_LOG:
        log.replace(log.with_name(log.name + ".1"))
    return log


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else f"see {log}"


def say(sentence: str) -> None:
    print(time.strftime("%Y-%m-%d %H:%M:%S"), sentence, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
