"""A hold on the embedded servers: they run as long as any process holds them.

The servers belong to one keeper process (`keep.py`). Everybody who needs them takes a shared lock on
`run/users.lock`; the kernel drops it when that process ends, however it ends. The last one out stops the
keeper; where the last one was killed, the keeper finds nobody left and stops by itself.
"""

import atexit
import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from abxsite.embedded import paths
from abxsite.embedded.errors import EmbeddedError

START_PATIENCE = 90.0
STOP_PATIENCE = 30.0


class Hold:
    """Take with `acquire`, give back with `release`.

    `temporary=True` is for tests: nothing is synced to disk, and the data folder is removed in the end.
    """

    def __init__(self, *, temporary: bool = False) -> None:
        self.temporary = temporary
        self._lock: int | None = None
        self._pid = 0

    def acquire(self) -> None:
        """Return when both servers answer; start them where they do not run."""
        if self._lock is not None and self._pid == os.getpid():
            return
        lock = os.open(users_lock(), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_SH)  # waits while a keeper is on its way out
        self._lock, self._pid = lock, os.getpid()
        try:
            self.revive()
        except BaseException:
            self.release()
            raise

    def revive(self) -> None:
        """Start a keeper where none lives, and wait until the servers are ready."""
        deadline = time.monotonic() + START_PATIENCE
        spawned: subprocess.Popen[bytes] | None = None
        while (keeper := ready_pid()) is None:
            if spawned is None and not keeper_lives():
                failure_file().unlink(missing_ok=True)
                spawned = _spawn_keeper(temporary=self.temporary)
            if spawned is not None and spawned.poll() not in {None, 0}:
                raise EmbeddedError(_failure())
            if spawned is not None and spawned.poll() == 0 and not keeper_lives():
                spawned = None  # another process's keeper was first, and has ended
            if time.monotonic() > deadline:
                raise EmbeddedError(f"The database did not start in {START_PATIENCE:.0f} s; see {log_file()}.")
            time.sleep(0.02)
        if spawned is not None and keeper != spawned.pid:
            spawned.wait()  # somebody else's was first; ours finds the lock taken and ends

    def release(self) -> None:
        """Give back; stop the servers where nobody else holds them, and wait until they have stopped."""
        lock, self._lock = self._lock, None
        if lock is None or self._pid != os.getpid():
            return  # a forked child must not end what its parent uses
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _end_keeper()
        os.close(lock)


_this_process = Hold()


def ensure_running() -> None:
    """Hold the embedded servers until this process ends, unless both addresses are given from outside."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    _this_process.acquire()
    atexit.register(_this_process.release)


def users_lock() -> Path:
    return paths.run_dir() / "users.lock"


def keeper_lock() -> Path:
    return paths.run_dir() / "keeper.lock"


def ready_file() -> Path:
    return paths.run_dir() / "ready"


def failure_file() -> Path:
    return paths.run_dir() / "failure"


def log_file() -> Path:
    return paths.log_dir() / "embedded.log"


def keeper_lives() -> bool:
    return keeper_pid() is not None


def keeper_pid() -> int | None:
    """The pid of the living keeper. Just after it took the lock the file may still name its predecessor."""
    return _pid_of_holder(keeper_lock())


def ready_pid() -> int | None:
    """The pid of the keeper whose servers answer; None while they do not.

    It writes its pid before it takes this lock, so the pid is always its own; the kernel drops the lock with it, so
    nothing that a killed keeper left behind is ever taken for ready.
    """
    return _pid_of_holder(ready_file())


def _pid_of_holder(path: Path) -> int | None:
    """What is written in a file that somebody holds locked; None where nobody does."""
    try:
        lock = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return int(os.pread(lock, 32, 0) or b"0")
    else:
        return None
    finally:
        os.close(lock)


def _spawn_keeper(*, temporary: bool) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}}
    environment |= {name: value for name, value in os.environ.items() if name.startswith(("ABX_", "LD_", "PYTHON"))}
    environment["ABX_DATA"] = str(paths.data_dir())
    with log_file().open("a") as log:
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "abxsite.embedded.keep", *(("--temporary",) if temporary else ())],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=paths.PROJECT,
            env=environment,
            start_new_session=True,  # Ctrl-C in the terminal is not meant for it
        )


def _end_keeper() -> None:
    """Stop the keeper and wait for it. The caller holds `users.lock` alone, so nobody starts another."""
    deadline = time.monotonic() + STOP_PATIENCE
    while (pid := keeper_pid()) is not None and time.monotonic() < deadline:
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        time.sleep(0.02)


def _failure() -> str:
    with contextlib.suppress(FileNotFoundError):
        if said := failure_file().read_text().strip():
            return said
    return f"The database did not start; see {log_file()}."
