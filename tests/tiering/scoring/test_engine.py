"""The rules of S1–S5 with exact values; the SQL is held to them by test_equality."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tiering.engine.configs import Bands, ConfigError, Judged, Relationship, Signals, Trait, Traits, parse_config
from tiering.engine.decay import decay_table, remaining
from tiering.engine.kinds import Context, ceiling, corroborated_within, points_of
from tiering.engine.potential import similar_customers, upper_quartile, yearly_won
from tiering.engine.rails import guard_rails, size_rail
from tiering.engine.scoring import lower_median, score_all
from tiering.engine.types import (
    CriterionSpec,
    DealFact,
    Facts,
    JudgementFact,
    PeriodFact,
    Points,
    Policy,
    Potential,
    SignalFact,
    Source,
    StrengthFact,
    TieFact,
    ValueFact,
)
from tiering.scoring.defaults import POTENTIAL_BANDS, Targets, default_criteria, thresholds

TODAY = date(2026, 11, 22)
ALL = frozenset({"signals", "relationship"})
SIGNALS = Signals(kinds=(("demo_request", 40, 90), ("site_visit", 2, 14), ("webinar", 12, 45)), full=6_000)


def context(potential: int | None = None, connected: frozenset[str] = ALL) -> Context:
    return Context(TODAY, Potential(potential, Source.ENTERED if potential else Source.UNKNOWN), connected)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_a_half_life_halves() -> None:
    assert [remaining(90, age) for age in (0, 90, 180, 630, 631)] == [10_000, 5_000, 2_500, 78, 0]
    assert remaining(90, -1) == 0, "what has not happened yet counts nothing"
    assert len(decay_table(14)) == 99


@pytest.mark.parametrize(
    ("days", "limit"), [(None, 2_000), (0, 5_000), (30, 5_000), (31, 4_800), (44, 2_200), (45, 2_000), (46, 2_000)]
)
def test_the_ceiling_fades_from_30_to_45_days(days: int | None, limit: int) -> None:
    assert ceiling(days) == limit


def test_two_kinds_and_two_people_corroborate() -> None:
    one = SignalFact(ago(3), "site_visit", "anna")
    two = SignalFact(ago(20), "webinar", "bert")
    assert corroborated_within(SIGNALS, [one], TODAY) is None
    assert corroborated_within(SIGNALS, [one, SignalFact(ago(1), "site_visit", "bert")], TODAY) is None
    assert corroborated_within(SIGNALS, [one, SignalFact(ago(1), "webinar", "anna")], TODAY) is None
    assert corroborated_within(SIGNALS, [one, two], TODAY) == 20


def test_account_level_signals_of_two_sources_count_as_one_more_person() -> None:
    config = Signals(kinds=(("intent", 6, 30), ("site_visit", 2, 14)))
    visit = SignalFact(ago(2), "site_visit", "anna")
    first, second = SignalFact(ago(5), "intent", source="a"), SignalFact(ago(9), "intent", source="b")
    assert corroborated_within(config, [visit, first], TODAY) is None
    assert corroborated_within(config, [visit, first, second], TODAY) == 9
    assert corroborated_within(config, [first, second], TODAY) is None


def test_no_single_signal_is_definitive_but_hand_raises_add_above() -> None:
    contacts = {1: "c_level"}
    crowd = tuple(SignalFact(TODAY, "webinar", "c1", contact=1) for _ in range(9))
    facts = Facts(1, contacts=contacts, signals=crowd)
    # 9 × 12 × 2.0 = 216.00, far above full strength, one person and one kind
    assert points_of(SIGNALS, facts, context()) == Points(2_000, 21_600)
    raised = Facts(1, contacts=contacts, signals=(*crowd, SignalFact(TODAY, "demo_request", "c1", contact=1)))
    # 40 × 2.0 = 80.00 of 60.00 gives all of 5 points
    assert points_of(SIGNALS, raised, context()) == Points(5_000, 29_600)


def test_no_signal_is_zero_once_signals_are_connected_and_unknown_before() -> None:
    assert points_of(SIGNALS, Facts(1), context()) == Points(0, 0)
    assert points_of(SIGNALS, Facts(1), context(connected=frozenset())) == Points(None)


def test_trust_without_evidence_counts_half() -> None:
    config = Relationship(full=3_000)
    trusted = StrengthFact(contact=1, on=TODAY, number=1, strength=4)
    facts = Facts(1, contacts={1: "vp"}, strengths=(trusted,))
    assert points_of(config, facts, context()).raw == 750
    proven = Facts(1, contacts={1: "vp"}, strengths=(StrengthFact(1, TODAY, 1, 4, evidenced=True),))
    assert points_of(config, proven, context()).raw == 1_500
    met = Facts(1, contacts={1: "vp"}, strengths=(StrengthFact(1, TODAY, 1, 2),))
    assert points_of(config, met, context()).raw == 450, "met needs no evidence"


def test_the_newest_strength_counts() -> None:
    old, new = StrengthFact(1, ago(10), 1, 2), StrengthFact(1, ago(10), 2, 1)
    facts = Facts(1, contacts={1: ""}, strengths=(new, old))
    # aware, someone unknown, ten days old: 1 × 0.5 × 0.9906
    assert points_of(Relationship(), facts, context()).raw == 49


def test_a_tie_counts_in_full_once_confirmed_within_a_year() -> None:
    def raw(tie: TieFact) -> int | None:
        return points_of(Relationship(), Facts(1, ties=(tie,)), context()).raw

    assert raw(TieFact("referral", ago(5))) == 200
    assert raw(TieFact("referral", ago(5), confirmed_on=ago(365))) == 400
    assert raw(TieFact("referral", ago(5), confirmed_on=ago(366))) == 200
    assert raw(TieFact("referral", ago(5), ended_on=TODAY)) == 0


def test_a_judgement_is_unknown_again_when_it_is_old() -> None:
    config = Judged("need", 183)
    facts = Facts(1, judgements=(JudgementFact("need", ago(182), 1, 4), JudgementFact("brand", TODAY, 2, 1)))
    assert points_of(config, facts, context()) == Points(4_000, 4)
    assert points_of(config, Facts(1, judgements=(JudgementFact("need", ago(183), 1, 4),)), context()) == Points(None)


def test_traits_count_alike_among_those_that_are_known() -> None:
    config = Traits(
        (
            Trait("Industry", "industry", wanted=("ports",)),
            Trait("Size", "employees", low=100, high=200),
            Trait("Technology", "technologies", wanted=("sap",)),
            Trait("Not said yet", "problem_tags"),
        )
    )
    assert points_of(config, Facts(1, industry="PORTS", employees=201), context()) == Points(2_500, 102)
    assert points_of(config, Facts(1, technologies=("SAP", "x")), context()) == Points(5_000, 101)
    assert points_of(config, Facts(1, problem_tags=("x",)), context()) == Points(None)


@pytest.mark.parametrize(("value", "points"), [(99, 0), (100, 1_000), (199, 1_000), (200, 5_000)])
def test_a_band_begins_at_its_edge(value: int, points: int) -> None:
    assert points_of(Bands("potential", ((100, 1_000), (200, 5_000))), Facts(1), context(value)).points == points


def test_lower_median() -> None:
    assert [lower_median(values) for values in ([], [7], [1, 9], [3, 1, 2], [4, 1, 3, 2])] == [2_500, 7, 1, 2, 2]


def specs(*policies: Policy) -> list[CriterionSpec]:
    return [CriterionSpec(f"k{i}", "need", 50, policy, Judged(f"k{i}")) for i, policy in enumerate(policies)]


def judged(account: int, *points: int | None) -> Facts:
    given = [(i, p) for i, p in enumerate(points) if p is not None]
    return Facts(account, judgements=tuple(JudgementFact(f"k{i}", TODAY, i, p) for i, p in given))


@pytest.mark.parametrize(
    ("policy", "total"), [(Policy.TYPICAL, 350_000), (Policy.ZERO, 250_000), (Policy.MIDDLE, 375_000)]
)
def test_unknown_counts_as_its_policy_says(policy: Policy, total: int) -> None:
    accounts = [judged(1, 5, None), judged(2, 1, 2), judged(3, 1, 4)]
    scores, typical = score_all(accounts, specs(Policy.TYPICAL, policy), TODAY)
    assert typical.points == (1_000, 2_000)
    assert (scores[1].total, scores[1].coverage) == (total, 50)
    assert (scores[3].total, scores[3].coverage) == (250_000, 100)


def test_a_criterion_without_data_anywhere_stands_outside_coverage() -> None:
    scores, typical = score_all([judged(1, 5, None), judged(2, None, None)], specs(Policy.ZERO, Policy.ZERO), TODAY)
    assert typical.dataless == (False, True)
    assert (scores[1].total, scores[1].coverage) == (375_000, 100)
    assert (scores[2].total, scores[2].coverage, scores[2].fit) == (125_000, 0, None)


def won(amount: str, days: int) -> DealFact:
    return DealFact("won", Decimal(amount), ago(days))


def test_yearly_won_value_spreads_over_the_years_of_being_a_customer() -> None:
    assert yearly_won([won("100.50", 0), won("899.50", 10)], TODAY) == 1_000
    assert yearly_won([won("1000", 0), won("1000", 729)], TODAY) == 1_000
    assert yearly_won([DealFact("lost", Decimal(5), TODAY), DealFact("won", None, TODAY)], TODAY) is None
    assert yearly_won([won("100", -1)], TODAY) is None, "won after the as-of day"
    assert upper_quartile([1, 2, 3, 4]) == 3


def test_potential_is_summed_else_entered_else_estimated_from_similar_customers() -> None:
    ports = [Facts(n, industry="Ports", employees=60, deals=(won(f"{n}000", 0),)) for n in range(1, 9)]
    asked = [
        Facts(20, industry="Ports", employees=99, entries=(ValueFact(0, ago(1), 1, 500),)),
        Facts(21, industry="Ports", employees=99),
        Facts(22, industry="Banking"),
        Facts(23, values=(ValueFact(7, ago(9), 1, 10), ValueFact(7, ago(3), 2, 70), ValueFact(8, ago(9), 3, 30))),
        Facts(24, followings=(PeriodFact(23, ago(5)),), entries=(ValueFact(0, ago(1), 1, 900),)),
    ]
    scores, _ = score_all([*ports, *asked], specs(Policy.ZERO), TODAY)
    found = {
        pk: (scores[pk].potential.value, scores[pk].potential.source.name, scores[pk].potential.n) for pk in scores
    }
    assert found[20] == (500, "ENTERED", None)
    assert found[21] == (6_000, "ESTIMATED", 8)
    assert found[22] == (6_000, "ESTIMATED", 8), "all customers, for want of similar ones"
    assert found[23] == found[24] == (1_000, "SUMMED", None), "the parent carries the sum, the child shows it"
    assert (scores[23].follows, scores[24].follows) == (False, True)
    assert similar_customers([], TODAY).find("Ports", 1) is None


def test_guard_rails_warn_with_the_reason() -> None:
    criteria = [
        CriterionSpec("a", "firmographic", 60, Policy.ZERO, Judged("a")),
        CriterionSpec("b", "potential", 40, Policy.ZERO, Judged("b")),
    ]
    said = [rail.title for rail in guard_rails(criteria) if not rail.ok]
    assert said == [
        "Firmographic weighs as much as potential.",
        "Firmographic weighs as much as fit.",
        "Brand weighs as much as signals.",
        "Firmographic is over half of the score.",
        "Relationship counts for nothing.",
        "The scorecard has 2 criteria.",
    ]


def test_the_default_scorecard_raises_no_warning() -> None:
    given = default_criteria(Targets())
    criteria = [
        CriterionSpec(
            c["key"], c["family"], c["weight"], Policy(c["unknown"]), parse_config(c["kind"], c["key"], c["config"])
        )
        for c in given
    ]
    assert [rail.ok for rail in guard_rails(criteria)] == [True]
    assert [c["weight"] for c in given] == [25, 20, 15, 15, 10, 10, 5]
    assert {c["key"]: len(c["anchors"]) for c in given} == dict.fromkeys((c["key"] for c in given), 6)


def test_size_that_explains_the_top_tier_is_named() -> None:
    assert size_rail(12, 6, "energy", 5) is None
    rail = size_rail(12, 9, "energy", 5)
    assert rail is not None
    assert rail.reason == "9 of 12 are large energy companies, so size decides more than its 5 % says."


def test_thresholds_come_from_the_workspace_itself() -> None:
    assert thresholds(list(range(1_000, 101_000, 1_000))) == (25_000, 50_000, 75_000, 90_000, 97_000)
    assert thresholds([500] * 20) == (), "all alike: the general figures serve better"
    assert default_criteria(Targets())[0]["config"]["bands"] == [
        [s, 1_000 * n] for n, s in enumerate(POTENTIAL_BANDS, 1)
    ]


@pytest.mark.parametrize(
    ("kind", "config", "sentence"),
    [
        ("bands", {"field": "employees", "bands": [[5, 1], [5, 2]]}, "Bands ascend"),
        ("bands", {"field": "name", "bands": [[5, 1]]}, "not a number"),
        ("bands", {"field": "employees", "bands": [[5, 6_000]]}, "from 0 to 5,000"),
        ("choice", {"field": "name", "points": {}}, "not one of"),
        ("traits", {"traits": []}, "1 to 20 traits"),
        ("overlap", {"field": "technologies", "wanted": []}, "at least one member"),
        ("signals", {"kinds": {"smoke": [1, 1]}}, "not one of"),
        ("judgement", {"age_days": 0}, "whole number"),
        ("tarot", {}, "no kind of criterion"),
        ("bands", {}, "incomplete"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused_in_words(
    kind: str, config: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        parse_config(kind, "k", config)
