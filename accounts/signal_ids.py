"""Signals without an id of their own: the same observation gives the same id, however often it is sent."""

import hashlib
from collections.abc import Sequence
from datetime import datetime


def fingerprint(kind: str, moment: datetime, said: Sequence[str | None]) -> str:
    """`said` is who, where and what: account id, domain and name, person, topic, URL."""
    parts = [kind, moment.isoformat(), *(text or "" for text in said)]
    return "h:" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


def numbered(fingerprints: Sequence[str]) -> list[str]:
    """Two equal observations in one file or batch are two: the second gets `#2` behind its fingerprint."""
    seen: dict[str, int] = {}
    ids = []
    for one in fingerprints:
        seen[one] = seen.get(one, 0) + 1
        ids.append(one if seen[one] == 1 else f"{one}#{seen[one]}")
    return ids
