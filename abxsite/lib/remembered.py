"""Answers kept for a short while. The cache may be away or emptied at any time: then the answer is worked out anew."""

import logging
from collections.abc import Callable

from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def remembered[T](key: str, seconds: int, make: Callable[[], T]) -> T:
    """What `make` gave at most `seconds` ago, else what it gives now (None is not kept)."""
    try:
        kept: T | None = cache.get(key)
    except RedisError:
        log.warning("cache away, %s is worked out anew", key)
        return make()
    if kept is not None:
        return kept
    made = make()
    try:
        cache.set(key, made, seconds)
    except RedisError:
        log.warning("cache away, %s is not kept", key)
    return made
