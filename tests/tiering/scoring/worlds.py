"""Random workspaces and scorecards for the equality of SQL and engine, written to the real database."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from abxsite.lib import clock
from abxsite.users.models import Person
from accounts.choices import Seniority, SignalKind, TieKind
from accounts.models import (
    Account,
    AccountFollowing,
    BuyingCenter,
    BuyingCenterValue,
    Contact,
    ContactStrength,
    Judgement,
    Opportunity,
    PotentialEntry,
    Signal,
    Tie,
)
from tiering.choices import Family, ScorecardStatus, Unknown
from tiering.models import Criterion, Scorecard
from tiering.scoring.specs import definition_of

#: Around a leap day, both changes of daylight saving, and a turn of the year.
DAYS = [date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31), date(2023, 10, 29), date(2025, 1, 1), date(2024, 7, 15)]
INDUSTRIES = ["", "Ports", "ports", "Énergie", "Banking"]
COUNTRIES = ["", "Norway", "NORWAY", "Spain"]
WORDS = ["SAP", "sap", "Grid", "İstanbul", "a,b"]
EDGES = [0, 1, 49, 50, 51, 249, 250, 999, 1_000, 1_001, 5_000, 10**12]


@dataclass
class World:
    as_of: date
    accounts: list[Account]
    scorecard: Scorecard


def _ages() -> st.SearchStrategy[int]:
    """Days before (or, negative, after) the as-of day, crowded around the edges of the rules."""
    return st.one_of(
        st.sampled_from([-1, 0, 1, 14, 29, 30, 31, 44, 45, 46, 98, 182, 183, 184, 365, 366]), st.integers(-5, 1_200)
    )


@st.composite
def bands_config(draw: st.DrawFn) -> dict[str, Any]:
    starts = sorted(draw(st.sets(st.sampled_from(EDGES), min_size=1, max_size=5)))
    points = [draw(st.integers(0, 5_000)) for _ in starts]
    field = draw(st.sampled_from(["employees", "revenue", "year_founded", "potential", "whitespace", "custom.fleet"]))
    return {
        "field": field,
        "bands": [list(pair) for pair in zip(starts, points, strict=True)],
        "below": draw(st.integers(0, 900)),
    }


def trait() -> st.SearchStrategy[dict[str, Any]]:
    number = st.one_of(st.none(), st.sampled_from(EDGES))
    words = st.lists(st.sampled_from(WORDS), max_size=2)
    return st.one_of(
        st.builds(
            lambda w: {"name": "t", "field": "industry", "wanted": w},
            st.lists(st.sampled_from(INDUSTRIES[1:]), max_size=2),
        ),
        st.builds(
            lambda f, w: {"name": "t", "field": f, "wanted": w},
            st.sampled_from(["technologies", "problem_tags"]),
            words,
        ),
        st.builds(
            lambda f, low, high: {"name": "t", "field": f, "low": low, "high": high},
            st.sampled_from(["employees", "potential", "custom.fleet"]),
            number,
            number,
        ),
    )


def configs() -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    points = st.integers(0, 5_000)
    choice = st.builds(
        lambda field, given, other: {"field": field, "points": given, "other": other},
        st.sampled_from(["industry", "country", "status", "region"]),
        st.dictionaries(st.sampled_from([*INDUSTRIES[1:], *COUNTRIES[1:], "prospect"]), points, max_size=3),
        points,
    )
    overlap = st.builds(
        lambda field, wanted, full: {"field": field, "wanted": wanted, "full": full},
        st.sampled_from(["technologies", "problem_tags"]),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
        st.integers(1, 4),
    )
    kinds = st.dictionaries(
        st.sampled_from(list(SignalKind.values)),
        st.tuples(st.integers(1, 60), st.sampled_from([1, 14, 30, 90])).map(list),
        max_size=4,
    )
    signals = st.builds(lambda k, full: {"kinds": k, "full": full}, kinds, st.sampled_from([1, 500, 6_000]))
    relationship = st.builds(
        lambda full, half: {"full": full, "half_life": half},
        st.sampled_from([7, 900, 3_000]),
        st.sampled_from([90, 730]),
    )
    return st.one_of(
        st.tuples(st.just("bands"), bands_config()),
        st.tuples(st.just("choice"), choice),
        st.tuples(st.just("traits"), st.builds(lambda t: {"traits": t}, st.lists(trait(), min_size=1, max_size=4))),
        st.tuples(st.just("overlap"), overlap),
        st.tuples(st.just("signals"), signals),
        st.tuples(st.just("relationship"), relationship),
        st.tuples(st.just("judgement"), st.builds(lambda d: {"age_days": d}, st.sampled_from([1, 183, 730]))),
    )


@st.composite
def scorecards(draw: st.DrawFn) -> Scorecard:
    drawn = draw(st.lists(configs(), min_size=1, max_size=8))
    weights = [draw(st.integers(0, 40)) for _ in drawn[1:]]
    while sum(weights) > 100:
        weights[weights.index(max(weights))] //= 2
    scorecard = Scorecard.objects.create(version=1)
    for place, ((kind, config), weight) in enumerate(zip(drawn, [100 - sum(weights), *weights], strict=True)):
        Criterion.objects.create(
            scorecard=scorecard,
            place=place,
            key=f"k{place % 3}-{place}",
            name=f"Criterion {place}",
            family=draw(st.sampled_from(Family.values)),
            kind=kind,
            weight=weight,
            unknown=draw(st.sampled_from(Unknown.values)),
            config=config,
            definition=definition_of(kind, f"k{place}", config),
        )
    Scorecard.objects.filter(pk=scorecard.pk).update(status=ScorecardStatus.PUBLISHED)
    return scorecard


@st.composite
def worlds(draw: st.DrawFn) -> World:
    as_of = draw(st.sampled_from(DAYS))
    scorecard = draw(scorecards())
    keys = list(scorecard.criteria.values_list("key", flat=True))
    person = Person.objects.create(name="Judge")
    accounts = [draw(account(number)) for number in range(draw(st.integers(1, 6)))]
    crowd = draw(st.booleans())
    if crowd:  # enough customers of one industry and size for the narrow circles
        accounts += [Account.objects.create(name=f"Crowd {n}", industry="Ports", employees=60) for n in range(8)]
    for number, one in enumerate(accounts):
        draw(evidence(one, as_of, keys, person))
        if crowd or draw(st.booleans()):
            draw(deals(one, as_of))
        if number and draw(st.integers(0, 3)) == 0:
            since, until = (
                as_of - timedelta(days=draw(_ages())),
                draw(st.sampled_from([None, as_of, as_of + timedelta(days=1)])),
            )
            if until is None or since < until:
                AccountFollowing.objects.create(
                    account=one, parent=accounts[draw(st.integers(0, number - 1))], since=since, until=until
                )
    return World(as_of, accounts, scorecard)


@st.composite
def account(draw: st.DrawFn, number: int) -> Account:
    maybe = st.one_of(st.none(), st.sampled_from(EDGES))
    custom = draw(
        st.one_of(
            st.just({}),
            st.sampled_from(
                [{"fleet": 50}, {"fleet": 49.9}, {"fleet": "50"}, {"fleet": True}, {"fleet": -0.5}, {"fleet": 1e300}]
            ),
        )
    )
    return Account.objects.create(
        name=f"Random {number}",
        industry=draw(st.sampled_from(INDUSTRIES)),
        country=draw(st.sampled_from(COUNTRIES)),
        employees=draw(maybe),
        revenue=draw(maybe),
        year_founded=draw(st.one_of(st.none(), st.integers(-1, 2_030))),
        technologies=draw(st.lists(st.sampled_from(WORDS), max_size=3)),
        problem_tags=draw(st.lists(st.sampled_from(WORDS), max_size=2)),
        custom=custom,
    )


@st.composite
def evidence(draw: st.DrawFn, one: Account, as_of: date, keys: list[str], person: Person) -> None:
    def day() -> date:
        return as_of - timedelta(days=draw(_ages()))

    contacts = [
        Contact.objects.create(account=one, name=f"C{n}", seniority=draw(st.sampled_from(Seniority.values)))
        for n in range(draw(st.integers(0, 3)))
    ]
    for _ in range(draw(st.integers(0, 7))):
        on = day()
        contact = draw(st.sampled_from([None, *contacts]))
        Signal.objects.create(
            account=one,
            contact=contact,
            kind=draw(st.sampled_from(SignalKind.values)),
            occurred_on=on,
            occurred_at=clock.start_of(on),
            weight=draw(st.sampled_from([None, None, 0, 7, 32_767])),
            person_key="" if contact else draw(st.sampled_from(["", "anna@x.example", "c1"])),
            source=draw(st.sampled_from(["", "a", "b"])),
        )
    for contact in contacts:
        for _ in range(draw(st.integers(0, 2))):
            ContactStrength.objects.create(
                contact=contact, account=one, strength=draw(st.integers(0, 4)), on=day(), evidenced=draw(st.booleans())
            )
    for _ in range(draw(st.integers(0, 2))):
        Tie.objects.create(
            account=one,
            kind=draw(st.sampled_from(TieKind.values)),
            on=day(),
            confirmed_on=day() if draw(st.booleans()) else None,
            ended_on=draw(st.one_of(st.none(), st.just(as_of), st.just(as_of + timedelta(days=1)))),
        )
    for _ in range(draw(st.integers(0, 3))):
        Judgement.objects.create(
            account=one, key=draw(st.sampled_from(keys)), points=draw(st.integers(0, 5)), on=day(), person=person
        )
    for number in range(draw(st.integers(0, 2))):
        center = BuyingCenter.objects.create(
            account=one, name=f"B{number}", closed_on=draw(st.sampled_from([None, None, as_of]))
        )
        for _ in range(draw(st.integers(0, 2))):
            BuyingCenterValue.objects.create(
                buying_center=center,
                potential=draw(st.sampled_from(EDGES)),
                current_revenue=draw(st.sampled_from(EDGES)),
                on=day(),
            )
    for _ in range(draw(st.integers(0, 2))):
        PotentialEntry.objects.create(account=one, amount=draw(st.sampled_from(EDGES)), on=day())


@st.composite
def deals(draw: st.DrawFn, one: Account, as_of: date) -> None:
    amounts = st.one_of(st.none(), st.decimals(Decimal("-10"), Decimal("9999999.99"), places=2))
    for _ in range(draw(st.integers(1, 3))):
        closed = draw(st.one_of(st.none(), st.just(as_of), st.builds(lambda age: as_of - timedelta(days=age), _ages())))
        Opportunity.objects.create(
            account=one,
            outcome=draw(st.sampled_from(["won", "won", "lost", "open"])),
            amount=draw(amounts),
            closed_on=closed,
        )
