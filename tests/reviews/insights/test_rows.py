"""In which row a deal counts (M2); the rows always sum to all."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AccountFollowing, OpportunityChange
from reviews.measure import Insights, Scope, insights
from reviews.measure.reading import measure
from reviews.measure.scope import BY
from reviews.measure.tally import Durations, Tally
from tests.factories import AccountFactory, PersonFactory, TeamFactory
from tests.reviews.insights.makers import FIRST_LIST, deal, hold, make_tier
from tiering.choices import Layer, RuleKind
from tiering.models import IcpRule, Tier

AFTER = date(2026, 2, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def tiers() -> list[Tier]:
    return [make_tier(1, "One-to-One"), make_tier(2, "One-to-Few", capped=False)]


def deals(found: Insights) -> dict[str, int]:
    return {row.name: row.tally.deals for row in found.rows if row.tally.deals}


def test_without_any_placement_every_dated_deal_is_baseline(tiers: list[Tier]) -> None:
    deal(AccountFactory.create(), date(2025, 5, 5))
    deal(AccountFactory.create(), None)
    deal(None, date(2025, 5, 5))
    assert deals(insights()) == {"Baseline, never on the list": 1, "No opening date": 1, "No account": 1}


def test_a_deal_counts_for_the_tier_held_when_it_was_opened(tiers: list[Tier]) -> None:
    top, few = tiers
    account = AccountFactory.create()
    hold(account, few, until=date(2026, 3, 1))
    hold(account, top, since=date(2026, 3, 1))
    deal(account, date(2026, 2, 28))
    deal(account, date(2026, 3, 1))
    deal(account, date(2026, 3, 2))
    assert deals(insights()) == {"One-to-One": 2, "One-to-Few": 1}
    assert deals(insights(tier_as_of="now")) == {"One-to-One": 3}


def test_deals_before_the_first_list_are_baseline_by_the_tier_first_given(tiers: list[Tier]) -> None:
    top, few = tiers
    one, other = AccountFactory.create_batch(2)
    hold(one, few, since=date(2026, 1, 1), until=date(2026, 2, 1), source="imported")
    hold(one, top, since=date(2026, 2, 1))
    deal(one, date(2025, 12, 31))
    deal(one, FIRST_LIST)
    deal(other, date(2025, 12, 31))
    assert deals(insights()) == {"One-to-Few": 1, "Baseline, first One-to-Few": 1, "Baseline, never on the list": 1}


def test_a_voided_placement_is_neither_held_nor_the_first_list(tiers: list[Tier]) -> None:
    account = AccountFactory.create()
    hold(account, tiers[0], voided_at="2026-01-02T00:00Z", void_reason="undone")
    deal(account, AFTER)
    assert deals(insights()) == {"Baseline, never on the list": 1}


def test_temporary_stays_are_a_row_of_their_own(tiers: list[Tier]) -> None:
    account = AccountFactory.create()
    hold(account, tiers[1])
    hold(account, tiers[0], since=AFTER, until=date(2026, 3, 1), layer=Layer.TEMPORARY, source="trigger")
    deal(account, AFTER)
    deal(account, date(2026, 3, 1))
    assert deals(insights()) == {"Temporary stays": 1, "One-to-Few": 1}


def test_off_list_accounts_are_split_by_the_icp(tiers: list[Tier]) -> None:
    hold(AccountFactory.create(industry="retail"), tiers[0])
    deal(AccountFactory.create(industry="retail"), AFTER)
    deal(AccountFactory.create(industry="mining"), AFTER)
    assert deals(insights()) == {"Off list, passes the ICP": 2}
    IcpRule.objects.create(kind=RuleKind.MUST, fact="industry", op="eq", value="retail")
    assert deals(insights()) == {"Off list, passes the ICP": 1, "Off list, outside the ICP": 1}
    rows = {row.kind: row.accounts for row in insights().rows}
    assert (rows["tier"], rows["off_list"], rows["off_list_outside"]) == (0, 1, 1)


def test_a_subsidiary_that_follows_its_parent_counts_for_the_parents_tier(tiers: list[Tier]) -> None:
    parent, child = AccountFactory.create_batch(2)
    hold(parent, tiers[0])
    AccountFollowing.objects.create(account=child, parent=parent, since=FIRST_LIST, until=date(2026, 3, 1))
    deal(child, AFTER)
    deal(child, date(2026, 3, 2))
    assert deals(insights()) == {"One-to-One": 1, "Off list, passes the ICP": 1}


def test_a_retired_tier_has_a_row_only_while_deals_count_for_it(tiers: list[Tier]) -> None:
    old = make_tier(9, "Strategic", retired_at="2026-05-01T00:00Z")
    account = AccountFactory.create()
    assert [row.name for row in insights().of_kind("tier")] == ["One-to-One", "One-to-Few"]
    hold(account, old, until=date(2026, 5, 1))
    deal(account, AFTER)
    assert [row.name for row in insights().of_kind("tier")] == ["One-to-One", "One-to-Few", "Strategic"]


def test_accounts_and_caps_are_those_of_now(tiers: list[Tier]) -> None:
    top, few = tiers
    hold(AccountFactory.create(), top)
    hold(AccountFactory.create(), top, until=AFTER)
    top.caps.create(seats=12)
    few.caps.create(seats=3)
    assert [(row.accounts, row.cap) for row in insights().of_kind("tier")] == [(1, 12), (0, None)]


def test_rows_by_owner_and_manager_and_industry(tiers: list[Tier]) -> None:
    boss = PersonFactory.create(name="Mona")
    seller = PersonFactory.create(name="Rea", team=TeamFactory.create(manager=boss))
    deal(AccountFactory.create(industry="retail"), AFTER, owner=seller)
    deal(None, AFTER)
    assert deals(insights(by="owner")) == {"Rea": 1, "No owner": 1}
    assert deals(insights(by="manager")) == {"Mona": 1, "No manager": 1}
    assert deals(insights(by="industry")) == {"retail": 1, "No account": 1}
    assert deals(insights(by="none")) == {"All deals": 2}


def test_filters_leave_the_deals_and_accounts_that_match(tiers: list[Tier]) -> None:
    team = TeamFactory.create()
    seller = PersonFactory.create(team=team)
    account = AccountFactory.create(industry="retail", region="North", status="customer", owner=seller)
    hold(account, tiers[0])
    deal(account, AFTER, owner=seller)
    deal(AccountFactory.create(), AFTER)
    filters = {"owner": seller.pk, "team": team.pk, "industry": "retail", "region": "North", "status": "customer"}
    for name, value in filters.items():
        found = measure(Scope(**{name: value}))
        assert (found.total.tally.deals, found.rows[0].accounts, found.total.accounts) == (1, 1, 1), name


def test_rows_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="No rows by moon"):
        insights(by="moon")  # type: ignore[arg-type]


def test_an_amount_counts_at_opening_for_what_was_created_and_now_for_what_is_open(tiers: list[Tier]) -> None:
    found = deal(AccountFactory.create(), AFTER, amount="150.50")
    for day, amount in ((AFTER, None), (date(2026, 2, 2), 100), (date(2026, 2, 3), "150.50")):
        OpportunityChange.objects.create(opportunity=found, on=day, outcome="open", amount=amount)
    deal(AccountFactory.create(), AFTER)
    total = insights().as_json()["total"]
    assert (total["created_amount"], total["created_unknown"]) == (100, 1)
    assert (total["open_amount"], total["open_unknown"]) == (150.5, 1)


def sums(found: Insights) -> Tally:
    return sum((row.tally for row in found.rows), Tally())


@pytest.mark.parametrize("period", [{}, {"since": date(2025, 6, 1), "until": date(2026, 2, 15)}])
def test_rows_of_every_kind_sum_to_all(tiers: list[Tier], period: dict[str, Any]) -> None:
    accounts = AccountFactory.create_batch(3)
    hold(accounts[0], tiers[0])
    hold(accounts[1], tiers[1], since=date(2026, 2, 1))
    for month in range(1, 13):
        for account in (*accounts, None):
            deal(account, date(2025 + month % 2, month, 10), "won", date(2026, 12, month), amount=month)
            deal(account, None if month == 3 else date(2025, month, 1), amount=month)
    whole = sums(insights(by="none", **period))
    assert whole.deals == (96 if not period else whole.deals) > 0
    for by in BY:
        for tier_as_of in ("opened", "now"):
            found = insights(by=by, tier_as_of=tier_as_of, **period)
            assert sums(found) == found.total.tally == whole, (by, tier_as_of)


counters = st.dictionaries(st.integers(0, 9), st.integers(1, 5), max_size=4)
durations = st.lists(st.tuples(st.integers(0, 9), *[st.integers(0, 3)] * 4).map(list), max_size=5).map(Durations.of)
tallies = st.builds(Tally, deals=st.integers(0, 9), won=st.integers(0, 9), durations=durations)


@given(tallies, tallies, tallies)
def test_tallies_add_up_in_any_order(one: Tally, two: Tally, three: Tally) -> None:
    assert (one + two) + three == one + (two + three) == three + one + two
    assert one + Tally() == one
