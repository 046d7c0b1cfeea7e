"""First-run setup, tiers and rules through the browser's eyes."""

import pytest
from django.test import Client
from django.urls import reverse

from abxsite.audit.models import AuditEntry
from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from accounts.choices import Outcome
from accounts.models import Account
from tests.cast import Cast
from tests.factories import AccountFactory, OpportunityFactory
from tiering.models import Cap, Run, Scorecard, Tier, WorkspaceSettings
from tiering.services.placements import place
from tiering.services.settings import change_settings, current_settings
from tiering.services.setup import ensure_defaults
from tiering.services.tiers import active_tiers, current_caps

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of(client: Client) -> "ClientOf":
    return ClientOf(client)


class ClientOf:
    def __init__(self, client: Client) -> None:
        self.client = client

    def __call__(self, user: User) -> Client:
        self.client.force_login(user)
        return self.client


def customers(count: int) -> list[Account]:
    """Accounts that paid 10,000, 20,000, … a year."""
    accounts = [
        AccountFactory.create(industry="Energy" if n % 2 else "Retail", country="Norway", employees=100 * n)
        for n in range(1, count + 1)
    ]
    for n, account in enumerate(accounts, start=1):
        OpportunityFactory.create(
            account=account, outcome=Outcome.WON, amount=10_000 * n, opened_on="2026-01-05", closed_on="2026-03-05"
        )
    return accounts


def answers(client: Client) -> dict[str, object]:
    """What the browser would send when nothing is changed."""
    form = client.get(reverse("setup_detail")).context["form"]
    said = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in said.items()}


def test_an_empty_workspace_asks_for_a_file(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.marketer).get(reverse("setup_detail"))
    assert answer.status_code == 200
    assert "Start with your accounts" in answer.text
    assert reverse("import_create") in answer.text


def test_a_rep_may_not_set_up(cast: Cast, client_of: ClientOf) -> None:
    customers(2)
    assert client_of(cast.rep).get(reverse("setup_detail")).status_code == 403
    assert client_of(cast.rep).post(reverse("setup_detail"), {}).status_code == 403
    assert not Scorecard.objects.exists()


def test_the_page_says_what_is_estimated_and_what_is_not_connected(cast: Cast, client_of: ClientOf) -> None:
    customers(20)
    text = client_of(cast.marketer).get(reverse("setup_detail")).text
    assert "20 accounts. 20 have bought" in text
    assert "Potential is <b>estimated</b> for every account" in text
    assert text.count('<span class="ax-attn">not connected</span>') == 5
    assert "90th and the 60th percentile of what 20 customers paid" in text


def test_accepting_publishes_scorecard_thresholds_caps_and_settings_and_starts_a_run(
    cast: Cast, client_of: ClientOf
) -> None:
    customers(20)
    client = client_of(cast.marketer)
    said = answers(client) | {"name": "Fernwell", "what_we_sell": "Pumps", "default_signer": cast.manager.person_id}
    answer = client.post(reverse("setup_detail"), said)
    run = Run.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("run_detail", args=[run.pk])  # type: ignore[attr-defined]
    settings = current_settings()
    assert (settings.name, settings.what_we_sell, settings.setup_done) == ("Fernwell", "Pumps", True)
    assert settings.default_signer == cast.manager.person
    top, few, *_ = active_tiers()
    assert (top.minimum_potential, few.minimum_potential) == (150_000, 100_000)
    assert list(current_caps().values()) == [1, 3, 6, 7]
    scorecard = Scorecard.objects.get()
    assert (scorecard.version, scorecard.status, run.scorecard) == (1, "published", scorecard)
    fit = scorecard.criteria.get(key="fit")
    assert fit.config["traits"][0]["wanted"] == said["industries"]


def test_doing_it_again_keeps_the_scorecard(cast: Cast, client_of: ClientOf) -> None:
    customers(20)
    client = client_of(cast.marketer)
    client.post(reverse("setup_detail"), answers(client))
    Run.objects.all().delete()
    client.post(reverse("setup_detail"), answers(client))
    assert Scorecard.objects.count() == 1
    assert Run.objects.count() == 1


def test_a_range_that_ends_before_it_begins_is_refused_and_nothing_changes(cast: Cast, client_of: ClientOf) -> None:
    customers(20)
    client = client_of(cast.marketer)
    before = WorkspaceSettings.objects.count()
    answer = client.post(
        reverse("setup_detail"), answers(client) | {"employees_from": "500", "employees_to": "50", "name": "Kept typed"}
    )
    assert answer.status_code == 422
    assert "ends below where it begins" in answer.text
    assert "Kept typed" in answer.text
    assert WorkspaceSettings.objects.count() == max(before, 1)
    assert not Run.objects.exists()


def test_everyone_reads_the_tiers_and_only_keepers_change_them(cast: Cast, client_of: ClientOf) -> None:
    ensure_defaults()
    tier = active_tiers()[0]
    client = client_of(cast.rep)
    page = client.get(reverse("tier_list"))
    assert page.status_code == 200
    assert "One-to-One" in page.text
    assert reverse("tier_edit", args=[tier.pk]) not in page.text
    for url in ("tier_edit", "tier_up", "tier_down", "tier_retire"):
        assert client.post(reverse(url, args=[tier.pk])).status_code == 403
    assert client.post(reverse("tier_create")).status_code == 403
    assert Tier.objects.active().count() == 4


def test_a_tier_is_changed_and_its_cap_published(cast: Cast, client_of: ClientOf) -> None:
    ensure_defaults()
    tier = active_tiers()[0]
    client = client_of(cast.marketer)
    form = client.get(reverse("tier_edit", args=[tier.pk])).context["form"]
    said = {name: form[name].value() for name in form.fields} | {
        "minimum_score": "62.50",
        "minimum_potential": "",
        "seats": "10",
        "clustered": "",
    }
    assert client.post(reverse("tier_edit", args=[tier.pk]), said).status_code == 302
    tier.refresh_from_db()
    assert (tier.minimum_score, tier.minimum_potential, tier.two_sided) == (312_500, None, True)
    assert current_caps()[tier.pk] == 10
    assert AuditEntry.objects.get(action="tier_change").before == {
        "minimum_score": 300_000,
        "minimum_potential": 2_000_000,
    }


def test_two_tiers_do_not_share_a_name(cast: Cast, client_of: ClientOf) -> None:
    ensure_defaults()
    client = client_of(cast.admin)
    said = {
        "name": "One-to-Few",
        "short_name": "Two",
        "colour": "5",
        "minimum_score": "10",
        "minimum_coverage": "0",
        "minimum_stay": "1",
        "capped": "on",
        "seats": "9",
    }
    answer = client.post(reverse("tier_create"), said)
    assert answer.status_code == 422
    assert "already exists" in answer.text
    assert (Tier.objects.count(), Cap.objects.count()) == (4, 4)
    assert client.post(reverse("tier_create"), said | {"name": "Newsletter"}).status_code == 302
    added = active_tiers()[-1]
    assert (added.name, added.order, current_caps()[added.pk]) == ("Newsletter", 5, 9)


def test_tiers_swap_places(cast: Cast, client_of: ClientOf) -> None:
    ensure_defaults()
    first, second, *_ = active_tiers()
    client_of(cast.marketer).post(reverse("tier_down", args=[first.pk]))
    assert [tier.pk for tier in active_tiers()[:2]] == [second.pk, first.pk]
    client_of(cast.marketer).post(reverse("tier_up", args=[second.pk]))
    assert [tier.pk for tier in active_tiers()[:2]] == [second.pk, first.pk]


def test_a_tier_that_accounts_hold_is_not_retired(cast: Cast, client_of: ClientOf) -> None:
    ensure_defaults()
    tier = active_tiers()[3]
    account = AccountFactory.create()
    place(actor=None, account=account, tier=tier, source="imported", reason="file")
    client = client_of(cast.marketer)
    answer = client.post(reverse("tier_retire", args=[tier.pk]), follow=True)
    assert "1 account holds Targeted Demand Gen" in answer.text
    assert Tier.objects.active().count() == 4
    place(actor=None, account=account, tier=None, source="cycle", reason="out")
    client.post(reverse("tier_retire", args=[tier.pk]))
    assert [one.pk for one in Tier.objects.active()] == [one.pk for one in active_tiers()]
    assert Tier.objects.active().count() == 3


def test_rules_append_a_version_and_nothing_when_nothing_differs(cast: Cast, client_of: ClientOf) -> None:
    ensure_defaults()
    client = client_of(cast.marketer)
    form = client.get(reverse("settings_detail")).context["form"]
    said = {name: form[name].value() for name in form.fields}
    said = {name: "" if value is None else value for name, value in said.items()}
    client.post(reverse("settings_detail"), said)
    assert WorkspaceSettings.objects.count() == 1
    client.post(reverse("settings_detail"), said | {"margin": "7.50", "holidays": "2026-12-25\n2027-01-01"})
    new = current_settings()
    assert (new.version, new.margin, new.holidays) == (2, 37_500, ["2026-12-25", "2027-01-01"])
    assert WorkspaceSettings.objects.get(version=1).margin == 25_000
    wrong = client.post(reverse("settings_detail"), said | {"holidays": "Christmas"})
    assert wrong.status_code == 422
    assert "is not a day" in wrong.text
    assert client_of(cast.rep).post(reverse("settings_detail"), said).status_code == 403
    assert current_settings() == new


def test_a_setting_that_does_not_exist_is_refused(cast: Cast) -> None:
    with pytest.raises(DomainError, match="no setting called colour"):
        change_settings(actor=cast.marketer, colour="blue")
    assert not WorkspaceSettings.objects.exists()
