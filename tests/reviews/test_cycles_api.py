"""Reviews and verdicts over the API: what the token's user sees, and no more."""

from django.test import Client

from abxsite.users.models import User
from reviews.services import verdicts
from tests.reviews.conftest import Review


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_reviews_are_listed_with_their_summary(review: Review) -> None:
    answer = as_user(review.cast.rep).get("/api/v1/cycles/")
    assert answer.status_code == 200
    (row,) = answer.json()["results"]
    assert (row["id"], row["name"], row["status"], row["summary"]) == (review.cycle.pk, "Q4 2026 review", "open", {})


def test_verdicts_are_seen_with_their_account(review: Review) -> None:
    move = review.move(review.few, review.top)
    verdicts.approve_move(actor=review.cast.rep, move=move, sentence="Yes.")
    (row,) = as_user(review.cast.marketer).get(f"/api/v1/verdicts/?move={move.pk}").json()["results"]
    assert (row["side"], row["kind"], row["by"], row["sentence"], row["superseded_at"]) == (
        "sales",
        "approve",
        "Rea Rep",
        "Yes.",
        None,
    )
    assert as_user(review.cast.other_rep).get("/api/v1/verdicts/").json()["results"] == []


def test_the_api_writes_nothing(review: Review) -> None:
    client = as_user(review.cast.marketer)
    assert client.post("/api/v1/cycles/", {}).status_code in (403, 405)
    assert client.delete(f"/api/v1/cycles/{review.cycle.pk}/").status_code in (403, 405)
