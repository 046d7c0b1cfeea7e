"""One criterion of one account in words: what we know, its band, the evidence with dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from abxsite.lib.display import money_short, number, points, short_day
from accounts.choices import Seniority, SignalKind, Strength, TieKind
from accounts.models import Contact
from tiering.choices import PotentialSource
from tiering.engine import kinds
from tiering.engine.configs import STRENGTHS, Bands, Choice, Judged, Overlap, Relationship, Signals, Traits, lower
from tiering.engine.decay import WHOLE, remaining
from tiering.engine.types import CriterionSpec, Facts, Points, SignalFact, StrengthFact
from tiering.explanation import Evidence
from tiering.models import Criterion

SHOWN = 12
MONEY = ("potential", "whitespace", "revenue")
#: Evidence that the account's owner entered so recently is marked (S5).
FRESH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Told:
    """`what` we know, the `band` (or the reason for a limit), and the evidence."""

    what: str
    band: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """The account's facts with what words need: contacts by id, the run's context, the potential as scored."""

    facts: Facts
    context: kinds.Context
    people: dict[int, Contact]
    potential_source: int
    potential_n: int | None

    @property
    def as_of(self) -> date:
        return self.context.as_of


def tell(criterion: Criterion, spec: CriterionSpec, own: Points, subject: Subject) -> Told:
    """What is known of a criterion; `own` are the account's stored points and raw number."""
    match spec.config:
        case Bands():
            return _bands(spec.config, own, subject)
        case Choice():
            value = getattr(subject.facts, spec.config.field)
            return Told(value or f"{spec.config.field.capitalize()} not known")
        case Traits():
            return _traits(spec.config, subject)
        case Overlap():
            return _overlap(spec.config, own, subject)
        case Signals():
            return _signals(spec.config, subject)
        case Relationship():
            return _relationship(spec.config, subject)
        case Judged():
            return _judged(spec.config, criterion, subject)


def _bands(config: Bands, own: Points, subject: Subject) -> Told:
    value = own.raw
    if value is None:
        return Told(f"{_field(config.field)} not known")
    reached = [start for start, _ in config.bands if value >= start]
    band = (
        f"band {_amount(config.field, reached[-1])} and up"
        if reached
        else f"below {_amount(config.field, config.bands[0][0])}"
    )
    if config.field == "potential":
        return Told(f"{money_short(value)} a year, {_source(subject)}", band, _potential_evidence(subject))
    words = {"employees": f"{number(value)} people", "revenue": f"{money_short(value)} revenue a year"}
    return Told(words.get(config.field, f"{_field(config.field)} {_amount(config.field, value)}"), band)


def _field(name: str) -> str:
    return name.removeprefix("custom.").replace("_", " ").capitalize()


def _amount(field: str, value: int) -> str:
    return money_short(value) if field in MONEY else number(value)


def _source(subject: Subject) -> str:
    if subject.potential_source == PotentialSource.SUMMED:
        centers = len({value.center for value in subject.facts.values if value.on <= subject.as_of})
        return f"{centers} buying center{'' if centers == 1 else 's'}" if centers else "summed in its group"
    if subject.potential_source == PotentialSource.ESTIMATED:
        return f"estimated from {subject.potential_n} similar customers"
    return "entered"


def _potential_evidence(subject: Subject) -> tuple[Evidence, ...]:
    values = sorted(
        (v for v in (*subject.facts.values, *subject.facts.entries) if v.on <= subject.as_of),
        key=lambda v: (v.on, v.number),
        reverse=True,
    )
    return tuple(
        Evidence(v.on, v.name or "Entered for the account", weight=f"{money_short(v.potential)} a year")
        for v in values[:SHOWN]
    )


def _traits(config: Traits, subject: Subject) -> Told:
    answers = [(trait, kinds.trait_met(trait, subject.facts, subject.context)) for trait in config.traits]
    known = [answer for _, answer in answers if answer is not None]
    if not known:
        return Told("None of the traits is known")
    evidence = tuple(
        Evidence(None, trait.name, weight={True: "yes", False: "no", None: "not known"}[answer])
        for trait, answer in answers
        if trait.is_set
    )
    unknown = [trait.name.lower() for trait, answer in answers if answer is None and trait.is_set]
    band = f"not known: {', '.join(unknown)}" if unknown else ""
    return Told(f"{sum(known)} of {len(known)} traits that are known", band, evidence)


def _overlap(config: Overlap, own: Points, subject: Subject) -> Told:
    if own.raw is None:
        return Told(f"{_field(config.field)} not known")
    held = [item for item in getattr(subject.facts, config.field) if lower(item) in config.wanted]
    return Told(f"{own.raw} of {config.full} looked for", ", ".join(held))


def _signals(config: Signals, subject: Subject) -> Told:
    facts, as_of = subject.facts, subject.as_of
    weighed = [(fact, kinds.signal_strength(config, fact, facts.contacts, as_of)) for fact in facts.signals]
    live = sorted((pair for pair in weighed if pair[1] > 0), key=lambda pair: (-pair[1], pair[0].on))
    if not live:
        return Told("No signal that still counts")
    days = kinds.corroborated_within(config, facts.signals, as_of)
    recent = [fact for fact, _ in live if (as_of - fact.on).days <= (days if days is not None else kinds.FADED)]
    span = _count(days or 1, "day") if days is not None else f"{kinds.FADED} days"
    what = f"{_kinds_and_people(recent)} in {span}"
    limit = kinds.ceiling(days)
    newest = max(fact.on for fact, _ in live)
    band = f"latest {short_day(newest, as_of)}"
    plain = kinds.share(sum(value for fact, value in live if fact.kind not in kinds.HAND_RAISES), config.full)
    held = plain > limit
    if held:
        band += f", held at {points(limit)}"
    evidence = []
    for fact, strength in live[:SHOWN]:
        base = fact.weight if fact.weight is not None else next(b for kind, b, _ in config.kinds if kind == fact.kind)
        role = kinds.role(facts.contacts, fact.contact)
        evidence.append(
            Evidence(
                fact.on,
                SignalKind(fact.kind).label + (f", {fact.topic}" if fact.topic else ""),
                _who(fact.contact, subject, "Person unknown" if not fact.who else fact.who),
                f"{base} × {role / 100:g}, now {strength / 100:.1f}",
            )
        )
    if held:
        evidence.insert(0, Evidence(None, f"Held at {points(limit)}", _ceiling_reason(days)))
    return Told(what, band, tuple(evidence))


def _kinds_and_people(recent: Sequence[SignalFact]) -> str:
    """`2 kinds, 3 people`; nobody who is known and nothing new in words, not as a zero."""
    if not recent:
        return "Nothing new"
    named = len({fact.who for fact in recent if fact.who})
    said = _count(named, "person", "people") if named else "nobody known by name"
    return f"{_count(len({fact.kind for fact in recent}), 'kind')}, {said}"


def _ceiling_reason(days: int | None) -> str:
    """Why the criterion has a ceiling (S4)."""
    needed = f"two kinds and two people within {kinds.CORROBORATED} days lift it"
    if days is None:
        return f"no single signal is definitive: {needed}; a demo request, meeting or reply adds above"
    return f"two kinds and two people need {days} days: {needed}"


def _count(n: int, word: str, many: str = "") -> str:
    return f"{n} {word if n == 1 else many or word + 's'}"


def _who(contact: int | None, subject: Subject, otherwise: str) -> str:
    person = subject.people.get(contact or 0)
    if person is None:
        return otherwise
    return f"{person.name}, {person.title}" if person.title else person.name


def _relationship(config: Relationship, subject: Subject) -> Told:
    facts, as_of = subject.facts, subject.as_of
    newest = kinds.strengths_on(facts.strengths, facts.contacts, as_of)
    met = [fact for fact in newest if fact.strength >= Strength.MET]
    ties = [tie for tie in facts.ties if kinds.tie_strength(config, tie, as_of) > 0]
    if not met and not ties:
        return Told("Nobody met yet")
    what = ", ".join(part for part in (_met(met) if met else "", _count(len(ties), "tie") if ties else "") if part)
    days = [fact.on for fact in met] + [tie.on for tie in ties]
    people = [_person_evidence(config, fact, subject) for fact in sorted(met, key=lambda f: f.on, reverse=True)]
    bonds = [
        Evidence(
            tie.on,
            TieKind(tie.kind).label,
            tie.note,
            f"{kinds.tie_strength(config, tie, as_of) / 100:.1f}",
            "" if tie.confirmed_on else "half until a second person confirms it",
        )
        for tie in ties
    ]
    return Told(what, f"latest {short_day(max(days), as_of)}", tuple([*bonds, *people][:SHOWN]))


def _met(met: Sequence[object]) -> str:
    return _count(len(met), "person met or better", "people met or better")


def _adds(seniority: str, person: Contact | None) -> bool:
    """Whether the level says more than the title beside it."""
    title = person.title.lower() if person else ""
    return seniority != Seniority.OTHER.label and seniority.lower() not in title


def _person_evidence(config: Relationship, fact: StrengthFact, subject: Subject) -> Evidence:
    facts, as_of = subject.facts, subject.as_of
    counted = kinds.contact_strength(config, fact, facts.contacts, as_of)
    full = STRENGTHS[fact.strength] * kinds.role(facts.contacts, fact.contact)
    halved = counted > 0 and counted * 2 <= full * remaining(config.half_life, (as_of - fact.on).days) // WHOLE + 1
    marks = ["half until somebody else confirms it"] if halved and fact.strength > kinds.MET else []
    if fact.by_owner and fact.entered_on and as_of - fact.entered_on <= FRESH:
        marks.append("entered by the account's owner in the last 30 days")
    seniority = Seniority(facts.contacts.get(fact.contact, "")).label
    return Evidence(
        fact.on,
        f"{Strength(fact.strength).label}: {_who(fact.contact, subject, 'a contact')}",
        seniority if _adds(seniority, subject.people.get(fact.contact)) else "",
        f"{full / 100:g}, now {counted / 100:.1f}",
        "; ".join(marks),
    )


def _judged(config: Judged, criterion: Criterion, subject: Subject) -> Told:
    found = kinds.latest_judgement(config, subject.facts.judgements, subject.as_of)
    if found is None:
        old = [judgement for judgement in subject.facts.judgements if judgement.key == config.key]
        return Told("Not judged lately" if old else "Not judged yet")
    anchors = criterion.anchors
    what = anchors[found.points] if len(anchors) > found.points else f"Judged {found.points} of 5"
    said = f"{found.person}, {short_day(found.on, subject.as_of)}"
    return Told(what, said, (Evidence(found.on, found.note or what, found.person, f"{found.points} of 5"),))
