"""The search for accounts that are one company: a job in ranges of ids, set-based, safe to stop and repeat anywhere.

Keys first: of each account its normalised name (`n:`), the base of its domain (`d:`) and the rarest trigrams of its
name (`t:`). Two names whose trigrams overlap by LIKENESS share at least one of the first `(1 - LIKENESS) × size + 1`
of them in any fixed order; in the order of rarity those are few, so that a million accounts are compared with their
likely doubles only, and none above the threshold is missed but for trigrams that too many names share.
"""

import time
from typing import Any

from django.db import IntegrityError, connection, transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict
from abxsite.lib.jobs import ACTIVE, JobStatus
from abxsite.users.models import User
from accounts import policies
from accounts.choices import PairState
from accounts.models import Account, DuplicatePair, DuplicateScan
from accounts.services import duplicates_sql as sql

BATCH = 10_000
#: Comparing is the dear part: a range takes a few seconds.
PAIRS_BATCH = 1_000
SLICE_SECONDS = 15.0


@transaction.atomic
def start_scan(*, actor: User | None) -> DuplicateScan:
    """Queue a search through all accounts; one at a time."""
    policies.check_merge(actor)
    try:
        with transaction.atomic():
            scan = DuplicateScan.objects.create(actor=actor, created_at=clock.now())
    except IntegrityError as error:
        raise Conflict("A search for duplicates is going on already.") from error
    record(actor=actor, action="duplicates_scan", subject=scan)
    scan.wake()
    return scan


def cancel_scan(*, actor: User | None, scan: DuplicateScan) -> None:
    policies.check_merge(actor)
    DuplicateScan.ask_cancel(scan.pk)


def work(scan_id: int, *, seconds: float = SLICE_SECONDS) -> bool:
    """Claim the search and do batches for so long; True when there is more."""
    scan = DuplicateScan.claim(scan_id)
    if scan is None:
        return False
    deadline = time.monotonic() + seconds
    while _step(scan):
        if time.monotonic() > deadline:
            scan.release()
            scan.wake()
            return True
    return False


def run_to_end(scan: DuplicateScan) -> DuplicateScan:
    """Here and now, for commands, the demo and tests."""
    while scan.status in ACTIVE:
        work(scan.pk, seconds=3600)
        scan.refresh_from_db()
    return scan


def fail(scan_id: int) -> None:
    """The task met an error that nobody foresaw."""
    DuplicateScan.objects.filter(pk=scan_id, status=JobStatus.RUNNING).update(
        status=JobStatus.FAILED, ended_at=clock.now(), leased_until=None,
        error="The search stopped with an error that was logged. Start it again; what it found stays.",
    )  # fmt: skip


class _LeaseLost(Exception):
    """Somebody else works on it by now; this batch is rolled back."""


def _step(scan: DuplicateScan) -> bool:
    """One batch in one transaction; False when there is nothing left to do here."""
    try:
        with transaction.atomic():
            return _phase(scan)
    except _LeaseLost:
        return False


def _phase(scan: DuplicateScan) -> bool:
    at = dict(scan.progress)
    if at and not _exists(scan):
        at = {}  # the database has lost the unlogged tables in a crash: begin again
    if not at:
        return _keep(scan, _begin(scan))
    if scan.cancel_asked:
        _drop(scan)
        _end(scan, JobStatus.CANCELLED)
        return False
    phases = {"grams": _grams, "keys": _keys, "pairs": _pairs}
    if at["phase"] != "finish":
        return _keep(scan, phases[at["phase"]](scan, at))
    _finish(scan, at)
    return False


def _run(search: DuplicateScan, text: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.named(text, search.pk), params or None)
        return list(cursor.fetchall()) if cursor.description else []


def _exists(scan: DuplicateScan) -> bool:
    """Both tables are there, with what was put into them (they are unlogged: a crash empties them)."""
    if not _run(scan, sql.EXISTS)[0][0]:
        return False
    return scan.progress.get("phase") == "grams" or bool(_run(scan, sql.FILLED)[0][0])


def _begin(scan: DuplicateScan) -> dict[str, Any]:
    _run(scan, sql.CREATE)
    last = Account.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {"phase": "grams", "low": 0, "last": last}


def _next(at: dict[str, Any], following: str, batch: int) -> dict[str, Any]:
    high = at["low"] + batch
    return at | ({"low": high} if high < at["last"] else {"phase": following, "low": 0})


def _grams(scan: DuplicateScan, at: dict[str, Any]) -> dict[str, Any]:
    """How often each trigram occurs; all names up to a million, every n-th range beyond."""
    _run(scan, sql.COUNT_GRAMS, low=at["low"], high=at["low"] + BATCH)
    following = _next(at, "keys", BATCH)
    if following["phase"] == "keys":
        _run(scan, sql.GRAMS_DONE)
    return following


def _keys(scan: DuplicateScan, at: dict[str, Any]) -> dict[str, Any]:
    _run(scan, sql.WRITE_KEYS, low=at["low"], high=at["low"] + BATCH, likeness=sql.LIKENESS)
    following = _next(at, "pairs", BATCH)
    if following["phase"] == "pairs":
        _run(scan, sql.KEYS_DONE)
        following["common"] = dict(_run(scan, sql.COMMON, most=sql.MOST_PER_KEY, grams=sql.MOST_PER_GRAM))
    return following


def _pairs(scan: DuplicateScan, at: dict[str, Any]) -> dict[str, Any]:
    _run(
        scan, sql.WRITE_PAIRS, low=at["low"], high=at["low"] + PAIRS_BATCH, likeness=sql.LIKENESS,
        least=sql.LEAST_SCORE, most=sql.MOST_PER_KEY, grams=sql.MOST_PER_GRAM, scan=scan.pk, now=clock.now(),
    )  # fmt: skip
    return _next(at, "finish", PAIRS_BATCH)


def _keep(scan: DuplicateScan, following: dict[str, Any]) -> bool:
    """Renew the lease and save where to go on. Three passes over the ids are the work."""
    passes = {"grams": 0, "keys": 1, "pairs": 2, "finish": 3}[following["phase"]]
    done = passes * following["last"] + min(following["low"], following["last"])
    going = scan.heartbeat(progress=following, attempts=0, total=3 * following["last"], done=done)
    if not going and not scan.cancel_asked:
        raise _LeaseLost
    return True


def _finish(scan: DuplicateScan, at: dict[str, Any]) -> None:
    """Pairs that this search no longer found go, unless a person has decided about them."""
    _run(scan, sql.FORGET, scan=scan.pk)
    _drop(scan)
    found = DuplicatePair.objects.filter(state=PairState.OPEN)
    counts = {
        "pairs": found.count(),
        "new": found.filter(found_at__gte=scan.created_at).count(),
        "common": at.get("common", {}),
    }
    _end(scan, JobStatus.DONE, counts=counts, done=3 * at["last"], total=3 * at["last"])


def _drop(scan: DuplicateScan) -> None:
    _run(scan, sql.DROP)


def _end(scan: DuplicateScan, status: JobStatus, **changes: Any) -> None:
    if not scan.end(status, progress={}, **changes):
        raise _LeaseLost


@transaction.atomic
def dismiss_pair(*, actor: User | None, pair: DuplicatePair, dismissed: bool = True) -> DuplicatePair:
    """“Not the same”: remembered, so that no later search asks again; or asked again after all."""
    policies.check_merge(actor)
    pair = DuplicatePair.objects.select_for_update(no_key=True).get(pk=pair.pk)
    wanted = PairState.DISMISSED if dismissed else PairState.OPEN
    if pair.state == wanted:
        return pair
    pair.state = wanted
    pair.dismissed_by, pair.dismissed_at = (actor, clock.now()) if dismissed else (None, None)
    pair.save(update_fields=["state", "dismissed_by", "dismissed_at"])
    names = Account.objects.in_bulk([pair.low_id, pair.high_id])
    low, high = names[pair.low_id], names[pair.high_id]
    sentence = f"{'Said that' if dismissed else 'Asked again whether'} {low.name} and {high.name} are "
    record(actor=actor, action="duplicate_dismiss" if dismissed else "duplicate_restore", subject=low,
           sentence=sentence + ("not the same" if dismissed else "one company"))  # fmt: skip
    return pair
