"""Backtests: started by people, worked off day by day in the background, safe to stop and to repeat anywhere."""

import time
from collections.abc import Sequence
from datetime import date

from django.db import DataError, ProgrammingError, transaction
from django.db.models import F

from abxsite.audit import services as audit
from abxsite.lib import clock, locks
from abxsite.lib.errors import Conflict, DomainError
from abxsite.lib.jobs import ACTIVE, JobStatus
from abxsite.users.models import User
from tiering import policies
from tiering.backtest.leaks import leaks
from tiering.backtest.report import Deal, compare, report
from tiering.backtest.result import result_of
from tiering.backtest.suggestion import MOST, Case, Suggestion, suggest
from tiering.engine.configs import ConfigError
from tiering.engine.scoring import effective, stand_ins
from tiering.engine.types import CriterionSpec, Typical
from tiering.models import Backtest, BacktestDeal, Scorecard, Tier
from tiering.scoring import past
from tiering.scoring.points import RECORDED, read_context
from tiering.scoring.specs import specs_of
from tiering.services.settings import current_settings

#: How long one task works before it hands over to its next wake.
SLICE_SECONDS = 15.0
#: Finished backtests whose deals are kept; older ones keep their result.
KEPT = 20


@transaction.atomic
def start_backtest(
    *,
    actor: User,
    scorecard: Scorecard,
    since: date,
    until: date,
    against: Scorecard | None = None,
    with_renewals: bool = False,
) -> Backtest:
    """Queue a backtest. Asked twice for the same while it goes on, the one that is there is given."""
    policies.check_may_backtest(actor)
    if since > until:
        raise DomainError("The window ends before it begins.", field="until")
    if until > clock.today():
        raise DomainError("The window ends today at the latest.", field="until")
    if against == scorecard:
        raise DomainError("Compare with another version than the first.", field="against")
    for version in filter(None, (scorecard, against)):
        if not version.criteria.exists():
            raise DomainError(f"Scorecard v{version.version} has no criteria.")
    locks.take("start backtest")
    asked = {
        "scorecard": scorecard, "against": against, "since": since, "until": until, "with_renewals": with_renewals,
    }  # fmt: skip
    going = Backtest.objects.filter(**asked, status__in=ACTIVE).first()
    if going is not None:
        return going
    backtest = Backtest.objects.create(**asked, started_by=actor)
    audit.record(actor=actor, action="backtest_start", subject=backtest)
    backtest.wake()
    return backtest


@transaction.atomic
def cancel_backtest(*, actor: User, backtest: Backtest) -> None:
    """Stop it; what is scored so far goes."""
    policies.check_may_backtest(actor)
    if not Backtest.ask_cancel(backtest.pk):
        raise Conflict("This backtest has ended already.")
    audit.record(actor=actor, action="backtest_cancel", subject=backtest)


def work(backtest_id: int, *, seconds: float = SLICE_SECONDS) -> bool:
    """Score day by day for so long, then report; True when there is more, which the next wake does."""
    backtest = Backtest.claim(backtest_id)
    if backtest is None:
        return False
    try:
        return _work(backtest, time.monotonic() + seconds)
    except (DataError, ProgrammingError, ConfigError) as error:
        sentence = f"The scorecard could not be computed: {str(error).splitlines()[0]}"
        backtest.end(JobStatus.FAILED, error=sentence)
        return False


def run_to_end(backtest: Backtest) -> Backtest:
    """Do here and now what workers would do. For tests, the demo and commands."""
    while work(backtest.pk, seconds=3600):
        pass
    backtest.refresh_from_db()
    return backtest


def _work(backtest: Backtest, deadline: float) -> bool:
    days = past.opening_days(backtest)
    todo = [(side, day) for side in range(len(backtest.sides)) for day in days]
    for side, day in todo[backtest.progress.get("done", 0) :]:
        if not _score(backtest, side, day, len(todo)):
            return False
        if time.monotonic() > deadline:
            backtest.release()
            backtest.wake()
            return True
    _report(backtest)
    return False


def _score(backtest: Backtest, side: int, day: date, total: int) -> bool:
    """One day in one transaction with its own progress. False: cancelled, or another worker has it."""
    with transaction.atomic():
        criteria = specs_of(list(backtest.sides[side].criteria.all()))
        past.score_day(backtest, side, criteria, read_context(day, current_settings().connected_sources))
        done = backtest.progress.get("done", 0) + 1
        going = backtest.heartbeat(progress={"done": done}, done=done, total=total, attempts=0)
        if not going and not backtest.cancel_asked:
            transaction.set_rollback(True)
    if backtest.cancel_asked:
        with transaction.atomic():
            backtest.deals.all().delete()
            backtest.end(JobStatus.CANCELLED)
    return going


@transaction.atomic
def _report(backtest: Backtest) -> None:
    tiers = list(Tier.objects.active())
    reports, found, deals, suggestions = [], [], [], []
    for side, scorecard in enumerate(backtest.sides):
        criteria = specs_of(list(scorecard.criteria.all()))
        typical = past.typical_of_deals(backtest, side, len(criteria))
        past.weigh_deals(backtest, side, criteria, typical, tiers)
        deals.append(_deals(backtest, side))
        reports.append(report(deals[-1]))
        early = BacktestDeal.objects.filter(backtest=backtest, side=side, arrived_on__gt=F("opened_on")).count()
        found.append(leaks(criteria, RECORDED, len(deals[-1]), early))
        suggestions.append(_suggestion(backtest, side, criteria, typical))
    difference = compare(*deals) if len(deals) > 1 else None
    result = result_of(reports, found, suggestions, difference, past.left_out(backtest))
    result["tiers"] = [tier.pk for tier in tiers]
    if backtest.end(JobStatus.DONE, result=result):
        _drop_old()


def _deals(backtest: Backtest, side: int) -> list[Deal]:
    rows = BacktestDeal.objects.filter(backtest=backtest, side=side).order_by("opportunity_id")
    return [
        Deal(
            id=row.opportunity_id, account=row.account_id, opened_on=row.opened_on, won=row.won, total=row.total or 0,
            coverage=row.coverage or 0, tier=row.tier, amount=row.amount, days=row.days,
        )
        for row in rows.iterator(chunk_size=5_000)
    ]  # fmt: skip


def _suggestion(
    backtest: Backtest, side: int, criteria: Sequence[CriterionSpec], typical: Typical
) -> Suggestion | None:
    """What the deals would weigh, from the points that counted (unknown ones as the version says)."""
    instead = stand_ins(criteria, typical)
    rows = BacktestDeal.objects.filter(backtest=backtest, side=side).order_by("-opened_on", "-opportunity_id")
    cases = [
        Case(effective(points, instead), account, won)
        for points, account, won in rows.values_list("points", "account_id", "won")[:MOST]
    ]
    return suggest(cases, [criterion.weight for criterion in criteria]) if cases else None


def _drop_old() -> None:
    """Deals of backtests long past; their results stay."""
    old = Backtest.objects.filter(status=JobStatus.DONE).order_by("-pk").values_list("pk", flat=True)[KEPT:]
    BacktestDeal.objects.filter(backtest_id__in=list(old)).delete()
