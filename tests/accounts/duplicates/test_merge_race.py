"""Two people who merge the same pair at once, either way round, and signals that arrive meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest
from django.db import connection

from abxsite.lib import clock
from abxsite.lib.errors import Conflict
from accounts.models import Account, AccountMerge, Signal
from accounts.services.merge import merge_accounts
from accounts.services.signals_batch import SignalItem, post_signals
from tests.cast import make_cast
from tests.factories import AccountFactory

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


def test_one_wins_and_the_others_are_told_who() -> None:
    cast = make_cast()
    first, second = AccountFactory.create(name="Acme"), AccountFactory.create(name="Acme Works")
    told: list[str] = []
    guard = Lock()

    def merge(number: int) -> None:
        survivor, loser = (first, second) if number % 2 else (second, first)
        try:
            merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
        except Conflict as refusal:
            with guard:
                told.append(str(refusal))

    together(merge)
    assert AccountMerge.objects.count() == 1
    assert Account.objects.present().count() == 1
    assert len(told) == WORKERS - 1
    made = AccountMerge.objects.select_related("survivor", "loser").get()
    assert set(told) == {f"Mika Marketer merged {made.loser.name} into {made.survivor.name} meanwhile."}


def test_signals_that_arrive_during_the_merge_end_at_the_survivor() -> None:
    cast = make_cast()
    first, second = AccountFactory.create(name="Acme"), AccountFactory.create(name="Works", domain="works.example")

    def act(number: int) -> None:
        if number == 0:
            merge_accounts(actor=cast.marketer, survivor=first, loser=second)
            return
        for n in range(8):
            item = SignalItem("site_visit", clock.now(), external_id=f"{number}-{n}", domain="works.example")
            post_signals(actor=cast.marketer, items=[(0, item)])

    together(act)
    assert Signal.objects.count() == (WORKERS - 1) * 8
    assert set(Signal.objects.values_list("account", flat=True)) == {first.pk}
