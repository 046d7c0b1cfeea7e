"""The past of an account on one line of time: tiers, moves and verdicts, scores, holds, imports, merges, changes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from abxsite.audit.models import AuditEntry
from abxsite.desk.changes import sentence_of
from abxsite.lib import clock, display
from abxsite.users.models import User
from accounts import policies
from accounts.choices import ImportKind, ImportStage
from accounts.models import Account, AccountMerge, ImportChange, ImportJob
from reviews.models import Verdict
from tiering.choices import OPEN_MOVES
from tiering.models import Hold, Move, Placement, Run, Score, Tier

SHOWN = 120
#: Imports that are looked through for what they did to the account.
IMPORTS = 60
#: Told by their own rows.
TOLD_ELSEWHERE = ("account_place", "account_hold", "contact_moved", "account_merge", "account_unmerge")
KINDS = (
    ("", "All"),
    ("tier", "Tiers"),
    ("review", "Reviews"),
    ("score", "Scores"),
    ("import", "Imports and merges"),
    ("change", "Changes"),
)


@dataclass(frozen=True)
class Moment:
    """One thing that happened. `tier` is shown with its mark; `move` with both its ends; `by` empty: abxsite itself."""

    at: datetime
    kind: str
    said: str
    detail: str = ""
    by: str = ""
    url_name: str = ""
    url_pk: int = 0
    tier: Tier | None = None
    move: Move | None = None


def history(account: Account, user: User, kind: str = "") -> dict[str, Any]:
    """`kind` keeps one kind of moment. Imports are links for those who may open them."""
    wanted = kind if kind in _SOURCES else ""
    sources = [_SOURCES[wanted]] if wanted else list(_SOURCES.values())
    found = sorted((moment for source in sources for moment in source(account)), key=lambda one: one.at, reverse=True)
    return {
        "moments": found[:SHOWN],
        "moments_shown": SHOWN,
        "more_moments": len(found) > SHOWN,
        "kinds": [{"key": key, "label": label, "current": key == wanted} for key, label in KINDS],
        "kind": wanted,
        "closed_pages": () if policies.may_import(user) else ("import_detail", "merge_detail"),
        "held": Placement.objects.filter(account=account, voided_at__isnull=True).exists(),
    }


def _tiers(account: Account) -> Iterator[Moment]:
    family = Account.objects.family(account.pk)
    rows = Placement.objects.filter(account__in=family).select_related("tier", "placed_by__person").order_by("-since")
    later: dict[datetime, Placement] = {}
    for row in rows[:SHOWN]:
        by = row.placed_by.name if row.placed_by else ""
        void = f", void since {display.exact(clock.day_of(row.voided_at))}: {row.void_reason}" if row.voided_at else ""
        said = f"{row.get_source_display()}{_as(account, family, row.account_id)}"
        yield Moment(row.since, "tier", said, f"{row.reason}{void}", by, tier=row.tier)
        if row.until is not None and row.until not in later and not row.voided_at:
            left = f"Left {row.tier.name}{_as(account, family, row.account_id)}"
            yield Moment(row.until, "tier", left, "Off list", "")
        later[row.since] = row


def _as(account: Account, family: dict[int, str], pk: int) -> str:
    """What was merged into the account has its own past, told with its name."""
    return "" if pk == account.pk else f", as {family[pk]}"


def _reviews(account: Account) -> Iterator[Moment]:
    family = Account.objects.family(account.pk)
    moves = Move.objects.filter(account__in=family).select_related(
        "from_tier", "to_tier", "final_tier", "proposal__cycle"
    )
    for move in moves.defer("evidence").order_by("-id")[:SHOWN]:
        name = move.proposal.cycle.name
        yield Moment(
            move.created_at, "review", f"Proposed in {name}{_as(account, family, move.account_id)}", move.sentence, "",
            "move_detail", move.pk, move=move,
        )  # fmt: skip
        if move.settled_at is not None and move.state not in OPEN_MOVES:
            said = f"{move.get_state_display()} in {name}"
            yield Moment(move.settled_at, "review", said, move.deck_sentence, "", "move_detail", move.pk)
    verdicts = Verdict.objects.filter(move__account__in=family).select_related("by__person", "to_tier").order_by("-at")
    for verdict in verdicts[:SHOWN]:
        said = f"{verdict.get_side_display()}: {verdict.get_kind_display().lower()}"
        reason = verdict.get_reason_display() if verdict.reason else ""
        detail = ". ".join(filter(None, (reason, verdict.sentence)))
        yield Moment(
            verdict.at, "review", said, detail, verdict.by.name if verdict.by else "", "move_detail", verdict.move_id
        )
    for hold in Hold.objects.filter(account__in=family).select_related("tier", "created_by__person")[:SHOWN]:
        said = f"{hold.get_kind_display()}: {hold.tier.name if hold.tier else 'off list'}"
        yield Moment(hold.created_at, "review", said, hold.reason, hold.created_by.name if hold.created_by else "")
        if hold.ended_at is not None:
            yield Moment(hold.ended_at, "review", f"No longer {hold.get_kind_display().lower()}")


def _scores(account: Account) -> Iterator[Moment]:
    """Of the runs that are kept: one line wherever the score reads differently from the one before."""
    kept = Run.objects.filter(Q(frozen=True) | Q(is_current=True), dropped_at__isnull=True, status="done")
    runs = {run.pk: run for run in kept.select_related("scorecard").order_by("-as_of", "-id")[:40]}
    scores = Score.objects.filter(run_id__in=list(runs), account_id=account.pk)
    before: Score | None = None
    for score in sorted(scores, key=lambda one: (one.scored_on, one.run_id)):
        if before is None or display.score(before.total) != display.score(score.total):
            change = f" ({display.score_delta(score.total - before.total)})" if before else ""
            run = runs[score.run_id]
            detail = f"{display.percents(score.coverage)} known, scorecard v{run.scorecard.version}"
            at = clock.start_of(score.scored_on)
            yield Moment(at, "score", f"Score {display.score(score.total)}{change}", detail, "", "run_detail", run.pk)
        before = score


def _imports(account: Account) -> Iterator[Moment]:
    done = (ImportStage.APPLIED, ImportStage.UNDONE)
    jobs = ImportJob.objects.filter(kind=ImportKind.ACCOUNTS, stage__in=done).select_related("actor__person")
    by_id = {job.pk: job for job in jobs.order_by("-id")[:IMPORTS]}
    rows = ImportChange.objects.filter(job_id__in=list(by_id), record_id=account.pk, what="")
    for row in rows.order_by("-id")[:SHOWN]:
        job = by_id[row.job_id]
        by = job.actor.name if job.actor else ""
        fields = ", ".join(name.removesuffix("_id").replace("_", " ") for name in row.before)
        said = f"{'Came in' if row.created else 'Changed'} by import of {job.file_name}"
        yield Moment(row.at, "import", said, "" if row.created else fields, by, "import_detail", job.pk)
        if job.undone_at is not None:
            yield Moment(job.undone_at, "import", f"Import of {job.file_name} undone", "", "", "import_detail", job.pk)
    family = Account.objects.family(account.pk)
    merges = AccountMerge.objects.filter(Q(survivor__in=family) | Q(loser=account))
    for merge in merges.select_related("survivor", "loser", "actor__person")[:SHOWN]:
        took = merge.loser_id != account.pk
        said = f"Merged with {merge.loser.name}" if took else f"Merged into {merge.survivor.name}"
        by = merge.actor.name if merge.actor else ""
        yield Moment(merge.at, "import", said, "", by, "merge_detail", merge.pk)
        if merge.undone_at is not None:
            yield Moment(merge.undone_at, "import", "Merge undone", merge.loser.name if took else merge.survivor.name)


def _changes(account: Account) -> Iterator[Moment]:
    people = list(account.contacts.values_list("pk", flat=True)[:500])
    ties = list(account.ties.values_list("pk", flat=True)[:500])
    about = Q(subject="accounts.account", subject_id__in=list(Account.objects.family(account.pk)))
    about |= Q(subject="accounts.contact", subject_id__in=people)
    about |= Q(subject="accounts.tie", subject_id__in=ties)
    entries = AuditEntry.objects.filter(about).exclude(action__in=TOLD_ELSEWHERE).select_related("actor__person")
    for entry in entries[: SHOWN + 1]:
        about_whom = "" if entry.subject == "accounts.account" else entry.label
        by = entry.actor.person.name if entry.actor else ""
        yield Moment(entry.at, "change", sentence_of(entry), about_whom, by)


_SOURCES: dict[str, Callable[[Account], Iterator[Moment]]] = {
    "tier": _tiers,
    "review": _reviews,
    "score": _scores,
    "import": _imports,
    "change": _changes,
}
