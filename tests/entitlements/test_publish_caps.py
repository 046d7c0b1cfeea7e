"""A person publishes a cap; the second of two tabs is told who published meanwhile."""

import pytest

from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from entitlements.services.capacity import last_published, publish_caps
from tests.cast import Cast
from tests.entitlements.conftest import MakeWorker
from tiering.models import Cap, Tier
from tiering.services.tiers import current_caps


def seen() -> int:
    last = last_published()
    assert last is not None
    return last.pk


def test_publishing_writes_what_differs_with_what_the_model_said(
    cast: Cast, tiers: list[Tier], catalogue: int, make_worker: MakeWorker
) -> None:
    make_worker("Marketer", {0: 100})
    now = {pk: seats or 0 for pk, seats in current_caps().items()}
    [cap] = publish_caps(actor=cast.marketer, seats=now | {tiers[0].pk: 5}, note="One marketer left.", seen=seen())
    assert (cap.seats, cap.computed, cap.note, cap.published_by) == (5, 5, "One marketer left.", cast.marketer)
    assert cap.binding == "Marketers: 0.5 FTE more gives 2 more One-to-One accounts."
    assert current_caps()[tiers[0].pk] == 5


def test_a_double_click_publishes_once(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    page, before = seen(), Cap.objects.count()
    for _ in range(2):
        publish_caps(actor=cast.marketer, seats={tiers[0].pk: 11}, note="As computed.", seen=page)
    assert Cap.objects.count() == before + 1


def test_a_stale_page_is_told_who_published_meanwhile(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    page = seen()
    publish_caps(actor=cast.marketer, seats={tiers[0].pk: 11}, note="As computed.", seen=page)
    before = Cap.objects.count()
    with pytest.raises(Conflict, match="Mika Marketer published 11 for One-to-One meanwhile"):
        publish_caps(actor=cast.second_marketer, seats={tiers[0].pk: 10}, note="Fewer.", seen=page)
    assert Cap.objects.count() == before
    assert current_caps()[tiers[0].pk] == 11


def test_a_cap_needs_a_note_and_the_right_to_publish(cast: Cast, tiers: list[Tier], catalogue: int) -> None:
    before = Cap.objects.count()
    with pytest.raises(DomainError, match="Say in a sentence why"):
        publish_caps(actor=cast.marketer, seats={tiers[0].pk: 10}, note="  ", seen=seen())
    for who in (cast.rep, cast.manager, cast.leader, cast.stranger):
        with pytest.raises(NotAllowed):
            publish_caps(actor=who, seats={tiers[0].pk: 10}, note="Mine.", seen=seen())
    assert Cap.objects.count() == before
