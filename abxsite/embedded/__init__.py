"""PostgreSQL and Valkey from their wheels, for development, demo and tests. Knows no Django.

Settings call `data_dir`, `database_settings`, `redis_url` and `broker_url`, which start nothing; `manage.py`
calls `ensure_running` when DATABASE_URL or REDIS_URL is not set.
"""

from abxsite.embedded.addresses import broker_url, database_settings, redis_url
from abxsite.embedded.errors import EmbeddedError
from abxsite.embedded.hold import ensure_running
from abxsite.embedded.paths import data_dir

__all__ = ["EmbeddedError", "broker_url", "data_dir", "database_settings", "ensure_running", "redis_url"]
