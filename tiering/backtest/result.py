"""The result of a backtest as JSON: what the page shows and the API gives, kept with the backtest's row. Pure.

Rates and areas are fractions with six decimals, scores total units (5,000 = 1.00 point), money a text with its
decimals, tiers places from the top (null: off the list).
"""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from tiering.backtest.leaks import Leak
from tiering.backtest.report import Report
from tiering.backtest.separation import AreaDifference
from tiering.backtest.suggestion import Suggestion


def result_of(
    reports: Sequence[Report],
    leaks: Sequence[Sequence[Leak]],
    suggestions: Sequence[Suggestion | None],
    difference: AreaDifference | None,
    left_out: dict[str, int],
) -> dict[str, Any]:
    """`sides` in the order of the versions; `difference` is the first area less the second."""
    sides = [
        asdict(report)
        | {"lost": report.lost, "rate": report.rate, "leaks": [asdict(leak) for leak in found]}
        | {"suggestion": asdict(suggestion) if suggestion else None}
        for report, found, suggestion in zip(reports, leaks, suggestions, strict=True)
    ]
    whole = {"sides": sides, "difference": asdict(difference) if difference else None, "left_out": left_out}
    plain: dict[str, Any] = _plain(whole)
    return plain


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case float():
            return round(value, 6)
        case Decimal():
            return f"{value:.2f}"
        case _:
            return value
