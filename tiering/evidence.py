"""What a move shows: read once for all moves of a proposal, and frozen with them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from accounts.choices import Outcome, Strength
from accounts.models import Contact, Opportunity
from tiering.choices import PotentialSource
from tiering.engine.assignment_types import Recommendation, TierResult
from tiering.explain import explain_many
from tiering.models import Run, Score
from tiering.sentences import Before

PEOPLE_SHOWN = 5


@dataclass(frozen=True)
class Facts:
    """Per account id, for the accounts that move."""

    scores: dict[int, Score]
    previous: dict[int, dict[str, Any]]
    pipeline: dict[int, dict[str, Any]]
    people: dict[int, dict[str, Any]]
    explanations: dict[int, dict[str, Any]]
    befores: dict[int, Before]
    keys: Sequence[str]
    seats: dict[str, dict[str, Any]]


def gather(run: Run, earlier: Run | None, accounts: Sequence[int], tiers: Sequence[TierResult]) -> Facts:
    """Everything that the moves of `accounts` show; `earlier` is the run of the last review."""
    old = _scores(earlier, accounts) if earlier else {}
    return Facts(
        scores=_scores(run, accounts),
        previous=_previous(old.values(), earlier) if earlier else {},
        pipeline=_pipeline(accounts),
        people=_people(accounts),
        explanations=_explanations(accounts, run),
        befores={account: Before(score.total, earlier.as_of) for account, score in old.items() if earlier},
        keys=_keys(run),
        seats={str(tier.tier): _seats(tier) for tier in tiers},
    )


def evidence_of(told: Recommendation, facts: Facts, others: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """The frozen evidence of one move. `others` are the fixed cards of linked accounts (name and total, R9)."""
    account, score = told.account, facts.scores.get(told.account)
    previous = facts.previous.get(account)
    return {
        "explanation": facts.explanations.get(account, {}),
        "total": score.total if score else None,
        "coverage": score.coverage if score else None,
        "potential": _potential(score),
        "previous": previous,
        "deltas": _deltas(score, previous, facts.keys),
        "needed": told.needed,
        "displaces": [others[told.displaces]] if told.displaces in others else [],
        "displaced_by": [others[told.displaced_by]] if told.displaced_by in others else [],
        "seats": facts.seats,
        "pipeline": facts.pipeline.get(account, {"amount": "0.00", "deals": 0, "without_amount": 0}),
        "people": facts.people.get(account, {"known": 0, "contacts": 0, "top": []}),
    }


def _scores(run: Run, accounts: Sequence[int]) -> dict[int, Score]:
    return {score.account_id: score for score in Score.objects.filter(run=run, account_id__in=accounts)}


def _keys(run: Run) -> list[str]:
    return list(run.scorecard.criteria.order_by("place").values_list("key", flat=True))


def _previous(scores: Iterable[Score], run: Run) -> dict[int, dict[str, Any]]:
    keys = _keys(run)
    return {
        score.account_id: {
            "total": score.total,
            "coverage": score.coverage,
            "as_of": run.as_of.isoformat(),
            "points": dict(zip(keys, score.points, strict=False)),
        }
        for score in scores
    }


def _deltas(score: Score | None, previous: dict[str, Any] | None, keys: Sequence[str]) -> dict[str, int]:
    """Change of points (thousandths) per criterion that both versions have and that is known in both."""
    if score is None or previous is None:
        return {}
    then = previous["points"]
    both = ((key, now, then.get(key)) for key, now in zip(keys, score.points, strict=False))
    return {key: now - old for key, now, old in both if now is not None and old is not None and now != old}


def _potential(score: Score | None) -> dict[str, Any]:
    if score is None:
        return {"value": None, "source": PotentialSource.UNKNOWN.label, "n": None}
    source = PotentialSource(score.potential_source)
    return {"value": score.potential, "source": source.label, "n": score.potential_n}


def _pipeline(accounts: Sequence[int]) -> dict[int, dict[str, Any]]:
    rows = (
        Opportunity.objects.filter(account_id__in=accounts, outcome=Outcome.OPEN)
        .order_by()
        .values("account_id")
        .annotate(deals=Count("id"), without=Count("id", filter=Q(amount__isnull=True)), sum=Sum("amount"))
    )
    return {
        row["account_id"]: {
            "amount": f"{row['sum'] or 0:.2f}",
            "deals": row["deals"],
            "without_amount": row["without"],
        }
        for row in rows
    }


def _people(accounts: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Who we know: how many of how many contacts at *met* or better, and the best known."""
    people: dict[int, dict[str, Any]] = defaultdict(lambda: {"known": 0, "contacts": 0, "top": []})
    fields = ("account_id", "name", "title", "strength")
    for account, name, title, strength in (
        Contact.objects.filter(account_id__in=accounts).order_by("account_id", "-strength", "id").values_list(*fields)
    ):
        row = people[account]
        row["contacts"] += 1
        if strength >= Strength.MET:
            row["known"] += 1
            if len(row["top"]) < PEOPLE_SHOWN:
                row["top"].append({"name": name, "title": title, "strength": Strength(strength).label})
    return people


def _explanations(accounts: Sequence[int], run: Run) -> dict[int, dict[str, Any]]:
    return {pk: told.as_json() for pk, told in explain_many(accounts, run).items()}


def _seats(tier: TierResult) -> dict[str, Any]:
    return {"cap": tier.cap, "used": tier.before, "in": tier.entering, "out": tier.leaving}
