"""Runs with scores written straight into their table, for tests of what comes after scoring."""

from typing import Any

from django.db import connection

from abxsite.lib import clock
from abxsite.lib.jobs import JobStatus
from accounts.models import Account
from tiering.choices import PotentialSource, ScorecardStatus
from tiering.models import Criterion, Run, Score, Scorecard


def make_run(scores: dict[Account, tuple[float, int | None, int]], *, as_of: Any = None, current: bool = True) -> Run:
    """`scores` is {account: (points 0–100, potential, coverage)}; one criterion `fit` with all the weight."""
    scorecard = Scorecard.objects.filter(status=ScorecardStatus.PUBLISHED).first() or _scorecard()
    if current:
        Run.objects.filter(is_current=True).update(is_current=False)
    run = Run.objects.create(
        scorecard=scorecard,
        as_of=as_of or clock.today(),
        status=JobStatus.DONE,
        is_current=current,
        weights=[100],
        typical=[2500],
        known=[len(scores)],
        dataless=[False],
        definitions=[""],
        accounts=len(scores),
    )
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE tiering_score_{run.pk} PARTITION OF tiering_score FOR VALUES IN ({run.pk})")
    for account, (points, potential, coverage) in scores.items():
        Score.objects.create(
            run=run,
            account=account,
            total=round(points * 5000),
            coverage=coverage,
            points=[round(points * 50)],
            raw=[None],
            potential=potential,
            potential_source=PotentialSource.UNKNOWN if potential is None else PotentialSource.ENTERED,
            scored_on=run.as_of,
        )
    return run


def _scorecard() -> Scorecard:
    scorecard = Scorecard.objects.create(version=1)
    Criterion.objects.create(
        scorecard=scorecard,
        place=0,
        key="fit",
        name="Fit",
        family="fit",
        kind="bands",
        weight=100,
        definition="x",
        config={"field": "employees", "bands": [[10, 1_000], [100, 3_000], [1_000, 5_000]]},
    )
    Scorecard.objects.filter(pk=scorecard.pk).update(status=ScorecardStatus.PUBLISHED, published_at=clock.now())
    scorecard.refresh_from_db()
    return scorecard
