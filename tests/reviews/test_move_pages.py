"""The queue and the card in the browser's terms: rights, panels, what was typed, conflicts, the next card."""

import pytest
from django.test import Client
from django.urls import reverse

from abxsite.users.models import User
from reviews.choices import VetoReason
from reviews.models import Verdict
from reviews.services import verdicts
from tests.factories import AccountFactory
from tests.reviews.conftest import Review
from tiering.choices import MoveState
from tiering.models import Move

HTMX = {"HX-Request": "true"}


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, move: Move) -> str:
    return reverse(name, args=[move.pk])


def test_the_queue_opens_the_first_card_that_waits(review: Review) -> None:
    first, second = review.move(review.few, review.top), review.move(review.many, review.few)
    page = as_user(review.cast.rep).get(reverse("move_queue", args=[review.cycle.pk])).content.decode()
    assert "0 of 2 decided by you" in page
    assert "1 of 2" in page
    link = f'<a href="/accounts/{first.account_id}/">{first.account.name}</a>'
    assert f'<h1 id="card-h" data-ax-focus>{link}</h1>' in page
    assert second.account.name in page
    assert "Need and timing" in page
    assert "+6.00" in page
    assert "Budget named, decision due by June" in page
    assert "Potential 22.00, Brand 2.50 (typical, not known)" in page
    assert "CFO and 2 others" in page


def test_approving_goes_on_to_the_next_card_with_its_own_url(review: Review) -> None:
    first, second = review.move(review.few, review.top), review.move(review.many, review.few)
    answer = as_user(review.cast.rep).post(url("move_approve", first), {"seen": 0}, headers=HTMX)
    assert answer.status_code == 200
    assert answer["HX-Push-Url"] == url("move_detail", second)
    page = answer.content.decode()
    assert page.lstrip().startswith('<div class="ax-review" id="review"')
    assert f'data-ax-say="{first.account.name} approved. Next: {second.account.name}."' in page
    assert "1 of 2 decided by you" in page


def test_without_htmx_approving_redirects_to_the_next_card_and_at_the_end_to_the_queue(review: Review) -> None:
    first, second = review.move(review.few, review.top), review.move(review.many, review.few)
    client = as_user(review.cast.rep)
    assert client.post(url("move_approve", first), {"seen": 0})["Location"] == url("move_detail", second)
    end = client.post(url("move_approve", second), {"seen": 0})["Location"]
    assert end == reverse("move_queue", args=[review.cycle.pk]) + "?done"
    page = client.get(end).content.decode()
    assert "You have decided all 2" in page
    assert "2 approved" in page


def test_the_veto_panel_is_the_foot_of_the_card(review: Review) -> None:
    move = review.move(review.few, review.top)
    client = as_user(review.cast.rep)
    foot = client.get(url("move_veto", move), headers=HTMX).content.decode()
    assert foot.lstrip().startswith('<div id="act">')
    assert 'data-key="5"' in foot
    whole = client.get(url("move_veto", move)).content.decode()
    assert "<title>" in whole
    assert "Why not?" in whole


def test_a_veto_without_a_sentence_keeps_what_was_typed_and_writes_nothing(review: Review) -> None:
    move = review.move(review.few, review.top)
    answer = as_user(review.cast.rep).post(
        url("move_veto", move), {"reason": "wrong_moment", "sentence": "", "seen": 0}, headers=HTMX
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "One sentence, please" in page
    assert 'value="wrong_moment" id="id_reason_1" data-key="2" checked' in page
    assert not Verdict.objects.exists()


def test_a_veto_is_written_and_shown_to_the_other_side(review: Review) -> None:
    move = review.move(review.few, review.top)
    sent = {"reason": "no_access", "sentence": "No door opens.", "seen": 0}
    as_user(review.cast.rep).post(url("move_veto", move), sent)
    page = as_user(review.cast.marketer).get(url("move_detail", move)).content.decode()
    assert "Sales vetoed" in page
    assert "“No door opens.”" in page
    assert "No access to the buyer" in page
    assert 'data-key="d"' in page


def test_a_stale_card_says_who_did_what_and_offers_to_say_it_all_the_same(review: Review) -> None:
    move = review.move(review.few, review.top)
    verdicts.veto_move(actor=review.cast.rep, move=move, reason=VetoReason.OTHER, sentence="Not now.")
    client = as_user(review.cast.marketer)
    answer = client.post(url("move_approve", move), {"seen": 0}, headers=HTMX)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Rea Rep vetoed this for sales" in page
    assert Verdict.objects.count() == 1
    last = Verdict.objects.get().pk
    assert f'<input type="hidden" name="seen" value="{last}">' in page
    assert client.post(url("move_approve", move), {"seen": last}, headers=HTMX).status_code == 200
    assert Verdict.objects.count() == 2


def test_amending_and_snoozing_by_their_panels(review: Review) -> None:
    amended, slept = review.move(review.few, review.top), review.move(review.few, review.top)
    client = as_user(review.cast.rep)
    page = client.get(url("move_amend", amended)).content.decode()
    assert "Off list" in page
    client.post(url("move_amend", amended), {"to_tier": review.many.pk, "sentence": "", "seen": 0})
    amended.refresh_from_db()
    assert (amended.state, amended.final_tier) == (MoveState.PENDING, review.many)
    refused = client.post(url("move_snooze", slept), {"until": "2020-01-01", "seen": 0})
    assert refused.status_code == 422
    assert "Snooze to a later day" in refused.content.decode()
    client.post(url("move_snooze", slept), {"until": review.cycle.closes_on.isoformat(), "seen": 0})
    assert list(Verdict.objects.filter(move=slept).values_list("kind", flat=True)) == ["snooze"]


def test_undo_brings_the_card_back(review: Review) -> None:
    move = review.move(review.few, review.top)
    client = as_user(review.cast.rep)
    client.post(url("move_approve", move), {"seen": 0})
    answer = client.post(url("move_undo", move), {"last": Verdict.objects.get().pk}, headers=HTMX)
    assert answer["HX-Push-Url"] == url("move_detail", move)
    assert "0 of 1 decided by you" in answer.content.decode()


def test_a_leader_settles_on_the_card(review: Review) -> None:
    move = review.move(review.few, review.top)
    verdicts.veto_move(actor=review.cast.rep, move=move, reason=VetoReason.OTHER, sentence="Not now.")
    verdicts.dispute_move(actor=review.cast.marketer, move=move, sentence="They asked twice.")
    client = as_user(review.cast.leader)
    page = client.get(reverse("move_queue", args=[review.cycle.pk])).content.decode()
    assert "For you to settle, 1" in page
    last = Verdict.objects.latest("pk")
    client.post(url("move_settle", move), {"kind": "approve", "sentence": "Go.", "seen": last.pk})
    move.refresh_from_db()
    assert move.state == MoveState.APPROVED


@pytest.mark.parametrize(
    "name", ["move_approve", "move_veto", "move_amend", "move_snooze", "move_undo", "move_dispute"]
)
def test_who_may_not_decide_is_told_and_nothing_is_written(review: Review, name: str) -> None:
    move = review.move(review.few, review.top)
    sent = {
        "reason": "other",
        "sentence": "No.",
        "to_tier": review.many.pk,
        "until": review.cycle.closes_on.isoformat(),
        "seen": 0,
    }
    answer = as_user(review.cast.leader).post(url(name, move), sent)
    assert answer.status_code == 403
    assert "Rea Rep signs for sales" in answer.content.decode()
    assert not Verdict.objects.exists()


def test_another_teams_card_is_not_there(review: Review) -> None:
    move = review.move(review.few, review.top)
    for user in (review.cast.other_rep, review.cast.stranger):
        client = as_user(user)
        assert client.get(url("move_detail", move)).status_code == 404
        assert client.post(url("move_approve", move), {"seen": 0}).status_code == 404
    assert not Verdict.objects.exists()


def test_a_signer_sees_the_evidence_of_another_teams_account_while_the_review_is_open(review: Review) -> None:
    account = AccountFactory(owner=review.cast.rep.person)
    move = review.move(review.few, review.top, review.cast.other_rep, account=account)
    client = as_user(review.cast.other_rep)
    page = client.get(url("move_detail", move)).content.decode()
    assert "Need and timing" in page
    assert f"/accounts/{account.pk}/" not in page
    review.cycle.__class__.objects.filter(pk=review.cycle.pk).update(status="published")
    assert client.get(url("move_detail", move)).status_code == 404


def test_a_linked_move_of_another_team_is_a_fixed_card(review: Review) -> None:
    review.move(review.top, review.few, review.cast.other_rep, group=7)
    move = review.move(review.few, review.top, group=7)
    page = as_user(review.cast.other_rep).get(url("move_detail", move)).content.decode()
    assert "Another team's account" in page.replace("&#x27;", "'")
    assert "77.16" in page
    assert "Need and timing" not in page


def test_bulk_approval_from_the_table(review: Review) -> None:
    one, two = review.move(review.targeted, review.many), review.move(review.many, review.targeted)
    both = review.move(review.few, review.top)
    client = as_user(review.cast.marketer)
    page = client.get(reverse("move_bulk", args=[review.cycle.pk])).content.decode()
    assert f'value="{one.pk}"' in page
    assert f'value="{both.pk}"' not in page
    client.post(reverse("move_bulk", args=[review.cycle.pk]), {"ids": [one.pk, two.pk, both.pk]})
    assert set(Move.objects.filter(state=MoveState.APPROVED)) == {one, two}
    assert Verdict.objects.count() == 2
