"""The pages of scorecard and runs, through the client, by role."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from abxsite.lib import clock
from abxsite.lib.jobs import JobStatus
from accounts.models import Account, PotentialEntry
from tests.cast import Cast
from tests.factories import AccountFactory
from tiering.choices import ScorecardStatus
from tiering.models import Criterion, Run, Scorecard, Standing, Tier
from tiering.services import scorecards
from tiering.services.runs import run_to_end, start_run
from tiering.services.setup import ensure_defaults

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def scorecard(cast: Cast) -> Scorecard:
    """A published scorecard, two accounts, one run."""
    ensure_defaults()
    rich, _ = AccountFactory(name="Rich Ports", employees=9_000), AccountFactory(name="Poor Ports", employees=10)
    PotentialEntry.objects.create(account=rich, amount=3_000_000, on=clock.today())
    found = scorecards.default_scorecard(actor=cast.marketer)
    run_to_end(start_run(actor=None))
    return found


def weights(scorecard: Scorecard, **changed: int) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for criterion in scorecard.criteria.all():
        given[f"w-{criterion.key}"] = changed.get(criterion.key, criterion.weight)
        given[f"u-{criterion.key}"] = criterion.unknown
    return given


def test_before_the_first_scorecard_the_page_offers_one(client: Client, cast: Cast) -> None:
    client.force_login(cast.marketer)
    assert "No scorecard yet" in client.get(reverse("scorecard_detail")).content.decode()
    client.post(reverse("scorecard_start"))
    assert Scorecard.objects.get().status == ScorecardStatus.PUBLISHED


def test_a_rep_reads_the_scorecard_and_changes_nothing(client: Client, cast: Cast, scorecard: Scorecard) -> None:
    client.force_login(cast.rep)
    page = client.get(reverse("scorecard_detail")).content.decode()
    assert "Fit with use case" in page
    assert "Edit as a draft" not in page
    assert client.post(reverse("scorecard_draft")).status_code == 403
    assert client.post(reverse("run_start")).status_code == 403
    assert list(Scorecard.objects.all()) == [scorecard]
    assert Run.objects.count() == 1


def test_a_marketer_drafts_changes_and_publishes(client: Client, cast: Cast, scorecard: Scorecard) -> None:
    client.force_login(cast.marketer)
    client.post(reverse("scorecard_draft"))
    draft = Scorecard.objects.get(status=ScorecardStatus.DRAFT)
    assert (draft.version, draft.based_on) == (2, scorecard)

    saved = client.post(reverse("scorecard_save", args=[draft.pk]), weights(draft, potential=30, fit=15))
    assert saved.status_code == 302
    assert dict(draft.criteria.values_list("key", "weight"))["potential"] == 30

    client.post(reverse("scorecard_publish", args=[draft.pk]), {"note": "Potential decides."})
    assert scorecards.published() == draft
    scorecard.refresh_from_db()
    assert scorecard.status == ScorecardStatus.RETIRED
    assert Criterion.objects.get(scorecard=scorecard, key="potential").weight == 25


def test_weights_that_do_not_sum_to_100_are_not_published(client: Client, cast: Cast, scorecard: Scorecard) -> None:
    client.force_login(cast.marketer)
    draft = scorecards.new_draft(actor=cast.marketer)
    client.post(reverse("scorecard_save", args=[draft.pk]), weights(draft, potential=30))
    answer = client.post(reverse("scorecard_publish", args=[draft.pk]), {"note": "Too much"})
    assert answer.status_code == 422
    assert "The weights sum to 105, not to 100." in answer.content.decode()
    assert scorecards.published() == scorecard


def test_publishing_needs_a_note(client: Client, cast: Cast, scorecard: Scorecard) -> None:
    client.force_login(cast.marketer)
    draft = scorecards.new_draft(actor=cast.marketer)
    answer = client.post(reverse("scorecard_publish", args=[draft.pk]), {"note": " "})
    assert answer.status_code == 422
    assert scorecards.published() == scorecard


def test_the_preview_weighs_again_and_writes_nothing(client: Client, cast: Cast, scorecard: Scorecard) -> None:
    client.force_login(cast.marketer)
    draft = scorecards.new_draft(actor=cast.marketer)
    url = reverse("scorecard_preview", args=[draft.pk])
    answer = client.get(url, weights(draft, potential=80, fit=0, need=0, signals=0, relationship=0), headers=HTMX)
    impact = answer.context["impact"]
    # potential 80, firmographic 10, brand 5: the weights sum to 95 and are scaled
    assert impact.weights == 95
    assert (impact.accounts, sum(impact.bars), sum(impact.line)) == (2, 2, 2)
    assert dict(draft.criteria.values_list("key", "weight"))["potential"] == 25
    assert "<html" not in answer.content.decode()


def test_the_preview_of_unchanged_weights_is_what_is_in_force(cast: Cast, scorecard: Scorecard) -> None:
    from tiering.services.impact import preview_impact

    impact = preview_impact(user=cast.marketer, criteria=list(scorecard.criteria.all()))
    assert impact is not None
    assert impact.bars == impact.line
    assert (impact.up, impact.down, impact.stay, impact.movers) == (0, 0, 2, [])


def test_movers_are_only_those_that_the_reader_sees(cast: Cast, scorecard: Scorecard) -> None:
    from tiering.services.impact import preview_impact

    Account.objects.update(owner=cast.other_rep.person)
    criteria = list(scorecard.criteria.all())
    heavy = {criterion.key: {"weight": 0} for criterion in criteria} | {"firmographic": {"weight": 100}}
    all_of_them = preview_impact(user=cast.marketer, criteria=criteria, changes=heavy)
    of_the_rep = preview_impact(user=cast.rep, criteria=criteria, changes=heavy)
    assert all_of_them is not None
    assert of_the_rep is not None
    assert all_of_them.movers
    assert of_the_rep.movers == []
    assert of_the_rep.up + of_the_rep.down == all_of_them.up + all_of_them.down


def test_discarding_leaves_the_published_one(client: Client, cast: Cast, scorecard: Scorecard) -> None:
    client.force_login(cast.admin)
    draft = scorecards.new_draft(actor=cast.marketer)
    client.post(reverse("scorecard_discard", args=[draft.pk]))
    assert list(Scorecard.objects.all()) == [scorecard]
    assert client.post(reverse("scorecard_discard", args=[scorecard.pk])).status_code == 409


@pytest.mark.parametrize("name", ["scorecard_list", "run_list"])
def test_lists_open(client: Client, cast: Cast, scorecard: Scorecard, name: str) -> None:
    client.force_login(cast.leader)
    assert client.get(reverse(name)).status_code == 200


def test_a_run_page_shows_progress_and_what_is_known(client: Client, cast: Cast, scorecard: Scorecard) -> None:
    client.force_login(cast.marketer)
    run = Run.objects.get()
    page = client.get(reverse("run_detail", args=[run.pk]))
    assert [(row["criterion"].key, row["known"]) for row in page.context["criteria"]][:2] == [
        ("potential", 1),
        ("fit", 0),
    ]
    assert "middle points for every account" in page.content.decode()
    part = client.get(reverse("run_detail", args=[run.pk]), headers=HTMX).content.decode()
    assert "Done" in part
    assert "<html" not in part


def test_a_marketer_starts_and_cancels_a_run(client: Client, cast: Cast, scorecard: Scorecard) -> None:
    client.force_login(cast.marketer)
    client.post(reverse("run_start"))
    run = Run.objects.get(status=JobStatus.WAITING)
    assert client.post(reverse("run_start")).url == reverse("run_detail", args=[run.pk])  # type: ignore[attr-defined]
    client.post(reverse("run_cancel", args=[run.pk]))
    run.refresh_from_db()
    assert run.status == JobStatus.CANCELLED
    assert client.post(reverse("run_cancel", args=[run.pk])).status_code == 409


def test_the_api_gives_scores_with_their_explanation(client: Client, cast: Cast, scorecard: Scorecard) -> None:
    client.force_login(cast.marketer)
    rich = Account.objects.get(name="Rich Ports")
    listed = client.get("/api/v1/scores/").json()["results"]
    assert [row["account_id"] for row in listed] == sorted(Account.objects.values_list("pk", flat=True))
    one = client.get(f"/api/v1/scores/{rich.pk}/").json()
    assert one["explanation"]["total"] == one["total"] == listed[0]["total"]
    assert [version["version"] for version in client.get("/api/v1/scorecards/").json()["results"]] == [1]


def test_the_api_hides_scores_of_another_team(client: Client, cast: Cast, scorecard: Scorecard) -> None:
    Account.objects.filter(name="Rich Ports").update(owner=cast.other_rep.person)
    client.force_login(cast.rep)
    rich = Account.objects.get(name="Rich Ports")
    assert rich.pk not in [row["account_id"] for row in client.get("/api/v1/scores/").json()["results"]]
    assert client.get(f"/api/v1/scores/{rich.pk}/").status_code == 404


def test_a_top_tier_of_large_companies_in_one_industry_is_named(cast: Cast, scorecard: Scorecard) -> None:
    top = Tier.objects.get(order=1)
    Standing.objects.all().delete()
    for account in AccountFactory.create_batch(6, industry="Ports", employees=5_000):
        Standing.objects.create(account=account, run=Run.objects.get(), tier=top, reason="enters")
    said = scorecards.warnings_of(scorecard)[0]
    assert not said.ok
    assert said.reason == "6 of 6 are large Ports companies, so size decides more than its 10 % says."
