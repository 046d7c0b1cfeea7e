"""`make run`'s supervisor: what it says when it cannot start, and that it ends everything however it ends."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.embedded.conftest import Ground, processes_with, until

RUN = (sys.executable, "-m", "abxsite.embedded.run")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def start(ground: Ground, port: int) -> subprocess.Popen[str]:
    """A supervisor that has said where the site is."""
    supervisor = ground.start(*RUN, PORT=str(port), DEMO="0")
    said = []
    assert supervisor.stdout is not None
    for line in supervisor.stdout:
        said.append(line)
        if f"runs at http://127.0.0.1:{port} " in line:
            return supervisor
    pytest.fail("".join(said))


def children_of(pid: int) -> dict[str, int]:
    """Pids of a supervisor's children by what they are."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                words = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            if parent == pid and (name := re.search(r"gunicorn|beat|quick|heavy", words)):
                found[name.group()] = int(entry.name)
    return found


def test_a_port_in_use_is_said_in_one_sentence(ground: Ground) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        output, _ = ground.start(*RUN, PORT=str(port), DEMO="0").communicate(timeout=30)

    assert output == f"Port {port} is in use; choose another: PORT={port + 100} make run.\n"
    assert ground.started[0].returncode == 1


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_said_in_one_sentence(ground: Ground, port: str) -> None:
    output, _ = ground.start(*RUN, PORT=port).communicate(timeout=30)

    assert output == f"PORT={port} is not a port number.\n"


@pytest.mark.soak
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_cleanly(ground: Ground, how: int) -> None:
    port = free_port()
    supervisor = start(ground, port)
    assert status(port, "/readyz") == 200

    supervisor.send_signal(how)
    output, _ = supervisor.communicate(timeout=30)

    assert supervisor.returncode == 0
    assert output.endswith(f"Stopping\nStopped; the data stays in {ground.data}\n")
    assert processes_with(ground.data) == {}
    assert status(port, "/healthz") is None
    assert not (ground.data / "postgres" / "postmaster.pid").exists()


@pytest.mark.soak
def test_a_killed_supervisor_leaves_nothing_behind_and_the_next_one_starts(ground: Ground) -> None:
    start(ground, free_port()).send_signal(signal.SIGKILL)
    assert until(ground.is_quiet), processes_with(ground.data)

    port = free_port()
    again = start(ground, port)
    assert status(port, "/readyz") == 200
    time.sleep(1.5)  # workers that have begun to wait for work end otherwise than workers that just started
    again.send_signal(signal.SIGKILL)
    assert until(ground.is_quiet), processes_with(ground.data)


@pytest.mark.soak
def test_every_part_that_is_killed_comes_back(ground: Ground) -> None:
    port = free_port()
    supervisor = start(ground, port)
    before = children_of(supervisor.pid)
    assert set(before) == {"gunicorn", "quick", "heavy", "beat"}

    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    os.kill(int((ground.data / "run" / "keeper.lock").read_text()), signal.SIGKILL)

    def all_back() -> bool:
        now = children_of(supervisor.pid)
        return set(now) == set(before) and not set(now.values()) & set(before.values())

    assert until(all_back, 30)
    assert until(lambda: status(port, "/readyz") == 200, 60)


@pytest.mark.soak
def test_beside_a_running_site_a_command_attaches_and_a_second_site_is_refused(ground: Ground) -> None:
    port, other = free_port(), free_port()
    first = start(ground, port)

    migrations, _ = ground.start(sys.executable, "manage.py", "showmigrations", "users").communicate(timeout=60)
    assert "[X] 0001_initial" in migrations

    output, _ = ground.start(*RUN, PORT=str(other), DEMO="0").communicate(timeout=30)

    assert output == (
        f"abxsite already runs on {ground.data}, at http://127.0.0.1:{port}; "
        "a second one needs its own data: ABX_DATA=folder PORT=8100 make run.\n"
    )
    assert first.poll() is None
    assert status(port, "/readyz") == 200


@pytest.mark.soak
def test_nohup_without_a_terminal_survives_a_hangup(ground: Ground) -> None:
    port = free_port()
    log = ground.data / "nohup.log"
    with log.open("w") as output:
        supervisor = subprocess.Popen(
            ["nohup", *RUN],
            env=ground.environment(PORT=str(port), DEMO="0"),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd=Path(__file__).parents[2],
            text=True,
        )
    ground.started.append(supervisor)
    assert until(lambda: "runs at" in log.read_text(), 60)

    supervisor.send_signal(signal.SIGHUP)

    assert not until(lambda: supervisor.poll() is not None, 2)
    assert status(port, "/healthz") == 200
