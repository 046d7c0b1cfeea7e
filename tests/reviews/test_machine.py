"""The state machine over a review: small on every run, large in the soak."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.reviews.machine import ReviewMachine


class RolledBack(ReviewMachine):
    """Each example lives in a transaction of its own."""

    def __init__(self) -> None:
        self._block = transaction.atomic()
        self._block.__enter__()
        super().__init__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._block.__exit__(None, None, None)


def run(machine: type[RuleBasedStateMachine], examples: int, steps: int) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_whatever_people_do_the_rules_hold(db: None) -> None:
    run(RolledBack, examples=6, steps=20)


@pytest.mark.soak
def test_whatever_people_do_for_long_the_rules_hold(db: None) -> None:
    run(RolledBack, examples=30, steps=50)
