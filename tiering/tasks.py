"""Tasks of the tiering side: three lines each around a service."""

from datetime import date

from celery import shared_task

from tiering.quality.measure import measure_current
from tiering.services import backtests, icp_counts, marks, runs, standings


@shared_task(name="tiering.run_scorecard")
def run_scorecard(run_id: int) -> None:
    runs.advance_run(run_id)


@shared_task(name="tiering.score_part")
def score_part(part_id: int) -> None:
    runs.work_part(part_id)


@shared_task(name="tiering.rescore_marked")
def rescore_marked() -> int:
    return marks.rescore_marked()


@shared_task(name="tiering.rescore_daily")
def rescore_daily() -> None:
    runs.start_daily()


@shared_task(name="tiering.refresh_standings")
def refresh_standings() -> int:
    return standings.refresh_standings()


@shared_task(name="tiering.run_backtest")
def run_backtest(backtest_id: int) -> bool:
    return backtests.work(backtest_id)


@shared_task(name="tiering.measure_quality")
def measure_quality() -> None:
    measure_current()


@shared_task(name="tiering.summarize_icp")
def summarize_icp(as_of: str) -> int:
    return icp_counts.summarize_icp(date.fromisoformat(as_of))
