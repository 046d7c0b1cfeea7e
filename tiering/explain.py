"""A score always opens (S8): criterion, raw value, band, points, weight, contribution, evidence, what would lift it."""

from collections.abc import Iterable, Sequence

from accounts.models import Account, Contact
from tiering.choices import PotentialSource
from tiering.engine.kinds import Context
from tiering.engine.scoring import effective, stand_ins
from tiering.engine.types import CriterionSpec, Facts, Points, Policy, Potential, Source, Typical
from tiering.explanation import ExplainedCriterion, Explanation, NextTier
from tiering.lifts import lifts_of
from tiering.models import Criterion, Run, Score, Tier
from tiering.reasons import Subject, tell
from tiering.scoring.facts import load_facts
from tiering.scoring.points import context_of
from tiering.scoring.specs import specs_of, typical_of_run

__all__ = ["Explanation", "explain", "explain_many", "rank_of"]


def explain(account: Account, run: Run | None = None) -> Explanation | None:
    """The account's score in a run (the current one by default); None where it has none, or the run was dropped."""
    return explain_many([account.pk], run).get(account.pk)


def explain_many(account_ids: Iterable[int], run: Run | None = None) -> dict[int, Explanation]:
    """The same for many accounts, in a fixed number of queries."""
    run = run or Run.objects.filter(is_current=True).select_related("scorecard").first()
    if run is None:
        return {}
    ids = list(account_ids)
    scores = {score.account_id: score for score in Score.objects.filter(run_id=run.pk, account_id__in=ids)}
    if not scores:
        return {}
    facts = {found.id: found for found in load_facts(scores)}
    people: dict[int, dict[int, Contact]] = {pk: {} for pk in scores}
    for contact in Contact.objects.filter(account_id__in=list(scores)):
        people[contact.account_id or 0][contact.pk] = contact
    criteria = list(run.scorecard.criteria.all())
    tiers = list(Tier.objects.active().order_by("-minimum_score"))
    read = _Reader(run, criteria, specs_of(criteria), typical_of_run(run), tiers)
    return {pk: read.opened(score, facts[pk], people[pk]) for pk, score in scores.items() if pk in facts}


def rank_of(score: Score) -> tuple[int, int]:
    """(rank from the top, of how many) of a score in its run; accounts with one total share the rank."""
    scores = Score.objects.filter(run_id=score.run_id)
    return scores.filter(total__gt=score.total).count() + 1, score.run.accounts


class _Reader:
    """What all explanations of one run share."""

    def __init__(
        self,
        run: Run,
        criteria: Sequence[Criterion],
        specs: Sequence[CriterionSpec],
        typical: Typical,
        tiers: Sequence[Tier],
    ) -> None:
        self.run, self.criteria, self.specs, self.typical, self.tiers = run, criteria, specs, typical, tiers
        self.fallback = stand_ins(specs, typical)

    def opened(self, score: Score, facts: Facts, people: dict[int, Contact]) -> Explanation:
        own = [Points(points, raw) for points, raw in zip(score.points, score.raw, strict=True)]
        counted = effective([item.points for item in own], self.fallback)
        stored = context_of(score.scored_on, self.run.context)
        potential = Potential(score.potential, Source(score.potential_source), score.potential_n)
        context = Context(score.scored_on, potential, stored.connected)
        subject = Subject(facts, context, people, score.potential_source, score.potential_n)
        rows = tuple(self._criterion(i, own[i], counted[i], subject) for i in range(len(own)))
        following = self._next_tier(score.total)
        return Explanation(
            run=self.run.pk,
            version=self.run.scorecard.version,
            as_of=score.scored_on,
            total=score.total,
            coverage=score.coverage,
            typical=sum(row.contribution for row in rows if not row.known),
            fit=score.fit,
            signals=score.signals,
            relationship=score.relationship,
            potential=score.potential,
            potential_source=PotentialSource(score.potential_source).label,
            potential_n=score.potential_n,
            follows=score.follows,
            criteria=rows,
            missing=tuple(row.name for row in rows if not row.known and not row.dataless),
            lifts=lifts_of(self.criteria, self.specs, own, counted, subject, following),
            next_tier=following,
        )

    def _criterion(self, place: int, own: Points, counted: int, subject: Subject) -> ExplainedCriterion:
        criterion, spec = self.criteria[place], self.specs[place]
        told = tell(criterion, spec, own, subject)
        known = own.points is not None
        return ExplainedCriterion(
            key=criterion.key,
            name=criterion.name,
            family=criterion.family,
            kind=criterion.kind,
            raw=own.raw,
            raw_text=told.what if known or not self.typical.dataless[place] else "No data anywhere",
            band_text=told.band if known else self._stands_in(place),
            points=counted,
            known=known,
            dataless=self.typical.dataless[place],
            weight=spec.weight,
            contribution=spec.weight * counted,
            evidence=told.evidence,
        )

    def _stands_in(self, place: int) -> str:
        """Why these points, when they are not the account's own."""
        if self.typical.dataless[place]:
            return "middle points for every account, outside coverage"
        known = f"{self.typical.known[place]:,}"
        return {
            Policy.TYPICAL: f"typical of {known} known accounts",
            Policy.ZERO: "unknown counts as zero",
            Policy.MIDDLE: "unknown counts as the middle",
        }[self.specs[place].unknown]

    def _next_tier(self, total: int) -> NextTier | None:
        above = [tier for tier in self.tiers if tier.minimum_score > total]
        if not above:
            return None
        tier = above[-1]
        return NextTier(tier.name, tier.minimum_score, tier.minimum_score - total)
