"""The main job, end to end, in three roles and a real browser, over the Maven files: import, score, decide, measure."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from abxsite.users.models import User
from accounts.models import Account, Opportunity
from reviews.choices import CycleStatus, Side, VerdictKind
from reviews.measure import insights
from reviews.models import Cycle, Verdict
from tests.accounts.imports.shared_data import shared_file
from tests.browser import OpenPage
from tests.cast import make_cast
from tests.factories import PASSWORD
from tiering.choices import MoveState
from tiering.models import Move, Placement, Scorecard

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PATIENCE = 60_000


def log_in(page: Page, user: User) -> None:
    page.set_default_timeout(30_000)
    page.goto("/auth/login/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()


def bring_in(page: Page, path: Path, kind: str, rows: int) -> None:
    """Upload, say what only a person knows, look at the trial, apply."""
    page.goto("/accounts/import/new/")
    page.get_by_label("File").set_input_files(path)
    page.get_by_label("What is in it").select_option(kind)
    page.get_by_role("button", name="Upload").click()
    if kind == "accounts":
        page.get_by_label(re.compile("millions", re.IGNORECASE)).check()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("link", name=re.compile(rf"^{rows:,}\s*to create"))).to_be_visible()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name=f"{path.name} is in")).to_be_visible(timeout=PATIENCE)


def set_up(page: Page, signer: str) -> None:
    page.goto("/settings/setup/")
    expect(page.get_by_text("not connected").first).to_be_visible()
    expect(page.get_by_text("Potential is estimated").first).to_be_visible()
    page.get_by_label(re.compile("signer", re.IGNORECASE)).select_option(label=signer)
    page.get_by_role("button", name=re.compile("^Publish and score 85 accounts")).click()
    expect(page.get_by_text(re.compile("Done|scored", re.IGNORECASE)).first).to_be_visible(timeout=PATIENCE)


def publish_a_new_scorecard(page: Page) -> None:
    page.goto("/scorecard/")
    page.get_by_role("button", name="Edit as a draft").click()
    page.get_by_role("button", name="Publish v2").click()
    page.get_by_label("What changed, and why").fill("The first version, read and agreed by both sides.")
    page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("v2", exact=True).first).to_be_visible(timeout=PATIENCE)


def open_review(page: Page) -> Cycle:
    page.goto("/reviews/?open")
    page.get_by_role("button", name="Open it").click()
    page.wait_for_url(re.compile(r"/reviews/\d+/"))
    expect(page.get_by_role("heading", name="What publishing now would do")).to_be_visible(timeout=PATIENCE)
    return Cycle.objects.get(status=CycleStatus.OPEN)


def decide_waiting(page: Page, cycle: Cycle, *, veto_first: bool = False) -> int:
    """Go through the queue by keys until nothing waits; the number of moves decided."""
    page.goto(f"/reviews/{cycle.pk}/queue/")
    decided = 0
    if veto_first:
        vetoed = page.locator("#review h1").first.inner_text()
        page.keyboard.press("v")
        page.get_by_label(re.compile("In a sentence")).wait_for()
        page.keyboard.press("2")
        page.get_by_label(re.compile("In a sentence")).fill("They merge this spring; nobody signs anything before.")
        page.get_by_role("button", name=re.compile("^Veto")).last.click()
        expect(page.locator("#review h1").first).not_to_have_text(vetoed)
        decided += 1
    while page.get_by_text("waiting for you").count():
        now = page.url, page.locator("#review .ax-stage-bar").inner_text()
        page.keyboard.press("a")
        page.wait_for_function(
            "([url, bar]) => location.href !== url"
            " || document.querySelector('#review .ax-stage-bar')?.innerText !== bar",
            arg=list(now),
        )
        decided += 1
    return decided


def test_a_list_is_imported_scored_signed_by_both_sides_and_measured(open_page: OpenPage, worker: None) -> None:
    cast = make_cast()

    with open_page() as marketing:
        log_in(marketing, cast.marketer)
        bring_in(marketing, shared_file("maven_crm_sales/accounts.csv"), "accounts", 85)
        bring_in(marketing, shared_file("maven_crm_sales/sales_pipeline.csv"), "opportunities", 8800)
        set_up(marketing, "Rea Rep")
        publish_a_new_scorecard(marketing)
        cycle = open_review(marketing)
    assert Account.objects.count() == 85
    assert Opportunity.objects.count() == 8800
    assert Scorecard.objects.get(status="published").version == 2
    moves = Move.objects.filter(proposal=cycle.proposal)
    two_sided = moves.filter(signers__side=Side.SALES, signers__required=True).count()
    assert two_sided > 1
    assert not Placement.objects.exists()

    with open_page(width=390, height=844) as sales:
        log_in(sales, cast.rep)
        assert decide_waiting(sales, cycle, veto_first=True) == two_sided
    vetoed = moves.get(verdicts__side=Side.SALES, verdicts__kind=VerdictKind.VETO)
    assert Verdict.objects.filter(side=Side.SALES, kind=VerdictKind.APPROVE).count() == two_sided - 1

    with open_page() as marketing:
        log_in(marketing, cast.marketer)
        marketing.goto(f"/reviews/{cycle.pk}/bulk/")
        marketing.get_by_label("Select all on this page").check()
        marketing.get_by_role("button", name=re.compile("^Approve")).click()
        expect(marketing.get_by_text(re.compile("approved", re.IGNORECASE)).first).to_be_visible()
        assert decide_waiting(marketing, cycle) > 0
        marketing.goto(f"/reviews/{cycle.pk}/publish/")
        marketing.get_by_role("button", name=re.compile("^Publish")).click()
        expect(marketing.get_by_role("heading", name="What it did")).to_be_visible(timeout=PATIENCE)

    applied = moves.filter(state=MoveState.APPLIED)
    assert applied.count() == Placement.objects.open().count() > 50
    vetoed.refresh_from_db()
    assert vetoed.state not in (MoveState.APPLIED, MoveState.PENDING)
    assert not Placement.objects.filter(account=vetoed.account).exists()

    with open_page() as leadership:
        log_in(leadership, cast.leader)
        placed = applied.order_by("pk")[0]
        leadership.goto(f"/accounts/{placed.account_id}/?tab=history")
        expect(leadership.get_by_text("Applied in")).to_be_visible()
        expect(leadership.locator("main").get_by_text(str(placed.to_tier)).first).to_be_visible()
        leadership.goto("/insights/?by=none")
        page_text = leadership.locator("main").inner_text()
    for shown in ("4,238 of 6,711", "63", "57 d", "1,425"):
        assert shown in page_text.replace("\u202f", " "), shown
    measured = insights(by="none").as_json()["total"]
    assert (measured["won"], measured["lost"], measured["won_value"]) == (4238, 2473, 10_005_534)
    assert (measured["win_rate"], measured["mean_won_deal"]) == (0.631501, 2360.909391)
    assert (measured["mean_cycle_days"], measured["median_cycle_days"]) == (51.781973, 57)
