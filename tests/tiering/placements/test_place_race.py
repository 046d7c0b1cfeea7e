"""Two workers who apply the same move, or place the same account, leave one open period."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.factories import AccountFactory
from tests.tiering.scores import make_run
from tiering.models import Placement, PlacementOutbox
from tiering.services.placements import apply_move, place
from tiering.services.proposals import make_proposal
from tiering.services.setup import ensure_defaults
from tiering.services.tiers import active_tiers

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]
WORKERS = 6


def together(work: Callable[[int], object]) -> None:
    barrier = Barrier(WORKERS)

    def one(number: int) -> None:
        try:
            barrier.wait()
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(one, number) for number in range(WORKERS)]:
            done.result()


def test_one_move_applied_by_many_is_applied_once() -> None:
    ensure_defaults()
    account = AccountFactory.create()
    make_run({account: (77, 3_000_000, 90)})
    move = make_proposal(actor=None, cycle_number=1).moves.get()
    together(lambda _: apply_move(actor=None, move=move, tier=move.to_tier, cycle_number=1))
    assert Placement.objects.count() == 1
    assert PlacementOutbox.objects.count() == 1


def test_many_placements_of_one_account_leave_one_open_and_no_overlap() -> None:
    ensure_defaults()
    account, tiers = AccountFactory.create(), active_tiers()
    together(lambda n: place(actor=None, account=account, tier=tiers[n % 4], source="cycle", reason=f"worker {n}"))
    assert Placement.objects.open().count() == 1
    closed = Placement.objects.filter(until__isnull=False).count()
    assert PlacementOutbox.objects.filter(closed=True).count() == closed
    assert PlacementOutbox.objects.filter(closed=False).count() == closed + 1
