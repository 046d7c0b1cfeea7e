"""Addresses of the database and of Redis, as Django, redis-py and Celery want them."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from abxsite.embedded import paths
from abxsite.embedded.errors import EmbeddedError

DATABASE = "abxsite"
USER = "abxsite"


def database_settings(url: str | None, *, pool: bool = True) -> dict[str, Any]:
    """One entry of DATABASES, from a postgres:// URL or for the embedded server. Starts nothing.

    Pool sizes come from DB_POOL_MIN, DB_POOL_MAX and DB_POOL_TIMEOUT (seconds that a request waits while
    the database is away). `pool=False` for processes that fork (Celery) and for tests.
    """
    entry = _from_url(url) if url else _embedded()
    options = entry["OPTIONS"]
    options.setdefault("connect_timeout", 3)
    if pool:
        options["pool"] = {
            "min_size": int(os.environ.get("DB_POOL_MIN", "1")),
            "max_size": int(os.environ.get("DB_POOL_MAX", "8")),
            "timeout": float(os.environ.get("DB_POOL_TIMEOUT", "3")),
        }
    # A pool and persistent connections exclude each other; the check finds connections that a restart cut.
    return entry | {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}


def redis_url(url: str | None) -> str:
    """The address for redis-py: REDIS_URL as given, or the embedded Valkey's socket."""
    if not url:
        return f"unix://{paths.valkey_socket()}"
    scheme, rest = _split_scheme(url)
    if scheme in {"redis+socket", "unix"}:
        path, query = _path_and_query(rest)
        if "virtual_host" in query:
            query["db"] = query.pop("virtual_host")
        return f"unix://{path}" + (f"?{urlencode(query)}" if query else "")
    return f"{_tcp_scheme(scheme)}://{rest}"


def broker_url(url: str | None) -> str:
    """The same address for Celery, which calls a socket redis+socket:// and a database virtual_host."""
    address = redis_url(url)
    scheme, rest = _split_scheme(address)
    if scheme != "unix":
        return address
    path, query = _path_and_query(rest)
    if "db" in query:
        query["virtual_host"] = query.pop("db")
    return f"redis+socket://{path}" + (f"?{urlencode(query)}" if query else "")


def _embedded() -> dict[str, Any]:
    return {"NAME": DATABASE, "USER": USER, "PASSWORD": "", "HOST": str(paths.socket_dir()), "PORT": "", "OPTIONS": {}}


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise EmbeddedError("DATABASE_URL must begin with postgres:// (only PostgreSQL is supported).")
    query = dict(parse_qsl(parts.query))
    name = unquote(parts.path.lstrip("/")) or query.pop("dbname", "")
    if not name:
        raise EmbeddedError("DATABASE_URL names no database: postgres://user:password@host:5432/name")
    # `hostname` lower-cases, which would break a percent-encoded socket folder.
    host = parts.netloc.rpartition("@")[2]
    host = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return {
        "NAME": name,
        "USER": unquote(parts.username or "") or query.pop("user", ""),
        "PASSWORD": unquote(parts.password or "") or query.pop("password", ""),
        "HOST": unquote(host) or query.pop("host", ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
    }


def _split_scheme(url: str) -> tuple[str, str]:
    scheme, separator, rest = url.partition("://")
    if not separator or not rest:
        raise EmbeddedError("REDIS_URL must be redis://host:6379/0, rediss://… or unix:///path/to.sock")
    return scheme, rest


def _tcp_scheme(scheme: str) -> str:
    known = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss"}
    if scheme not in known:
        raise EmbeddedError(f"REDIS_URL begins with {scheme}://, but redis://, rediss:// or unix:// is needed.")
    return known[scheme]


def _path_and_query(rest: str) -> tuple[str, dict[str, str]]:
    path, _, query = rest.partition("?")
    return path, dict(parse_qsl(query))
