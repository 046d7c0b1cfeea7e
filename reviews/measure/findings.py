"""What the numbers say, in sentences: inversions, off-list wins, what is missing. Every claim carries its n (M3)."""

from collections.abc import Iterator

from abxsite.lib import display, stats
from abxsite.lib.display import number
from reviews.measure.result import Finding, Insights, Row
from reviews.measure.tally import Tally
from tiering.models import WorkspaceSettings


def findings_of(found: Insights, settings: WorkspaceSettings) -> list[Finding]:
    return [*_by_tier(found, settings.few_deals), *_missing(found)]


def _by_tier(found: Insights, few: int) -> Iterator[Finding]:
    if found.scope.by != "tier" or not found.total.tally.deals:
        return
    tiers = found.of_kind("tier")
    if found.scope.tier_as_of == "now":
        yield Finding(
            "tier_now",
            "These are the tiers of today.",
            "An account that won may have been promoted for it. “Tier when opened” compares fairly.",
            icon="clock-exclamation",
        )
    baseline = sum((row.tally for row in found.of_kind("baseline")), Tally())
    if baseline.deals and not any(row.tally.deals for row in tiers):
        yield Finding(
            "baseline_only",
            "All of this happened before the first list.",
            f"{number(baseline.deals)} deals are the baseline that the tiers will be measured against.",
            icon="clock-exclamation",
        )
    else:
        yield inversion(tiers, few)
        if off := off_list(tiers, found.of_kind("off_list"), few):
            yield off


def inversion(tiers: list[Row], few: int) -> Finding:
    """The first higher tier that wins less than a lower one beyond chance, over the four pooled quarters."""
    told = [row for row in tiers if row.tally.pooled >= few]
    if len(told) < 2:
        return Finding(
            "inversion_unknown",
            "Too few closed deals to compare the tiers.",
            f"{len(told)} of {len(tiers)} tiers closed {few} or more deals in the last four quarters.",
        )
    pairs = [(higher, lower) for at, higher in enumerate(told) for lower in told[at + 1 :]]
    for higher, lower in pairs:
        difference = _difference(higher, lower)
        if difference.high < 0:
            return Finding(
                "inversion",
                f"{higher.name} wins less often than {lower.name}.",
                f"{_won_of(higher)} against {_won_of(lower)} in four quarters: a difference of {_points(difference)}.",
                attn=True,
                icon="alert-triangle",
            )
    higher, lower = pairs[0]
    difference = _difference(higher, lower)
    chance = " That is more than chance." if difference.low > 0 else " That could still be chance."
    return Finding(
        "no_inversion",
        "No evidence that a higher tier wins less often than a lower one.",
        f"{higher.name} won {_won_of(higher)}, {lower.name} {_won_of(lower)} in four quarters: a difference of "
        f"{_points(difference)}.{chance}",
    )


def off_list(tiers: list[Row], off: list[Row], few: int) -> Finding | None:
    """Do accounts off the list take more of the wins than of the deals?"""
    outside = off[0] if off else None
    if outside is None or (not outside.accounts and not outside.tally.deals):
        return Finding("off_list_nobody", "Nobody is off the list.", "There is no group to compare the tiers with.")
    listed = sum((row.tally for row in tiers), Tally())
    if outside.tally.pooled < few or listed.pooled < few:
        return None
    difference = stats.newcombe(outside.tally.pooled_won, outside.tally.pooled, listed.pooled_won, listed.pooled)
    text = (
        f"{_won_of(outside)} against {number(listed.pooled_won)} of {number(listed.pooled)} on the list: "
        f"a difference of {_points(difference)}. Not chosen, so not a fair experiment."
    )
    if difference.low > 0:
        return Finding(
            "off_list_wins", "Accounts off the list win more than their share.", text, attn=True, icon="alert-triangle"
        )
    return Finding("off_list_fair", "No evidence that accounts off the list win more than their share.", text)


def _missing(found: Insights) -> Iterator[Finding]:
    total = found.total.tally
    if found.unassigned:
        yield Finding(
            "unassigned",
            f"{_deals(found.unassigned)} {'has' if found.unassigned == 1 else 'have'} no account.",
            "They count in the sum and in no tier.",
            attn=True,
            icon="alert-triangle",
            link=("See them", "", "without_account"),
        )
    if total.open_unknown:
        yield _without_amount(total)


def _without_amount(total: Tally) -> Finding:
    if total.open_unknown == total.open:
        title = f"None of {number(total.open)} open deals has an amount."
        text = "So open pipeline is not known."
    else:
        title = (
            f"{number(total.open_unknown)} of {number(total.open)} open deals {_have(total.open_unknown)} no amount."
        )
        text = "Open pipeline is what the others add up to."
    link = ("See them", "", "open_unknown")
    return Finding("open_unknown", title, text, attn=True, icon="alert-triangle", link=link)


def _difference(one: Row, other: Row) -> stats.Difference:
    return stats.newcombe(one.tally.pooled_won, one.tally.pooled, other.tally.pooled_won, other.tally.pooled)


def _won_of(row: Row) -> str:
    return f"{number(row.tally.pooled_won)} of {number(row.tally.pooled)}"


def _points(difference: stats.Difference) -> str:
    value, low, high = (
        display.number(round(part * 100)) for part in (difference.value, difference.low, difference.high)
    )
    return f"{value} points ({low} to {high})"


def _deals(n: int) -> str:
    return f"{number(n)} deal{'' if n == 1 else 's'}"


def _have(n: int) -> str:
    return "has" if n == 1 else "have"
