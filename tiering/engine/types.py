"""What scoring reads and writes, as frozen dataclasses. Dates are days in the workspace's zone.

Points are thousandths (0–5,000), weights whole percents, totals their product (0–500,000), money whole units.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

from tiering.engine.configs import Config

FULL = 5_000
MIDDLE = 2_500


class Policy(StrEnum):
    """What an unknown fact counts as (S3)."""

    TYPICAL = "typical"
    ZERO = "zero"
    MIDDLE = "middle"


class Source(IntEnum):
    """Where a potential comes from (T4)."""

    UNKNOWN = 0
    SUMMED = 1
    ENTERED = 2
    ESTIMATED = 3


@dataclass(frozen=True, slots=True)
class CriterionSpec:
    key: str
    family: str
    weight: int
    unknown: Policy
    config: Config


@dataclass(frozen=True, slots=True)
class SignalFact:
    """`who` names a person, or is ''. `weight` overrides the kind's base points. `contact` is an id."""

    on: date
    kind: str
    who: str = ""
    source: str = ""
    weight: int | None = None
    contact: int | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True)
class StrengthFact:
    """`number` orders entries of one day (the newest counts); `by_owner` marks what the account's owner entered."""

    contact: int
    on: date
    number: int
    strength: int
    evidenced: bool = False
    entered_on: date | None = None
    by_owner: bool = False


@dataclass(frozen=True, slots=True)
class TieFact:
    kind: str
    on: date
    confirmed_on: date | None = None
    ended_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class JudgementFact:
    key: str
    on: date
    number: int
    points: int
    note: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class ValueFact:
    """What a buying center (or, with `center` 0, the account by itself) was said to be worth from a day on."""

    center: int
    on: date
    number: int
    potential: int
    current: int = 0
    closed_on: date | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class DealFact:
    outcome: str
    amount: Decimal | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class PeriodFact:
    """The account follows `parent` over [since, until)."""

    parent: int
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one account; `contacts` maps id to seniority. Nothing here depends on the as-of day."""

    id: int
    industry: str = ""
    country: str = ""
    region: str = ""
    status: str = ""
    employees: int | None = None
    revenue: int | None = None
    year_founded: int | None = None
    technologies: tuple[str, ...] = ()
    problem_tags: tuple[str, ...] = ()
    custom: dict[str, Any] = field(default_factory=dict)
    contacts: dict[int, str] = field(default_factory=dict)
    signals: tuple[SignalFact, ...] = ()
    strengths: tuple[StrengthFact, ...] = ()
    ties: tuple[TieFact, ...] = ()
    judgements: tuple[JudgementFact, ...] = ()
    values: tuple[ValueFact, ...] = ()
    entries: tuple[ValueFact, ...] = ()
    deals: tuple[DealFact, ...] = ()
    followings: tuple[PeriodFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Potential:
    """`n` is the number of similar customers behind an estimate."""

    value: int | None
    source: Source
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Points:
    """`points` None means unknown; `raw` is the number behind them, None where there is none."""

    points: int | None
    raw: int | None = None


@dataclass(frozen=True, slots=True)
class Typical:
    """Per criterion in the version's order: typical points, how many accounts are known, no data anywhere."""

    points: tuple[int, ...]
    known: tuple[int, ...]
    dataless: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class ScoreOf:
    account: int
    total: int
    coverage: int
    points: tuple[int | None, ...]
    raw: tuple[int | None, ...]
    fit: int | None
    signals: int | None
    relationship: int | None
    potential: Potential
    follows: bool
