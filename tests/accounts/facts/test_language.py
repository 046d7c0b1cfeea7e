"""The language of conditions: what each operator finds, what it refuses, and how it reads."""

from datetime import date, timedelta
from typing import Any

import pytest

from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from accounts import facts
from accounts.choices import Outcome, SignalKind, Strength
from accounts.models import Account, ClusterMembership, Tie
from tests.factories import (
    AccountFactory,
    ClusterFactory,
    ContactFactory,
    OpportunityFactory,
    PersonFactory,
    SignalFactory,
)

pytestmark = pytest.mark.django_db


def found(*conditions: tuple[Any, ...]) -> list[str]:
    checked = facts.check([{"fact": c[0], "op": c[1], "value": c[2] if len(c) > 2 else None} for c in conditions])
    return list(Account.objects.filter(facts.where_all(checked)).order_by("name").values_list("name", flat=True))


def said(fact: str, op: str, value: Any = None) -> str:
    return facts.in_words(facts.condition(fact, op, value))


def days_ago(count: int) -> date:
    return clock.today() - timedelta(days=count)


def test_an_unknown_fact_fits_no_comparison_and_is_asked_for_by_name() -> None:
    AccountFactory(name="Ports", industry="Ports", employees=500)
    AccountFactory(name="Energy", industry="Energy", employees=100)
    AccountFactory(name="Unknown")
    assert found(("industry", "in", ["Ports", "Steel"])) == ["Ports"]
    assert found(("industry", "not_in", ["Ports"])) == ["Energy"]
    assert found(("industry", "ne", "Ports")) == ["Energy"]
    assert found(("industry", "unknown")) == ["Unknown"]
    assert found(("employees", "gte", 100)) == ["Energy", "Ports"]
    assert found(("employees", "lte", 499)) == ["Energy"]
    assert found(("employees", "between", [100, 100])) == ["Energy"]
    assert found(("employees", "ne", 100)) == ["Ports"]
    assert found(("employees", "known")) == ["Energy", "Ports"]
    assert found(("industry", "known"), ("employees", "gte", "200")) == ["Ports"]


def test_technologies_any_all_none() -> None:
    AccountFactory(name="Both", technologies=["sap", "grid"])
    AccountFactory(name="One", technologies=["sap"])
    AccountFactory(name="Other", technologies=["oracle"])
    AccountFactory(name="Unknown")
    assert found(("technologies", "any", ["sap", "grid"])) == ["Both", "One"]
    assert found(("technologies", "all", ["sap", "grid"])) == ["Both"]
    assert found(("technologies", "none", ["sap"])) == ["Other"]
    assert found(("technologies", "unknown")) == ["Unknown"]


def test_signals_in_a_window_count_only_the_kinds_and_days_asked_for() -> None:
    busy, once, old = (AccountFactory(name=name) for name in ("Busy", "Once", "Old"))
    for ago in (1, 5, 40):
        SignalFactory(account=busy, kind=SignalKind.DOWNLOAD, occurred_on=days_ago(ago))
    SignalFactory(account=once, kind=SignalKind.MEETING, occurred_on=days_ago(30))
    SignalFactory(account=old, kind=SignalKind.MEETING, occurred_on=days_ago(31))
    assert found(("signals", "at_least", {"n": 1, "within": "30 days"})) == ["Busy", "Once"]
    assert found(("signals", "at_least", {"n": 2, "within": "30 days"})) == ["Busy"]
    assert found(("signals", "at_least", {"n": 3, "within": "30 days"})) == []
    assert found(("signals", "at_least", {"within": "31 days", "kinds": ["meeting"]})) == ["Old", "Once"]
    assert found(("signals", "fewer", {"n": 1, "within": "30 days"})) == ["Old"]


def test_won_in_the_last_twelve_months_and_its_neighbours() -> None:
    today = clock.today()
    edge, late, lost, never = (AccountFactory(name=name) for name in ("Edge", "Late", "Lost", "Never"))
    OpportunityFactory(account=edge, outcome=Outcome.WON, closed_on=clock.add_months(today, -12))
    OpportunityFactory(account=late, outcome=Outcome.WON, closed_on=clock.add_months(today, -12) - timedelta(days=1))
    OpportunityFactory(account=lost, outcome=Outcome.LOST, closed_on=today)
    assert found(("won_on", "within", "12 months")) == ["Edge"]
    assert found(("won_on", "older", "12 months")) == ["Late"]
    assert found(("won_on", "not_within", "12m")) == ["Late", "Lost", never.name]
    assert found(("won_on", "known")) == ["Edge", "Late"]
    assert found(("won_on", "unknown")) == ["Lost", "Never"]
    assert found(("any_deal", "is", False)) == ["Never"]
    OpportunityFactory(account=never)
    assert found(("open_deal", "is", True)) == ["Never"]


def test_people_counted_are_never_unknown() -> None:
    known, cold, empty = (AccountFactory(name=name) for name in ("Known", "Cold", "Empty"))
    ContactFactory(account=known, strength=Strength.TRUSTED, seniority="c_level", last_contact_on=days_ago(10))
    ContactFactory(account=known, strength=Strength.MET, seniority="vp")
    ContactFactory(account=cold, strength=Strength.AWARE, seniority="vp")
    Tie.objects.create(account=cold, kind="referral", on=days_ago(3))
    Tie.objects.create(account=known, kind="event", on=days_ago(30), ended_on=days_ago(2))
    assert found(("contacts", "gte", 2)) == ["Known"]
    assert found(("contacts", "lte", 0)) == [empty.name]
    assert found(("contacts", "eq", 1)) == ["Cold"]
    assert found(("contacts", "ne", 1)) == ["Empty", "Known"]
    assert found(("contacts_met", "between", [1, 5])) == ["Known"]
    assert found(("strength", "gte", 3)) == ["Known"]
    assert found(("strength", "lte", 1)) == ["Cold", "Empty"]
    assert found(("strength", "eq", 1)) == ["Cold"]
    assert found(("seniority", "all", ["c_level", "vp"])) == ["Known"]
    assert found(("seniority", "none", ["c_level"])) == ["Cold", "Empty"]
    assert found(("touched", "unknown")) == ["Cold", "Empty"]
    assert found(("ties", "gte", 1)) == ["Cold"]
    assert found(("tie_kind", "any", ["event"])) == []


def test_owner_cluster_and_age_of_data() -> None:
    person, cluster = PersonFactory(name="Rea"), ClusterFactory(name="Grid tenders")
    owned = AccountFactory(name="Owned", owner=person, insight_on=days_ago(400))
    AccountFactory(name="Fresh", insight_on=days_ago(5), domain="")
    ClusterMembership.objects.create(account=owned, cluster=cluster, since=days_ago(9))
    assert found(("owner", "in", [str(person.pk)])) == ["Owned"]
    assert found(("owner", "unknown")) == ["Fresh"]
    assert found(("cluster", "known")) == ["Owned"]
    assert found(("cluster", "not_in", [cluster.pk])) == []
    assert found(("insight_on", "older", "1 year")) == ["Owned"]
    assert found(("insight_on", "within", "30 days")) == ["Fresh"]
    assert found(("has_domain", "is", "no")) == ["Fresh"]
    assert said("owner", "in", [person.pk]) == "Owner is Rea"
    assert said("cluster", "in", [cluster.pk]) == "Cluster is Grid tenders"


def test_custom_attributes_compare_by_their_json_value() -> None:
    AccountFactory(name="North", custom={"hub": "north"})
    AccountFactory(name="South", custom={"hub": "south"})
    AccountFactory(name="Blank", custom={"hub": ""})
    AccountFactory(name="None")
    assert found(("custom.hub", "in", ["north"])) == ["North"]
    assert found(("custom.hub", "not_in", ["north"])) == ["South"]
    assert found(("custom.hub", "unknown")) == ["Blank", "None"]


def test_known_is_all_where_nothing_recorded_means_zero() -> None:
    AccountFactory(name="A", industry="Ports")
    AccountFactory(name="B")
    assert list(Account.objects.filter(facts.known("industry")).values_list("name", flat=True)) == ["A"]
    assert Account.objects.filter(facts.known("contacts")).count() == 2


def test_any_of_no_conditions_is_nobody_and_all_of_none_is_everybody() -> None:
    AccountFactory()
    assert Account.objects.filter(facts.where_all([])).count() == 1
    assert Account.objects.filter(facts.where_any([])).count() == 0


def test_an_account_appears_once_however_many_rows_match() -> None:
    account = AccountFactory(name="Once")
    for _ in range(3):
        ContactFactory(account=account, strength=Strength.MET)
        OpportunityFactory(account=account)
        SignalFactory(account=account)
    assert found(
        ("contacts_met", "gte", 1), ("open_deal", "is", True), ("signals", "at_least", {"within": "1 week"})
    ) == ["Once"]


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (("industry", "in", ["Ports", "Steel"]), "Industry is Ports, Steel"),
        (("employees", "between", [100, 2000]), "Employees from 100 to 2,000"),
        (("year_founded", "gte", 1990), "Founded in at least 1990"),
        (("technologies", "all", ["sap"]), "Technologies include all of sap"),
        (("strength", "gte", "2"), "Strongest contact at least met"),
        (("won_on", "within", "12m"), "Won within the last 12 months"),
        (("won_on", "unknown"), "Never won"),
        (("insight_on", "older", "1 year"), "Data checked last more than 1 year ago"),
        (("open_deal", "is", "no"), "Has no open opportunity"),
        (
            ("signals", "at_least", {"n": 2, "within": "30d", "kinds": ["demo_request"]}),
            "At least 2 signals (demo request) within the last 30 days",
        ),
        (("signals", "fewer", {"n": 1, "within": "6 months"}), "No signals within the last 6 months"),
        (("industry", "unknown"), "Industry unknown"),
    ],
)
def test_a_condition_reads_as_a_sentence(condition: tuple[Any, ...], sentence: str) -> None:
    assert said(*condition) == sentence


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (("score", "gte", 5), "There is no account fact “score”."),
        (("tier", "in", [1]), "There is no account fact “tier”."),
        (("custom.A b", "in", ["x"]), "There is no account fact “custom.A b”."),
        (
            ("employees", "contains", "5"),
            "Employees cannot be asked “contains”. It takes: gte, lte, between, eq, ne, known, unknown.",
        ),
        (("employees", "gte", "many"), "Employees: “many” is no number."),
        (("employees", "gte", "1.5"), "Employees is a whole number."),
        (("employees", "gte", 10**18), "Employees: “1000000000000000000” is no number."),
        (("employees", "between", [5, 1]), "Employees: the lower number comes first."),
        (("industry", "in", []), "Industry: say what to compare with."),
        (("industry", "in", ["a\x00b"]), "Industry: a value has 1 to 200 plain characters."),
        (("status", "in", ["friend"]), "Status knows no “friend”."),
        (("owner", "in", ["1; drop"]), "Owner knows no “1; drop”."),
        (("won_on", "within", "soon"), "“soon” is no period. Write it like 30 days, 12 months or 1 year."),
        (("won_on", "within", "999 years"), "A period lasts from one day to a hundred years."),
        (("won_on", "after", "01/07/2026"), "Won: write the day as 2026-07-01."),
        (("open_deal", "is", "maybe"), "Open opportunity is yes or no."),
        (("signals", "at_least", "2"), "Signals takes how many, of which kinds, within which period."),
        (("signals", "at_least", {"n": 0.5}), "Signals is a whole number."),
        (("signals", "at_least", {"kinds": ["rumour"]}), "Signals knows no “rumour”."),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(condition: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(DomainError) as refused:
        facts.condition(*condition)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("conditions", ["x", [5], [{"fact": 1, "op": "in"}], [{"fact": "industry"}]])
def test_what_is_no_list_of_conditions_is_refused(conditions: Any) -> None:
    with pytest.raises(DomainError):
        facts.check(conditions)


def test_every_fact_answers_every_operator_that_it_offers() -> None:
    AccountFactory()
    for fact in facts.facts():
        options = [value for value, _ in facts.options_of(fact.key)]
        for op in fact.operators:
            value = _sample(fact, op, options)
            condition = facts.condition(fact.key, op, value)
            assert facts.check([condition.as_json()]) == [condition]
            assert Account.objects.filter(facts.where(condition)).count() in (0, 1)
            assert facts.in_words(condition)


def _sample(fact: facts.Fact, op: str, options: list[str]) -> Any:
    if op in facts.BARE:
        return None
    if op in facts.MANY:
        return options[:2] or ["7"]
    match fact.kind:
        case facts.Kind.NUMBER:
            return [1, 5] if op == "between" else 3
        case facts.Kind.DATE:
            return "2026-01-01" if op in ("after", "before") else "12 months"
        case facts.Kind.FLAG:
            return True
        case facts.Kind.WINDOW:
            return {"n": 2, "within": "30 days", "kinds": options[:1]}
    return options[0] if options else "7"
