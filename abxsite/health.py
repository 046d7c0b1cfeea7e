"""`/healthz` (the process answers) and `/readyz` (database, Redis, a worker seen in the last minute)."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

#: Written by the task `desk.heartbeat`; expires after a minute.
WORKER_KEY = "abx:worker-seen"
WORKER_TTL = 60


class HealthMiddleware:
    """Answers before hosts, sessions and logins are looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return JsonResponse({"process": "ok"})
        if request.path == "/readyz":
            return readiness()
        return self.get_response(request)


def readiness() -> JsonResponse:
    """200 when all three parts answer, else 503; each part by name."""
    parts = {"database": _database(), **_redis_and_worker()}
    ready = all(state == "ok" for state in parts.values())
    return JsonResponse(parts, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, PoolTimeout):
        return "away"
    return "ok"


def _redis_and_worker() -> dict[str, str]:
    try:
        seen = cache.get(WORKER_KEY)
    except RedisError:
        return {"redis": "away", "worker": "unknown"}
    return {"redis": "ok", "worker": "ok" if seen else "not seen in the last minute"}
