"""Rows of the data quality page: gaps with their accounts, stale facts of the list, and the overview fact by fact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from abxsite.lib import clock
from abxsite.users.models import User
from accounts.models import Account, BuyingCenterValue, DataTask, FactCheck, PotentialEntry
from tiering.models import Placement, QualitySummary, Run, Score, Tier
from tiering.quality.freshness import FactLine, labels_of, lines_for
from tiering.quality.measure import STALE, asked_of
from tiering.quality.questions import JUDGED, facts_of
from tiering.quality.ranking import PAGE, Gap

__all__ = ["PAGE", "gap_rows", "overview", "stale_rows"]


@dataclass(frozen=True, slots=True)
class GapRow:
    gap: Gap
    account: Account
    label: str
    instead: str
    task: DataTask | None
    tier: Tier | None

    @property
    def field(self) -> str:
        return self.gap.question.field

    @property
    def judged(self) -> str:
        return self.field.removeprefix(JUDGED) if self.field.startswith(JUDGED) else ""


@dataclass(frozen=True, slots=True)
class StaleRow:
    """An account of the list with what of it is stale; `share` percent of the score's weight rest on that."""

    account: Account
    tier: Tier
    lines: tuple[FactLine, ...]

    @property
    def oldest(self) -> date | None:
        days = [line.on for line in self.lines]
        return None if None in days else min((day for day in days if day), default=None)

    @property
    def share(self) -> int:
        return sum(line.weight for line in self.lines)


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact over all accounts. `outside`: known of nobody, so its criterion stands outside coverage."""

    field: str
    label: str
    weight: int
    known: int
    unknown: int
    stale: int
    criteria: tuple[str, ...]
    outside: bool
    estimated: int = 0

    @property
    def judged(self) -> bool:
        return self.field.startswith(JUDGED)


def overview(run: Run, summary: QualitySummary | None) -> list[FactRow]:
    asked = asked_of(run)
    facts = facts_of(asked)
    labels = labels_of(facts, asked)
    counted = {row["field"]: row for row in summary.facts} if summary else {}
    rows = []
    for field, criteria in facts.items():
        if field not in counted:
            continue
        known, estimated = counted[field]["known"], counted[field].get("estimated", 0)
        rows.append(
            FactRow(
                field, labels[field], sum(one.weight for one in criteria), known,
                max(0, (summary.accounts if summary else 0) - known - estimated), counted[field]["stale"],
                tuple(one.name for one in criteria), all(one.dataless for one in criteria), estimated,
            )
        )  # fmt: skip
    return rows


def gap_rows(run: Run, found: Sequence[Gap]) -> list[GapRow]:
    """With names, tiers and tasks; a fixed number of queries."""
    ids = [gap.account for gap in found]
    accounts = {account.pk: account for account in Account.objects.filter(pk__in=ids).select_related("owner")}
    held = Placement.objects.base().open().filter(account__in=ids).select_related("tier")
    tiers = {row.account_id: row.tier for row in held}
    tasks = {
        (task.account_id, task.field): task
        for task in DataTask.objects.filter(account__in=ids, done_at__isnull=True).select_related("owner")
    }
    labels = labels_of({field for gap in found for field in (gap.question.field, *gap.question.instead)}, asked_of(run))
    return [
        GapRow(
            gap, accounts[gap.account], labels[gap.question.field],
            " or ".join(labels[field].lower() for field in gap.question.instead),
            tasks.get((gap.account, gap.question.field)), tiers.get(gap.account),
        )
        for gap in found if gap.account in accounts
    ]  # fmt: skip


def stale_rows(run: Run, user: User, page: int, owner: int | None = None) -> tuple[list[StaleRow], bool]:
    """Accounts that hold a tier and were not looked at for 12 months, from the top tier, the oldest first.

    The list is as long as the caps allow, whatever the number of accounts.
    """
    cutoff = clock.today() - STALE
    held = Placement.objects.base().open().visible_to(user).filter(account__merged_into__isnull=True)
    unseen = Q(account__insight_on__isnull=True) | Q(account__insight_on__lt=cutoff)
    old = held.filter(unseen | _old_figures(cutoff) if "potential" in facts_of(asked_of(run)) else unseen)
    if owner is not None:
        old = old.filter(account__owner_id=owner)
    ordered = old.order_by("tier__order", F("account__insight_on").asc(nulls_first=True), "account_id")
    start = (page - 1) * PAGE
    found = list(ordered.select_related("tier", "account__owner")[start : start + PAGE + 1])
    lines = lines_for([row.account for row in found[:PAGE]], run)
    rows = [_stale(row, lines[row.account_id]) for row in found[:PAGE]]
    return [row for row in rows if row.lines], len(found) > PAGE


def _old_figures(cutoff: date) -> Q:
    """There is a figure behind the potential, and none was entered or checked since `cutoff`."""
    account = OuterRef("account_id")
    entered = PotentialEntry.objects.filter(account=account)
    valued = BuyingCenterValue.objects.filter(buying_center__account=account, buying_center__closed_on__isnull=True)
    checked = FactCheck.objects.filter(account=account, field="potential", on__gte=cutoff)
    recent = Exists(entered.filter(on__gte=cutoff)) | Exists(valued.filter(on__gte=cutoff)) | Exists(checked)
    return Q(Exists(entered) | Exists(valued)) & ~Q(recent)


def _stale(row: Placement, lines: Sequence[FactLine]) -> StaleRow:
    return StaleRow(row.account, row.tier, tuple(line for line in lines if line.stale))


def account_facts(account: Account, run: Run | None) -> dict[str, Any]:
    """The facts tab of the account page."""
    if run is None:
        return {"fact_lines": [], "fresh": None}
    from_run = Score.objects.filter(run=run, account_id=account.pk).first()
    lines = lines_for([account], run)[account.pk]
    asked = asked_of(run)
    stale = {line.field for line in lines if line.stale}
    fresh = None
    if from_run is not None:
        whole = sum(one.weight for one in asked if not one.dataless)
        good = sum(
            one.weight
            for one, points in zip(asked, from_run.points, strict=False)
            if not one.dataless and points is not None and not stale.intersection(one.fields)
        )
        fresh = 100 * good // whole if whole else 0
    return {
        "fact_lines": lines,
        "fresh": fresh,
        "unknown_facts": sum(not line.known for line in lines),
        "stale_facts": len(stale),
        "checkable": any(line.known and not line.judged for line in lines),
    }
