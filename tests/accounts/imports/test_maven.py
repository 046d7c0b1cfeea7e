"""Maven's two files into an empty workspace: the figures that the import must get exactly right."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Count, Q, Sum

from abxsite.users.models import Person
from accounts.choices import Outcome
from accounts.models import Account, ImportChange, ImportJob, Opportunity, OpportunityChange, RescoreMark
from tests.accounts.imports.shared_data import shared_file

pytestmark = pytest.mark.django_db


def import_file(kind: str, path: Path, *more: str) -> dict[str, Any]:
    said = StringIO()
    call_command("import_file", kind, str(path), "--json", *more, stdout=said)
    found: dict[str, Any] = json.loads(said.getvalue())
    return found


@pytest.fixture
def accounts_file() -> Path:
    return shared_file("maven_crm_sales/accounts.csv")


@pytest.fixture
def pipeline_file() -> Path:
    return shared_file("maven_crm_sales/sales_pipeline.csv")


@pytest.fixture
def imported(db: None, accounts_file: Path, pipeline_file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    accounts = import_file("accounts", accounts_file, "--unit", "revenue=millions")
    return accounts, import_file("opportunities", pipeline_file)


def test_accounts_come_with_parents_revenue_and_industry(imported: tuple[dict[str, Any], dict[str, Any]]) -> None:
    accounts, _ = imported
    assert accounts["created"] == 85
    assert (accounts["updated"], accounts["unchanged"], accounts["conflict"], accounts["error"]) == (0, 0, 0, 0)
    assert Account.objects.count() == 85
    children = Account.objects.filter(parent__isnull=False)
    assert children.count() == 15
    assert children.aggregate(n=Count("parent", distinct=True))["n"] == 7
    assert Account.objects.filter(industry="technolgy").count() == 12
    acme = Account.objects.get(name="Acme Corporation")
    assert (acme.revenue, acme.employees, acme.year_founded) == (1_100_040_000, 2822, 1996)
    assert (acme.country, acme.match_name, acme.owner) == ("United States", "acme", None)


def test_deals_are_all_kept_and_those_without_an_account_counted_apart(
    imported: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    _, deals = imported
    assert (deals["created"], deals["conflict"], deals["error"], deals["unassigned"]) == (8800, 0, 0, 1425)
    assert deals["account_not_found"] == 0
    found = Opportunity.objects.aggregate(
        all=Count("id"),
        unassigned=Count("id", filter=Q(account__isnull=True)),
        won=Count("id", filter=Q(outcome=Outcome.WON)),
        lost=Count("id", filter=Q(outcome=Outcome.LOST)),
        engaging=Count("id", filter=Q(outcome=Outcome.OPEN, stage="Engaging")),
        prospecting=Count("id", filter=Q(outcome=Outcome.OPEN, stage="Prospecting")),
        value=Sum("amount", filter=Q(outcome=Outcome.WON)),
        lost_at_nothing=Count("id", filter=Q(outcome=Outcome.LOST, amount=0)),
        open_with_amount=Count("id", filter=Q(outcome=Outcome.OPEN, amount__isnull=False)),
        doubtful=Count("id", filter=Q(dates_doubtful=True)),
        undated=Count("id", filter=Q(opened_on__isnull=True)),
    )
    assert found == {
        "all": 8800,
        "unassigned": 1425,
        "won": 4238,
        "lost": 2473,
        "engaging": 1589,
        "prospecting": 500,
        "value": Decimal("10005534.00"),
        "lost_at_nothing": 2473,
        "open_with_amount": 0,
        "doubtful": 0,
        "undated": 500,
    }
    assert OpportunityChange.objects.count() == 8800
    assert Opportunity.objects.filter(product="GTXPro").count() == 1480


def test_sales_agents_become_persons_without_a_login(imported: tuple[dict[str, Any], dict[str, Any]]) -> None:
    owners = Person.objects.filter(opportunities__isnull=False).distinct()
    assert owners.count() == 30
    assert not owners.filter(user__isnull=False).exists()
    assert not Opportunity.objects.filter(owner__isnull=True).exists()


def test_importing_both_files_twice_changes_nothing(
    imported: tuple[dict[str, Any], dict[str, Any]], accounts_file: Path, pipeline_file: Path
) -> None:
    counted = [model.objects.count() for model in (Person, ImportChange, OpportunityChange, RescoreMark)]
    stamps = (
        set(Account.objects.values_list("id", "updated_at")),
        set(Opportunity.objects.values_list("id", "updated_at")),
    )
    accounts = import_file("accounts", accounts_file, "--unit", "revenue=millions")
    deals = import_file("opportunities", pipeline_file)
    assert (accounts["unchanged"], accounts["created"] + accounts["updated"]) == (85, 0)
    assert (deals["unchanged"], deals["created"] + deals["updated"], deals["unassigned"]) == (8800, 0, 1425)
    assert counted == [model.objects.count() for model in (Person, ImportChange, OpportunityChange, RescoreMark)]
    assert stamps == (
        set(Account.objects.values_list("id", "updated_at")),
        set(Opportunity.objects.values_list("id", "updated_at")),
    )


def test_a_dry_run_counts_the_same_and_writes_nothing(db: None, accounts_file: Path) -> None:
    tried = import_file("accounts", accounts_file, "--unit", "revenue=millions", "--dry-run")
    assert Account.objects.count() == 0
    applied = import_file("accounts", accounts_file, "--unit", "revenue=millions")
    assert {**tried, "import": 0, "dry_run": False} == {**applied, "import": 0}


def test_revenue_without_a_unit_is_refused_in_a_sentence(
    db: None, accounts_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        import_file("accounts", accounts_file)
    assert refused.value.code == 2
    sentence = capsys.readouterr().err
    assert "--unit revenue=millions" in sentence
    assert "1,100.04 beside 2,822 employees" in sentence
    assert Account.objects.count() == 0
    assert not ImportJob.objects.filter(status="running").exists()


def test_fortune_gives_a_thousand_accounts_with_a_thousand_domains(db: None) -> None:
    path = shared_file("fortune1000_2022/Fortune_1000.csv")
    counts = import_file("accounts", path, "--unit", "revenue=millions", "--source", "fortune")
    assert (counts["created"], counts["conflict"], counts["error"]) == (1000, 0, 0)
    assert Account.objects.exclude(domain="").values("domain").distinct().count() == 1000
    assert Account.objects.get(name="Warner Bros. Discovery").domain == "wbd.com"
    walmart = Account.objects.get(name="Walmart")
    assert (walmart.domain, walmart.employees, walmart.revenue) == ("walmart.com", 2_300_000, 572_754_000_000)
    again = import_file("accounts", path, "--unit", "revenue=millions", "--source", "fortune")
    assert again["unchanged"] == 1000
