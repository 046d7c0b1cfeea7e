"""What a scorecard asks of an account, as plain functions: facts, masks of unknown criteria, what an answer would give.

A *mask* has bit i set where the criterion at place i is unknown. Only criteria that somebody can answer count: those
that read facts or judgements, have weight, and are known of at least one account (the others stand outside coverage).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tiering.engine.configs import Bands, Choice, Config, Judged, Overlap, Traits

JUDGED = "judgement."
#: Facts that are worked out from dated rows of their own, not columns of the account.
DATED = ("potential", "whitespace")
#: With so many criteria every mask is asked for; with more only those that the last count found.
ALL_MASKS = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """One criterion: `fields` answer it, any one of them; none where people cannot (signals, relationship)."""

    place: int
    key: str
    name: str
    weight: int
    fields: tuple[str, ...]
    dataless: bool = False

    @property
    def answerable(self) -> bool:
        return bool(self.fields) and self.weight > 0 and not self.dataless


@dataclass(frozen=True, slots=True)
class Question:
    """Find out `field`, or one of `instead`: `gain` of the weight is known then."""

    field: str
    gain: int
    instead: tuple[str, ...] = ()


def fields_of(config: Config) -> tuple[str, ...]:
    """The facts that a criterion reads, in the order of its definition; a judgement is `judgement.<key>`."""
    match config:
        case Bands() | Choice() | Overlap():
            return (config.field,)
        case Traits():
            return tuple(dict.fromkeys(trait.field for trait in config.traits if trait.is_set))
        case Judged():
            return (f"{JUDGED}{config.key}",)
        case _:
            return ()


def facts_of(asked: Iterable[Asked]) -> dict[str, list[Asked]]:
    """The criteria behind each fact, the weightiest fact first."""
    found: dict[str, list[Asked]] = {}
    for criterion in asked:
        for field in criterion.fields if criterion.weight else ():
            found.setdefault(field, []).append(criterion)
    return dict(sorted(found.items(), key=lambda pair: (-sum(one.weight for one in pair[1]), pair[0])))


def questions_of(mask: int, asked: Sequence[Asked]) -> list[Question]:
    """What to find out of an account with this mask, the largest gain first; one question per criterion at most."""
    open_ones = [one for one in asked if one.answerable and mask & (1 << one.place)]
    gains = {
        field: sum(one.weight for one in open_ones if field in one.fields) for one in open_ones for field in one.fields
    }
    chosen: dict[str, Question] = {}
    for one in open_ones:
        best = max(one.fields, key=lambda field: (gains[field], -one.fields.index(field)))
        instead = tuple(field for field in one.fields if field != best and gains[field] == gains[best])
        chosen.setdefault(best, Question(best, gains[best], instead))
    return sorted(chosen.values(), key=lambda question: (-question.gain, question.field))


def masks_to_ask(asked: Sequence[Asked], counted: Iterable[int]) -> list[int]:
    """All masks that an account may have, but 0; `counted` are those that the last count found."""
    bits = [1 << one.place for one in asked if one.answerable]
    if len(bits) > ALL_MASKS:
        return sorted({mask for mask in counted if mask})
    masks = {0}
    for bit in bits:
        masks |= {mask | bit for mask in masks}
    return sorted(masks - {0})


def whole_of(asked: Iterable[Asked]) -> int:
    """The weight that coverage is a share of."""
    return sum(one.weight for one in asked if not one.dataless)


def known_of(mask: int, asked: Sequence[Asked]) -> int:
    """The weight that is known of an account with this mask."""
    return whole_of(asked) - sum(one.weight for one in asked if not one.dataless and mask & (1 << one.place))
