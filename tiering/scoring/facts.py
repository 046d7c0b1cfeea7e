"""All that is known of some accounts, as the engine's facts: for explanations and for the tests' oracle."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from accounts.models import (
    Account,
    AccountFollowing,
    BuyingCenterValue,
    Contact,
    ContactStrength,
    Judgement,
    Opportunity,
    PotentialEntry,
    Signal,
    Tie,
)
from tiering.engine.types import (
    DealFact,
    Facts,
    JudgementFact,
    PeriodFact,
    SignalFact,
    StrengthFact,
    TieFact,
    ValueFact,
)

FIELDS = ("industry", "country", "region", "status", "employees", "revenue", "year_founded", "custom")


def load_facts(account_ids: Iterable[int]) -> list[Facts]:
    """One `Facts` per account that is present, in the order of ids; a fixed number of queries."""
    accounts = list(Account.objects.present().filter(pk__in=list(account_ids)).order_by("pk"))
    ids = [account.pk for account in accounts]
    owners = {account.pk: account.owner_id for account in accounts}
    contacts: dict[int, dict[int, str]] = defaultdict(dict)
    for contact in Contact.objects.filter(account_id__in=ids):
        contacts[contact.account_id or 0][contact.pk] = contact.seniority
    signals, strengths, ties = _signals(ids), _strengths(ids, owners), _ties(ids)
    judgements, values, entries = _judgements(ids), _values(ids), _entries(ids)
    deals, followings = _deals(ids), _followings(ids)
    return [
        Facts(
            id=account.pk,
            technologies=tuple(account.technologies),
            problem_tags=tuple(account.problem_tags),
            contacts=contacts[account.pk],
            signals=tuple(signals[account.pk]),
            strengths=tuple(strengths[account.pk]),
            ties=tuple(ties[account.pk]),
            judgements=tuple(judgements[account.pk]),
            values=tuple(values[account.pk]),
            entries=tuple(entries[account.pk]),
            deals=tuple(deals[account.pk]),
            followings=tuple(followings[account.pk]),
            **{name: getattr(account, name) for name in FIELDS},
        )
        for account in accounts
    ]


def _signals(ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in Signal.objects.filter(account_id__in=ids).order_by("pk"):
        who = f"c{row.contact_id}" if row.contact_id else row.person_key
        fact = SignalFact(row.occurred_on, row.kind, who, row.source, row.weight, row.contact_id, row.topic)
        found[row.account_id or 0].append(fact)
    return found


def _strengths(ids: list[int], owners: dict[int, int | None]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in ContactStrength.objects.filter(account_id__in=ids).select_related("entered_by"):
        owner = owners[row.account_id or 0]
        by_owner = owner is not None and row.entered_by is not None and row.entered_by.person_id == owner
        entered_on = row.entered_at.date()
        fact = StrengthFact(row.contact_id, row.on, row.pk, row.strength, row.evidenced, entered_on, by_owner)
        found[row.account_id or 0].append(fact)
    return found


def _ties(ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in Tie.objects.filter(account_id__in=ids).order_by("pk"):
        found[row.account_id].append(TieFact(row.kind, row.on, row.confirmed_on, row.ended_on, row.note))
    return found


def _judgements(ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in Judgement.objects.filter(account_id__in=ids).select_related("person"):
        fact = JudgementFact(row.key, row.on, row.pk, row.points, row.note, row.person.name)
        found[row.account_id].append(fact)
    return found


def _values(ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in BuyingCenterValue.objects.filter(buying_center__account_id__in=ids).select_related("buying_center"):
        center = row.buying_center
        fact = ValueFact(center.pk, row.on, row.pk, row.potential, row.current_revenue, center.closed_on, center.name)
        found[center.account_id].append(fact)
    return found


def _entries(ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in PotentialEntry.objects.filter(account_id__in=ids):
        found[row.account_id].append(ValueFact(0, row.on, row.pk, row.amount, name=row.note))
    return found


def _deals(ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in Opportunity.objects.filter(account_id__in=ids):
        found[row.account_id or 0].append(DealFact(row.outcome, row.amount, row.closed_on))
    return found


def _followings(ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in AccountFollowing.objects.filter(account_id__in=ids):
        found[row.account_id].append(PeriodFact(row.parent_id, row.since, row.until))
    return found
