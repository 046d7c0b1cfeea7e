"""What to find out next: gains, order, who is lifted, whose accounts; what is counted; what is stale."""

from datetime import timedelta
from typing import Any

import pytest

from abxsite.lib import clock
from accounts.models import Account, FactCheck
from accounts.services.fact_checks import check_facts
from accounts.services.potential import enter_potential
from tests.cast import Cast
from tests.factories import AccountFactory
from tests.reviews.factories import make_tiers, place_in
from tiering.models import Run, Scorecard, Tier
from tiering.quality.freshness import facts_for
from tiering.quality.measure import asked_of, measure
from tiering.quality.pages import stale_rows
from tiering.quality.questions import Asked, Question, known_of, masks_to_ask, questions_of
from tiering.quality.ranking import Cursor, Gap, Wanted, gaps
from tiering.services.runs import run_to_end, start_run

pytestmark = pytest.mark.django_db

CRITERIA: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
    # key, kind, weight, config
    ("size", "bands", 40, {"field": "employees", "bands": [[100, 3000], [1000, 5000]], "below": 1000}),
    (
        "fit", "traits", 30,
        {"traits": [
            {"name": "Ports", "field": "industry", "wanted": ["Ports"]},
            {"name": "Large", "field": "employees", "low": 500},
            {"name": "Uses SAP", "field": "technologies", "wanted": ["SAP"]},
        ]},
    ),
    ("place", "choice", 20, {"field": "country", "points": {"Norway": 5000}, "other": 1000}),
    ("signals", "signals", 10, {}),
)  # fmt: skip


@pytest.fixture
def scorecard() -> Scorecard:
    from tiering.models import Criterion
    from tiering.scoring.specs import definition_of

    scorecard = Scorecard.objects.create(version=1, status="published", published_at=clock.now())
    for place, (key, kind, weight, config) in enumerate(CRITERIA):
        Criterion.objects.create(
            scorecard=scorecard, place=place, key=key, name=key.capitalize(), kind=kind, weight=weight, config=config,
            family="firmographic", definition=definition_of(kind, key, config),
        )  # fmt: skip
    return scorecard


def run_now() -> Run:
    run = run_to_end(start_run(actor=None))
    measure(run)
    return run


def shown(rows: list[Gap]) -> list[tuple[str, str, int, int]]:
    names = dict(Account.objects.values_list("pk", "name"))
    return [(names[row.account], row.question.field, row.coverage, row.after) for row in rows]


def make_accounts() -> dict[str, Account]:
    """`whole` lacks nothing; `bare` everything; `half` its size and fit; `no_place` its country."""
    return {
        "whole": AccountFactory(name="whole", employees=2000, industry="Ports", country="Sweden"),
        "bare": AccountFactory(name="bare"),
        "half": AccountFactory(name="half", country="Norway"),
        "no_place": AccountFactory(name="no_place", employees=50, industry="Rail"),
    }


def test_what_is_asked_answers_most(scorecard: Scorecard, cast: Cast) -> None:
    make_accounts()
    run = run_now()
    # no signal is recorded, so that criterion stands outside: coverage is a share of 90
    assert shown(gaps(run, cast.marketer, Wanted())) == [
        ("half", "employees", 22, 100),
        ("bare", "employees", 0, 77),
        ("bare", "country", 0, 22),
        ("no_place", "country", 77, 100),
    ]


def test_pages_follow_each_other_without_gap_or_repeat(scorecard: Scorecard, cast: Cast) -> None:
    make_accounts()
    AccountFactory.create_batch(5)
    run = run_now()
    whole = gaps(run, cast.marketer, Wanted(), size=50)
    found, after = [], None
    while page := gaps(run, cast.marketer, Wanted(), after, size=2)[:2]:
        found += page
        after = Cursor.read(str(page[-1].cursor))
    assert found == whole
    assert len(whole) == 14
    assert Cursor.read("1_2_x_4") is None


def test_an_answer_that_lifts_names_the_tier(scorecard: Scorecard, cast: Cast) -> None:
    make_tiers()
    Tier.objects.filter(order=1).update(minimum_coverage=70, minimum_score=150_000)
    Tier.objects.filter(order=2).update(minimum_coverage=50, minimum_score=50_000)
    Tier.objects.filter(order__gt=2).update(minimum_coverage=0, minimum_score=0)
    accounts = make_accounts()
    run = run_now()
    lifts = {(row.account, row.question.field): row.lifts for row in gaps(run, cast.marketer, Wanted())}
    half, bare = accounts["half"].pk, accounts["bare"].pk
    totals = {row.account: row.total for row in gaps(run, cast.marketer, Wanted())}
    assert (totals[half], totals[bare]) == (165_000, 85_000)
    assert str(lifts[half, "employees"]) == "One-to-One"
    assert str(lifts[bare, "employees"]) == "One-to-Few"
    assert lifts[bare, "country"] is None
    lifting = gaps(run, cast.marketer, Wanted(lifting=True))
    assert [(row.account, row.question.field) for row in lifting] == [(half, "employees"), (bare, "employees")]


def test_one_fact_and_one_owner_are_filters(scorecard: Scorecard, cast: Cast) -> None:
    accounts = make_accounts()
    Account.objects.filter(pk=accounts["bare"].pk).update(owner=cast.rep.person)
    run = run_now()
    assert {row.question.field for row in gaps(run, cast.marketer, Wanted(field="country"))} == {"country"}
    mine = gaps(run, cast.rep, Wanted(owner=cast.rep.person_id))
    assert {row.account for row in mine} == {accounts["bare"].pk}


@pytest.mark.parametrize("few", [True, False])
def test_nobody_is_asked_about_another_teams_account(
    scorecard: Scorecard, cast: Cast, few: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiering.quality.ranking.FEW", 20_000 if few else 0)
    accounts = make_accounts()
    Account.objects.filter(pk=accounts["half"].pk).update(owner=cast.other_rep.person)
    Account.objects.filter(pk=accounts["bare"].pk).update(owner=cast.rep.person)
    run = run_now()
    seen = shown(gaps(run, cast.rep, Wanted()))
    assert seen == [("bare", "employees", 0, 77), ("bare", "country", 0, 22), ("no_place", "country", 77, 100)]
    assert gaps(run, cast.rep, Wanted(owner=cast.other_rep.person_id)) == []


def test_an_answer_is_gone_from_the_list_before_the_next_count(scorecard: Scorecard, cast: Cast) -> None:
    from accounts.services.accounts import update_account
    from tiering.services.marks import rescore_marked

    accounts = make_accounts()
    run = run_now()
    update_account(actor=cast.marketer, account=accounts["half"], employees=300)
    rescore_marked()
    assert "half" not in {name for name, *_ in shown(gaps(run, cast.marketer, Wanted()))}


def test_the_summary_counts_known_and_stale(scorecard: Scorecard, cast: Cast) -> None:
    accounts = make_accounts()
    old = clock.today() - timedelta(days=400)
    Account.objects.filter(name="whole").update(insight_on=old)
    Account.objects.filter(name="no_place").update(insight_on=clock.today())
    check_facts(actor=cast.marketer, account=accounts["whole"], fields=["industry"])
    run = run_now()
    summary = measure(run)
    assert summary is not None
    assert (summary.accounts, summary.gaps) == (4, {"0": 1, "3": 1, "4": 1, "7": 1})
    # half: insight_on is unknown, so its country is stale; the industry of whole was checked today
    assert summary.facts == [
        {"field": "employees", "known": 2, "stale": 1},
        {"field": "industry", "known": 2, "stale": 0},
        {"field": "technologies", "known": 0, "stale": 0},
        {"field": "country", "known": 2, "stale": 2},
    ]
    assert measure(run) == summary


def test_freshness_is_the_newest_of_check_and_insight(scorecard: Scorecard, cast: Cast) -> None:
    old = clock.today() - timedelta(days=500)
    account = AccountFactory(employees=2000, industry="Ports", country="Norway", insight_on=old)
    run = run_now()
    before = {line.field: (line.stale, line.on) for line in facts_for(account, run)}
    assert before == {
        "employees": (True, old), "industry": (True, old), "technologies": (False, None), "country": (True, old),
    }  # fmt: skip
    check_facts(actor=cast.rep, account=account, fields=["country"])
    country = next(line for line in facts_for(account, run) if line.field == "country")
    assert (country.stale, country.on, country.by) == (False, clock.today(), "Rea Rep")
    assert FactCheck.objects.count() == 1


def test_accounts_of_the_list_are_looked_at_again_the_top_tier_first(scorecard: Scorecard, cast: Cast) -> None:
    tiers = make_tiers()
    old = clock.today() - timedelta(days=500)
    low, high, fresh, off = (AccountFactory(name=name, country="Norway", insight_on=old) for name in "abcd")
    for account, tier in ((low, tiers[2]), (high, tiers[0]), (fresh, tiers[0])):
        place_in(account, tier)
    run = run_now()
    check_facts(actor=cast.marketer, account=fresh, fields=["country"], whole=True)
    rows, more = stale_rows(run, cast.marketer, 1)
    assert [(row.account.name, row.share, row.oldest) for row in rows] == [("b", 20, old), ("a", 20, old)]
    assert not more
    assert off.name not in {row.account.name for row in rows}


def test_an_entered_potential_has_an_age_of_its_own(cast: Cast) -> None:
    from tiering.services.scorecards import default_scorecard

    default_scorecard(actor=cast.marketer)
    account = AccountFactory(employees=10)
    enter_potential(actor=cast.marketer, account=account, amount=5000, on=clock.today() - timedelta(days=370))
    run = run_now()
    line = next(line for line in facts_for(account, run) if line.field == "potential")
    assert (line.value, line.stale, line.on) == ("$5k", True, clock.today() - timedelta(days=370))
    summary = measure(run)
    assert summary is not None
    assert {"field": "potential", "known": 1, "stale": 1, "estimated": 0} in summary.facts
    Account.objects.update(insight_on=clock.today())
    place_in(account, make_tiers()[0])
    rows, _ = stale_rows(run, cast.marketer, 1)
    assert [[line.field for line in row.lines] for row in rows] == [["potential"]]
    check_facts(actor=cast.marketer, account=account, fields=["potential"])
    assert stale_rows(run, cast.marketer, 1) == ([], False)


def asked(*criteria: tuple[int, tuple[str, ...]], dataless: tuple[int, ...] = ()) -> list[Asked]:
    return [Asked(i, f"k{i}", f"K{i}", weight, fields, i in dataless) for i, (weight, fields) in enumerate(criteria)]


def test_one_question_per_criterion_and_the_fact_that_answers_two_first() -> None:
    three = asked((40, ("a",)), (30, ("b", "a")), (30, ("c", "d")))
    assert questions_of(0b111, three) == [Question("a", 70), Question("c", 30, ("d",))]
    assert questions_of(0b010, three) == [Question("b", 30, ("a",))]
    assert questions_of(0, three) == []


def test_a_criterion_known_of_nobody_is_no_question_and_stands_outside() -> None:
    two = asked((60, ("a",)), (40, ("b",)), dataless=(1,))
    assert questions_of(0b11, two) == [Question("a", 60)]
    assert known_of(0b10, two) == 60
    assert masks_to_ask(two, ()) == [0b01]


def test_with_many_criteria_only_the_masks_that_were_counted_are_asked() -> None:
    many = asked(*(((5, (f"f{i}",))) for i in range(12)))
    assert masks_to_ask(many, [0, 5, 9]) == [5, 9]


def test_the_criteria_name_the_facts_that_they_read(scorecard: Scorecard) -> None:
    AccountFactory(employees=10)
    run = run_now()
    assert [one.fields for one in asked_of(run)] == [
        ("employees",), ("industry", "employees", "technologies"), ("country",), (),
    ]  # fmt: skip
