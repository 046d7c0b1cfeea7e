"""People's time and the tiers' money, as they reach the capacity."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from abxsite.audit.models import AuditEntry
from abxsite.lib import clock
from abxsite.lib.errors import DomainError, NotAllowed
from entitlements.models import Budget, TimeShare, Worker
from entitlements.services.budgets import set_budget
from entitlements.services.capacity import compute_capacity, facts_on, quarters_from
from entitlements.services.people import add_worker, end_worker, set_staffing_rule, update_worker
from tests.cast import Cast
from tests.entitlements.conftest import MakeWorker
from tiering.models import Tier


def test_shares_over_a_hundred_percent_are_refused(tiers: list[Tier], make_worker: MakeWorker) -> None:
    with pytest.raises(DomainError, match="The shares sum to 110 %"):
        make_worker("Marketer", {0: 60, 1: 50})
    assert (Worker.objects.count(), TimeShare.objects.count()) == (0, 0)


def test_somebody_who_starts_today_counts_in_full_and_who_leaves_does_not(
    cast: Cast, tiers: list[Tier], catalogue: int, make_worker: MakeWorker
) -> None:
    worker = make_worker("Marketer", {0: 100}, since=clock.today())
    assert compute_capacity()[0].seats == 5
    end_worker(actor=cast.marketer, worker=worker)
    assert (compute_capacity()[0].seats, compute_capacity()[0].label) == (0, "Marketer hours")


def test_half_time_is_half(cast: Cast, tiers: list[Tier], catalogue: int, make_worker: MakeWorker) -> None:
    worker = make_worker("Marketer", {0: 100})
    update_worker(actor=cast.marketer, worker=worker, fte_percent=50, shares={tiers[0].pk: 100})
    assert compute_capacity()[0].seats == 2
    update_worker(actor=cast.marketer, worker=worker, fte_percent=100, shares={})
    # without shares: by tier order; One-to-One keeps its published 12 × 1/5 head, so nothing is left
    assert [one.seats for one in compute_capacity()] == [5, 0, 0, 0]


def test_the_same_work_twice_is_refused(cast: Cast, make_worker: MakeWorker) -> None:
    worker = make_worker("Designer")
    with pytest.raises(ValidationError, match="does this work already"):
        add_worker(actor=cast.marketer, person=worker.person, role=worker.role)
    assert Worker.objects.count() == 1


def test_a_budget_is_set_changed_and_unknown_again(
    cast: Cast, tiers: list[Tier], catalogue: int, budget: Callable[[int, int], None]
) -> None:
    budget(0, 50_750)
    assert (compute_capacity()[0].seats, compute_capacity()[0].label) == (5, "Budget")
    assert compute_capacity()[0].sentence == "Budget: $40,600 more a year gives 1 more One-to-One account."
    third = quarters_from(clock.today())[2]
    set_budget(actor=cast.admin, tier=tiers[0], quarter=third, amount=Decimal(30_450))
    assert compute_capacity()[0].seats == 3
    set_budget(actor=cast.admin, tier=tiers[0], quarter=third, amount=None)
    assert compute_capacity()[0].seats == 5
    assert AuditEntry.objects.filter(action="budget_set").count() == 6


def test_a_budget_belongs_to_a_quarter(cast: Cast, tiers: list[Tier]) -> None:
    with pytest.raises(DomainError, match="A quarter starts in"):
        set_budget(
            actor=cast.admin,
            tier=tiers[0],
            quarter=clock.quarter_start(clock.today()) + timedelta(days=1),
            amount=Decimal(1),
        )
    with pytest.raises(NotAllowed):
        set_budget(actor=cast.leader, tier=tiers[0], quarter=quarters_from(clock.today())[0], amount=Decimal(1))
    assert not Budget.objects.exists()


def test_a_staffing_rule_is_changed_and_taken_away(
    cast: Cast, tiers: list[Tier], catalogue: int, make_worker: MakeWorker
) -> None:
    worker = make_worker("Marketer", {0: 100})
    set_staffing_rule(actor=cast.marketer, tier=tiers[0], role=worker.role, covers=4, per="account")
    assert compute_capacity()[0].seats == 4
    set_staffing_rule(actor=cast.marketer, tier=tiers[0], role=worker.role, covers=None, per="account")
    one = compute_capacity()[0]
    assert (one.seats, one.label) == (5, "Marketer hours")


def test_the_budget_of_another_year_does_not_count(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    past = clock.add_months(clock.quarter_start(clock.today()), -3)
    set_budget(actor=cast.marketer, tier=tiers[0], quarter=past, amount=Decimal(1))
    assert facts_on().budgets == {}
