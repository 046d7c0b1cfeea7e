"""What a backtest's figures say, in sentences for people. Pure; reads the stored result."""

from collections.abc import Mapping
from typing import Any

from tiering.backtest.report import ENOUGH, Verdict
from tiering.backtest.suggestion import ENOUGH as LEAST

Side = Mapping[str, Any]
FACTS = {
    "industry": "industry", "country": "country", "region": "region", "status": "status", "employees": "employees",
    "revenue": "revenue", "year_founded": "year founded", "technologies": "technologies",
    "problem_tags": "problem tags",
}  # fmt: skip


def title(side: Side) -> str:
    match side["verdict"]:
        case Verdict.SEPARATES:
            return "The score tells deals that were won from those that were lost"
        case Verdict.REVERSED:
            return "The score points the wrong way"
        case Verdict.NO_EVIDENCE:
            return "No evidence that the score separates"
    return "Too few deals to tell"


def sentence(side: Side) -> str:
    counts = f"{side['won']:,} won and {side['lost']:,} lost deals of {_accounts(side['accounts'])}"
    if side["area"] is None:
        return f"{counts}. Both sides need {ENOUGH} before an interval means anything; the counts stand below."
    area = side["area"]
    interval = f"{area['value']:.2f} (95 % interval {area['low']:.2f} to {area['high']:.2f})"
    chance = f"Of a won and a lost deal the won one had the higher score with a chance of {interval}, over {counts}."
    match side["verdict"]:
        case Verdict.SEPARATES:
            return f"{chance} Chance alone would give 0.50."
        case Verdict.REVERSED:
            return f"{chance} Below 0.50 throughout: higher scores went with lost deals."
    return f"{chance} The interval holds 0.50, which is what chance alone gives."


def lift_sentence(side: Side) -> str:
    lift = side["lift"]
    if lift is None:
        return ""
    top, rest = lift["top"], lift["against_rest"]
    share = f"{100 * top['rate']:.0f} % of {top['n']:,} deals"
    said = f"The top tenth by score won {share}, {lift['value']:.2f} times the rate of all."
    if rest["low"] > 0 or rest["high"] < 0:
        return said
    return f"{said} Against the other nine tenths that is within what chance gives."


def difference_sentence(difference: Mapping[str, float] | None, first: str, second: str) -> str:
    """Of two versions over the same deals (Obuchowski's test, deals grouped by account)."""
    if difference is None:
        return f"Too few deals to tell {first} from {second}."
    value, low, high = difference["value"], difference["low"], difference["high"]
    figures = f"{abs(value):.3f} (95 % interval of the difference {low:+.3f} to {high:+.3f}, p = {difference['p']:.3f})"
    better, other = (first, second) if value > 0 else (second, first)
    if low > 0 or high < 0:
        return f"{better} separates better than {other}, by {figures}, over the same deals."
    return f"No evidence that one separates better: the areas differ by {figures}."


def suggestion_sentence(suggestion: Mapping[str, Any] | None, side: Side) -> str:
    """What the suggested weights are worth, judged on accounts that the fit did not see."""
    if suggestion is None:
        if min(side["won"], side["lost"]) < LEAST:
            return f"No weights are suggested under {LEAST} won and {LEAST} lost deals."
        return "No criterion goes with winning here, so the deals suggest no weights."
    area, gain = suggestion["unseen"], suggestion["gain"]
    interval = f"{area['low']:.2f} to {area['high']:.2f}"
    said = f"On accounts that the fit did not see it separates by {area['value']:.2f} ({interval})"
    more = f"{gain['low']:+.3f} to {gain['high']:+.3f}"
    if gain["low"] > 0:
        return f"{said}, which is {gain['value']:.3f} more than the present weights do ({more})."
    return f"{said}; no evidence that this is more than the present weights do ({more})."


def leak_sentence(leak: Mapping[str, Any], criterion: str, deals: int) -> str:
    fact = FACTS.get(leak["fact"], leak["fact"].removeprefix("custom."))
    count = "all deals" if leak["deals"] == deals else f"{leak['deals']:,} of {deals:,} deals"
    return f"{criterion} read {fact} from a later day for {count}: nobody recorded it at the time."


def _accounts(count: int) -> str:
    return "one account" if count == 1 else f"{count:,} accounts"
