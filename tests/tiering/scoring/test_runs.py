"""Runs, from queue to the scores in force; and single rescores between them."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection

from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from abxsite.lib.jobs import JobStatus
from accounts.choices import Outcome, Strength
from accounts.models import Account, AccountFollowing, ContactStrength, Judgement, PotentialEntry, RescoreMark
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory, OpportunityFactory, SignalFactory
from tiering.models import Run, RunMark, Score
from tiering.services import runs
from tiering.services.marks import rescore_marked
from tiering.services.runs import current_run, run_to_end, start_run
from tiering.services.scorecards import default_scorecard

pytestmark = pytest.mark.django_db


def scored(**options: object) -> Run:
    return run_to_end(start_run(actor=None, **options))  # type: ignore[arg-type]


def test_a_run_scores_every_account_and_becomes_current(cast: Cast) -> None:
    accounts = AccountFactory.create_batch(3, employees=400, industry="Ports")
    tombstone = AccountFactory(merged_into=accounts[0])
    default_scorecard(actor=cast.marketer)

    run = scored()

    assert run.status == JobStatus.DONE
    assert current_run() == run
    assert set(Score.objects.filter(run=run).values_list("account_id", flat=True)) == {a.pk for a in accounts}
    assert not Score.objects.filter(account=tombstone).exists()
    assert run.accounts == 3


def test_a_workspace_without_accounts_gets_an_empty_run(cast: Cast) -> None:
    default_scorecard(actor=cast.marketer)
    assert scored().accounts == 0


def test_without_a_published_scorecard_there_is_no_run(cast: Cast) -> None:
    with pytest.raises(DomainError, match="Publish a scorecard first"):
        start_run(actor=cast.marketer)
    assert not Run.objects.exists()


def test_a_rep_may_not_start_a_run(cast: Cast) -> None:
    default_scorecard(actor=cast.marketer)
    with pytest.raises(NotAllowed):
        start_run(actor=cast.rep)
    assert not Run.objects.exists()


def test_a_run_asked_for_twice_waits_once(cast: Cast) -> None:
    default_scorecard(actor=cast.marketer)
    assert start_run(actor=cast.marketer) == start_run(actor=cast.marketer)
    with pytest.raises(Conflict):
        start_run(actor=cast.marketer, as_of=clock.today() - timedelta(days=3))


def test_parts_cover_every_account_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PART", 3)
    AccountFactory.create_batch(8)
    default_scorecard(actor=cast.marketer)
    run = scored()
    assert run.parts.count() == 3
    assert Score.objects.filter(run=run).count() == 8
    assert (run.done, run.total) == (8, 8)


def test_a_part_of_a_lost_worker_is_scored_by_another(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PART", 2)
    AccountFactory.create_batch(4)
    default_scorecard(actor=cast.marketer)
    run = start_run(actor=None)
    runs.advance_run(run.pk)
    lost = run.parts.first()
    assert lost is not None
    # claimed, then gone for longer than the lease
    assert type(lost).claim(lost.pk) is not None
    assert not runs.work_part(lost.pk)
    type(lost).objects.filter(pk=lost.pk).update(leased_until=clock.now() - timedelta(seconds=1))
    assert run_to_end(run).accounts == 4


def test_staging_that_a_crash_emptied_is_written_again(cast: Cast) -> None:
    AccountFactory.create_batch(4)
    default_scorecard(actor=cast.marketer)
    run = start_run(actor=None)
    runs.advance_run(run.pk)
    part = run.parts.get()
    runs.work_part(part.pk)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE tiering_points_{part.pk}")
    assert run_to_end(run).accounts == 4


def test_a_cancelled_run_leaves_the_scores_in_force(cast: Cast) -> None:
    AccountFactory.create_batch(2)
    default_scorecard(actor=cast.marketer)
    before = scored()
    run = start_run(actor=None)
    runs.advance_run(run.pk)
    runs.cancel_run(actor=cast.marketer, run=run)
    with pytest.raises(DomainError, match="cancelled"):
        run_to_end(run)
    run.refresh_from_db()
    assert run.status == JobStatus.CANCELLED
    assert current_run() == before
    assert Score.objects.filter(run=before).count() == 2


def test_finishing_twice_swaps_once(cast: Cast) -> None:
    AccountFactory()
    default_scorecard(actor=cast.marketer)
    run = scored()
    assert not runs.advance_run(run.pk)
    assert current_run() == run


def test_old_runs_lose_their_scores_but_not_frozen_ones(cast: Cast) -> None:
    AccountFactory()
    default_scorecard(actor=cast.marketer)
    frozen = scored()
    Run.objects.filter(pk=frozen.pk).update(frozen=True)
    plain = scored()
    later = [scored() for _ in range(4)]
    kept = set(Run.objects.filter(dropped_at__isnull=True))
    assert kept == {frozen, *later[-3:]}
    assert not Score.objects.filter(run=plain).exists()
    assert Score.objects.filter(run=frozen).count() == 1


def test_scores_are_as_of_a_past_day(cast: Cast) -> None:
    account, today = AccountFactory(), clock.today()
    AccountFactory()
    Judgement.objects.create(
        account=account, key="need", points=1, on=today - timedelta(days=60), person=cast.rep.person
    )
    Judgement.objects.create(
        account=account, key="need", points=5, on=today - timedelta(days=10), person=cast.rep.person
    )
    default_scorecard(actor=cast.marketer)

    def need(day: date) -> int | None:
        return Score.objects.get(run=scored(as_of=day), account=account).points[2]

    assert [need(today - timedelta(days=n)) for n in (0, 10, 11, 60, 61)] == [5_000, 5_000, 1_000, 1_000, None]


def test_a_run_in_the_future_is_refused(cast: Cast) -> None:
    default_scorecard(actor=cast.marketer)
    with pytest.raises(DomainError, match="today or a past day"):
        start_run(actor=None, as_of=clock.today() + timedelta(days=1))


def test_one_signal_changes_one_score_at_once(cast: Cast) -> None:
    account, other = AccountFactory(), AccountFactory()
    SignalFactory(account=other, kind="download")
    default_scorecard(actor=cast.marketer)
    run = scored()
    before = Score.objects.get(run=run, account=account)
    SignalFactory(account=account, kind="demo_request")
    RescoreMark.objects.create(account=account)

    assert rescore_marked() == 1

    after = Score.objects.get(run=run, account=account)
    # 40 base points of an unknown person: 20.00 of 60.00 is 5,000 × 2,000 / 6,000 points, at 15 %
    assert (after.points[3], after.total - before.total) == (1_666, 15 * 1_666)
    assert not RescoreMark.objects.exists()
    assert Score.objects.get(run=run, account=other).scored_on == run.as_of


def test_a_new_account_gets_a_score_without_a_run(cast: Cast) -> None:
    AccountFactory()
    default_scorecard(actor=cast.marketer)
    run = scored()
    account = AccountFactory(employees=12_000)
    RescoreMark.objects.create(account=account)
    rescore_marked()
    assert Score.objects.filter(run=run, account=account).exists()


def test_a_parent_changes_with_what_its_follower_is_worth(cast: Cast) -> None:
    parent, child, sister = AccountFactory(), AccountFactory(), AccountFactory()
    day = clock.today() - timedelta(days=9)
    for one in (child, sister):
        AccountFollowing.objects.create(account=one, parent=parent, since=day)
    default_scorecard(actor=cast.marketer)
    run = scored()
    PotentialEntry.objects.create(account=child, amount=700_000, on=day)
    RescoreMark.objects.create(account=child)
    rescore_marked()
    shown = dict(Score.objects.filter(run=run).values_list("account_id", "potential"))
    assert shown == {parent.pk: 700_000, child.pk: 700_000, sister.pk: 700_000}
    assert Score.objects.get(run=run, account=sister).follows


def test_a_signal_in_mid_run_survives_the_swap(cast: Cast) -> None:
    account = AccountFactory()
    SignalFactory(account=AccountFactory())
    default_scorecard(actor=cast.marketer)
    first = scored()
    RescoreMark.objects.create(account=account)  # seen by the snapshot
    run = start_run(actor=None)
    runs.advance_run(run.pk)
    runs.work_part(run.parts.get().pk)
    SignalFactory(account=account, kind="demo_request")
    RescoreMark.objects.create(account=account)
    rescore_marked()
    assert Score.objects.get(run=first, account=account).raw[3] == 2_000
    assert RunMark.objects.filter(run=run).count() == 1

    run_to_end(run)
    assert Score.objects.get(run=run, account=account).raw[3] == 0
    assert list(RescoreMark.objects.values_list("account_id", flat=True)) == [account.pk]
    rescore_marked()
    assert Score.objects.get(run=run, account=account).raw[3] == 2_000


def test_marks_seen_by_a_run_are_answered_by_it(cast: Cast) -> None:
    account = AccountFactory()
    default_scorecard(actor=cast.marketer)
    RescoreMark.objects.create(account=account)
    scored()
    assert not RescoreMark.objects.exists()


def test_the_first_data_of_a_source_asks_for_a_full_run(cast: Cast) -> None:
    account = AccountFactory()
    default_scorecard(actor=cast.marketer)
    assert scored().context["connected"] == []
    contact = ContactFactory(account=account)
    ContactStrength.objects.create(contact=contact, account=account, strength=Strength.MET, on=clock.today())
    RescoreMark.objects.create(account=account)
    rescore_marked()
    waiting = Run.objects.get(status=JobStatus.WAITING)
    assert waiting.reason == "a new source"
    assert run_to_end(waiting).context["connected"] == ["relationship"]


def test_once_a_day_all_is_scored_again(cast: Cast) -> None:
    assert runs.start_daily() is None
    default_scorecard(actor=cast.marketer)
    first = runs.start_daily()
    assert first is not None
    assert runs.start_daily() is None, "one waits already"
    run_to_end(first)
    assert runs.start_daily() is None, "today is done"
    with clock.travel(clock.now() + timedelta(days=1)):
        assert runs.start_daily() is not None


def test_a_definition_that_fails_in_the_database_fails_visibly(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    AccountFactory()
    default_scorecard(actor=cast.marketer)
    before = scored()
    monkeypatch.setattr(
        "tiering.scoring.points.compile_kind",
        lambda *_: SimpleNamespace(points="1 / 0", raw="NULL", ctes=(), joins=()),
    )
    run = start_run(actor=None)
    with pytest.raises(DomainError, match="division by zero"):
        run_to_end(run)
    run.refresh_from_db()
    assert run.status == JobStatus.FAILED
    assert current_run() == before


def test_the_potential_of_a_customer_is_never_below_what_it_buys(cast: Cast) -> None:
    today = clock.today()
    for number in range(9):
        account = AccountFactory(industry="Ports", employees=60)
        OpportunityFactory(account=account, outcome=Outcome.WON, amount=1_000 * (number + 1), closed_on=today)
    stranger = AccountFactory(industry="Ports", employees=70)
    default_scorecard(actor=cast.marketer)
    run = scored()
    found = list(Score.objects.filter(run=run).order_by("account_id").values_list("potential", "potential_n"))
    # upper quartile of 1,000 … 9,000 is the seventh value
    assert found == [*[(7_000, 9)] * 7, (8_000, 9), (9_000, 9), (7_000, 9)]
    assert Score.objects.get(run=run, account=stranger).get_potential_source_display() == "Estimated"
    assert Account.objects.count() == 10
