"""`/healthz` and `/readyz`: what a load balancer asks, before hosts, sessions and logins."""

import json
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from redis.exceptions import ConnectionError as RedisAway

from abxsite.desk.tasks import heartbeat
from abxsite.health import WORKER_KEY

pytestmark = pytest.mark.django_db


def ready(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    return answer.status_code, json.loads(answer.content)


@pytest.fixture(autouse=True)
def _no_worker_yet() -> None:
    cache.delete(WORKER_KEY)


def test_the_process_answers_without_a_login_a_known_host_or_a_database(client: Client) -> None:
    with patch.object(connection, "cursor", side_effect=OperationalError):
        answer = client.get("/healthz", headers={"Host": "unknown.example"})
    assert (answer.status_code, json.loads(answer.content)) == (200, {"process": "ok"})


def test_ready_once_a_worker_was_seen(client: Client) -> None:
    assert ready(client) == (503, {"database": "ok", "redis": "ok", "worker": "not seen in the last minute"})
    heartbeat()
    assert ready(client) == (200, {"database": "ok", "redis": "ok", "worker": "ok"})
    ttl = cache._cache.get_client().ttl(  # type: ignore[attr-defined]
        cache.make_key(WORKER_KEY)
    )
    assert 0 < ttl <= 60


def test_not_ready_while_the_database_is_away(client: Client) -> None:
    heartbeat()
    with patch.object(connection, "cursor", side_effect=OperationalError):
        assert ready(client) == (503, {"database": "away", "redis": "ok", "worker": "ok"})


def test_not_ready_while_redis_is_away_and_nothing_is_known_of_the_worker(client: Client) -> None:
    with patch("abxsite.health.cache.get", side_effect=RedisAway):
        assert ready(client) == (503, {"database": "ok", "redis": "away", "worker": "unknown"})
