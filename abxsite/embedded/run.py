"""The whole of abxsite on one machine: `make run`, or `python -m abxsite.embedded.run`.

Holds the embedded servers, migrates, loads the demo workspace into an empty database (DEMO=0: does not),
then runs web, workers and beat until it is told to stop. PORT and ABX_DATA choose where.
"""

import contextlib
import ctypes
import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from abxsite.embedded import children, hold, paths
from abxsite.embedded.errors import EmbeddedError

_TICK = 0.1
_READY_PATIENCE = 90.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
_STEADY_AFTER = 60.0
_DEATHS_TOO_MANY = 6


class Stopped(Exception):
    """INT, TERM or HUP arrived."""


@dataclass
class Part:
    """One long-running child and how it ends. `dying` is the kernel's signal to it if we are killed."""

    name: str
    command: list[str]
    env: dict[str, str]
    patience: float
    dying: int = signal.SIGTERM
    keep_open: tuple[int, ...] = ()
    child: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    again_at: float = 0.0

    @property
    def log(self) -> Path:
        return paths.log_dir() / f"{self.name}.log"

    @property
    def last_words(self) -> str:
        with self.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 2000))
            lines = log.read().decode(errors="replace").strip().splitlines()
        return lines[-1].strip()[:200] if lines else "it said nothing"

    def begin(self) -> None:
        self.started = time.monotonic()
        self.child = children.start(
            self.command,
            output=self.log,
            env=self.env,
            cwd=paths.PROJECT,
            death_signal=self.dying,
            keep_open=self.keep_open,
        )


@dataclass
class Supervisor:
    port: int
    demo: bool
    servers: hold.Hold = field(default_factory=hold.Hold)
    parts: list[Part] = field(default_factory=list)
    stopping: bool = False

    def run(self) -> None:
        """Returns when asked to stop; raises EmbeddedError when it cannot go on."""
        with _only_one(self.port), _listening(self.port) as web_socket:
            try:
                say("Starting PostgreSQL and Valkey")
                self._hold_servers()
                say("Migrating the database")
                self._manage("migrate", "--no-input", log="migrate")
                if self.demo:
                    self._load_demo()
                self.parts = _parts(web_socket)
                for part in self.parts:
                    part.begin()
                self._wait_until_ready()
                self._greet()
                while True:
                    self._pause()
                    self._watch()
            except Stopped:
                say("Stopping")
            finally:
                self._stop_all()
        say("Stopped; the data stays in " + str(paths.data_dir()))

    def stop(self, number: int, frame: FrameType | None) -> None:
        if self.stopping and number == signal.SIGINT:
            say("Stopping already; a moment")
        self.stopping = True

    def _hold_servers(self) -> None:
        self._check()
        self.servers.acquire()
        self._check()

    def _load_demo(self) -> None:
        """Only an empty workspace gets it; the command says how far it is, which takes up to a minute."""
        self._manage("load_demo", "--if-empty", log="demo", aloud=True)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_PATIENCE
        while not _answers(self.port, "/readyz"):
            self._pause()
            self._watch()
            if time.monotonic() > deadline:
                raise EmbeddedError(f"The site did not become ready in {_READY_PATIENCE:.0f} s; see {paths.log_dir()}.")

    def _greet(self) -> None:
        say(f"abxsite runs at http://127.0.0.1:{self.port}  (Ctrl-C ends it, logs are in {paths.log_dir()})")
        try:
            printed = self._manage("demo_logins", log="demo")
        except EmbeddedError as error:
            printed = str(error)  # the site runs all the same
        for line in printed.strip().splitlines():
            say(line)

    def _watch(self) -> None:
        """Start again what died, later each time; give up when one part dies again and again."""
        self._check()
        now = time.monotonic()
        if not hold.keeper_lives():
            say("The database's keeper has ended; starting it again")
            self.servers.revive()
        for part in self.parts:
            if part.child is None or part.child.poll() is None:
                continue
            if part.again_at == 0.0:
                children.kill_session(part.child)
                part.deaths = 1 if now - part.started > _STEADY_AFTER else part.deaths + 1
                if part.deaths >= _DEATHS_TOO_MANY:
                    raise EmbeddedError(f"{part.name} ends again and again: {part.last_words} (more in {part.log})")
                pause = min(_FIRST_PAUSE * 2 ** (part.deaths - 1), _LONGEST_PAUSE)
                say(f"{part.name} has ended ({_how(part.child)}: {part.last_words}); again in {pause:.1f} s")
                part.again_at = now + pause
            elif now >= part.again_at:
                part.again_at = 0.0
                part.begin()

    def _manage(self, *arguments: str, log: str, aloud: bool = False) -> str:
        """Run a manage.py command to its end and return what it printed; `aloud` also says it, line by line."""
        path = paths.log_dir() / f"{log}.log"
        path.touch()
        with path.open() as reader:
            reader.seek(0, os.SEEK_END)
            command = [sys.executable, "manage.py", *arguments]
            child = children.start(command, output=path, env=_environment(), cwd=paths.PROJECT)
            printed = ""
            try:
                running = True
                while running:
                    running = child.poll() is None
                    fresh = reader.read()
                    printed += fresh
                    if aloud and fresh.strip():
                        say(fresh.rstrip())
                    if running:
                        self._pause()
            finally:
                children.stop(child, signal.SIGTERM, patience=10)
        if child.returncode != 0:
            last = (printed.strip().splitlines() or ["it said nothing"])[-1]
            raise EmbeddedError(f"`manage.py {' '.join(arguments)}` failed: {last} (all of it in {path})")
        return printed

    def _pause(self) -> None:
        self._check()
        time.sleep(_TICK)
        self._check()

    def _check(self) -> None:
        if self.stopping:
            raise Stopped

    def _stop_all(self) -> None:
        """Web first, so that nobody waits on what is gone; then workers and beat; the servers last."""
        web, others = self.parts[:1], self.parts[1:]
        for group in (web, others):
            running = [part.child for part in group if part.child is not None]
            for child in running:
                with contextlib.suppress(ProcessLookupError):
                    child.send_signal(signal.SIGTERM)
            for part in group:
                if part.child is not None:
                    _end(part.child, part.patience)
        self.servers.release()


def _end(child: subprocess.Popen[bytes], patience: float) -> None:
    """A task that is cut off is taken up again: the job's own row knows how far it came."""
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        children.stop(child, signal.SIGQUIT, patience=2)
    children.kill_session(child)


def _parts(web_socket: socket.socket) -> list[Part]:
    program = str(Path(sys.executable).parent)
    celery = [sys.executable, "-m", "celery", "-A", "abxsite"]
    worker = [*celery, "worker", "--loglevel=INFO", "--without-gossip", "--without-mingle"]
    forking = _environment() | {"ABX_POOL": "0"}
    web = [
        f"{program}/gunicorn",
        "abxsite.wsgi",
        f"--bind=fd://{web_socket.fileno()}",
        "--workers=2",
        "--threads=4",
        "--worker-class=gthread",
        "--timeout=60",
        "--graceful-timeout=3",
        "--no-control-socket",
        "--access-logfile=-",
    ]
    beat = [*celery, "beat", "--loglevel=WARNING", "--pidfile=", f"--schedule={paths.run_dir() / 'beat'}"]
    return [
        Part("web", web, _environment(), 5, keep_open=(web_socket.fileno(),)),
        Part("worker-quick", [*worker, "-Q", "quick", "-c", "1", "-n", "quick@%h"], forking, 4, signal.SIGKILL),
        Part("worker-heavy", [*worker, "-Q", "heavy", "-c", "1", "-n", "heavy@%h"], forking, 4, signal.SIGKILL),
        Part("beat", beat, forking, 4),
    ]


def _environment() -> dict[str, str]:
    """What children get: the embedded servers whatever the shell says, and a plain gunicorn and Celery."""
    foreign = ("DATABASE_URL", "REDIS_URL", "GUNICORN_CMD_ARGS", "CELERY_", "MAKE", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {"ABX_DATA": str(paths.data_dir()), "PYTHONUNBUFFERED": "1"}


@contextlib.contextmanager
def _only_one(port: int) -> Iterator[None]:
    """One supervisor per data folder: two would run each job's worker and clock twice."""
    lock = os.open(paths.run_dir() / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        other = os.pread(lock, 16, 0).decode() or "?"
        os.close(lock)
        raise EmbeddedError(
            f"abxsite already runs on {paths.data_dir()}, at http://127.0.0.1:{other}; "
            "a second one needs its own data: ABX_DATA=folder PORT=8100 make run."
        ) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(port).encode(), 0)
    try:
        yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """The web's socket, ours for as long as we run, so that a restarted gunicorn finds it free."""
    with socket.socket(socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(256)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise EmbeddedError(f"Port {port} is in use; choose another: PORT={port + 100} make run.") from None
            raise EmbeddedError(f"Port {port} cannot be used: {error.strerror}.") from None
        yield listener


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _how(child: subprocess.Popen[bytes]) -> str:
    code = child.returncode
    return f"signal {signal.Signals(-code).name}" if code is not None and code < 0 else f"exit code {code}"


def _port() -> int:
    given = os.environ.get("PORT", "").strip() or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise EmbeddedError(f"PORT={given} is not a port number.")
    return int(given)


def say(sentence: str) -> None:
    """To the terminal, where there still is one."""
    with contextlib.suppress(OSError, ValueError):
        print(sentence, flush=True)  # noqa: T201


def main() -> int:
    if "MAKELEVEL" in os.environ and sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG: end with the `make` that runs us
    try:
        supervisor = Supervisor(port=_port(), demo=os.environ.get("DEMO", "").strip() != "0")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
                signal.signal(number, supervisor.stop)
        supervisor.run()
    except EmbeddedError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
