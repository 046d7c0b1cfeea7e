"""What would lift an account: per criterion the one thing that could add most."""

from collections.abc import Sequence

from abxsite.lib.display import money_short, number
from accounts.choices import TieKind
from tiering.choices import PotentialSource
from tiering.engine import kinds
from tiering.engine.configs import STRENGTHS, TIES, Bands, Judged, Overlap, Relationship, Signals, Traits
from tiering.engine.types import FULL, CriterionSpec, Points
from tiering.explanation import Lift, NextTier
from tiering.models import Criterion
from tiering.reasons import MONEY, Subject

SHOWN = 5


def lifts_of(
    criteria: Sequence[Criterion],
    specs: Sequence[CriterionSpec],
    own: Sequence[Points],
    counted: Sequence[int],
    subject: Subject,
    following: NextTier | None,
) -> tuple[Lift, ...]:
    """The largest gains first; nothing that adds nothing."""
    found = []
    for criterion, spec, mine, points in zip(criteria, specs, own, counted, strict=True):
        if spec.weight and points < FULL:
            told = _lift(criterion, spec, mine, points, subject)
            if told is not None:
                text, detail, reached = told
                gain = spec.weight * (min(reached, FULL) - points)
                reaches = following is not None and gain >= following.gap
                found.append(Lift(criterion.key, text, detail, gain, reached == FULL and mine.points is None, reaches))
    return tuple(sorted((lift for lift in found if lift.gain > 0), key=lambda lift: (-lift.gain, lift.key))[:SHOWN])


def _lift(
    criterion: Criterion, spec: CriterionSpec, own: Points, points: int, subject: Subject
) -> tuple[str, str, int] | None:
    """(what to do, why, points that it would reach)."""
    match spec.config:
        case Judged():
            if own.points is None:
                return f"Judge {criterion.name.lower()}", "One question, closes a gap", FULL
            return None
        case Bands():
            return _next_band(criterion, spec.config, own, points, subject)
        case Traits():
            return _next_trait(spec.config, subject)
        case Overlap():
            if own.points is None:
                return f"Find out their {spec.config.field.replace('_', ' ')}", "Not known yet", FULL
            return None
        case Signals():
            return _next_signal(spec.config, own, subject)
        case Relationship():
            return _next_tie(spec.config, own, subject)
        case _:
            return (f"Find out {criterion.name.lower()}", "Not known yet", FULL) if own.points is None else None


def _next_band(
    criterion: Criterion, config: Bands, own: Points, points: int, subject: Subject
) -> tuple[str, str, int] | None:
    if own.raw is None:
        return f"Find out {criterion.name.lower()}", "Not known yet", max(given for _, given in config.bands)
    higher = [(start, given) for start, given in config.bands if start > own.raw and given > points]
    if not higher:
        return None
    start, given = higher[0]
    said = money_short(start) if config.field in MONEY else number(start)
    estimated = config.field == "potential" and subject.potential_source == PotentialSource.ESTIMATED
    why = "An estimate now: enter what it really is" if estimated else "The next band"
    what = config.field.removeprefix("custom.").replace("_", " ").capitalize()
    return f"{what} of {said} or more", why, given


def _next_trait(config: Traits, subject: Subject) -> tuple[str, str, int] | None:
    answers = [(trait, kinds.trait_met(trait, subject.facts, subject.context)) for trait in config.traits]
    unknown = [trait.name for trait, answer in answers if answer is None and trait.is_set]
    if not unknown:
        return None
    met, known = sum(answer is True for _, answer in answers), sum(answer is not None for _, answer in answers)
    return f"Find out: {unknown[0].lower()}", "A trait that is not known yet", FULL * (met + 1) // (known + 1)


def _next_signal(config: Signals, own: Points, subject: Subject) -> tuple[str, str, int] | None:
    facts, as_of = subject.facts, subject.as_of
    if "signals" not in subject.context.connected:
        return None
    strengths = [(fact.kind, kinds.signal_strength(config, fact, facts.contacts, as_of)) for fact in facts.signals]
    plain = kinds.share(sum(value for kind, value in strengths if kind not in kinds.HAND_RAISES), config.full)
    hand = kinds.share(sum(value for kind, value in strengths if kind in kinds.HAND_RAISES), config.full)
    limit = kinds.ceiling(kinds.corroborated_within(config, facts.signals, as_of))
    if plain > limit:
        return (
            "A second person, or a second kind of signal",
            "Until then one voice counts as one",
            min(FULL, plain + hand),
        )
    meeting = next((base for kind, base, _ in config.kinds if kind == "meeting"), 0)
    added = kinds.share(meeting * 150, config.full)
    return (
        ("A meeting with a VP", "Hand-raises add above the ceiling", min(FULL, (own.points or 0) + added))
        if added
        else None
    )


def _next_tie(config: Relationship, own: Points, subject: Subject) -> tuple[str, str, int] | None:
    if "relationship" not in subject.context.connected:
        return None
    facts, as_of, have = subject.facts, subject.as_of, own.raw or 0
    doubtful = [tie for tie in facts.ties if 0 < kinds.tie_strength(config, tie, as_of) < TIES[tie.kind] * 100]
    if doubtful:
        best = max(doubtful, key=lambda tie: TIES[tie.kind])
        more = kinds.tie_strength(config, best, as_of)
        said = TieKind(best.kind).label
        return (
            f"A second person confirms: {said.lower()}",
            "Counts half until then",
            kinds.share(have + more, config.full),
        )
    return "Meet a VP", "Nobody new is known yet", kinds.share(have + STRENGTHS[kinds.MET] * 150, config.full)
