"""Placements are closed and appended, once, and the database holds it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from abxsite.audit.models import AuditEntry
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from tests.cast import Cast
from tests.factories import AccountFactory
from tiering.choices import PlacementSource
from tiering.models import Placement, PlacementOutbox, Tier
from tiering.services.placements import current_base, disqualify_account, place, seats_in_use, void_placement
from tiering.services.setup import ensure_defaults
from tiering.services.tiers import active_tiers

pytestmark = pytest.mark.django_db


@pytest.fixture
def tiers() -> list[Tier]:
    ensure_defaults()
    return active_tiers()


def test_placing_opens_a_period_and_leaves_an_outbox_row_and_an_audit_entry(cast: Cast, tiers: list[Tier]) -> None:
    account = AccountFactory.create(name="Fernwell")
    placement = place(
        actor=cast.marketer,
        account=account,
        tier=tiers[1],
        source=PlacementSource.IMPORTED,
        reason="Held already",
        cycle_number=3,
    )
    assert placement is not None
    assert current_base(account) == placement
    assert (placement.tier, placement.until, placement.cycle_number) == (tiers[1], None, 3)
    assert [(row.placement_id, row.closed) for row in PlacementOutbox.objects.all()] == [(placement.pk, False)]
    entry = AuditEntry.objects.get(action="account_place")
    assert (entry.before, entry.after) == ({"tier": "Off list"}, {"tier": "One-to-Few"})
    assert seats_in_use() == {tiers[1].pk: 1}


def test_moving_closes_the_old_period_at_the_moment_the_new_one_opens(cast: Cast, tiers: list[Tier]) -> None:
    account, start = AccountFactory.create(), clock.now()
    first = place(actor=None, account=account, tier=tiers[2], source="cycle", reason="in", moment=start)
    later = start + timedelta(days=30)
    second = place(actor=None, account=account, tier=tiers[1], source="cycle", reason="up", moment=later)
    assert first is not None
    assert second is not None
    first.refresh_from_db()
    assert first.until == second.since == later
    assert list(PlacementOutbox.objects.values_list("placement_id", "closed")) == [
        (first.pk, False),
        (first.pk, True),
        (second.pk, False),
    ]


def test_off_the_list_only_closes(tiers: list[Tier]) -> None:
    account = AccountFactory.create()
    place(actor=None, account=account, tier=tiers[0], source="cycle", reason="in")
    assert place(actor=None, account=account, tier=None, source="cycle", reason="out") is None
    assert current_base(account) is None
    assert Placement.objects.count() == 1


def test_placing_where_it_is_changes_nothing(tiers: list[Tier]) -> None:
    account = AccountFactory.create()
    first = place(actor=None, account=account, tier=tiers[0], source="cycle", reason="in")
    again = place(actor=None, account=account, tier=tiers[0], source="cycle", reason="in")
    assert again == first
    assert (Placement.objects.count(), PlacementOutbox.objects.count()) == (1, 1)


def test_a_move_before_the_open_period_began_is_refused(tiers: list[Tier]) -> None:
    account, start = AccountFactory.create(), clock.now()
    first = place(actor=None, account=account, tier=tiers[0], source="cycle", reason="in", moment=start)
    with pytest.raises(DomainError, match="which is later"):
        place(
            actor=None,
            account=account,
            tier=tiers[1],
            source="cycle",
            reason="back",
            moment=start - timedelta(days=1),
        )
    assert current_base(account) == first


def test_the_database_refuses_overlap_and_edits_and_deletes(tiers: list[Tier]) -> None:
    account = AccountFactory.create()
    placement = place(actor=None, account=account, tier=tiers[0], source="cycle", reason="in")
    assert placement is not None
    with pytest.raises(IntegrityError, match="placement_no_overlap"), transaction.atomic():
        Placement.objects.create(account=account, tier=tiers[1], since=clock.now(), source="cycle")
    with pytest.raises(ProgrammingError, match="only closed and appended"), transaction.atomic():
        Placement.objects.filter(pk=placement.pk).update(tier=tiers[1])
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        placement.delete()
    place(actor=None, account=account, tier=None, source="cycle", reason="out")
    with pytest.raises(ProgrammingError, match="only closed and appended"), transaction.atomic():
        Placement.objects.filter(pk=placement.pk).update(until=None)
    assert Placement.objects.get().tier == tiers[0]


def test_a_void_placement_stays_on_record_and_frees_its_period(cast: Cast, tiers: list[Tier]) -> None:
    account = AccountFactory.create()
    wrong = place(actor=None, account=account, tier=tiers[0], source="imported", reason="file")
    assert wrong is not None
    void_placement(actor=cast.marketer, placement=wrong, reason="Import undone")
    assert current_base(account) is None
    assert seats_in_use() == {}
    right = place(actor=None, account=account, tier=tiers[1], source="imported", reason="file", moment=wrong.since)
    assert current_base(account) == right
    assert Placement.objects.filter(account=account).count() == 2


def test_disqualifying_takes_it_off_at_once(cast: Cast, tiers: list[Tier]) -> None:
    account = AccountFactory.create()
    place(actor=None, account=account, tier=tiers[0], source="cycle", reason="in", cycle_number=1)
    disqualify_account(actor=cast.rep, account=account, reason="Acquired by another")
    assert current_base(account) is None
