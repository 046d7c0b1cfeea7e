"""The list of reviews and one review: who may do what, the preview, publishing with a confirmation."""

import pytest
from django.test import Client
from django.urls import reverse

from abxsite.users.models import User
from reviews.choices import CycleStatus
from reviews.models import Cycle
from reviews.services import verdicts
from tests.cast import Cast
from tests.reviews.conftest import Review
from tests.reviews.factories import make_cycle
from tiering.choices import MoveState
from tiering.services.placements import current_base


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_empty_list_says_what_a_review_is_and_offers_the_next_step_to_who_may(cast: Cast) -> None:
    page = as_user(cast.marketer).get(reverse("cycle_list")).content.decode()
    assert "No review yet" in page
    assert "Open the first review" in page
    page = as_user(cast.rep).get(reverse("cycle_list")).content.decode()
    assert "Open the first review" not in page


def test_opening_without_a_scorecard_is_refused_in_the_form(cast: Cast) -> None:
    answer = as_user(cast.marketer).post(reverse("cycle_open"), {"kind": "quarterly", "closes_on": "2099-01-01"})
    assert answer.status_code == 422
    assert "Publish a scorecard first" in answer.content.decode()
    assert not Cycle.objects.exists()


@pytest.mark.parametrize("who", ["rep", "manager", "leader", "stranger"])
def test_only_marketers_and_admins_open_publish_and_cancel(review: Review, who: str) -> None:
    client = as_user(getattr(review.cast, who))
    sent = {"kind": "monthly", "closes_on": "2099-01-01"}
    assert client.post(reverse("cycle_open"), sent).status_code == 403
    assert client.post(reverse("cycle_publish", args=[review.cycle.pk])).status_code == 403
    assert client.post(reverse("cycle_cancel", args=[review.cycle.pk])).status_code == 403
    assert list(Cycle.objects.values_list("status", flat=True)) == [CycleStatus.OPEN]


def test_the_page_shows_what_publishing_would_do_and_who_has_not_decided(review: Review) -> None:
    ready, waiting = review.move(review.many, review.targeted), review.move(review.few, review.top)
    verdicts.approve_move(actor=review.cast.marketer, move=ready)
    page = as_user(review.cast.marketer).get(reverse("cycle_detail", args=[review.cycle.pk])).content.decode()
    assert "1 of 2 moves would change a tier, 0 up and 1 down" in page
    assert "1 not decided yet" in page
    assert "Undecided by both sides" in page
    assert waiting.account.name in page
    assert "0 of 1" in page
    assert "1 of 2" in page


def test_a_rep_sees_only_the_moves_of_the_own_team(review: Review) -> None:
    mine, theirs = review.move(review.few, review.top), review.move(review.few, review.top, review.cast.other_rep)
    page = as_user(review.cast.rep).get(reverse("cycle_detail", args=[review.cycle.pk])).content.decode()
    assert mine.account.name in page
    assert theirs.account.name not in page
    assert "Publish…" not in page


def test_publishing_asks_first_and_tells_afterwards(review: Review) -> None:
    move = review.move(review.few, review.top)
    verdicts.approve_move(actor=review.cast.rep, move=move)
    verdicts.approve_move(actor=review.cast.marketer, move=move)
    client = as_user(review.cast.marketer)
    where = reverse("cycle_publish", args=[review.cycle.pk])
    page = client.get(where).content.decode()
    assert "1 goes up and 0 go down at once" in page
    assert Cycle.objects.get().status == CycleStatus.OPEN
    page = client.post(where, follow=True).content.decode()
    assert "is published: 1 up, 0 down." in page
    held = current_base(move.account)
    assert held is not None
    assert held.tier == review.top
    again = client.post(where, follow=True).content.decode()
    assert "was published already" in again


def test_cancelling_withdraws_what_waits(review: Review) -> None:
    move = review.move(review.few, review.top)
    client = as_user(review.cast.marketer)
    assert "No tier changes" not in client.get(reverse("cycle_cancel", args=[review.cycle.pk])).content.decode()
    client.post(reverse("cycle_cancel", args=[review.cycle.pk]))
    move.refresh_from_db()
    assert (move.state, Cycle.objects.get().status) == (MoveState.WITHDRAWN, CycleStatus.CANCELLED)


def test_a_review_being_opened_shows_progress_and_polls(review: Review) -> None:
    cycle = make_cycle(review.tiers, 2, kind="monthly", status=CycleStatus.OPENING)
    client = as_user(review.cast.marketer)
    page = client.get(reverse("cycle_detail", args=[cycle.pk])).content.decode()
    assert 'hx-trigger="every 1s"' in page
    part = client.get(reverse("cycle_detail", args=[cycle.pk]), HTTP_HX_REQUEST="true").content.decode()
    assert part.lstrip().startswith('<div class="ax-panel')
