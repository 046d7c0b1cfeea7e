"""The seeded story as rows: accounts, contacts, opportunities and signals, as a CRM would export them.

Pure: the same seed and day give the same rows. A hidden quality between 0 and 1 steers what an account is worth,
how it behaves and how often it buys, so that the scorecard has something to find.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from abxsite.desk.demo import names

DAYS = 730
ACCOUNTS = 600
GROUPS = 30
CONTACTS_EACH = 5


@dataclass(frozen=True)
class Company:
    number: int
    key: str
    name: str
    domain: str
    industry: str
    country: str
    city: str
    team: str
    employees: int
    revenue: int
    quality: float
    problem: str
    technologies: tuple[str, ...]
    founded: int
    parent: str = ""


@dataclass(frozen=True)
class Deal:
    key: str
    company: str
    name: str
    type: str
    owner: str
    opened: date
    amount: int
    won: bool
    closes: date

    def stage_on(self, day: date) -> str:
        """The stage that a CRM would show on `day`; closed deals say so."""
        if self.closes <= day:
            return "Closed Won" if self.won else "Closed Lost"
        share = (day - self.opened).days / max(1, (self.closes - self.opened).days)
        return ("Discovery", "Qualified", "Proposal", "Negotiation")[min(3, int(share * 4))]


@dataclass(frozen=True)
class Person:
    key: str
    company: str
    first: str
    last: str
    title: str
    level: int
    email: str


@dataclass(frozen=True)
class Sighting:
    key: str
    company: str
    kind: str
    on: date
    email: str
    topic: str


@dataclass(frozen=True)
class Story:
    """`owners` maps a company's key to the e-mail of its owner, where it has one."""

    today: date
    companies: list[Company]
    people: list[Person]
    deals: list[Deal]
    sightings: list[Sighting]
    owners: dict[str, str] = field(default_factory=dict)


def tell(*, seed: int, today: date, reps: dict[str, list[str]]) -> Story:
    """`reps` maps a team to the e-mails of its reps."""
    rng = Random(seed)  # noqa: S311 - invented data
    companies = _companies(rng)
    owners = {c.key: rng.choice(reps[c.team]) for c in companies if rng.random() < 0.92}
    people = [person for company in companies for person in _people(rng, company)]
    by_company: dict[str, list[Person]] = {}
    for person in people:
        by_company.setdefault(person.company, []).append(person)
    deals = _numbered_deals(rng, companies, owners, today)
    sightings = [s for company in companies for s in _sightings(rng, company, by_company[company.key], today)]
    return Story(today, companies, people, deals, sightings, owners)


def _companies(rng: Random) -> list[Company]:
    made = [
        _company(rng, n, stem, industry)
        for n, (stem, industry) in enumerate(names.company_names(rng, ACCOUNTS - GROUPS), 1)
    ]
    heads = [company for company in made if company.employees > 1500][:GROUPS]
    return [*made, *(_subsidiary(rng, len(made) + n, head) for n, head in enumerate(heads, 1))]


def _company(rng: Random, number: int, stem: str, industry: str) -> Company:
    country = rng.choice(list(names.COUNTRIES))
    cities, form, team = names.COUNTRIES[country]
    quality = min(1.0, max(0.0, rng.betavariate(1.6, 3.2) + (0.12 if industry in ("Energy", "Transport") else 0)))
    employees = int(60 * (90 ** (0.35 * rng.random() + 0.65 * quality)) * rng.uniform(0.7, 1.5))
    tags = {"Energy": "tender-wave", "Transport": "fleet-electrification", "Insurance": "claims-backlog"}
    problem = tags.get(industry, "scrap-rate" if industry == "Manufacturing" else "")
    word = rng.choice(names.INDUSTRIES[industry])
    return Company(
        number=number,
        key=f"A{number:04}",
        name=f"{stem} {word} {form}" if rng.random() < 0.4 else f"{stem} {word}",
        domain=f"{stem.lower()}-{word.lower()}.example",
        industry=industry,
        country=country,
        city=rng.choice(cities),
        team=team,
        employees=employees,
        revenue=int(employees * rng.uniform(120, 420)) * 1000,
        quality=quality,
        problem=problem if rng.random() < 0.35 + 0.5 * quality else "",
        technologies=tuple(sorted(t for t in names.TECHNOLOGIES if rng.random() < 0.12 + 0.4 * quality)),
        founded=rng.randint(1921, 2016),
    )


def _subsidiary(rng: Random, number: int, head: Company) -> Company:
    country = rng.choice([c for c in names.COUNTRIES if c != head.country])
    cities, _, team = names.COUNTRIES[country]
    stem = head.domain.removesuffix(".example")
    return Company(
        **{
            **head.__dict__,
            "number": number,
            "key": f"A{number:04}",
            "name": f"{' '.join(head.name.split()[:2])} {country}",
            "domain": f"{stem}-{country.lower().replace(' ', '')}.example",
            "country": country,
            "city": rng.choice(cities),
            "team": team,
            "employees": head.employees // rng.randint(3, 8),
            "revenue": head.revenue // rng.randint(3, 8),
            "quality": head.quality * rng.uniform(0.4, 0.9),
            "parent": head.key,
        }
    )


def _people(rng: Random, company: Company) -> Iterator[Person]:
    titles = rng.sample(names.TITLES, CONTACTS_EACH)
    for n, (title, level) in enumerate(titles, 1):
        first, last = rng.choice(names.FIRST), rng.choice(names.LAST)
        email = f"{first}.{last}{n}@{company.domain}".lower()
        yield Person(f"{company.key}-C{n}", company.key, first, last, title, level, email)


def _numbered_deals(rng: Random, companies: list[Company], owners: dict[str, str], today: date) -> list[Deal]:
    deals = [deal for company in companies for deal in _deals(rng, company, owners.get(company.key, ""), today)]
    return sorted(deals, key=lambda deal: (deal.opened, deal.key))


def _deals(rng: Random, company: Company, owner: str, today: date) -> Iterator[Deal]:
    expected = 0.15 + 3.4 * company.quality**1.3
    count = int(expected) + (rng.random() < expected - int(expected))
    bought = False
    for n in range(1, count + 1):
        opened = today - timedelta(days=rng.randint(3, DAYS))
        chance = 0.08 + 0.55 * company.quality
        won = rng.random() < chance
        length = int(rng.lognormvariate(4.3 + 0.35 * company.quality, 0.45))
        size = int((9_000 + 420_000 * company.quality**2) * rng.lognormvariate(0, 0.4) / 100) * 100
        kind = "New Business" if not bought else rng.choice(("Expansion", "Expansion", "Renewal"))
        yield Deal(
            key=f"{company.key}-D{n}",
            company=company.key,
            name=f"{' '.join(company.name.split()[:2])}, {('planning', 'mobile', 'analytics', 'scheduling')[n % 4]}",
            type=kind,
            owner=owner,
            opened=opened,
            amount=size,
            won=won,
            closes=opened + timedelta(days=max(9, length)),
        )
        bought = bought or won


#: kind: relative frequency
KINDS = {
    "site visit": 40, "ad click": 18, "LinkedIn engagement": 14, "download": 12, "intent topic": 8, "webinar": 7,
    "job posting": 3, "reply": 4, "meeting": 3, "demo request": 1,
}  # fmt: skip
TOPICS = ("maintenance planning", "asset data", "tender checklist", "pricing page", "mobile crews", "spare parts")


def _sightings(rng: Random, company: Company, people: list[Person], today: date) -> Iterator[Sighting]:
    heat = rng.random() < 0.25
    count = int(4 + 38 * company.quality * rng.uniform(0.3, 1.3))
    kinds, weights = list(KINDS), list(KINDS.values())
    for n in range(1, count + 1):
        back = int(rng.expovariate(1 / 60)) if heat else int(DAYS * rng.random())
        kind = rng.choices(kinds, weights)[0]
        known = kind not in ("intent topic", "job posting") and rng.random() < 0.7
        yield Sighting(
            key=f"{company.key}-S{n}",
            company=company.key,
            kind=kind,
            on=today - timedelta(days=min(DAYS, back)),
            email=rng.choice(people).email if known else "",
            topic=rng.choice(TOPICS),
        )
