"""Feeding the assignment: one SQL read of scores, placements and clusters, then the engine decides."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import connection

from abxsite.lib import clock
from accounts.choices import Closure
from tiering import icp
from tiering.choices import HoldKind
from tiering.engine import assignment as engine
from tiering.engine.assignment_types import Assignment, Candidate, Held, HoldOf, Rules, TierRule, Why
from tiering.models import Hold, Proposal, Run, Tier, WorkspaceSettings

READ = """
SELECT a.id, s.total, s.coverage, s.potential, coalesce(s.follows, false), p.tier_id, p.cycle_number,
       c.id IS NOT NULL, a.closure
FROM accounts_account a
LEFT JOIN tiering_score s ON s.run_id = %(run)s AND s.account_id = a.id
LEFT JOIN tiering_placement p
       ON p.account_id = a.id AND p.layer = 'base' AND p.until IS NULL AND p.voided_at IS NULL
LEFT JOIN accounts_clustermembership m ON m.account_id = a.id AND m.until IS NULL
LEFT JOIN accounts_cluster c ON c.id = m.cluster_id AND c.owner_id IS NOT NULL AND c.frozen_at IS NULL
WHERE a.merged_into_id IS NULL AND (s.account_id IS NOT NULL OR p.id IS NOT NULL)
ORDER BY a.id
"""


@dataclass(frozen=True)
class Outcome:
    """The assignment with what it was made from. `unheld` is where the model alone would put the held (A3)."""

    run: Run
    rules: Rules
    tiers: tuple[TierRule, ...]
    candidates: dict[int, Candidate]
    assignment: Assignment
    unheld: dict[int, int | None]


def assign(
    *,
    run: Run,
    settings: WorkspaceSettings,
    tiers: Iterable[Tier],
    caps: dict[int, int | None],
    cycle_number: int,
    counts_review: bool = True,
) -> Outcome:
    """Recommendations for every account with a score or a seat. `counts_review` is False between quarterly reviews:
    then nobody is found below its minimum once more.
    """
    rules = rules_of(settings, cycle_number)
    tier_rules = tuple(_rule(tier, caps.get(tier.pk)) for tier in tiers)
    candidates = _candidates(run, cycle_number, counts_review)
    assignment = engine.assign(candidates, tier_rules, rules)
    held = {told.account for told in assignment.recommendations if told.why is Why.HELD}
    return Outcome(
        run,
        rules,
        tier_rules,
        {who.id: who for who in candidates},
        assignment,
        _unheld(candidates, held, tier_rules, rules),
    )


def _unheld(
    candidates: list[Candidate], held: set[int], tiers: tuple[TierRule, ...], rules: Rules
) -> dict[int, int | None]:
    """The same assignment once more as if people had agreed nothing, for those whom a hold keeps."""
    if not held:
        return {}
    loose = (replace(who, holds=()) if who.id in held else who for who in candidates)
    told = engine.assign(loose, tiers, rules).recommendations
    return {rec.account: rec.tier for rec in told if rec.account in held}


def rules_of(settings: WorkspaceSettings, cycle_number: int) -> Rules:
    return Rules(
        cycle=cycle_number,
        margin=settings.margin,
        leave_below=settings.leave_below,
        leave_potential_percent=settings.leave_potential_percent,
        leave_after_reviews=settings.leave_after_reviews,
        veto_reopens_at=settings.veto_reopens_at,
    )


def _rule(tier: Tier, cap: int | None) -> TierRule:
    return TierRule(
        id=tier.pk,
        name=tier.name,
        cap=cap,
        score=tier.minimum_score,
        potential=tier.minimum_potential,
        coverage=tier.minimum_coverage,
        stay=tier.minimum_stay,
        clustered=tier.clustered,
    )


def _candidates(run: Run, cycle_number: int, counts_review: bool) -> list[Candidate]:
    holds, disqualified = _holds(cycle_number)
    disqualified = icp.failing() | disqualified
    below = _below(cycle_number, counts_review)
    with connection.cursor() as cursor:
        cursor.execute(READ, {"run": run.pk})
        rows = cursor.fetchall()
    return [
        Candidate(
            account,
            total,
            coverage or 0,
            potential,
            tier,
            placed_in,
            in_cluster,
            below.get(account, 0),
            _closed(closure) or disqualified.get(account, ""),
            "Follows its parent, which carries the tier." if follows else "",
            holds.get(account, ()),
        )
        for account, total, coverage, potential, follows, tier, placed_in, in_cluster, closure in rows
    ]


def _closed(closure: str) -> str:
    return f"{Closure(closure).label}." if closure else ""


def _holds(cycle_number: int) -> tuple[dict[int, tuple[Held, ...]], dict[int, str]]:
    """What people agreed, pins and agreements first; and whom they disqualified, with the reason."""
    held: dict[int, list[Held]] = defaultdict(list)
    out: dict[int, str] = {}
    for hold in Hold.objects.in_force(cycle_number, clock.today()).order_by("-created_at", "-id"):
        if hold.kind == HoldKind.DISQUALIFIED:
            out.setdefault(hold.account_id, hold.reason or "Disqualified.")
            continue
        kind = HoldOf.VETOED if hold.kind == HoldKind.VETOED else HoldOf.KEEP
        held[hold.account_id].append(Held(kind, hold.tier_id, hold.score_then))
    return {
        account: tuple(sorted(list_, key=lambda hold: hold.kind is HoldOf.VETOED)) for account, list_ in held.items()
    }, out


def _below(cycle_number: int, counts_review: bool) -> dict[int, int]:
    """Reviews running that found an incumbent below, before this one: from the last quarterly proposal."""
    past = Proposal.objects.filter(below__isnull=False, cycle_number__lt=cycle_number + (not counts_review))
    last = past.order_by("-cycle_number", "-id").first()
    counts = {int(account): count for account, count in (last.below or {}).items()} if last else {}
    return counts if counts_review else {account: count - 1 for account, count in counts.items() if count > 1}
