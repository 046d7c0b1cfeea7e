"""Backtests over real rows: what an account scored on the day its deal was opened, and what came of the deal."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.apps import apps

from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from abxsite.lib.jobs import JobStatus
from accounts.choices import Outcome
from accounts.models import Account, Opportunity, PotentialEntry, Signal
from accounts.services.accounts import update_account
from tests.accounts.imports.shared_data import shared_file
from tests.accounts.imports.test_maven import import_file
from tests.cast import Cast
from tests.factories import AccountFactory, OpportunityFactory, SignalFactory
from tiering.backtest.report import Verdict
from tiering.engine.scoring import score_all
from tiering.models import Backtest, BacktestDeal, Scorecard
from tiering.scoring.facts import load_facts
from tiering.scoring.specs import specs_of
from tiering.services import backtests
from tiering.services.scorecards import change_criteria, default_scorecard, new_draft
from tiering.services.setup import ensure_defaults

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)


@pytest.fixture
def scorecard(cast: Cast) -> Scorecard:
    ensure_defaults()
    return default_scorecard(actor=None)


def deal(account: Account, day: date, won: bool, **more: object) -> Opportunity:
    outcome = Outcome.WON if won else Outcome.LOST
    made: Opportunity = OpportunityFactory.create(
        account=account, opened_on=day, closed_on=day + timedelta(40), outcome=outcome, amount=Decimal(5_000), **more
    )
    return made


def run(cast: Cast, scorecard: Scorecard, **more: object) -> Backtest:
    asked = {"since": FIRST, "until": LAST} | more
    return backtests.run_to_end(backtests.start_backtest(actor=cast.marketer, scorecard=scorecard, **asked))  # type: ignore[arg-type]


@pytest.mark.soak
def test_on_maven_there_is_no_evidence_that_the_score_separates(cast: Cast) -> None:
    """8,800 deals, and winning depends neither on sector nor on account: no version may claim that it does."""
    import_file("accounts", shared_file("maven_crm_sales/accounts.csv"), "--unit", "revenue=millions")
    import_file("opportunities", shared_file("maven_crm_sales/sales_pipeline.csv"))
    ensure_defaults()

    found = run(cast, default_scorecard(actor=None), since=date(2016, 10, 1), until=date(2017, 12, 31))

    assert (found.status, found.error) == (JobStatus.DONE, "")
    side = found.result["sides"][0]
    assert (side["n"], side["won"], side["lost"], side["rate"]) == (6711, 4238, 2473, 0.631501)
    assert side["accounts"] == 85
    assert side["verdict"] == Verdict.NO_EVIDENCE
    assert side["area"]["low"] < 0.5 < side["area"]["high"]
    assert abs(side["area"]["value"] - 0.5) < 0.02
    assert sum(group["n"] for group in side["fifths"]) == 6711


def test_each_account_is_scored_as_of_its_deals_opening_day(cast: Cast, scorecard: Scorecard) -> None:
    """The same points as the engine gives on that day; what came later is not seen."""
    day = date(2026, 3, 10)
    accounts = AccountFactory.create_batch(3, industry="Ports", employees=700)
    for n, account in enumerate(accounts):
        PotentialEntry.objects.create(account=account, amount=100_000 * (n + 1), on=day - timedelta(5))
        PotentialEntry.objects.create(account=account, amount=9_000_000, on=day + timedelta(1))
        deal(account, day, n == 0)
    SignalFactory.create(account=accounts[0], kind="webinar", occurred_on=day - timedelta(3))
    Signal.objects.filter(pk=SignalFactory.create(account=accounts[1], kind="demo_request").pk).update(
        occurred_on=day + timedelta(2)
    )

    found = run(cast, scorecard)

    specs = specs_of(list(scorecard.criteria.all()))
    scores, _ = score_all(load_facts([account.pk for account in accounts]), specs, day)
    rows = BacktestDeal.objects.filter(backtest=found).order_by("account_id")
    assert [row.potential for row in rows] == [100_000, 200_000, 300_000]
    assert [tuple(row.points) for row in rows] == [scores[row.account_id].points for row in rows]


def test_a_fact_that_has_a_history_is_read_as_it_stood(cast: Cast, scorecard: Scorecard) -> None:
    account = AccountFactory.create(employees=60)
    deal(account, date(2026, 3, 1), True)
    with clock.travel(datetime(2026, 5, 1, tzinfo=UTC)):
        update_account(actor=cast.marketer, account=account, employees=20_000)
    assert apps.get_model("accounts", "AccountEvent").objects.filter(pgh_obj=account).count() == 1
    place = [criterion.key for criterion in scorecard.criteria.all()].index("firmographic")

    found = run(cast, scorecard)

    assert BacktestDeal.objects.get(backtest=found).points[place] == 1_000


def test_what_nobody_recorded_at_the_time_is_named(cast: Cast, scorecard: Scorecard) -> None:
    known, late = AccountFactory.create_batch(2, employees=60)
    Account.objects.filter(pk=known.pk).update(created_at=datetime(2025, 1, 1, tzinfo=UTC))
    Account.objects.filter(pk=late.pk).update(created_at=datetime(2026, 6, 1, tzinfo=UTC))
    deal(known, date(2026, 3, 1), True)
    deal(late, date(2026, 3, 1), False)

    found = run(cast, scorecard)

    leaks = {(leak["criterion"], leak["fact"]): leak["deals"] for leak in found.result["sides"][0]["leaks"]}
    assert leaks == {("firmographic", "employees"): 1}


def test_what_is_left_out_is_counted(cast: Cast, scorecard: Scorecard) -> None:
    account = AccountFactory.create()
    day = date(2026, 2, 2)
    deal(account, day, True)
    deal(account, day, True, type="renewal")
    deal(account, date(2025, 12, 31), True)
    OpportunityFactory.create(account=account, opened_on=day, closed_on=None, outcome=Outcome.OPEN)
    OpportunityFactory.create(account=None, opened_on=day, closed_on=day, outcome=Outcome.LOST)
    OpportunityFactory.create(account=account, opened_on=None, closed_on=day, outcome=Outcome.LOST)

    without = run(cast, scorecard)
    with_them = run(cast, scorecard, with_renewals=True)

    assert without.result["sides"][0]["n"] == 1
    assert without.result["left_out"] == {"open": 1, "no_account": 1, "undated": 1, "renewals": 1}
    assert with_them.result["sides"][0]["n"] == 2
    assert with_them.result["left_out"]["renewals"] == 0
    assert without.result["sides"][0]["verdict"] == Verdict.FEW


def test_two_versions_are_tried_on_the_same_deals(cast: Cast, scorecard: Scorecard) -> None:
    """Winning follows the potential here, so a version that looks at little else tells more than the default."""
    for n in range(40):
        account = AccountFactory.create(employees=10 ** (1 + n % 4))
        PotentialEntry.objects.create(account=account, amount=3_000_000 if n < 20 else 10_000, on=date(2025, 12, 1))
        deal(account, FIRST + timedelta(n), n < 18 or n > 37)
    draft = new_draft(actor=cast.marketer)
    weights = {criterion.key: {"weight": 0} for criterion in draft.criteria.all()}
    change_criteria(actor=cast.marketer, scorecard=draft, changes=weights | {"firmographic": {"weight": 100}})

    found = run(cast, scorecard, against=draft)

    first, second = found.result["sides"]
    assert (first["n"], second["n"], first["verdict"], second["verdict"]) == (40, 40, "separates", "no_evidence")
    assert found.result["difference"]["value"] == pytest.approx(
        first["area"]["value"] - second["area"]["value"], abs=2e-6
    )
    assert found.result["difference"]["low"] > 0
    assert found.result["difference"]["p"] < 0.001


def test_it_goes_on_where_it_stopped_and_writes_no_deal_twice(cast: Cast, scorecard: Scorecard) -> None:
    for n in range(6):
        deal(AccountFactory.create(), FIRST + timedelta(n), True)
    backtest = backtests.start_backtest(actor=cast.marketer, scorecard=scorecard, since=FIRST, until=LAST)

    steps = 1
    while backtests.work(backtest.pk, seconds=0):
        steps += 1
        Backtest.objects.filter(pk=backtest.pk).update(progress={"done": max(0, steps - 3)})  # done, and not noted

    backtest.refresh_from_db()
    assert (backtest.status, steps > 6) == (JobStatus.DONE, True)
    assert backtest.deals.count() == backtest.result["sides"][0]["n"] == 6
    assert not backtests.work(backtest.pk)


def test_a_cancel_leaves_nothing_scored(cast: Cast, scorecard: Scorecard) -> None:
    for n in range(3):
        deal(AccountFactory.create(), FIRST + timedelta(n), True)
    backtest = backtests.start_backtest(actor=cast.marketer, scorecard=scorecard, since=FIRST, until=LAST)
    assert backtests.work(backtest.pk, seconds=0)

    backtests.cancel_backtest(actor=cast.leader, backtest=backtest)

    assert not backtests.work(backtest.pk)
    backtest.refresh_from_db()
    assert (backtest.status, backtest.deals.count(), backtest.result) == (JobStatus.CANCELLED, 0, {})
    with pytest.raises(Conflict):
        backtests.cancel_backtest(actor=cast.leader, backtest=backtest)


def test_a_double_click_starts_one(cast: Cast, scorecard: Scorecard) -> None:
    asked = {"actor": cast.marketer, "scorecard": scorecard, "since": FIRST, "until": LAST}

    assert backtests.start_backtest(**asked) == backtests.start_backtest(**asked)  # type: ignore[arg-type]
    assert Backtest.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"since": date(2026, 7, 1)}, "The window ends before it begins."),
        ({"until": date(2099, 1, 1)}, "The window ends today at the latest."),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(
    cast: Cast, scorecard: Scorecard, change: dict[str, date], sentence: str
) -> None:
    window = {"since": FIRST, "until": LAST} | change
    with pytest.raises(DomainError, match=sentence):
        backtests.start_backtest(actor=cast.marketer, scorecard=scorecard, since=window["since"], until=window["until"])
    assert Backtest.objects.count() == 0


def test_a_rep_starts_none(cast: Cast, scorecard: Scorecard) -> None:
    with pytest.raises(NotAllowed):
        backtests.start_backtest(actor=cast.rep, scorecard=scorecard, since=FIRST, until=LAST)
    assert Backtest.objects.count() == 0
