"""Tests that commit: the flush after them must pass the append-only guards of the database."""

from collections.abc import Callable

import pgtrigger
import pytest
from django.test import TransactionTestCase


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_guards() -> None:
    """`transaction=True`, `transactional_db` and `live_server` end with TRUNCATE, which the guards refuse."""
    name = "_fixture_teardown"  # a hook of Django's that its stubs do not show
    flush: Callable[[TransactionTestCase], None] = getattr(TransactionTestCase, name)

    def flush_unguarded(case: TransactionTestCase) -> None:
        with pgtrigger.ignore():
            flush(case)

    setattr(TransactionTestCase, name, flush_unguarded)
