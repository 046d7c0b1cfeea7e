"""The tabs over criteria, versions, runs, backtests and the ICP."""

from typing import Any

from django.urls import reverse

from tiering.models import Scorecard


def scorecard_tabs(current: str, criteria: int | None = None) -> list[dict[str, Any]]:
    rows = (
        ("criteria", "Criteria", "scorecard_detail", criteria),
        ("versions", "Versions", "scorecard_list", Scorecard.objects.count()),
        ("runs", "Runs", "run_list", None),
        ("backtests", "Backtest", "backtest_list", None),
        ("icp", "ICP", "icp_detail", None),
    )
    return [
        {"label": label, "url": reverse(name), "count": count, "current": key == current}
        for key, label, name, count in rows
    ]
