"""Groups of accounts that could be a cluster: what five or more of those without one share. Pure.

Every candidate has keys (its problem, technology, industry, place, size, buying stage). A group is a set of one to
three keys with everybody who has all of them; the best group is taken, its members leave the pool, and so on. A group
that shares a problem always stands before one that does not, because a cluster is its problem.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from accounts.clusters.traits import BAND_NAMES, Traits

SMALLEST: Final = 5
LARGEST: Final = 15
TARGET: Final = 10
#: What sharing a key is worth; the same weights as in `fit`, and the buying stage.
WEIGHTS: Final = {"problem": 40, "industry": 20, "technology": 15, "place": 15, "size": 10, "stage": 10}
#: What a member adds that waits for a cluster, or holds a seat without one.
WAITING: Final = 3
KEYS_AT_MOST: Final = 3
#: So many of a group have a trait, in tenths, for it to be said of the group.
MOST_OF: Final = 8
Key = tuple[str, str]


@dataclass(frozen=True)
class Candidate:
    """An account without a cluster. `rank` 0 waits for one, 1 holds a seat without one, 2 is on the list, 3 is not;
    `why` says so in words."""

    traits: Traits
    rank: int = 3
    why: str = ""

    @property
    def stage_words(self) -> str:
        """The buying stage of one account: the plural of `said` without its plural."""
        return self.traits.stage.replace("have an open", "in an open", 1)


@dataclass(frozen=True)
class Group:
    """`shared` are the keys that all have, `mostly` those that most have with how many. `spare` more share them."""

    shared: tuple[Key, ...]
    members: tuple[Candidate, ...]
    mostly: tuple[tuple[Key, int], ...] = ()
    spare: int = 0

    @property
    def problem(self) -> str:
        return next((value for kind, value in self.shared if kind == "problem"), "")

    @property
    def waiting(self) -> int:
        return sum(one.rank <= 1 for one in self.members)

    @property
    def picked(self) -> frozenset[int]:
        """Who is chosen to begin with: as many as the usual target."""
        return frozenset(one.traits.account for one in self.members[:TARGET])


def keys_of(one: Traits) -> list[Key]:
    keys = [("problem", tag) for tag in sorted(one.tags)]
    keys += [("industry", one.industry)] if one.industry else []
    keys += [("technology", name) for name in sorted(one.technologies)]
    keys += [("place", one.country)] if one.country else []
    keys += [("size", BAND_NAMES[one.band])] if one.band is not None else []
    return keys + ([("stage", one.stage)] if one.stage else [])


def suggest(candidates: Iterable[Candidate], most: int = 8) -> list[Group]:
    """Up to `most` groups that share no member, the best first."""
    pool = sorted(candidates, key=lambda one: (one.rank, one.traits.account))
    sets = _sets(pool)
    groups: list[Group] = []
    taken: set[int] = set()
    while sets and len(groups) < most:
        keys = max(sets, key=lambda found: (_worth(found, sets[found], pool), found))
        here = sorted(sets.pop(keys))
        members, spare = here[:LARGEST], max(0, len(here) - LARGEST)
        groups.append(_group(keys, [pool[place] for place in members], spare))
        taken.update(members)
        sets = {found: left for found, those in sets.items() if len(left := those - taken) >= SMALLEST}
    return groups


def _sets(pool: Sequence[Candidate]) -> dict[tuple[Key, ...], set[int]]:
    """{keys: places in the pool}, of five or more. Keys that fewer than five have are left out at once."""
    every = [keys_of(one.traits) for one in pool]
    often = Counter(key for keys in every for key in keys)
    found: dict[tuple[Key, ...], set[int]] = defaultdict(set)
    for place, keys in enumerate(every):
        usable = [key for key in keys if often[key] >= SMALLEST]
        for count in range(1, KEYS_AT_MOST + 1):
            for some in combinations(usable, count):
                if _says_something(some):
                    found[some].add(place)
    return {keys: places for keys, places in found.items() if len(places) >= SMALLEST}


def _says_something(keys: Sequence[Key]) -> bool:
    """A problem is enough; else an industry or a technology with one thing more. One key of each kind."""
    kinds = [kind for kind, _ in keys]
    if len(set(kinds)) < len(kinds):
        return False
    return "problem" in kinds or (len(kinds) > 1 and bool({"industry", "technology"} & set(kinds)))


def _worth(keys: Sequence[Key], places: set[int], pool: Sequence[Candidate]) -> tuple[bool, float]:
    kinds = [kind for kind, _ in keys]
    size = min(len(places), LARGEST)
    waiting = sum(pool[place].rank <= 1 for place in places)
    shared = sum(WEIGHTS[kind] for kind in kinds) * (0.5 + 0.5 * min(size, TARGET) / TARGET)
    return "problem" in kinds, shared + WAITING * min(waiting, TARGET)


def _group(keys: tuple[Key, ...], members: Sequence[Candidate], spare: int) -> Group:
    counts = Counter(key for one in members for key in keys_of(one.traits))
    mostly = [
        (key, n) for key, n in counts.items() if key not in keys and 10 * n >= MOST_OF * len(members)
    ]  # fmt: skip
    mostly.sort(key=lambda item: (-WEIGHTS[item[0][0]], -item[1], item[0]))
    return Group(tuple(keys), tuple(members), tuple(mostly[:3]), spare)


# words


def said(key: Key) -> str:
    """`names “tender-wave”`, `is in Energy`."""
    kind, value = key
    match kind:
        case "problem":
            return f"name the problem “{value}”"
        case "industry":
            return f"are in {value}"
        case "technology":
            return f"run {value}"
        case "place":
            return f"sit in {value}"
        case "size":
            return f"have {value}"
    return value


def sentence(group: Group) -> str:
    """What all of them share, what most of them share besides."""
    whole = f"All {len(group.members)} {_and([said(key) for key in group.shared])}."
    if not group.mostly:
        return whole
    part = _and([f"{n} {said(key)}" for key, n in group.mostly])
    return f"{whole} Besides, {part}."


def title(group: Group) -> str:
    """A first name for the cluster, to be edited."""
    parts = dict(group.shared)
    head = _spoken(parts["problem"]) if "problem" in parts else ""
    rest = [parts[kind] for kind in ("industry", "technology", "place", "size") if kind in parts]
    if not head:
        return ", ".join(rest[:2])[:120]
    return f"{head}{f': {", ".join(rest)}' if rest else ''}"[:120]


def draft(group: Group) -> str:
    """A first problem statement, to be rewritten in their words; empty where no problem is named."""
    parts = dict(group.shared) | {kind: value for (kind, value), _ in group.mostly if kind != "problem"}
    if not group.problem:
        return ""
    who = f"{parts['industry']} companies" if "industry" in parts else "Companies"
    where = f" in {parts['place']}" if "place" in parts else ""
    tools = f" that run {parts['technology']}" if "technology" in parts else ""
    return f"{who}{where}{tools} all name the same problem: {_spoken(group.problem).lower()}."


def _spoken(tag: str) -> str:
    words = tag.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
