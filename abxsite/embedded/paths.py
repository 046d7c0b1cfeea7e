"""Where the embedded servers keep their data, sockets, locks and logs."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from abxsite.embedded.errors import EmbeddedError

PROJECT = Path(__file__).resolve().parents[2]
# sun_path holds 107 bytes and a NUL; ".s.PGSQL.5432.lock" is the longest name below the socket folder.
_LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


def data_dir() -> Path:
    """The data folder of this installation: ABX_DATA, else `var` beside manage.py. Made if absent."""
    chosen = os.environ.get("ABX_DATA", "").strip()
    folder = Path(chosen).expanduser().absolute() if chosen else PROJECT / "var"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def run_dir() -> Path:
    """Locks and sockets of the servers, closed to other users (the sockets themselves are mode 0777)."""
    return _private(data_dir() / "run")


def log_dir() -> Path:
    folder = data_dir() / "log"
    folder.mkdir(exist_ok=True)
    return folder


def socket_dir() -> Path:
    """The folder of the sockets: `run`, or a short private one where that path is too long for a socket."""
    usual = run_dir()
    if len(os.fsencode(usual)) <= _LONGEST_SOCKET_FOLDER:
        return usual
    digest = hashlib.sha256(os.fsencode(usual)).hexdigest()[:12]
    # Not TMPDIR: two commands on the same data must agree, whatever their environments say.
    base = Path("/tmp") if os.access("/tmp", os.W_OK | os.X_OK) else Path(tempfile.gettempdir())  # noqa: S108
    return _private(base / f"abx-{os.geteuid()}-{digest}")


def postgres_socket() -> Path:
    return socket_dir() / ".s.PGSQL.5432"


def valkey_socket() -> Path:
    return socket_dir() / "valkey.sock"


def _private(folder: Path) -> Path:
    """Make the folder 0700 and make sure that it is ours: another user may have put one there first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise EmbeddedError(f"{folder} belongs to another user; set ABX_DATA to a folder of your own.")
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)
    return folder
