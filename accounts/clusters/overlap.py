"""Clusters that say the same twice, and owners who carry too many."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

#: From so much likeness of two problem statements on (0–100, word order left aside) they say the same.
ALIKE: Final = 82
#: One marketer covers five to six clusters (T1).
LOAD: Final = 6


@dataclass(frozen=True)
class Stated:
    """A cluster as far as overlap goes. `owner` is a person's id."""

    pk: int
    name: str
    problem: str
    tag: str
    owner: int | None = None
    frozen: bool = False


@dataclass(frozen=True)
class Overlap:
    """Two clusters that may be one, with the reason in words."""

    one: Stated
    other: Stated
    reason: str


def overlaps(clusters: Sequence[Stated]) -> list[Overlap]:
    """Every pair with the same problem tag or a near-equal problem statement."""
    found = []
    for place, one in enumerate(clusters):
        for other in clusters[place + 1 :]:
            reason = _reason(one, other)
            if reason:
                found.append(Overlap(one, other, reason))
    return found


def _reason(one: Stated, other: Stated) -> str:
    if one.tag and one.tag.casefold() == other.tag.casefold():
        return f"both name the problem “{one.tag}”"
    if fuzz.token_sort_ratio(one.problem.casefold(), other.problem.casefold()) >= ALIKE:
        return "their problem statements say nearly the same"
    return ""


def loads(clusters: Sequence[Stated]) -> dict[int, int]:
    """Clusters that are not frozen, per owner."""
    return dict(Counter(one.owner for one in clusters if one.owner is not None and not one.frozen))
