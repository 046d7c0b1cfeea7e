"""The facts of one account that the published scorecard reads: what is known, how old it is, whose task it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from abxsite.lib import clock, display
from accounts.models import Account, BuyingCenterValue, CustomAttribute, DataTask, FactCheck, Judgement, PotentialEntry
from tiering.choices import PotentialSource
from tiering.models import Run, Score
from tiering.quality.measure import NUMBERS, SETS, STALE, TEXTS, asked_of
from tiering.quality.questions import DATED, JUDGED, Asked, facts_of

LABELS = {
    "industry": "Industry",
    "country": "Country",
    "region": "Region",
    "city": "City",
    "status": "Status",
    "employees": "Employees",
    "revenue": "Revenue a year",
    "year_founded": "Year founded",
    "technologies": "Technologies",
    "problem_tags": "Problems",
    "potential": "Potential a year",
    "whitespace": "Buying centers",
}
MONEY = ("revenue", "potential", "whitespace")


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact of one account. `on` is the day it was last seen right; `by` who checked it, empty for imports and edits.

    `weight` is what of the score rests on it; `value` is empty where it is unknown.
    """

    field: str
    label: str
    value: str
    on: date | None
    by: str
    stale: bool
    weight: int
    criteria: tuple[str, ...]
    task: DataTask | None = None

    @property
    def known(self) -> bool:
        return bool(self.value)

    @property
    def judged(self) -> str:
        """The key to judge it by; empty for a fact."""
        return self.field.removeprefix(JUDGED) if self.field.startswith(JUDGED) else ""

    @property
    def dated(self) -> bool:
        return self.field in DATED


def labels_of(fields: Iterable[str], asked: Sequence[Asked] = ()) -> dict[str, str]:
    """Names for people; a judgement is called as its criterion."""
    wanted = list(fields)
    keys = [field.removeprefix("custom.") for field in wanted if field.startswith("custom.")]
    custom = dict(CustomAttribute.objects.filter(key__in=keys).values_list("key", "label")) if keys else {}
    criteria = {field: one.name for one in asked for field in one.fields if field.startswith(JUDGED)}
    return {field: _label(field, custom, criteria) for field in wanted}


def _label(field: str, custom: dict[str, str], criteria: dict[str, str]) -> str:
    name = field.removeprefix("custom.").removeprefix(JUDGED)
    return LABELS.get(field) or criteria.get(field) or custom.get(name) or name.replace("_", " ").capitalize()


def facts_for(account: Account, run: Run) -> list[FactLine]:
    """Of one account, the weightiest first; a fixed number of queries."""
    return lines_for([account], run)[account.pk]


def lines_for(accounts: Sequence[Account], run: Run) -> dict[int, list[FactLine]]:
    asked = asked_of(run)
    facts = facts_of(asked)
    labels = labels_of(facts, asked)
    ids = [account.pk for account in accounts]
    checks = _checks(ids)
    tasks = {
        (task.account_id, task.field): task
        for task in DataTask.objects.filter(account__in=ids, done_at__isnull=True).select_related("owner")
    }
    scores = {score.account_id: score for score in Score.objects.filter(run=run, account_id__in=ids)}
    figures, judgements = _figures(ids), _judgements(ids)
    found: dict[int, list[FactLine]] = {}
    for account in accounts:
        lines = []
        for field, criteria in facts.items():
            value, on = _value(account, field, scores.get(account.pk), asked, figures, judgements)
            check = checks.get((account.pk, field))
            by = ""
            if check is not None and value and (on is None or check.on >= on):
                on, by = check.on, check.person.name
            lines.append(
                FactLine(
                    field, labels[field], value, on if value else None, by,
                    stale=bool(value) and not field.startswith(JUDGED) and (on is None or clock.today() - on > STALE),
                    weight=sum(one.weight for one in criteria if not one.dataless),
                    criteria=tuple(one.name for one in criteria),
                    task=tasks.get((account.pk, field)),
                )
            )  # fmt: skip
        found[account.pk] = lines
    return found


def _checks(ids: Sequence[int]) -> dict[tuple[int, str], FactCheck]:
    rows = FactCheck.objects.filter(account__in=ids).select_related("person")
    newest = rows.order_by("account_id", "field", "-on", "-id").distinct("account_id", "field")
    return {(row.account_id, row.field): row for row in newest}


def _figures(ids: Sequence[int]) -> dict[int, date]:
    """The day of the newest figure behind each account's potential."""
    today = clock.today()
    days: dict[int, date] = {}
    values = BuyingCenterValue.objects.filter(buying_center__account__in=ids, buying_center__closed_on__isnull=True)
    for rows, name in (
        (PotentialEntry.objects.filter(account__in=ids), "account_id"),
        (values, "buying_center__account_id"),
    ):
        newest = rows.filter(on__lte=today).order_by().values_list(name).annotate(day=Max("on"))
        for account, day in newest:
            days[account] = max(day, days.get(account, day))
    return days


def _judgements(ids: Sequence[int]) -> dict[tuple[int, str], Judgement]:
    rows = Judgement.objects.filter(account__in=ids).select_related("person")
    newest = rows.order_by("account_id", "key", "-on", "-id").distinct("account_id", "key")
    return {(row.account_id, row.key): row for row in newest}


def _value(
    account: Account,
    field: str,
    score: Score | None,
    asked: Sequence[Asked],
    figures: dict[int, date],
    judgements: dict[tuple[int, str], Judgement],
) -> tuple[str, date | None]:
    """(what it says, the day it was seen); '' where it is unknown."""
    if field.startswith(JUDGED):
        row = judgements.get((account.pk, field.removeprefix(JUDGED)))
        known = score is None or any(
            score.points[one.place] is not None
            for one in asked
            if field in one.fields and one.place < len(score.points)
        )
        return (f"{row.points} of 5, {row.person.name}", row.on) if row is not None and known else ("", None)
    if field in DATED:
        sources = (PotentialSource.SUMMED, PotentialSource.ENTERED)
        if score is None or score.potential is None or score.potential_source not in sources:
            return "", None
        return display.money_short(score.potential), figures.get(account.pk)
    return _plain(account, field), account.insight_on


def _plain(account: Account, field: str) -> str:
    value: Any = None
    if field.startswith("custom."):
        value = account.custom.get(field.removeprefix("custom."))
    elif field == "status":
        return str(account.get_status_display())
    elif field in TEXTS or field in NUMBERS or field in SETS:
        value = getattr(account, field)
    if value in (None, "", []):
        return ""
    if field in MONEY:
        return display.money_short(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if field == "year_founded":
        return str(value)
    return display.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
