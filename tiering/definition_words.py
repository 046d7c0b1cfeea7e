"""A criterion's definition in words, for the scorecard page."""

from abxsite.lib.display import money_short, number, points
from accounts.choices import SignalKind
from tiering.engine.configs import (
    Bands,
    Choice,
    ConfigError,
    Judged,
    Overlap,
    Relationship,
    Signals,
    Trait,
    Traits,
    parse_config,
)
from tiering.models import Criterion

MONEY = ("potential", "whitespace", "revenue")


def definition_rows(criterion: Criterion) -> list[tuple[str, str]]:
    """(what, how) lines; empty when the definition cannot be read."""
    try:
        config = parse_config(criterion.kind, criterion.key, criterion.config)
    except ConfigError:
        return []
    match config:
        case Bands():
            rows = [(f"From {_amount(config.field, start)}", points(given)) for start, given in config.bands]
            return [("Below", points(config.below)), *rows]
        case Choice():
            return [*((value, points(given)) for value, given in config.points), ("Any other", points(config.other))]
        case Traits():
            return [(trait.name, _trait(trait)) for trait in config.traits]
        case Overlap():
            return [("Looks for", ", ".join(config.wanted)), ("5 points from", f"{config.full} of them")]
        case Signals():
            return [
                (SignalKind(kind).label, f"{base} base points, half-life {half_life} days")
                for kind, base, half_life in config.kinds
            ]
        case Relationship():
            return [
                ("Half-life", f"{config.half_life} days since the last contact"),
                ("Evidence", f"known and trusted count half without it for {config.evidence_days} days"),
            ]
        case Judged():
            return [("Counts for", f"{config.age_days} days, then it is unknown again")]


def _amount(field: str, value: int) -> str:
    return money_short(value) if field in MONEY else number(value)


def _trait(trait: Trait) -> str:
    if not trait.is_set:
        return "not said yet, so it says nothing about anybody"
    if trait.wanted:
        return ", ".join(trait.wanted)
    low, high = trait.low, trait.high
    if low is None:
        return f"at most {_amount(trait.field, high or 0)}"
    return f"from {_amount(trait.field, low)}" + (f" to {_amount(trait.field, high)}" if high is not None else "")
