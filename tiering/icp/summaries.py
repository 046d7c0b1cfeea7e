"""Figures over all accounts: asked live of a small workspace, counted by a task and kept for a large one."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from abxsite.lib import clock, queue
from accounts.models import Account
from tiering.icp.counts import Counted, RuleCount, count, target_list
from tiering.icp.lookalikes import rank, telling
from tiering.icp.rules import Line
from tiering.icp.shared import Comparison, as_json, compare, from_json
from tiering.models import IcpSummary

#: Up to so many accounts the page asks the accounts themselves.
LIVE: Final = 30_000
FRESH: Final = timedelta(hours=6)
RULES, WINS = "rules", "wins"


@dataclass(frozen=True)
class Kept[T]:
    """What was found, when, and whether it is of today's rules; `found` is None while it is counted the first time."""

    found: T | None
    at: datetime
    current: bool = True


@dataclass(frozen=True)
class Alike:
    """The comparison of the wins with the rest, and who resembles them: `[(account, points)]`."""

    comparison: Comparison
    ranked: list[tuple[int, int]]


def is_large() -> bool:
    return Account.objects.order_by()[: LIVE + 1].count() > LIVE


def rule_counts(lines: Sequence[Line]) -> Kept[Counted]:
    """Over all present accounts."""
    return _kept(RULES, clock.today(), lines, lambda: _rules(lines), _counted)


def alike(as_of: date, lines: Sequence[Line]) -> Kept[Alike]:
    return _kept(WINS, as_of, lines, lambda: _wins(as_of, lines), _alike)


def list_counts(lines: Sequence[Line]) -> Counted:
    """Over the target list, which is small whatever the workspace holds."""
    return count(target_list(), lines)


def _kept[T](
    kind: str, as_of: date, lines: Sequence[Line], make: Callable[[], dict[str, Any]],
    read: Callable[[dict[str, Any]], T],
) -> Kept[T]:  # fmt: skip
    if not is_large():
        return Kept(read(make()), clock.now())
    stored = IcpSummary.objects.filter(kind=kind, as_of=as_of).first()
    current = stored is not None and stored.stamp == stamp_of(lines) and stored.made_at > clock.now() - FRESH
    if not current:
        queue.wake("tiering.summarize_icp", as_of.isoformat(), queue="heavy")
    if stored is not None and kind == RULES and stored.stamp != stamp_of(lines):
        stored = None  # of other rules: their figures would stand beside these
    return Kept(read(stored.counts) if stored else None, stored.made_at if stored else clock.now(), current)


def stamp_of(lines: Sequence[Line]) -> str:
    """Of the rules that were counted by."""
    said = ";".join(f"{line.kind}:{line.condition}" for line in lines)
    return sha256(said.encode()).hexdigest()


def made(kind: str, as_of: date, lines: Sequence[Line]) -> dict[str, Any]:
    """The figures of one kind, counted now."""
    return _rules(lines) if kind == RULES else _wins(as_of, lines)


def _rules(lines: Sequence[Line]) -> dict[str, Any]:
    return asdict(count(Account.objects.present(), lines))


def _counted(stored: dict[str, Any]) -> Counted:
    rules = {int(number): RuleCount(**one) for number, one in stored["rules"].items()}
    return Counted(**(stored | {"rules": rules}))


def _wins(as_of: date, lines: Sequence[Line]) -> dict[str, Any]:
    found = compare(as_of)
    return as_json(found) | {"ranked": rank(telling(found), lines, as_of)}


def _alike(stored: dict[str, Any]) -> Alike:
    return Alike(from_json(stored), [(int(pk), int(points)) for pk, points in stored["ranked"]])
