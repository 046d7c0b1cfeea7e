"""DATABASE_URL and REDIS_URL as Django, redis-py and Celery want them."""

from pathlib import Path

import pytest

from abxsite.embedded import EmbeddedError, broker_url, data_dir, database_settings, redis_url
from abxsite.embedded.paths import socket_dir


def test_a_postgres_url_becomes_a_django_entry_with_everything_decoded() -> None:
    entry = database_settings(
        "postgres://ann%40x:p%2Fw%3A@db.example:5433/my%20db?sslmode=require&application_name=abx"
    )

    assert {name: entry[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "my db",
        "USER": "ann@x",
        "PASSWORD": "p/w:",
        "HOST": "db.example",
        "PORT": "5433",
    }
    assert entry["OPTIONS"]["sslmode"] == "require"
    assert entry["OPTIONS"]["application_name"] == "abx"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgresql://u@[::1]:5433/d", "::1"),
        ("postgres://%2Frun%2FPostgres/d", "/run/Postgres"),
        ("postgres:///d?host=/run/postgres", "/run/postgres"),
        ("postgres:///d", ""),
    ],
)
def test_hosts_of_every_kind(url: str, host: str) -> None:
    entry = database_settings(url)

    assert entry["HOST"] == host
    assert "host" not in entry["OPTIONS"]


def test_the_pool_checks_connections_and_its_sizes_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_POOL_MAX", "20")
    monkeypatch.setenv("DB_POOL_TIMEOUT", "2.5")
    entry = database_settings("postgres://u@h/d")

    assert entry["OPTIONS"]["pool"] == {"min_size": 1, "max_size": 20, "timeout": 2.5}
    assert entry["CONN_MAX_AGE"] == 0
    assert entry["CONN_HEALTH_CHECKS"] is True


def test_without_a_pool_for_processes_that_fork() -> None:
    assert "pool" not in database_settings("postgres://u@h/d", pool=False)["OPTIONS"]


@pytest.mark.parametrize("url", ["mysql://u@h/d", "sqlite:///file", "postgres://u@h", "postgres://u@h/"])
def test_what_is_no_postgres_database_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(EmbeddedError, match="DATABASE_URL"):
        database_settings(url)


@pytest.mark.parametrize(
    ("given", "for_redis", "for_celery"),
    [
        ("redis://h:6379/1", "redis://h:6379/1", "redis://h:6379/1"),
        ("rediss://:pw@h/0", "rediss://:pw@h/0", "rediss://:pw@h/0"),
        ("valkey://h/0", "redis://h/0", "redis://h/0"),
        ("unix:///run/v.sock?db=2", "unix:///run/v.sock?db=2", "redis+socket:///run/v.sock?virtual_host=2"),
        (
            "redis+socket:///run/v.sock?virtual_host=2",
            "unix:///run/v.sock?db=2",
            "redis+socket:///run/v.sock?virtual_host=2",
        ),
        ("unix:///run/v.sock", "unix:///run/v.sock", "redis+socket:///run/v.sock"),
    ],
)
def test_redis_addresses(given: str, for_redis: str, for_celery: str) -> None:
    assert redis_url(given) == for_redis
    assert broker_url(given) == for_celery


@pytest.mark.parametrize("url", ["h:6379", "amqp://h/", "redis://"])
def test_what_is_no_redis_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(EmbeddedError, match="REDIS_URL"):
        redis_url(url)


def test_the_embedded_addresses_lie_below_abx_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABX_DATA", str(tmp_path / "here"))

    assert data_dir() == tmp_path / "here"
    assert database_settings(None)["HOST"] == str(tmp_path / "here" / "run")
    assert redis_url(None) == f"unix://{tmp_path}/here/run/valkey.sock"
    assert broker_url(None) == f"redis+socket://{tmp_path}/here/run/valkey.sock"
    assert (tmp_path / "here" / "run").stat().st_mode & 0o777 == 0o700


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABX_DATA", str(tmp_path / ("long" * 25)))
    folder = socket_dir()

    assert len(str(folder / ".s.PGSQL.5432.lock")) <= 107
    assert folder.stat().st_mode & 0o777 == 0o700
    assert socket_dir() == folder
    folder.rmdir()


def test_a_socket_folder_that_somebody_else_put_there_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABX_DATA", str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(EmbeddedError, match="belongs to another user"):
        socket_dir()
