"""Wins against the ICP, what they share with figures worked out by hand, and who resembles them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from abxsite.lib import clock
from abxsite.lib.stats import newcombe
from accounts.choices import OpportunityType, Outcome
from accounts.facts import Condition
from accounts.models import Account
from tests.cast import Cast
from tests.factories import AccountFactory, OpportunityFactory
from tiering.choices import RuleKind
from tiering.icp import current_lines, summaries
from tiering.icp.lookalikes import likeness, possible, rank, telling
from tiering.icp.shared import Comparison, as_json, compare, comparison_of, from_json
from tiering.icp.wins import Fits, read_wins
from tiering.models import IcpSummary
from tiering.services.icp import save_rules
from tiering.services.icp_counts import summarize_icp
from tiering.services.placements import place
from tiering.services.setup import ensure_defaults
from tiering.services.tiers import active_tiers

pytestmark = pytest.mark.django_db


def won(account: Account | None, days: int = 50, back: int = 30, **facts: object) -> None:
    closed = clock.today() - timedelta(days=back)
    given = {"outcome": Outcome.WON, "closed_on": closed, "opened_on": closed - timedelta(days=days), "amount": 1000}
    OpportunityFactory.create(account=account, **given | facts)


def test_wins_are_told_apart_by_the_rule_that_they_fail() -> None:
    big = AccountFactory.create(employees=900)
    small, dark = AccountFactory.create(employees=5), AccountFactory.create()
    save_rules(actor=None, kind=RuleKind.MUST, conditions=[Condition("employees", "gte", 100)])
    for days in (10, 40, 90):
        won(big, days)
    won(small, 20, amount=Decimal("250.50"))
    won(dark, amount=None)
    won(big, type=OpportunityType.RENEWAL)
    won(big, back=400)
    won(None)
    won(small, dates_doubtful=True, amount=None)
    wins = read_wins(clock.today(), current_lines())
    assert {fits: (pace.deals, len(pace.accounts)) for fits, pace in wins.by_fit.items()} == {
        Fits.YES: (3, 1), Fits.OPEN: (1, 1), Fits.NO: (2, 1),
    }  # fmt: skip
    assert (wins.total.deals, wins.without_account) == (6, 1)
    assert (wins.by_fit[Fits.YES].median_days, wins.by_fit[Fits.YES].timed) == (40, 3)
    failing = wins.by_fit[Fits.NO]
    assert (failing.median_days, failing.timed, failing.amount, failing.without_amount) == (20, 1, Decimal("250.50"), 1)
    assert [(line.words, pace.deals) for line, pace in wins.by_rule] == [("Employees at least 100", 2)]


def test_the_past_counts_only_what_had_closed_by_then() -> None:
    account = AccountFactory.create()
    won(account, back=0)
    won(account, back=300)
    day = clock.today() - timedelta(days=200)
    assert read_wins(clock.today(), []).total.deals == 2
    assert read_wins(day, []).total.deals == 1
    assert compare(day).buyers == 1


def test_shares_count_the_known_and_carry_their_interval() -> None:
    for _ in range(6):
        won(AccountFactory.create(industry="Energy", technologies=["SAP", "SAP"], employees=700))
    for _ in range(2):
        won(AccountFactory.create(industry="Retail"))
    AccountFactory.create_batch(2, industry="Energy")
    AccountFactory.create_batch(18, industry="Retail", technologies=["Excel"])
    AccountFactory.create_batch(5)
    AccountFactory.create(industry="Energy", merged_into=AccountFactory.create())
    found = compare(clock.today())
    assert (found.buyers, found.rest) == (8, 26)
    energy = next(one for one in found.features if one.value == "Energy")
    assert (energy.wins, energy.wins_known, energy.rest, energy.rest_known) == (6, 8, 2, 20)
    expected = newcombe(6, 8, 2, 20)
    assert (energy.low, energy.high, energy.difference) == (expected.low, expected.high, expected.value)
    sap = next(one for one in found.features if one.value == "SAP")
    assert (sap.wins, sap.wins_known, sap.rest, sap.rest_known) == (6, 6, 0, 18)
    assert [one.value for one in found.less] == ["Retail", "Excel"]
    assert from_json(as_json(found)) == found


def test_taken_together_less_holds_than_alone() -> None:
    rows: list[tuple[str, str | None, bool, int]] = [("all", None, True, 40), ("all", None, False, 400)]
    for number in range(30):
        rows += [("technologies", f"T{number:02}", True, 10), ("technologies", f"T{number:02}", False, 40)]
    rows += [("technologies", "Rare", True, 1), ("technologies", None, True, 40), ("technologies", None, False, 400)]
    found = comparison_of(rows)
    assert (found.compared, round(found.by_chance, 2)) == (30, 1.5)
    assert {one.stands_out for one in found.features} == {True}
    assert {one.certain for one in found.features} == {False}


def test_few_wins_tell_nothing() -> None:
    found = comparison_of([("all", None, True, 4), ("industry", "Energy", True, 4), ("industry", "Energy", False, 1),
                           ("industry", "Retail", False, 99), ("all", None, False, 100)])  # fmt: skip
    assert found.too_few
    assert telling(found) == []


def look_around() -> tuple[Comparison, dict[str, Account]]:
    for _ in range(12):
        won(AccountFactory.create(industry="Energy", country="Norway", technologies=["SAP"]))
    AccountFactory.create_batch(30, industry="Retail", country="Spain", technologies=["Excel"])
    names = {
        "twin": AccountFactory.create(industry="Energy", country="Norway", technologies=["SAP"]),
        "cousin": AccountFactory.create(industry="Energy", country="Norway"),
        "seated": AccountFactory.create(industry="Energy", country="Norway", technologies=["SAP"]),
        "closed": AccountFactory.create(industry="Energy", country="Norway", closure="acquired"),
        "small": AccountFactory.create(industry="Energy", country="Norway", employees=3),
    }
    ensure_defaults(actor=None)
    place(actor=None, account=names["seated"], tier=active_tiers()[2], source="imported", reason="file")
    save_rules(actor=None, kind=RuleKind.MUST, conditions=[Condition("employees", "gte", 100)])
    return compare(clock.today()), names


def test_look_alikes_are_off_the_list_and_their_points_add_up() -> None:
    found, names = look_around()
    features = telling(found)
    ranked = rank(features, current_lines(), clock.today())
    assert [pk for pk, _ in ranked] == [names["twin"].pk, names["cousin"].pk]
    for pk, points in ranked:
        said = likeness(Account.objects.get(pk=pk), features)
        assert said.points == points == sum(one.points for one in said.shares)
    assert likeness(names["cousin"], features).unknown == ("technologies",)
    assert ranked[0][1] == possible(features)
    assert {one.points - round(100 * one.difference) for one in features} == {0}
    assert {one.value: one.points < 0 for one in features}["Retail"]


def test_the_pages_answer_those_who_see_all_only(cast: Cast, client: Client) -> None:
    look_around()
    names = ("icp_win_list", "icp_shared", "icp_lookalike_list")
    client.force_login(cast.leader)
    pages = {name: client.get(reverse(name)) for name in names}
    assert {page.status_code for page in pages.values()} == {200}
    assert pages["icp_win_list"].context["wins"].total.deals == 12
    assert len(pages["icp_lookalike_list"].context["rows"]) == 2
    energy = next(row for row in pages["icp_shared"].context["rows"] if row["feature"].value == "Energy")
    assert energy["wins_url"].endswith("?industry=Energy&won_on.within=12+months")
    client.force_login(cast.rep)
    assert {client.get(reverse(name)).status_code for name in names} == {403}


def test_a_large_workspace_shows_what_was_counted_last(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_around()
    monkeypatch.setattr(summaries, "LIVE", 3)
    client.force_login(cast.marketer)
    assert client.get(reverse("icp_shared")).context["kept"].found is None
    assert summarize_icp(clock.today()) == 2
    answer = client.get(reverse("icp_shared"))
    assert (answer.context["kept"].current, answer.context["found"].buyers) == (True, 12)
    assert client.get(reverse("icp_detail")).context["counted"].fails == 1
    save_rules(actor=None, kind=RuleKind.EXCLUDE, conditions=[Condition("industry", "in", ["Retail"])])
    assert client.get(reverse("icp_detail")).context["counted"] is None
    assert client.get(reverse("icp_lookalike_list")).context["kept"].current is False
    summarize_icp(clock.today())
    assert client.get(reverse("icp_detail")).context["counted"].fails == 31
    assert IcpSummary.objects.count() == 2


def test_a_day_that_is_none_is_today(cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    answer = client.get(reverse("icp_win_list"), {"as_of": "yesterday"})
    assert answer.context["as_of"] == clock.today()
    answer = client.get(reverse("icp_win_list"), {"as_of": "2026-01-31"})
    assert answer.context["as_of"] == date(2026, 1, 31)
