"""Which columns the account list shows, in which order; chosen without JavaScript too."""

import re
from html import unescape

import pytest
from django.test import Client

from abxsite.desk import columns
from accounts.models import CustomAttribute
from tests.cast import Cast
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketer(client: Client, cast: Cast) -> Client:
    client.force_login(cast.marketer)
    return client


def heads(client: Client, query: str = "") -> list[str]:
    html = unescape(client.get(f"/accounts/?{query or 'view=all'}").content.decode())
    head = html.partition("<thead>")[2].partition("</thead>")[0]
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<th[^>]*>(.*?)</th>", head, re.S)][1:]


def test_the_usual_columns_are_those_of_the_mock_up(marketer: Client) -> None:
    AccountFactory()
    assert heads(marketer) == [
        "Account ↑", "Tier", "Score", "Known", "Fit Sig Rel", "Potential", "Cluster", "Owner", "Pipeline", "Touch",
        "Signal", "Next delivery", "Data",
    ]  # fmt: skip


def test_columns_stand_in_the_order_of_the_address_with_custom_ones(marketer: Client) -> None:
    CustomAttribute.objects.create(key="berths", label="Berths", kind="number")
    AccountFactory(custom={"berths": 1200}, employees=4300)
    query = "columns=employees,custom.berths,tier"
    assert heads(marketer, query) == ["Account ↑", "Employees", "Berths", "Tier"]
    html = marketer.get(f"/accounts/?{query}").content.decode()
    assert re.findall(r'<td class="ax-num">\s*([\d,]+)\s*</td>', html) == ["4,300", "1,200"]


def test_every_column_draws_a_bare_and_a_full_account(marketer: Client) -> None:
    AccountFactory(name="Bare", domain="")
    AccountFactory(name="Full", industry="Ports", technologies=["sap"], employees=5, revenue=10**9, year_founded=1999)
    answer = marketer.get(f"/accounts/?columns={','.join(columns.COLUMNS)}")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert len(re.findall("<th ", html)) == len(columns.COLUMNS) + 2
    assert ">sap</span>" in html
    assert "$1B" in html


def test_a_column_moves_by_a_button_and_the_list_opens_with_it(marketer: Client) -> None:
    AccountFactory()
    html = marketer.get("/accounts/columns/?columns=tier,score,owner&up=owner&q=x").content.decode()
    assert re.findall(r'name="columns" value="([^"]+)" checked', html) == ["tier", "owner", "score"]
    assert re.search(r'name="up" value="owner"[^>]*data-ax-focus', html)
    answer = marketer.get("/accounts/columns/?q=x&columns=tier&columns=owner&columns=score&done=1")
    assert answer["Location"] == "/accounts/?q=x&columns=tier%2Cowner%2Cscore"


def test_the_usual_columns_need_no_parameter(marketer: Client) -> None:
    query = "&".join(f"columns={key}" for key in columns.DEFAULT)
    assert marketer.get(f"/accounts/columns/?{query}&done=1")["Location"] == "/accounts/?view=all"


def test_a_column_that_is_not_shown_costs_no_query(marketer: Client, django_assert_max_num_queries: object) -> None:
    AccountFactory()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def tables(query: str) -> set[str]:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            marketer.get(f"/accounts/?{query}")
        return {name for each in seen for name in re.findall(r'GROUP BY 1|"accounts_signal"', each["sql"])}

    assert '"accounts_signal"' in tables("view=all")
    assert '"accounts_signal"' not in tables("columns=tier,owner")
