"""What a criterion read that nobody recorded at the time: today's facts in yesterday's score flatter it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tiering.engine.configs import Bands, Choice, Config, Overlap, Traits
from tiering.engine.types import CriterionSpec

#: Facts of the account that are dated by themselves (DESIGN §4, *As of*).
DATED = frozenset({"potential", "whitespace"})


@dataclass(frozen=True, slots=True)
class Leak:
    """`deals` of all had their `fact` read from a later day than the one they were opened on."""

    criterion: str
    fact: str
    deals: int


def facts_read(config: Config) -> list[str]:
    """Facts of the account itself that a criterion reads and that carry no date."""
    match config:
        case Bands() | Choice() | Overlap():
            names = [config.field]
        case Traits():
            names = [trait.field for trait in config.traits if trait.is_set]
        case _:
            names = []
    return [name for name in dict.fromkeys(names) if name not in DATED]


def leaks(criteria: Sequence[CriterionSpec], recorded: Iterable[str], deals: int, before_arrival: int) -> list[Leak]:
    """`recorded` facts have a history from the day the account came in: they leak for the deals opened before it.

    `before_arrival` is the number of those. Facts without history leak for all deals; criteria without weight read
    nothing.
    """
    kept = frozenset(recorded)
    found = [
        Leak(criterion.key, fact, before_arrival if fact in kept else deals)
        for criterion in criteria
        if criterion.weight
        for fact in facts_read(criterion.config)
    ]
    return [leak for leak in found if leak.deals]
