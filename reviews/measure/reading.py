"""`insights()`: tallies with their names, accounts and caps, in the order of the page."""

from datetime import date
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Count

from abxsite.users.models import Person, User
from reviews.measure import statement
from reviews.measure.findings import findings_of
from reviews.measure.icp import passing_accounts
from reviews.measure.result import Insights, Row
from reviews.measure.scope import By, Scope, TierAsOf
from reviews.measure.tally import Tally
from tiering.models import Tier
from tiering.services.settings import current_settings
from tiering.services.tiers import current_caps

NAMES = {
    "all": "All deals",
    "off_list": "Off list, passes the ICP",
    "off_list_outside": "Off list, outside the ICP",
    "temporary": "Temporary stays",
    "undated": "No opening date",
    "unassigned": "No account",
}
NOBODY = {"industry": "No industry", "owner": "No owner", "manager": "No manager"}
BASELINE = "Baseline"


def insights(
    *,
    user: User | None = None,
    by: By = "tier",
    tier_as_of: TierAsOf = "opened",
    since: date | None = None,
    until: date | None = None,
    **filters: Any,
) -> Insights:
    """What became of the deals that `user` sees (None: all of them); see `Scope` for periods and filters."""
    return measure(Scope(user=user, by=by, tier_as_of=tier_as_of, since=since, until=until, **filters))


def measure(scope: Scope) -> Insights:
    settings = current_settings()
    tallies = statement.tallies(scope)
    rows = _tier_rows(scope, tallies) if scope.by == "tier" else _group_rows(scope, tallies)
    rows = [_with_few(row, settings.few_deals) for row in rows]
    whole = reduce(add, tallies.values(), Tally())
    total = Row("total", "", "All deals", whole, accounts=scope.accounts().count(), few=settings.few_deals)
    found = Insights(scope, settings.currency, rows, total)
    return Insights(scope, settings.currency, rows, total, findings_of(found, settings))


def _with_few(row: Row, few: int) -> Row:
    return Row(row.kind, row.part, row.name, row.tally, row.tier, row.accounts, row.cap, few)


def _tier_rows(scope: Scope, tallies: dict[tuple[str, str], Tally]) -> list[Row]:
    """Every active tier, the comparison, what cannot be told, and the baseline by the tier first given."""
    tiers = {str(tier.pk): tier for tier in Tier.objects.order_by("order", "pk")}
    caps, held = current_caps(), _accounts_by_layer(scope)
    rows = [
        Row("tier", part, tier.name, tallies.get(("tier", part), Tally()), tier, held.get(("base", tier.pk), 0),
            caps.get(tier.pk))
        for part, tier in tiers.items()
        if tier.retired_at is None or ("tier", part) in tallies
    ]  # fmt: skip
    inside, outside = _off_list_accounts(scope)
    for kind, accounts in (("off_list", inside), ("off_list_outside", outside)):
        if (kind, "") in tallies or accounts:
            rows.append(Row(kind, "", NAMES[kind], tallies.get((kind, ""), Tally()), accounts=accounts))
    temporary = sum(count for (layer, _), count in held.items() if layer == "temporary")
    if ("temporary", "") in tallies or temporary:
        rows.append(
            Row("temporary", "", NAMES["temporary"], tallies.get(("temporary", ""), Tally()), accounts=temporary)
        )
    for part in [*tiers, ""]:
        if ("baseline", part) in tallies:
            name = f"{BASELINE}, first {tiers[part].name}" if part else f"{BASELINE}, never on the list"
            rows.append(Row("baseline", part, name, tallies["baseline", part], tiers.get(part)))
    rows += [
        Row(kind, "", NAMES[kind], tallies[kind, ""]) for kind in ("undated", "unassigned") if (kind, "") in tallies
    ]
    return rows


def _accounts_by_layer(scope: Scope) -> dict[tuple[str, int], int]:
    counted = scope.placements().order_by().values_list("layer", "tier_id").annotate(n=Count("id"))
    return {(layer, tier): n for layer, tier, n in counted}


def _off_list_accounts(scope: Scope) -> tuple[int, int]:
    """Accounts off the list now: inside and outside the ICP."""
    off, passing = scope.off_list(), passing_accounts()
    if passing is None:
        return off.count(), 0
    inside = off.filter(pk__in=passing.values("pk")).count()
    return inside, off.count() - inside


def _group_rows(scope: Scope, tallies: dict[tuple[str, str], Tally]) -> list[Row]:
    """By industry, owner or manager: most closed deals first; what has no name comes last."""
    names = _names(scope, [part for kind, part in tallies if kind == "group" and part])
    accounts = _accounts_by_part(scope)
    rows = [
        Row(kind, part, names.get(part) or NOBODY.get(scope.by, "") if kind == "group" else NAMES[kind], tally,
            accounts=accounts.get(part, 0) if kind == "group" else None)
        for (kind, part), tally in tallies.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.kind == "unassigned", not row.part, -row.tally.closed, row.name))


def _names(scope: Scope, parts: list[str]) -> dict[str, str]:
    if scope.by == "industry":
        return {part: part for part in parts}
    return {str(pk): name for pk, name in Person.objects.filter(pk__in=parts).values_list("pk", "name")}


def _accounts_by_part(scope: Scope) -> dict[str, int]:
    column = {"industry": "industry", "owner": "owner_id", "manager": "owner__team__manager_id"}.get(scope.by)
    if column is None:
        return {"": scope.accounts().count()}
    counted = scope.accounts().order_by().values_list(column).annotate(n=Count("id"))
    return {"" if part is None else str(part): n for part, n in counted}
