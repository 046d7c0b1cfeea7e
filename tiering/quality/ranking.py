"""What to find out next: account by account and fact by fact, by how much of the score would be known then.

Per gain, the accounts of each mask are read from the index (mask, total DESC, account), so a page costs the same
with a thousand accounts as with a million. Somebody who sees few accounts is answered from those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from abxsite.users.access import sees_all, visible_owner_ids
from abxsite.users.models import User
from tiering.models import QualitySummary, Run, Tier
from tiering.quality.measure import asked_of, mask_sql
from tiering.quality.questions import Asked, Question, known_of, masks_to_ask, questions_of, whole_of
from tiering.scoring import partitions

PAGE = 25
#: Up to so many accounts of one's own, they are the starting point; beyond, the index is.
FEW = 20_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters: one fact, accounts of one owner, only what lifts an account over a tier's minimum coverage."""

    field: str = ""
    owner: int | None = None
    lifting: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of the page before."""

    gain: int
    total: int
    account: int
    number: int

    def __str__(self) -> str:
        return f"{self.gain}_{self.total}_{self.account}_{self.number}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        parts = text.split("_")
        if len(parts) != 4 or not all(part.isdecimal() and len(part) < 19 for part in parts):
            return None
        return cls(*map(int, parts))


@dataclass(frozen=True, slots=True)
class Gap:
    """One row: finding `question.field` out of the account takes its coverage from `coverage` to `after`.

    `lifts` is the highest tier whose minimum coverage it would then pass for the first time, with the score for it.
    """

    account: int
    total: int
    coverage: int
    after: int
    question: Question
    lifts: Tier | None
    number: int

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.question.gain, self.total, self.account, self.number)

    @property
    def points(self) -> int:
        return self.after - self.coverage


@dataclass(frozen=True, slots=True)
class _Ask:
    """The accounts of one mask, asked one thing: from a total of `least` on the answer lifts (None: never)."""

    mask: int
    question: Question
    least: int | None


def gaps(run: Run, user: User, wanted: Wanted, after: Cursor | None = None, size: int = PAGE) -> list[Gap]:
    """One page and one row more, in the order of gain, total and id."""
    asked = asked_of(run)
    summary = QualitySummary.objects.filter(run=run).first()
    masks = masks_to_ask(asked, map(int, summary.gaps) if summary else ())
    tiers = list(Tier.objects.active().order_by("order"))
    levels = _levels(asked, masks, tiers, wanted)
    seen = _Seen.by(user, wanted)
    found: list[Gap] = []
    for gain in sorted(levels, reverse=True):
        if after is not None and gain > after.gain:
            continue
        start = after if after is not None and gain == after.gain else None
        rows = _read(run, asked, levels[gain], seen, start, size + 1 - len(found), lifting=wanted.lifting)
        found += [_gap(row, levels[gain], asked, tiers) for row in rows]
        if len(found) > size:
            break
    return found


def lifted(asked: Sequence[Asked], mask: int, gain: int, tiers: Sequence[Tier], total: int) -> Tier | None:
    """The highest tier whose minimum coverage the answer passes and whose minimum score the account has."""
    before, after = coverage_of(mask, asked), coverage_of(mask, asked, gain)
    return next(
        (tier for tier in tiers if before < tier.minimum_coverage <= after and total >= tier.minimum_score), None
    )


def coverage_of(mask: int, asked: Sequence[Asked], gain: int = 0) -> int:
    whole = whole_of(asked)
    return 100 * (known_of(mask, asked) + gain) // whole if whole else 0


def _levels(
    asked: Sequence[Asked], masks: Sequence[int], tiers: Sequence[Tier], wanted: Wanted
) -> dict[int, list[_Ask]]:
    """Per gain what to ask of whom."""
    levels: dict[int, list[_Ask]] = {}
    for mask in masks:
        for question in questions_of(mask, asked):
            if wanted.field and wanted.field not in (question.field, *question.instead):
                continue
            before, after = coverage_of(mask, asked), coverage_of(mask, asked, question.gain)
            passed = [tier.minimum_score for tier in tiers if before < tier.minimum_coverage <= after]
            if wanted.lifting and not passed:
                continue
            levels.setdefault(question.gain, []).append(_Ask(mask, question, min(passed, default=None)))
    return levels


@dataclass(frozen=True, slots=True)
class _Seen:
    """Whose accounts: all (`owners` None), or those of `owners` and, with `unowned`, of nobody.

    `few`: so few that they are read first, by the index on the owner.
    """

    owners: tuple[int, ...] | None
    unowned: bool = False
    few: bool = False

    @classmethod
    def by(cls, user: User, wanted: Wanted) -> "_Seen":
        if wanted.owner is not None:
            whose = (wanted.owner,) if sees_all(user) or wanted.owner in visible_owner_ids(user) else ()
            return cls(whose, few=True)
        if sees_all(user):
            return cls(None)
        owners = tuple(sorted(visible_owner_ids(user)))
        return cls(owners, unowned=True, few=_few(owners))

    @property
    def condition(self) -> str:
        if self.owners is None:
            return ""
        unowned = " OR a.owner_id IS NULL" if self.unowned else ""
        return f" AND (a.owner_id = ANY(%(owners)s){unowned})"


def _few(owners: Sequence[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM accounts_account"
            " WHERE owner_id = ANY(%s) OR owner_id IS NULL LIMIT %s) counted",
            [list(owners), FEW + 1],
        )
        return bool(cursor.fetchone()[0] <= FEW)


Row = tuple[int, int, int]


def _read(
    run: Run, asked: Sequence[Asked], level: Sequence[_Ask], seen: _Seen, start: Cursor | None, size: int, *,
    lifting: bool,
) -> list[Row]:  # fmt: skip
    """(account, total, number of the ask) of one gain, in order."""
    values: dict[str, Any] = {
        "masks": [ask.mask for ask in level],
        "least": [ask.least if lifting and ask.least is not None else 0 for ask in level],
        "owners": list(seen.owners or ()),
        "size": size,
        "total": start.total if start else None,
        "account": start.account if start else None,
        "number": start.number if start else None,
    }
    later = "s.account_id > %(account)s OR s.account_id = %(account)s AND ask.n > %(number)s"
    beyond = f" AND s.total <= %(total)s AND (s.total < %(total)s OR {later})" if start is not None else ""
    table = partitions.partition(run.pk)
    asks = "unnest(%(masks)s::int[], %(least)s::int[]) WITH ORDINALITY AS ask(mask, least, n)"
    mask = mask_sql(asked, "s.points")
    if seen.few:
        query = f"""
            SELECT s.account_id, s.total, ask.n FROM accounts_account a
            JOIN {table} s ON s.account_id = a.id AND s.run_id = {run.pk:d}
            JOIN {asks} ON ask.mask = {mask} AND s.total >= ask.least
            WHERE a.merged_into_id IS NULL{seen.condition}{beyond}
            ORDER BY s.total DESC, s.account_id, ask.n LIMIT %(size)s"""
    else:
        query = f"""
            SELECT found.account_id, found.total, ask.n FROM {asks} CROSS JOIN LATERAL (
                SELECT s.account_id, s.total FROM {table} s JOIN accounts_account a ON a.id = s.account_id
                WHERE {mask} = ask.mask AND s.total >= ask.least AND a.merged_into_id IS NULL
                {seen.condition}{beyond}
                ORDER BY s.total DESC, s.account_id LIMIT %(size)s
            ) found ORDER BY 2 DESC, 1, 3 LIMIT %(size)s"""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [(account, total, n) for account, total, n in cursor.fetchall()]


def _gap(row: Row, level: Sequence[_Ask], asked: Sequence[Asked], tiers: Sequence[Tier]) -> Gap:
    account, total, n = row
    ask = level[n - 1]
    return Gap(
        account,
        total,
        coverage_of(ask.mask, asked),
        coverage_of(ask.mask, asked, ask.question.gain),
        ask.question,
        lifted(asked, ask.mask, ask.question.gain, tiers, total),
        n,
    )
