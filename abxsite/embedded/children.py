"""Child processes that never outlive their parent, and PostgreSQL's refusal to run as root.

Start children from the main thread only: the kernel sends the parent-death signal when the *thread* that
made the child ends.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """Who a child runs as: ourselves, or `uid`: in a user namespace where it is us outside, or for real."""

    uid: int | None = None
    namespace: bool = False

    def take(self) -> None:
        """Called in the child, between fork and exec."""
        if self.uid is None:
            return
        if self.namespace:
            outside_uid, outside_gid = os.geteuid(), os.getegid()
            os.unshare(os.CLONE_NEWUSER)
            _write("/proc/self/setgroups", "deny")
            _write("/proc/self/uid_map", f"{self.uid} {outside_uid} 1")
            _write("/proc/self/gid_map", f"{self.uid} {outside_gid} 1")
        else:
            os.setgroups([])
        os.setresgid(self.uid, self.uid, self.uid)
        os.setresuid(self.uid, self.uid, self.uid)


OURSELVES = Identity()


def can_take(identity: Identity) -> bool:
    """Whether this machine lets a child become that (containers often refuse user namespaces)."""
    if identity.namespace and os.environ.get("ABX_NO_USER_NAMESPACE") == "1":
        return False
    pid = os.fork()
    if pid == 0:
        try:
            identity.take()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


def prepare(identity: Identity, death_signal: int) -> Callable[[], None]:
    """What a child does before exec: change identity, then ask for a signal at its parent's death."""
    parent = os.getpid()

    def before_exec() -> None:
        identity.take()
        # After the change of identity, which clears it.
        if sys.platform == "linux" and _libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
        if os.getppid() != parent:
            os._exit(1)  # the parent died in between

    return before_exec


def start(
    command: Sequence[str | os.PathLike[str]],
    *,
    output: Path | IO[str],
    identity: Identity = OURSELVES,
    death_signal: int = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    keep_open: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, its output appended to a file or written to an open one."""
    log = output.open("a") if isinstance(output, Path) else output
    try:
        return subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=prepare(identity, death_signal),  # noqa: PLW1509
            env=dict(env) if env is not None else None,
            cwd=cwd,
            pass_fds=keep_open,
        )
    finally:
        if isinstance(output, Path):
            log.close()


def run(command: Sequence[str | os.PathLike[str]], *, identity: Identity = OURSELVES, timeout: float = 60) -> str:
    """Run a short command to its end and return its output; CalledProcessError carries it otherwise."""
    done = subprocess.run(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=prepare(identity, signal.SIGKILL),
        env=_plain_environment(),
        timeout=timeout,
        check=True,
        text=True,
        errors="replace",
    )
    return done.stdout


def stop(child: subprocess.Popen[bytes], how: int, patience: float) -> None:
    """Ask a child to end, wait, and kill it (and what it started) when it does not."""
    if child.poll() is None:
        child.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience)
    kill_session(child)
    child.wait()


def kill_session(child: subprocess.Popen[bytes]) -> None:
    """End whatever is left of a child's process group (start_new_session made it the group's leader)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _plain_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
