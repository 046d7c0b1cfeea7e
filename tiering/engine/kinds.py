"""Points of one account on one criterion, by kind: the reading copy of `tiering.scoring.kinds`."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tiering.engine.configs import (
    OTHER_ROLE,
    SENIORITIES,
    STRENGTHS,
    TIES,
    Bands,
    Choice,
    Config,
    Judged,
    Overlap,
    Relationship,
    Signals,
    Trait,
    Traits,
    lower,
)
from tiering.engine.decay import WHOLE, remaining
from tiering.engine.potential import summed
from tiering.engine.types import FULL, Facts, JudgementFact, Points, Potential, SignalFact, StrengthFact, TieFact

#: Signals of an account rather than of a person: two sources count as a second person (S4).
ACCOUNT_LEVEL = ("intent", "job_posting")
#: They add above the corroboration ceiling (S4).
HAND_RAISES = ("demo_request", "meeting", "reply")
#: Within so many days two kinds and two people lift the ceiling; the last fifteen fade it.
CORROBORATED, FADED = 30, 45
LOWEST_CEILING = 2_000
#: Known and trusted need evidence.
MET = 2
UNKNOWN = Points(None)


@dataclass(frozen=True, slots=True)
class Context:
    """The day, the account's resolved potential, and which sources (`signals`, `relationship`) have any data."""

    as_of: date
    potential: Potential
    connected: frozenset[str]


def points_of(config: Config, facts: Facts, context: Context) -> Points:
    """Points in thousandths and the raw number behind them."""
    match config:
        case Bands():
            return _bands(config, facts, context)
        case Choice():
            return _choice(config, facts)
        case Traits():
            return _traits(config, facts, context)
        case Overlap():
            return _overlap(config, facts)
        case Signals():
            return _signals(config, facts, context)
        case Relationship():
            return _relationship(config, facts, context)
        case Judged():
            return _judged(config, facts, context)


def _bands(config: Bands, facts: Facts, context: Context) -> Points:
    value = number_of(config.field, facts, context)
    if value is None:
        return UNKNOWN
    return Points(band_points(config, value), value)


def band_points(config: Bands, value: int) -> int:
    reached = [points for start, points in config.bands if value >= start]
    return reached[-1] if reached else config.below


def number_of(field: str, facts: Facts, context: Context) -> int | None:
    """A number of the account: a firmographic, its potential, its whitespace or a custom attribute."""
    if field == "potential":
        return context.potential.value
    if field == "whitespace":
        sums = summed(facts.values, context.as_of)
        return None if sums is None else sums[0] - sums[1]
    if field.startswith("custom."):
        return _custom(facts.custom, field.removeprefix("custom."))
    value: int | None = getattr(facts, field)
    return value


def _custom(custom: Mapping[str, Any], name: str) -> int | None:
    value = custom.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    whole = math.floor(Decimal(str(value)))
    return whole if abs(whole) <= 9_000_000_000_000_000_000 else None


def _choice(config: Choice, facts: Facts) -> Points:
    value = lower(getattr(facts, config.field))
    if not value:
        return UNKNOWN
    return Points(dict(config.points).get(value, config.other))


def _traits(config: Traits, facts: Facts, context: Context) -> Points:
    answers = [trait_met(trait, facts, context) for trait in config.traits]
    known = [answer for answer in answers if answer is not None]
    if not known:
        return UNKNOWN
    return Points(FULL * sum(known) // len(known), sum(known) * 100 + len(known))


def trait_met(trait: Trait, facts: Facts, context: Context) -> bool | None:
    """Whether the account has the trait; None where that is unknown or the trait is not filled in."""
    if not trait.is_set:
        return None
    if trait.field in ("technologies", "problem_tags"):
        held = {lower(item) for item in getattr(facts, trait.field)}
        return bool(held & set(trait.wanted)) if held else None
    if trait.field in ("industry", "country", "region", "status"):
        value = lower(getattr(facts, trait.field))
        return value in trait.wanted if value else None
    number = number_of(trait.field, facts, context)
    if number is None:
        return None
    return (trait.low is None or number >= trait.low) and (trait.high is None or number <= trait.high)


def _overlap(config: Overlap, facts: Facts) -> Points:
    held = {lower(item) for item in getattr(facts, config.field)}
    if not held:
        return UNKNOWN
    shared = len(held & set(config.wanted))
    return Points(FULL * min(shared, config.full) // config.full, shared)


def signal_strength(config: Signals, signal: SignalFact, contacts: Mapping[int, str], as_of: date) -> int:
    """Base points × role × decay, in hundredths and whole before anything is summed (S4)."""
    for kind, base, half_life in config.kinds:
        if kind == signal.kind:
            points = base if signal.weight is None else signal.weight
            left = remaining(half_life, (as_of - signal.on).days)
            return points * role(contacts, signal.contact) * left // WHOLE
    return 0


def role(contacts: Mapping[int, str], contact: int | None) -> int:
    """The multiplier of a person, in hundredths; unknown people count like *other*."""
    return OTHER_ROLE if contact is None else SENIORITIES.get(contacts.get(contact, ""), OTHER_ROLE)


def _signals(config: Signals, facts: Facts, context: Context) -> Points:
    if "signals" not in context.connected:
        return UNKNOWN
    plain = hand = 0
    for signal in facts.signals:
        strength = signal_strength(config, signal, facts.contacts, context.as_of)
        if signal.kind in HAND_RAISES:
            hand += strength
        else:
            plain += strength
    limit = ceiling(corroborated_within(config, facts.signals, context.as_of))
    points = min(FULL, min(limit, share(plain, config.full)) + share(hand, config.full))
    return Points(points, plain + hand)


def share(strength: int, full: int) -> int:
    """Thousandths for a strength of which `full` gives 5 points."""
    return min(FULL, FULL * strength // full)


def corroborated_within(config: Signals, signals: Iterable[SignalFact], as_of: date) -> int | None:
    """The shortest look-back in days that holds 2 kinds and 2 people; None beyond 45 days.

    Account-level signals of two sources count as one more person.
    """
    kinds: dict[str, int] = {}
    people: dict[str, int] = {}
    sources: dict[str, int] = {}
    counted = {kind for kind, _, _ in config.kinds}
    for signal in signals:
        age = (as_of - signal.on).days
        if not 0 <= age <= FADED or signal.kind not in counted:
            continue
        _nearest(kinds, signal.kind, age)
        if signal.who:
            _nearest(people, signal.who, age)
        if signal.kind in ACCOUNT_LEVEL and signal.source:
            _nearest(sources, signal.source, age)
    ages = sorted([*people.values(), *sorted(sources.values())[1:2]])
    if len(kinds) < 2 or len(ages) < 2:
        return None
    return max(sorted(kinds.values())[1], ages[1])


def _nearest(ages: dict[str, int], key: str, age: int) -> None:
    ages[key] = min(age, ages.get(key, age))


def ceiling(days: int | None) -> int:
    """5 points up to 30 days, 2 + 3 × (45 − d) / 15 up to 45, 2 beyond."""
    if days is None or days > FADED:
        return LOWEST_CEILING
    return FULL if days <= CORROBORATED else LOWEST_CEILING + 200 * (FADED - days)


def strengths_on(strengths: Iterable[StrengthFact], contacts: Mapping[int, str], as_of: date) -> list[StrengthFact]:
    """The newest strength of each contact of the account, as of the day."""
    newest: dict[int, StrengthFact] = {}
    for fact in strengths:
        old = newest.get(fact.contact)
        counts = fact.on <= as_of and fact.contact in contacts
        if counts and (old is None or (fact.on, fact.number) > (old.on, old.number)):
            newest[fact.contact] = fact
    return list(newest.values())


def contact_strength(config: Relationship, fact: StrengthFact, contacts: Mapping[int, str], as_of: date) -> int:
    """Strength × role × decay in hundredths; above *met* half counts without fresh evidence (S5)."""
    age = (as_of - fact.on).days
    value = STRENGTHS[fact.strength] * role(contacts, fact.contact) * remaining(config.half_life, age) // WHOLE
    doubtful = fact.strength > MET and not (fact.evidenced and age <= config.evidence_days)
    return value // 2 if doubtful else value


def tie_strength(config: Relationship, tie: TieFact, as_of: date) -> int:
    """A tie's points in hundredths while it lasts; half unless a second person confirmed it within 12 months."""
    if tie.on > as_of or (tie.ended_on is not None and tie.ended_on <= as_of):
        return 0
    confirmed = tie.confirmed_on is not None and 0 <= (as_of - tie.confirmed_on).days <= config.evidence_days
    value = TIES.get(tie.kind, 0) * 100
    return value if confirmed else value // 2


def _relationship(config: Relationship, facts: Facts, context: Context) -> Points:
    if "relationship" not in context.connected:
        return UNKNOWN
    newest = strengths_on(facts.strengths, facts.contacts, context.as_of)
    people = sum(contact_strength(config, fact, facts.contacts, context.as_of) for fact in newest)
    total = people + sum(tie_strength(config, tie, context.as_of) for tie in facts.ties)
    return Points(share(total, config.full), total)


def latest_judgement(config: Judged, judgements: Iterable[JudgementFact], as_of: date) -> JudgementFact | None:
    """The judgement that counts on the day: the newest that is not too old."""
    fresh = [j for j in judgements if j.key == config.key and 0 <= (as_of - j.on).days < config.age_days]
    return max(fresh, key=lambda j: (j.on, j.number), default=None)


def _judged(config: Judged, facts: Facts, context: Context) -> Points:
    found = latest_judgement(config, facts.judgements, context.as_of)
    return UNKNOWN if found is None else Points(found.points * 1_000, found.points)
