"""Two workers on one outbox, a worker that dies, and two people who publish at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import OperationalError, connection, connections

from abxsite.lib.errors import Conflict
from entitlements.models import Delivery
from entitlements.services.capacity import last_published, publish_caps
from entitlements.services.catalogue import ensure_default_catalogue
from entitlements.services.placements import handle_batch, handle_placements
from tests.cast import Cast, make_cast
from tests.factories import AccountFactory
from tiering.models import Cap, PlacementOutbox
from tiering.services.placements import place
from tiering.services.setup import ensure_defaults
from tiering.services.tiers import active_tiers

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]


def workspace() -> Cast:
    cast = make_cast()
    ensure_defaults(actor=cast.marketer)
    ensure_default_catalogue(actor=cast.marketer)
    return cast


def side_by_side(*work: Callable[[], object]) -> list[object]:
    """Each piece in a thread and connection of its own, all begun at once."""
    start = Barrier(len(work))

    def run(piece: Callable[[], object]) -> object:
        try:
            start.wait()
            return piece()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def place_and_move(cast: Cast, accounts: int) -> None:
    """Half of them stay in One-to-One, the others moved on to One-to-Many before anybody planned."""
    tiers = active_tiers()
    for index in range(accounts):
        account = AccountFactory.create()
        place(actor=cast.marketer, account=account, tier=tiers[0], source="cycle", reason="Agreed.")
        if index % 2:
            place(actor=cast.marketer, account=account, tier=tiers[2], source="cycle", reason="Agreed.")


def test_two_workers_plan_each_placement_once() -> None:
    place_and_move(workspace(), 60)
    side_by_side(*[lambda: handle_placements()] * 3)
    handle_placements()
    assert not PlacementOutbox.objects.filter(handled_at__isnull=True).exists()
    assert Delivery.objects.due().filter(entitlement__tier=active_tiers()[0]).count() == 30 * 34
    assert Delivery.objects.due().filter(entitlement__tier=active_tiers()[2]).count() == 30 * 14
    assert Delivery.objects.due().count() == 30 * 48


def test_a_worker_that_dies_in_mid_batch_leaves_everything_to_the_next() -> None:
    place_and_move(workspace(), 10)

    def die(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if 'UPDATE "tiering_placementoutbox"' in sql:
            connection.connection.close()
        return execute(sql, *rest)

    with pytest.raises(OperationalError), connection.execute_wrapper(die):
        handle_batch()
    connection.close()
    assert Delivery.objects.count() == 0
    assert PlacementOutbox.objects.filter(handled_at__isnull=True).count() == 20
    assert handle_placements() == 20
    assert Delivery.objects.due().count() == 5 * 48


def test_of_two_who_publish_at_once_one_is_told() -> None:
    cast = workspace()
    top, last = active_tiers()[0], last_published()
    assert last is not None
    before = Cap.objects.count()

    def publish(who: str, seats: int) -> object:
        try:
            return publish_caps(actor=getattr(cast, who), seats={top.pk: seats}, note="As computed.", seen=last.pk)
        except Conflict as error:
            return str(error)

    answers = side_by_side(lambda: publish("marketer", 10), lambda: publish("second_marketer", 11))
    told = [answer for answer in answers if isinstance(answer, str)]
    assert len(told) == 1
    assert "for One-to-One meanwhile" in told[0]
    assert Cap.objects.count() == before + 1
