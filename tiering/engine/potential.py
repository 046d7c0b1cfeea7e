"""What an account is worth a year (T4): sum of buying centers, else entered, else estimated from similar customers.

A subsidiary that follows its parent shows the parent's potential; the parent carries the sum of the group.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from tiering.engine.types import DealFact, Facts, Potential, Source, ValueFact

#: Employees from which the next size band begins; fewer than the first is band 0.
SIZE_BANDS = (50, 250, 1_000, 5_000)
#: So many similar customers make an estimate; fewer widen the circle.
ENOUGH = 8


@dataclass(frozen=True, slots=True)
class Similar:
    """Upper quartile of yearly won value and n: by (industry, size band), by industry, and of all customers."""

    bands: Mapping[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    industries: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    everyone: tuple[int, int] | None = None

    def find(self, industry: str, band: int | None) -> tuple[int, int] | None:
        """The nearest circle with enough customers, and all customers however few."""
        if industry and band is not None and (industry, band) in self.bands:
            return self.bands[industry, band]
        if industry in self.industries:
            return self.industries[industry]
        return self.everyone


def size_band(employees: int | None) -> int | None:
    return None if employees is None else sum(employees >= start for start in SIZE_BANDS)


def upper_quartile(values: Collection[int]) -> int:
    """The smallest value that at least three quarters of the values do not exceed."""
    ordered = sorted(values)
    return ordered[(3 * len(ordered) + 3) // 4 - 1]


def yearly_won(deals: Iterable[DealFact], as_of: date) -> int | None:
    """Won value per year of being a customer, from first to last win but at least one year; None without a win."""
    won = [
        (deal.closed_on, deal.amount)
        for deal in deals
        if deal.outcome == "won" and deal.amount is not None and deal.closed_on and deal.closed_on <= as_of
    ]
    if not won:
        return None
    days = (max(won)[0] - min(won)[0]).days + 1
    return int(sum(amount for _, amount in won) * 100 * 365 // (max(days, 365) * 100))


def similar_customers(accounts: Iterable[Facts], as_of: date) -> Similar:
    """The circles of similar customers, as of a day; a customer is an account that won anything by then."""
    by_band: dict[tuple[str, int], list[int]] = defaultdict(list)
    by_industry: dict[str, list[int]] = defaultdict(list)
    everyone: list[int] = []
    for account in accounts:
        value = yearly_won(account.deals, as_of)
        if value is None or value <= 0:
            continue
        everyone.append(value)
        if account.industry:
            by_industry[account.industry].append(value)
            band = size_band(account.employees)
            if band is not None:
                by_band[account.industry, band].append(value)
    return Similar(
        bands={key: (upper_quartile(all_), len(all_)) for key, all_ in by_band.items() if len(all_) >= ENOUGH},
        industries={key: (upper_quartile(all_), len(all_)) for key, all_ in by_industry.items() if len(all_) >= ENOUGH},
        everyone=(upper_quartile(everyone), len(everyone)) if everyone else None,
    )


def summed(values: Iterable[ValueFact], as_of: date) -> tuple[int, int] | None:
    """(potential, current revenue) over the buying centers open on the day; None without any."""
    newest = _newest((v for v in values if v.closed_on is None or v.closed_on > as_of), as_of)
    if not newest:
        return None
    return sum(v.potential for v in newest), sum(v.current for v in newest)


def entered(entries: Iterable[ValueFact], as_of: date) -> int | None:
    newest = _newest(entries, as_of)
    return newest[0].potential if newest else None


def _newest(values: Iterable[ValueFact], as_of: date) -> list[ValueFact]:
    """The value that counts on the day, per buying center."""
    found: dict[int, ValueFact] = {}
    for value in values:
        old = found.get(value.center)
        if value.on <= as_of and (old is None or (value.on, value.number) > (old.on, old.number)):
            found[value.center] = value
    return list(found.values())


def followed(account: Facts, as_of: date) -> int | None:
    """The parent that the account follows on the day."""
    for period in account.followings:
        if period.since <= as_of and (period.until is None or period.until > as_of):
            return period.parent
    return None


def resolve_potentials(accounts: Collection[Facts], similar: Similar, as_of: date) -> dict[int, Potential]:
    """Potential of every account. A follower shows its parent's; the parent sums itself and its followers."""
    by_id = {account.id: account for account in accounts}
    members: dict[int, list[Facts]] = {account.id: [account] for account in accounts}
    heads: dict[int, int] = {}
    for account in accounts:
        parent = followed(account, as_of)
        if parent in by_id:
            members[parent].append(account)
            heads[account.id] = parent
    carried = {pk: _carried(by_id[pk], group, similar, as_of) for pk, group in members.items()}
    return {account.id: carried[heads.get(account.id, account.id)] for account in accounts}


def _carried(head: Facts, group: Iterable[Facts], similar: Similar, as_of: date) -> Potential:
    own = [(summed(member.values, as_of), entered(member.entries, as_of)) for member in group]
    sums = [centers[0] for centers, _ in own if centers is not None]
    known = sums + [value for centers, value in own if centers is None and value is not None]
    if known:
        return Potential(sum(known), Source.SUMMED if sums else Source.ENTERED)
    return estimate(head, similar, as_of)


def estimate(account: Facts, similar: Similar, as_of: date) -> Potential:
    """Upper quartile of similar customers, but never less than what the account itself already buys a year."""
    found = similar.find(account.industry, size_band(account.employees))
    if found is None:
        return Potential(None, Source.UNKNOWN)
    value, n = found
    return Potential(max(value, yearly_won(account.deals, as_of) or 0), Source.ESTIMATED, n)
