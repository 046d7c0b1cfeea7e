"""Runs, from queue to the scores in force."""

import pytest

from abxsite.lib.jobs import JobStatus
from tests.cast import Cast
from tests.factories import AccountFactory
from tiering.models import Run, Score
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
