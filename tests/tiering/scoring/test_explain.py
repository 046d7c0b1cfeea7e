"""A score opens: what each criterion adds, from which evidence, and what would lift it (S8)."""

import json
from datetime import timedelta

import pytest

from abxsite.lib import clock
from accounts.choices import Seniority, SignalKind, Strength
from accounts.models import Account, ContactStrength, Judgement, PotentialEntry
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory, SignalFactory
from tiering.explain import explain, explain_many, rank_of
from tiering.explanation import Explanation
from tiering.models import Score
from tiering.services.runs import run_to_end, start_run
from tiering.services.scorecards import default_scorecard
from tiering.services.setup import ensure_defaults

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(cast: Cast) -> Account:
    """An account with something of everything, beside one of which nothing is known."""
    today = clock.today()
    account = AccountFactory(name="Halvorsund Energi", industry="Energy", country="Norway", employees=6_200)
    AccountFactory(name="Nobody Knows")
    PotentialEntry.objects.create(account=account, amount=3_400_000, on=today - timedelta(days=40))
    vp = ContactFactory(account=account, name="Astrid Nygaard", title="VP Grid", seniority=Seniority.VP)
    SignalFactory(account=account, contact=vp, kind=SignalKind.WEBINAR, occurred_on=today - timedelta(days=45))
    SignalFactory(account=account, contact=vp, kind=SignalKind.SITE_VISIT, occurred_on=today)
    ContactStrength.objects.create(contact=vp, account=account, strength=Strength.MET, on=today)
    Judgement.objects.create(account=account, key="need", points=4, on=today, person=cast.rep.person)
    ensure_defaults()
    default_scorecard(actor=cast.marketer)
    run_to_end(start_run(actor=None))
    return account


def opened(account: Account) -> Explanation:
    found = explain(account)
    assert found is not None
    return found


def test_contributions_add_up_to_the_total(known: Account) -> None:
    told = opened(known)
    assert sum(criterion.contribution for criterion in told.criteria) == told.total
    assert told.total == Score.objects.get(account=known).total
    assert told.known_total + told.typical == told.total
    assert [criterion.weight for criterion in told.criteria] == [25, 20, 15, 15, 10, 10, 5]


def test_each_criterion_says_what_is_known_and_from_when(known: Account) -> None:
    rows = {criterion.key: criterion for criterion in opened(known).criteria}
    assert (rows["potential"].raw_text, rows["potential"].band_text) == ("$3.4M a year, entered", "band $2M and up")
    assert rows["potential"].points == 5_000
    assert rows["need"].raw_text == "Budget, no date"
    assert rows["firmographic"].raw_text == "6,200 people"
    # 12 × 1.5 half gone after its half-life of 45 days, and 2 × 1.5 of today
    webinar, visit = (item.weight for item in rows["signals"].evidence)
    assert (webinar, visit) == ("12 × 1.5, now 9.0", "2 × 1.5, now 3.0")
    assert rows["signals"].raw == 1_200
    assert "held" not in rows["signals"].band_text, "one person, but far below the ceiling"
    assert rows["relationship"].raw == 450
    assert not rows["brand"].known
    assert rows["brand"].band_text == "middle points for every account, outside coverage"


def test_it_names_what_is_missing_and_what_would_lift(known: Account) -> None:
    stranger = Account.objects.get(name="Nobody Knows")
    told = opened(stranger)
    assert told.missing == ("Potential", "Need and timing", "Firmographic")
    # no signal and no relationship are zero, not unknown; fit and brand have no data anywhere
    assert told.coverage == 100 * 25 // 75
    lifts = {lift.key: lift for lift in told.lifts}
    assert lifts["relationship"].text == "Meet a VP"
    assert lifts["need"].gain == 15 * (5_000 - 4_000)
    assert told.lifts == tuple(sorted(told.lifts, key=lambda lift: (-lift.gain, lift.key)))


def test_it_survives_being_frozen(known: Account) -> None:
    told = opened(known)
    assert Explanation.from_json(json.loads(json.dumps(told.as_json()))) == told


def test_many_are_opened_in_the_same_number_of_queries(known: Account, django_assert_num_queries: object) -> None:
    ids = list(Account.objects.values_list("pk", flat=True))
    with django_assert_num_queries(15):  # type: ignore[operator]
        explain_many(ids[:1])
    with django_assert_num_queries(15):  # type: ignore[operator]
        assert set(explain_many(ids)) == set(ids)


def test_rank_counts_from_the_top(known: Account) -> None:
    assert rank_of(Score.objects.get(account=known)) == (1, 2)


def test_an_account_without_a_score_has_no_explanation(known: Account) -> None:
    assert explain(AccountFactory()) is None


def test_it_says_why_signals_are_held(known: Account) -> None:
    SignalFactory.create_batch(9, account=known, kind=SignalKind.DOWNLOAD, person_key="anna@halvorsund.example")
    run_to_end(start_run(actor=None))
    row = {criterion.key: criterion for criterion in opened(known).criteria}["signals"]
    # 9 × 8 × 0.5 = 36.00, with 12.00 from before 48.00 of 60.00: two people and two kinds today, nothing is held
    assert (row.points, row.band_text.split(", ")[1:]) == (4_000, [])
    SignalFactory.create_batch(20, account=Account.objects.get(name="Nobody Knows"), kind=SignalKind.DOWNLOAD)
    run_to_end(start_run(actor=None))
    lonely = {c.key: c for c in opened(Account.objects.get(name="Nobody Knows")).criteria}["signals"]
    assert lonely.points == 2_000
    assert lonely.band_text.endswith(", held at 2.000")
    assert lonely.evidence[0].text == "Held at 2.000"
    assert lonely.evidence[0].detail.startswith("no single signal is definitive")
