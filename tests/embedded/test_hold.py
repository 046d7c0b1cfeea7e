"""The servers run as long as anybody holds them, and survive what kills parts of them."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from abxsite.embedded import hold
from tests.embedded.conftest import Ground, until


def pid_of_postgres(ground: Ground) -> int:
    return int((ground.data / "postgres" / "postmaster.pid").read_text().split()[0])


def pid_of_keeper(ground: Ground) -> int:
    return int((ground.data / "run" / "keeper.lock").read_text())


def test_the_last_one_out_stops_the_servers(ground: Ground) -> None:
    first = ground.hold()
    keeper = pid_of_keeper(ground)
    second = ground.hold()
    assert pid_of_keeper(ground) == keeper, "the second attaches to what runs"

    ground.let_go(first)
    assert ground.answers(), "the second still needs them"

    ground.let_go(second)
    assert ground.is_quiet(), "a command that ends has stopped what nobody else needs"
    assert not (ground.data / "postgres" / "postmaster.pid").exists(), "a clean shutdown"


def test_data_is_there_at_the_next_start(ground: Ground) -> None:
    first = ground.hold()
    with ground.connect() as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
    ground.let_go(first)

    ground.hold()

    with ground.connect() as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("still here",)]


def test_the_database_sorts_alike_everywhere_and_listens_on_no_port(ground: Ground) -> None:
    ground.hold()
    with ground.connect() as connection:
        assert connection.execute(
            "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'abxsite'"
        ).fetchall() == [("b", "C.UTF-8", "UTF8")]
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_a_holder_that_is_killed_leaves_nothing_behind(ground: Ground) -> None:
    holder = ground.hold()
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    assert until(ground.is_quiet)


def test_a_killed_postgres_comes_back_with_its_data(ground: Ground) -> None:
    ground.hold()
    before = pid_of_postgres(ground)
    with ground.connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS survived (n int)")
        connection.execute("TRUNCATE survived")
        connection.execute("INSERT INTO survived VALUES (7)")

    os.kill(before, signal.SIGKILL)

    assert until(lambda: ground.answers() and pid_of_postgres(ground) != before)
    with ground.connect() as connection:
        assert connection.execute("SELECT n FROM survived").fetchall() == [(7,)]


@pytest.mark.soak
def test_a_killed_keeper_takes_its_servers_along_and_the_next_start_is_clean(ground: Ground) -> None:
    holder = ground.hold()
    os.kill(pid_of_keeper(ground), signal.SIGKILL)
    assert until(lambda: not ground.answers())

    other = ground.hold()

    assert ground.answers()
    ground.let_go(other)
    ground.let_go(holder)
    assert ground.is_quiet()


@pytest.mark.soak
def test_a_stale_pid_file_that_names_a_stranger_neither_stops_the_start_nor_harms_the_stranger(ground: Ground) -> None:
    ground.let_go(ground.hold())
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (ground.data / "postgres" / "postmaster.pid").write_text(f"{stranger.pid}\n{ground.data}/postgres\n")

        ground.let_go(ground.hold())

        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.soak
def test_many_that_start_at_once_share_one_keeper(ground: Ground) -> None:
    holders = [
        ground.start(sys.executable, "-c", "from abxsite.embedded import ensure_running as e; e()") for _ in range(6)
    ]

    for holder in holders:
        output, _ = holder.communicate(timeout=60)
        assert (holder.returncode, output) == (0, "")
    assert ground.is_quiet()


def test_data_of_another_postgres_version_is_refused_in_one_sentence(tmp_path: Path) -> None:
    ground = Ground(tmp_path, [])
    (tmp_path / "postgres").mkdir(mode=0o700)
    (tmp_path / "postgres" / "PG_VERSION").write_text("15\n")

    refused = ground.start(sys.executable, "manage.py", "migrate")
    output, _ = refused.communicate(timeout=60)

    assert refused.returncode == 1
    assert output == f"{tmp_path}/postgres was made by PostgreSQL 15; this version needs 18.\n"
    assert (tmp_path / "postgres" / "PG_VERSION").read_text() == "15\n"


def test_addresses_from_outside_start_nothing(ground: Ground) -> None:
    done = ground.start(
        sys.executable,
        "-c",
        "from abxsite.embedded import ensure_running as e; e(); import os; print(os.getpid())",
        DATABASE_URL="postgres://u@h/d",
        REDIS_URL="redis://h/0",
    )
    output, _ = done.communicate(timeout=30)

    assert (done.returncode, int(output)) == (0, done.pid)
    assert ground.is_quiet()


@pytest.mark.soak
@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its identity")
def test_root_without_user_namespaces_runs_postgres_as_nobody(tmp_path: Path) -> None:
    ground = Ground(tmp_path, [])
    command = (sys.executable, "-c", "from abxsite.embedded import ensure_running as e; e(); input()")
    holder = ground.start(*command, ABX_NO_USER_NAMESPACE="1")

    assert until(ground.answers, 60)
    home = (ground.sockets / ".s.PGSQL.5432").readlink().parent.parent
    with ground.connect() as connection:
        (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
        assert Path(f"/proc/{pid}").stat().st_uid == 65534
    holder.communicate("\n", timeout=30)

    assert holder.returncode == 0
    with pytest.raises(psycopg.OperationalError):
        ground.connect()
    assert home.parent == Path("/var/tmp")
    subprocess.run(["rm", "-rf", str(home)], check=True)


def test_what_a_killed_keeper_left_behind_is_not_taken_for_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A successor holds the keeper's lock and has not written its pid yet: both files still name the dead one."""
    monkeypatch.setenv("ABX_DATA", str(tmp_path))
    for left in (hold.keeper_lock(), hold.ready_file()):
        left.write_text("4711")
    with hold.keeper_lock().open() as successor:
        fcntl.flock(successor, fcntl.LOCK_EX)

        assert (hold.keeper_pid(), hold.ready_pid()) == (4711, None)
