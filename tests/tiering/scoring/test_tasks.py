"""What the workers do, task by task, in any order and as often as they are woken."""

import pytest

from abxsite.lib.jobs import JobStatus, sweep
from accounts.models import RescoreMark
from tests.cast import Cast
from tests.factories import AccountFactory
from tiering import tasks
from tiering.models import Run, RunPart, Score
from tiering.services import runs
from tiering.services.scorecards import default_scorecard

pytestmark = pytest.mark.django_db


def test_a_run_by_tasks_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PART", 2)
    AccountFactory.create_batch(5)
    default_scorecard(actor=cast.marketer)
    tasks.rescore_daily()
    run = Run.objects.get()
    for _ in range(2):  # delivered twice
        tasks.run_scorecard(run.pk)
    assert run.parts.count() == 3
    for part in [*run.parts.all(), *run.parts.all()]:
        tasks.score_part(part.pk)
    tasks.run_scorecard(run.pk)
    run.refresh_from_db()
    assert (run.status, run.is_current, run.accounts) == (JobStatus.DONE, True, 5)
    assert Score.objects.filter(run=run).count() == 5


def test_a_finished_run_wakes_nobody(cast: Cast) -> None:
    AccountFactory()
    default_scorecard(actor=cast.marketer)
    runs.run_to_end(runs.start_run(actor=None))
    assert sweep((Run, RunPart)) == 0


def test_marks_wait_for_the_first_run_and_ask_for_it(cast: Cast) -> None:
    account = AccountFactory()
    RescoreMark.objects.create(account=account)
    assert tasks.rescore_marked() == 0
    assert not Run.objects.exists(), "without a scorecard there is nothing to run"
    default_scorecard(actor=cast.marketer)
    assert tasks.rescore_marked() == 0
    assert Run.objects.get().status == JobStatus.WAITING
    assert RescoreMark.objects.count() == 1


def test_tasks_end_quietly_when_the_row_is_gone(db: None) -> None:
    tasks.run_scorecard(1)
    tasks.score_part(1)
    assert not Run.objects.exists()
