"""Advisory locks of the transaction, taken in one place and by name."""

import zlib

from django.db import connection


def take(name: str) -> None:
    """Wait for, and hold until the transaction ends, the lock called `name`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])


def try_take(name: str) -> bool:
    """Take the lock called `name` if nobody holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])
        return bool(cursor.fetchone()[0])
