"""*Why this tier*: the explanation of the score with its rank, the gates of the tier in question, and its past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Q, Value, When

from abxsite.desk import score_drawing
from abxsite.desk.lines import Line, tier_lines
from abxsite.desk.people_grid import small_grid
from abxsite.lib import clock, display
from accounts.models import Account, ClusterMembership
from tiering import icp
from tiering.choices import OPEN_MOVES, CriterionKind, Family, RuleKind
from tiering.explain import explain, rank_of
from tiering.explanation import ExplainedCriterion, Explanation
from tiering.models import Move, Placement, Run, Score, Standing, Tier
from tiering.services.placements import current_base
from tiering.services.runs import current_run

ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")
RUNS_SHOWN = 12
#: Where the evidence of a family is kept: a tab of the page and what its link says.
SOURCES = {
    Family.POTENTIAL: ("whitespace", "Buying centers and figures"),
    Family.SIGNALS: ("signals", "All signals"),
    Family.RELATIONSHIP: ("people", "People and ties"),
}


@dataclass(frozen=True)
class Gate:
    """One condition of a tier: met or not, and what the account has."""

    name: str
    met: bool
    said: str


@dataclass(frozen=True)
class SumRow:
    """One criterion as a row of the sum. `judge` is the key to judge it by, `tab` where its evidence is kept."""

    criterion: ExplainedCriterion
    judge: str = ""
    tab: str = ""
    tab_label: str = ""

    @property
    def is_fact(self) -> bool:
        """It rests on facts of the account that a person can edit."""
        return not self.judge and not self.tab


def why(account: Account) -> dict[str, Any]:
    """Everything of the tab; `explanation` is None where the account is not scored."""
    run = current_run()
    told = explain(account, run) if run else None
    score = Score.objects.filter(run=run, account_id=account.pk).select_related("run").first() if run else None
    if run is None or told is None or score is None:
        return {"explanation": None, "scored_at_all": run is not None}
    lines = tier_lines(run)
    move = Move.objects.filter(account=account, state__in=OPEN_MOVES).select_related("from_tier", "to_tier").first()
    seat = current_base(account)
    held = seat.tier if seat else None
    line = None if told.follows else _line_in_question(account, lines, held, move)
    gates = gates_of(account, told, line.tier) if line else []
    closed = line and line.is_full and not (held and held.pk == line.tier.pk) and not move
    past = _past(account, told)
    rank, count = rank_of(score)
    return {
        "explanation": told,
        "rows": _rows(run, told),
        "line": line,
        "holds_it": bool(line and seat and seat.tier_id == line.tier.pk),
        "gates": gates,
        "seats": _seats(line, move) if line else None,
        "headline": headline(rank, count, line.tier.name if line else "", gates, full=bool(closed)),
        "before": _before(past),
        "bar": _bar(told, lines, move),
        "history": _history(account, past),
        "linked": _linked(move, told.total),
        "heat": small_grid(account),
    }


def headline(rank: int, count: int, tier: str, gates: Sequence[Gate], *, full: bool = False) -> str:
    """`Third of 812. Passes every gate of One-to-One.`, with a word where that tier has no seat for it."""
    place = ORDINALS[rank - 1] if rank <= len(ORDINALS) else f"Number {display.number(rank)}"
    said = f"{place} of {display.number(count)}."
    missed = sum(not gate.met for gate in gates)
    if not tier:
        return said
    if not missed:
        return f"{said} Passes every gate of {tier}{', which is full' if full else ''}."
    return f"{said} Misses {'one gate' if missed == 1 else f'{missed} of {len(gates)} gates'} of {tier}."


def _rows(run: Run, told: Explanation) -> list[SumRow]:
    judged = {
        criterion.key: str(criterion.config.get("key", criterion.key))
        for criterion in run.scorecard.criteria.all()
        if criterion.kind == CriterionKind.JUDGEMENT
    }
    return [SumRow(row, judged.get(row.key, ""), *SOURCES.get(Family(row.family), ("", ""))) for row in told.criteria]


def _line_in_question(account: Account, lines: list[Line], held: Tier | None, move: Move | None) -> Line | None:
    """The tier whose gates matter now: where a move would lift it, which it would lose, where the model would have
    it, else the next above the one it holds.
    """
    if move:
        asked = move.to_tier if move.is_up else move.from_tier
    else:
        standing = Standing.objects.filter(account=account).select_related("tier", "deck_tier").first()
        asked = _recommended(standing, held) or _next_above(lines, held)
    return next((line for line in lines if asked and line.tier.pk == asked.pk), None)


def _recommended(standing: Standing | None, held: Tier | None) -> Tier | None:
    """The tier where the account is on deck, or that the model would give it, where that is higher."""
    if standing is None:
        return None
    higher = standing.deck_tier or standing.tier
    return higher if higher and (held is None or higher.order < held.order) else None


def _next_above(lines: list[Line], held: Tier | None) -> Tier | None:
    tiers = [line.tier for line in lines]
    if held is None:
        return tiers[-1] if tiers else None
    above = [tier for tier in tiers if tier.order < held.order]
    return above[-1] if above else held


def gates_of(account: Account, told: Explanation, tier: Tier) -> list[Gate]:
    """The gates that the assignment tests (A1), but for the seat."""
    gates = _icp_gates(account)
    if account.closure:
        gates.append(Gate("Open for business", False, account.get_closure_display()))
    if tier.minimum_potential is not None:
        met = told.potential is not None and told.potential >= tier.minimum_potential
        said = display.money_short(told.potential) if told.potential is not None else "not known"
        gates.append(Gate(f"Potential at least {display.money_short(tier.minimum_potential)}", met, said))
    if tier.minimum_coverage:
        met = told.coverage >= tier.minimum_coverage
        gates.append(
            Gate(f"Known at least {display.percents(tier.minimum_coverage)}", met, display.percents(told.coverage))
        )
    least = display.score(tier.minimum_score).removesuffix(".00")
    gates.append(Gate(f"Score at least {least}", told.total >= tier.minimum_score, display.score(told.total)))
    if tier.clustered:
        gates.append(_cluster_gate(account))
    return gates


def _icp_gates(account: Account) -> list[Gate]:
    """As `icp.failing` sees it: an unknown fact fails nothing."""
    lines = [line for line in icp.current_lines() if line.binds]
    if not lines:
        return []
    marks = {f"rule_{line.pk}": Case(When(line.wrong, then=Value(False)), default=Value(True)) for line in lines}
    answers = Account.objects.filter(pk=account.pk).annotate(**marks).values(*marks).get()
    gates = []
    for kind, name in ((RuleKind.MUST, "Must-haves of the ICP"), (RuleKind.EXCLUDE, "Exclusions of the ICP")):
        passed = [answers[f"rule_{line.pk}"] for line in lines if line.kind == kind]
        if passed:
            gates.append(Gate(name, all(passed), f"{sum(passed)} of {len(passed)}"))
    return gates


def _cluster_gate(account: Account) -> Gate:
    member = ClusterMembership.objects.current().filter(account=account).select_related("cluster").first()
    if member is None:
        return Gate("In a staffed cluster", False, "in none")
    return Gate("In a staffed cluster", member.cluster.is_staffed, member.cluster.name)


def _seats(line: Line, move: Move | None) -> dict[str, Any] | None:
    """The squares: who sits, who would leave and come by the moves that wait."""
    if line.cap is None:
        return None
    waiting = Move.objects.waiting()
    out, coming = waiting.filter(from_tier=line.tier).count(), waiting.filter(to_tier=line.tier).count()
    enters = bool(move and move.to_tier_id == line.tier.pk)
    return {"cap": line.cap, "used": line.used, "out": out, "in": coming, "enters": enters}


def _linked(move: Move | None, total: int) -> dict[str, Any] | None:
    """The account on the other end of the seat, by its fixed card (R9): {id, name, total, gap, leaves}."""
    if move is None:
        return None
    for key, leaves in (("displaces", True), ("displaced_by", False)):
        others = move.evidence.get(key) or []
        if others and isinstance(others[0].get("total"), int):
            other = others[0]
            gap = total - other["total"] if leaves else other["total"] - total
            return {**other, "gap": gap, "leaves": leaves}
    return None


def _past(account: Account, told: Explanation) -> list[tuple[date, int]]:
    """(day, total) of the runs that are kept, the newest last; the last is the present score."""
    kept = Run.objects.filter(Q(frozen=True), dropped_at__isnull=True).order_by("-as_of", "-id")[:RUNS_SHOWN]
    days = dict(kept.values_list("pk", "as_of"))
    found = Score.objects.filter(run_id__in=list(days), account_id=account.pk).values_list("run_id", "total")
    by_day = {days[run]: total for run, total in found if days[run] < told.as_of}
    return [*sorted(by_day.items()), (told.as_of, told.total)]


def _before(past: list[tuple[date, int]]) -> tuple[date, int] | None:
    """The newest earlier score that reads differently from the present one."""
    now = display.score(past[-1][1])
    return next((point for point in reversed(past[:-1]) if display.score(point[1]) != now), None)


def _bar(told: Explanation, lines: list[Line], move: Move | None) -> dict[str, Any]:
    parts = [(row.contribution, row.known) for row in told.criteria]
    needed = move.evidence.get("needed") if move and move.is_up else None
    marks = [(item.tier, item.tier.minimum_score) for item in lines if item.tier.minimum_score]
    beat = needed if isinstance(needed, int) else None
    return {
        "wide": score_drawing.sum_bar(parts, told.total, marks, beat, width=800),
        "narrow": score_drawing.sum_bar(parts, told.total, marks, beat, width=358, short=True),
    }


def _history(account: Account, past: list[tuple[date, int]]) -> dict[str, Any] | None:
    """Score over the reviews and the tiers held below it; None while there is nothing to compare."""
    if len(past) < 2:
        return None
    held = Placement.objects.base().filter(account=account).select_related("tier").order_by("since")
    bands = [(clock.day_of(one.since), clock.day_of(one.until) if one.until else None, one.tier) for one in held]
    return {
        "wide": score_drawing.path_chart(past, bands, width=800),
        "narrow": score_drawing.path_chart(past, bands, width=358, short=True),
    }
