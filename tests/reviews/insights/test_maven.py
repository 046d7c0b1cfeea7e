"""The truth of the real file, computed from it apart: see GROUND and the file's own README."""

import csv
import json
import os
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from abxsite.users.models import Person
from accounts.models import Account, Opportunity

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
FOLDER = SHARED / "maven_crm_sales"


@pytest.fixture
def maven(db: None) -> None:
    """The two files, put in as they are, without the import."""
    if not FOLDER.is_dir():
        assert os.environ.get("CI") != "true", "the Maven files are missing"
        pytest.skip("../shared/data/maven_crm_sales is not here")
    with (FOLDER / "accounts.csv").open() as file:
        rows = list(csv.DictReader(file))
    made = [Account(name=row["account"], match_name=row["account"].lower(), industry=row["sector"]) for row in rows]
    accounts = {account.name: account for account in Account.objects.bulk_create(made)}
    people: dict[str, Person] = {}
    deals = []
    with (FOLDER / "sales_pipeline.csv").open() as file:
        for row in csv.DictReader(file):
            agent = row["sales_agent"]
            deals.append(
                Opportunity(
                    account=accounts.get(row["account"]),
                    owner=people.get(agent) or people.setdefault(agent, Person.objects.create(name=agent)),
                    external_id=row["opportunity_id"],
                    stage=row["deal_stage"],
                    outcome={"Won": "won", "Lost": "lost"}.get(row["deal_stage"], "open"),
                    opened_on=date.fromisoformat(row["engage_date"]) if row["engage_date"] else None,
                    closed_on=date.fromisoformat(row["close_date"]) if row["close_date"] else None,
                    amount=row["close_value"] or None,
                )
            )
    Opportunity.objects.bulk_create(deals)


def asked(*options: str) -> Any:
    out = StringIO()
    call_command("insights", "--json", *options, stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.usefixtures("maven")
@pytest.mark.parametrize("options", ["--by=tier", "--by=none", "--by=industry", "--by=owner", "--tier-as-of=now"])
def test_the_sum_is_the_truth_of_the_file(options: str) -> None:
    found = asked(options)
    total = found["total"]
    expected = {
        "deals": 8800, "without_account": 1425, "accounts": 85,
        "won": 4238, "lost": 2473, "closed": 6711, "win_rate": 0.631501,
        "won_value": 10_005_534, "won_value_n": 4238, "mean_won_deal": 2360.909391,
        "cycle_n": 4238, "mean_cycle_days": 51.781973, "median_cycle_days": 57,
        "open": 2089, "open_amount": 0, "open_unknown": 2089,
    }  # fmt: skip
    assert {key: total[key] for key in expected} == expected
    assert found["unassigned"] == 1425
    for key in ("deals", "won", "lost", "won_value", "open"):
        assert sum(row[key] for row in found["rows"]) == total[key]


@pytest.mark.usefixtures("maven")
def test_the_rows_of_a_workspace_without_placements() -> None:
    rows = {row["kind"]: row["deals"] for row in asked()["rows"]}
    assert rows == {"baseline": 7212, "undated": 163, "unassigned": 1425, "off_list": 0}
    industries = {row["name"]: row["accounts"] for row in asked("--by", "industry")["rows"]}
    assert industries["technolgy"] == 12


@pytest.mark.usefixtures("maven")
def test_the_table_says_the_same_for_people() -> None:
    out = StringIO()
    call_command("insights", "--by", "none", stdout=out)
    assert "63.2" in out.getvalue()
    assert "10,005,534" in out.getvalue()
    assert "1,425 deals have no account." in out.getvalue()
