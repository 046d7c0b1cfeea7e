"""The kinds of criteria: one frozen class each, read from a criterion's JSON and refused in words when wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

#: Role multipliers in hundredths (S4, S5).
SENIORITIES = {"c_level": 200, "vp": 150, "director": 125, "manager": 100}
OTHER_ROLE = 50

NUMBER_FIELDS = ("potential", "whitespace", "employees", "revenue", "year_founded")
CHOICE_FIELDS = ("industry", "country", "region", "status")
SET_FIELDS = ("technologies", "problem_tags")

#: Base points and half-life in days of each kind of signal.
SIGNAL_KINDS: dict[str, tuple[int, int]] = {
    "site_visit": (2, 14),
    "ad_click": (2, 14),
    "linkedin": (4, 30),
    "intent": (6, 30),
    "download": (8, 30),
    "webinar": (12, 45),
    "job_posting": (8, 60),
    "reply": (15, 60),
    "meeting": (25, 90),
    "demo_request": (40, 90),
}
#: Points per strength (none, aware, met, known, trusted) and per kind of tie.
STRENGTHS = (0, 1, 3, 6, 10)
TIES = {"former_client": 8, "referral": 4, "event": 2, "executive_sponsor": 10}


class ConfigError(ValueError):
    """A criterion's definition that makes no sense; the text is for people."""


@dataclass(frozen=True, slots=True)
class Bands:
    """`bands` are (from, points) ascending; below the first it gives `below` points."""

    field: str
    bands: tuple[tuple[int, int], ...]
    below: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Points per value (in lower case); every other value that is not blank gives `other`."""

    field: str
    points: tuple[tuple[str, int], ...]
    other: int = 0


@dataclass(frozen=True, slots=True)
class Trait:
    """One yes-or-no fact: a field among `wanted` (in lower case), or a number within [low, high]."""

    name: str
    field: str
    wanted: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None

    @property
    def is_set(self) -> bool:
        """A trait that nobody has filled in yet says nothing about anybody."""
        if self.field in NUMBER_FIELDS or self.field.startswith("custom."):
            return self.low is not None or self.high is not None
        return bool(self.wanted)


@dataclass(frozen=True, slots=True)
class Traits:
    """5 points × traits met ÷ traits known; unknown when none is known."""

    traits: tuple[Trait, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """`full` shared members give 5 points, fewer give their share; an empty set is unknown."""

    field: str
    wanted: tuple[str, ...]
    full: int = 3


@dataclass(frozen=True, slots=True)
class Signals:
    """`kinds` are (kind, base points, half-life); strength `full` (hundredths) gives 5 points before the ceiling."""

    kinds: tuple[tuple[str, int, int], ...]
    full: int = 6_000

    @property
    def longest(self) -> int:
        return max(half_life for _, _, half_life in self.kinds)


@dataclass(frozen=True, slots=True)
class Relationship:
    """Strength `full` (hundredths) gives 5 points."""

    full: int = 3_000
    half_life: int = 730
    evidence_days: int = 365


@dataclass(frozen=True, slots=True)
class Judged:
    """People's 0–5 under `key`; unknown again when `age_days` old."""

    key: str
    age_days: int = 183


Config = Bands | Choice | Traits | Overlap | Signals | Relationship | Judged

_ASCII = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def lower(text: str) -> str:
    """Lower case of A–Z alone, as PostgreSQL's `lower(x COLLATE "C")`."""
    return text.translate(_ASCII)


def parse_config(kind: str, key: str, config: Mapping[str, Any]) -> Config:
    """The criterion's definition, checked. Raises ConfigError with a sentence."""
    parser = _PARSERS.get(kind)
    if parser is None:
        raise ConfigError(f"There is no kind of criterion called {kind}.")
    try:
        return parser(key, config)
    except (TypeError, KeyError, AttributeError) as error:
        raise ConfigError(f"The definition of {key} is incomplete: {error}.") from error


def _points(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 5_000:
        raise ConfigError("Points are whole thousandths from 0 to 5,000.")
    return value


def _whole(value: Any, name: str, *, least: int = 1, most: int = 9_000_000_000_000_000_000) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ConfigError(f"The {name} is a whole number from {least:,} to {most:,}.")
    return value


def _number_field(name: str) -> str:
    if name not in NUMBER_FIELDS and not (name.startswith("custom.") and len(name) > len("custom.")):
        raise ConfigError(f"{name} is not a number of an account.")
    return name


def _one_of(name: str, among: tuple[str, ...]) -> str:
    if name not in among:
        raise ConfigError(f"{name} is not one of {', '.join(among)}.")
    return name


def _words(values: Any) -> tuple[str, ...]:
    return tuple(sorted({lower(str(value)) for value in values}))


def _bands(key: str, config: Mapping[str, Any]) -> Bands:
    lowest = -9_000_000_000_000_000_000
    bands = tuple((_whole(at, "band", least=lowest), _points(points)) for at, points in config["bands"])
    if not bands or any(after[0] <= before[0] for before, after in pairwise(bands)):
        raise ConfigError("Bands ascend, and there is at least one.")
    return Bands(_number_field(config["field"]), bands, _points(config.get("below", 0)))


def _choice(key: str, config: Mapping[str, Any]) -> Choice:
    points = {lower(str(value)): _points(given) for value, given in config["points"].items()}
    return Choice(
        _one_of(config["field"], CHOICE_FIELDS), tuple(sorted(points.items())), _points(config.get("other", 0))
    )


def _traits(key: str, config: Mapping[str, Any]) -> Traits:
    traits = tuple(_trait(trait) for trait in config["traits"])
    if not 1 <= len(traits) <= 20:
        raise ConfigError("There are 1 to 20 traits.")
    return Traits(traits)


def _trait(trait: Mapping[str, Any]) -> Trait:
    name, field = str(trait["name"]), str(trait["field"])
    if field in CHOICE_FIELDS or field in SET_FIELDS:
        return Trait(name, field, wanted=_words(trait.get("wanted") or ()))
    low, high = trait.get("low"), trait.get("high")
    return Trait(
        name,
        _number_field(field),
        low=None if low is None else _whole(low, "lower end", least=0),
        high=None if high is None else _whole(high, "upper end", least=0),
    )


def _overlap(key: str, config: Mapping[str, Any]) -> Overlap:
    wanted = _words(config["wanted"])
    if not wanted:
        raise ConfigError("Name at least one member to look for.")
    return Overlap(_one_of(config["field"], SET_FIELDS), wanted, _whole(config.get("full", 3), "full overlap"))


def _signals(key: str, config: Mapping[str, Any]) -> Signals:
    given = config.get("kinds") or {kind: list(pair) for kind, pair in SIGNAL_KINDS.items()}
    kinds = tuple(
        (
            _one_of(kind, tuple(SIGNAL_KINDS)),
            _whole(base, "base points", most=1_000),
            _whole(half_life, "half-life", most=3_650),
        )
        for kind, (base, half_life) in sorted(given.items())
    )
    return Signals(kinds, _whole(config.get("full", 6_000), "full strength", most=1_000_000_000))


def _relationship(key: str, config: Mapping[str, Any]) -> Relationship:
    return Relationship(
        _whole(config.get("full", 3_000), "full strength", most=1_000_000_000),
        _whole(config.get("half_life", 730), "half-life", most=3_650),
        _whole(config.get("evidence_days", 365), "evidence age", most=3_650),
    )


def _judged(key: str, config: Mapping[str, Any]) -> Judged:
    return Judged(key, _whole(config.get("age_days", 183), "age", most=3_650))


_PARSERS: dict[str, Callable[[str, Mapping[str, Any]], Config]] = {
    "bands": _bands,
    "choice": _choice,
    "traits": _traits,
    "overlap": _overlap,
    "signals": _signals,
    "relationship": _relationship,
    "judgement": _judged,
}
