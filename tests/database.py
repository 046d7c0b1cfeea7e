"""Tests that commit: the flush after them must pass the append-only guards of the database."""

from collections.abc import Callable
from typing import Any

import pgtrigger
import pytest
from django.test import TransactionTestCase


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_guards() -> None:
    """`transaction=True`, `transactional_db` and `live_server` end with TRUNCATE, which the guards refuse."""
    flush: Callable[[Any], None] = TransactionTestCase._fixture_teardown

    def flush_unguarded(case: TransactionTestCase) -> None:
        with pgtrigger.ignore():
            flush(case)

    TransactionTestCase._fixture_teardown = flush_unguarded  # type: ignore[method-assign]
