"""The default scorecard: seven criteria over the families of S2, fitted to the workspace's own customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from accounts.models import Account
from tiering.choices import CriterionKind, Family, Unknown
from tiering.engine.configs import SIGNAL_KINDS
from tiering.scoring.binding import Binder
from tiering.scoring.potential import won_by_account, yearly_won_values

#: Potential a year from which 1, 2, 3, 4 and 5 points are given, when there are too few wins to say better (T1).
POTENTIAL_BANDS = (50_000, 100_000, 250_000, 1_000_000, 2_000_000)
#: The shares of customers below which a yearly won value lies, for 1 to 5 points.
QUANTILES = (25, 50, 75, 90, 97)
SIZE_BANDS = (50, 200, 1_000, 5_000, 10_000)
REVENUE_BANDS = (10_000_000, 50_000_000, 250_000_000, 1_000_000_000, 5_000_000_000)
#: So many customers make a rule; fewer leave the general figures.
ENOUGH = 8


@dataclass(frozen=True, slots=True)
class Targets:
    """Whom the company sells to, and what is much for it. Empty fields leave a trait or a band as it is by default.

    `potential_bands` and `size_bands` are five thresholds for 1 to 5 points; `employees` is a range, either end open.
    """

    potential_bands: tuple[int, ...] = ()
    industries: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    employees: tuple[int | None, int | None] = (None, None)
    technologies: tuple[str, ...] = ()
    problem_tags: tuple[str, ...] = ()
    size_bands: tuple[int, ...] = ()
    size_field: str = "employees"


def targets_from_history(as_of: date) -> Targets:
    """What the workspace's own won deals say: thresholds, and where most of the money came from."""
    won = yearly_won_values(as_of)
    bands = thresholds(won) if len(won) >= ENOUGH else ()
    few = len(won) < ENOUGH
    return Targets(
        potential_bands=bands,
        industries=() if few else _where_the_money_is("industry", 60, as_of),
        countries=() if few else _where_the_money_is("country", 80, as_of),
        employees=(None, None) if few else _usual_size(as_of),
        size_field=_size_field(),
    )


def thresholds(values: Sequence[int]) -> tuple[int, ...]:
    """Five ascending thresholds at the quantiles of ascending `values`, to two significant digits; () if too alike."""
    found: list[int] = []
    for percent in QUANTILES:
        value = _two_digits(values[(percent * len(values) - 1) // 100])
        found.append(max(value, found[-1] + 1) if found else max(value, 1))
    return tuple(found) if found[-1] > found[0] + len(found) else ()


def _two_digits(value: int) -> int:
    unit: int = 10 ** max(len(str(value)) - 2, 0)
    return value // unit * unit


def _where_the_money_is(field: str, percent: int, as_of: date) -> tuple[str, ...]:
    """The fewest values of an account field that hold `percent` of the won value, largest first."""
    binder = Binder()
    query = f"""
        SELECT a.{field}, sum(w.yearly)
        FROM ({won_by_account("o.account_id IS NOT NULL", binder.bind(as_of, "date"))}) w
        JOIN accounts_account a ON a.id = w.account_id WHERE a.{field} <> '' GROUP BY 1 ORDER BY 2 DESC, 1"""
    with connection.cursor() as cursor:
        cursor.execute(query, binder.values)
        rows = [(str(name), int(value)) for name, value in cursor.fetchall()]
    whole, held, chosen = sum(value for _, value in rows), 0, []
    for name, value in rows:
        if 100 * held >= percent * whole:
            break
        chosen.append(name)
        held += value
    return tuple(chosen)


def _usual_size(as_of: date) -> tuple[int | None, int | None]:
    """Employees of the customers, from the lower quartile to the upper tenth."""
    binder = Binder()
    query = f"""
        SELECT percentile_disc(0.25) WITHIN GROUP (ORDER BY a.employees),
               percentile_disc(0.9) WITHIN GROUP (ORDER BY a.employees)
        FROM ({won_by_account("o.account_id IS NOT NULL", binder.bind(as_of, "date"))}) w
        JOIN accounts_account a ON a.id = w.account_id WHERE a.employees IS NOT NULL"""
    with connection.cursor() as cursor:
        cursor.execute(query, binder.values)
        low, high = cursor.fetchone()
    return (None, None) if low is None else (_two_digits(low), _two_digits(high) or None)


def _size_field() -> str:
    if Account.objects.filter(employees__isnull=False).exists():
        return "employees"
    return "revenue" if Account.objects.filter(revenue__isnull=False).exists() else "employees"


def default_criteria(targets: Targets) -> list[dict[str, Any]]:
    """Fields of the seven criteria, in order."""
    return [
        _potential(targets),
        _fit(targets),
        {
            "key": "need",
            "name": "Need and timing",
            "help": "Judged by people, unknown again after 6 months",
            "family": Family.NEED,
            "kind": CriterionKind.JUDGEMENT,
            "weight": 15,
            "unknown": Unknown.TYPICAL,
            "config": {"age_days": 183},
            "anchors": [
                "No such problem",
                "The problem, and no wish to solve it",
                "The problem hurts someone",
                "Someone is asked to solve it",
                "Budget, no date",
                "Budget, and a decision within 12 months",
            ],
        },
        {
            "key": "signals",
            "name": "Buying signals",
            "help": "Half-life 14 to 90 days by kind",
            "family": Family.SIGNALS,
            "kind": CriterionKind.SIGNALS,
            "weight": 15,
            "unknown": Unknown.ZERO,
            "config": {"kinds": {kind: list(pair) for kind, pair in sorted(SIGNAL_KINDS.items())}, "full": 6_000},
            "anchors": [
                "Nothing lately",
                "One visit by someone unknown",
                "One kind, or one person: the ceiling",
                "2 kinds, 2 people in 30 days",
                "3 kinds, a director or above",
                "A demo request or meeting, and 3 people",
            ],
        },
        {
            "key": "relationship",
            "name": "Relationship",
            "help": "Half-life 730 days since last contact",
            "family": Family.RELATIONSHIP,
            "kind": CriterionKind.RELATIONSHIP,
            "weight": 10,
            "unknown": Unknown.ZERO,
            "config": {"full": 3_000, "half_life": 730, "evidence_days": 365},
            "anchors": [
                "Nobody knows us",
                "Someone has heard of us",
                "Met one director",
                "Two known people",
                "A trusted sponsor",
                "Trusted at the top, and a tie",
            ],
        },
        _firmographic(targets),
        {
            "key": "brand",
            "name": "Brand and reference",
            "help": "Would others notice",
            "family": Family.BRAND,
            "kind": CriterionKind.JUDGEMENT,
            "weight": 5,
            "unknown": Unknown.MIDDLE,
            "config": {"age_days": 730},
            "anchors": [
                "Nobody would notice",
                "Known in its town",
                "Known in its region",
                "Known in its trade",
                "Others follow it",
                "Everyone would ask how we did it",
            ],
        },
    ]


def _potential(targets: Targets) -> dict[str, Any]:
    bands = targets.potential_bands or POTENTIAL_BANDS
    return {
        "key": "potential",
        "name": "Potential",
        "help": "Yearly value of all buying centers",
        "family": Family.POTENTIAL,
        "kind": CriterionKind.BANDS,
        "weight": 25,
        "unknown": Unknown.TYPICAL,
        "config": {"field": "potential", "bands": _five(bands)},
        "anchors": [f"Below {bands[0]:,}", *(f"From {start:,}" for start in bands)],
    }


def _fit(targets: Targets) -> dict[str, Any]:
    low, high = targets.employees
    traits = [
        {"name": "An industry we serve", "field": "industry", "wanted": list(targets.industries)},
        {"name": "A country we serve", "field": "country", "wanted": list(targets.countries)},
        {"name": "The size we serve", "field": "employees", "low": low, "high": high},
        {"name": "Technology we work with", "field": "technologies", "wanted": list(targets.technologies)},
        {"name": "A problem we solve", "field": "problem_tags", "wanted": list(targets.problem_tags)},
    ]
    return {
        "key": "fit",
        "name": "Fit with use case",
        "help": "Five traits, each that is known counts alike",
        "family": Family.FIT,
        "kind": CriterionKind.TRAITS,
        "weight": 20,
        "unknown": Unknown.TYPICAL,
        "config": {"traits": traits},
        "anchors": ["None", "One of five", "Two of five", "Three of five", "Four of five", "All that are known"],
    }


def _firmographic(targets: Targets) -> dict[str, Any]:
    revenue = targets.size_field == "revenue"
    bands = targets.size_bands or (REVENUE_BANDS if revenue else SIZE_BANDS)
    unit = "revenue" if revenue else "people"
    return {
        "key": "firmographic",
        "name": "Firmographic",
        "help": "Yearly revenue" if revenue else "Number of employees",
        "family": Family.FIRMOGRAPHIC,
        "kind": CriterionKind.BANDS,
        "weight": 10,
        "unknown": Unknown.TYPICAL,
        "config": {"field": targets.size_field, "bands": _five(bands)},
        "anchors": [f"Below {bands[0]:,} {unit}", *(f"From {start:,}" for start in bands)],
    }


def _five(bands: Sequence[int]) -> list[list[int]]:
    return [[start, 1_000 * points] for points, start in enumerate(bands, start=1)]
