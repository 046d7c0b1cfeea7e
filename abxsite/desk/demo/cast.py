"""Who works at the invented vendor: three sales teams, marketing, leadership, and one login per role to try."""

from dataclasses import dataclass, field

from abxsite.users.choices import Role
from abxsite.users.models import Person, Team, User
from abxsite.users.services.people import add_person, add_team, give_login, set_manager

DOMAIN = "tavlund.example"
PASSWORD = "abxsite-demo"  # noqa: S105 - printed by `make run`; the demo serves the loopback address
#: login name, name, roles, team
LOGINS = (
    ("admin", "Olga Frost", [Role.ADMIN], ""),
    ("marketer", "Liv Aasen", [Role.MARKETER], ""),
    ("marketer2", "Wanda Hart", [Role.MARKETER], ""),
    ("leader", "Ines Vidal", [Role.LEADER], ""),
    ("manager", "Sanne Krol", [Role.MANAGER], "Nordics"),
    ("manager.dach", "Stefan Weiss", [Role.MANAGER], "DACH"),
    ("manager.west", "Rosa Marsh", [Role.MANAGER], "West"),
    ("rep", "Mikkel Ost", [Role.REP], "Nordics"),
    ("dara", "Dara Oyelaran", [Role.REP], "Nordics"),
    ("nora", "Nora Lien", [Role.REP], "Nordics"),
    ("felix", "Felix Braun", [Role.REP], "DACH"),
    ("greta", "Greta Keller", [Role.REP], "DACH"),
    ("piet", "Piet Bakker", [Role.REP], "West"),
    ("ida", "Ida Reed", [Role.REP], "West"),
    ("hugo", "Hugo Nash", [Role.REP], "West"),
)
#: People who deliver and have no login.
WORKERS = (
    ("Tilda Falk", "Designer"),
    ("Anton Borg", "Designer"),
    ("Klara Sand", "Marketer"),
    ("Oskar Ek", "Marketer"),
    ("Maja Roth", "Marketer"),
)
#: The logins that `make run` prints, one per role.
SHOWN = ("admin", "marketer", "rep", "manager", "leader")


@dataclass
class Company:
    users: dict[str, User] = field(default_factory=dict)
    workers: dict[str, Person] = field(default_factory=dict)

    def user(self, login: str) -> User:
        return self.users[login]

    def reps_by_team(self) -> dict[str, list[str]]:
        """E-mails of the reps of each team."""
        teams: dict[str, list[str]] = {}
        for login, _, roles, team in LOGINS:
            if Role.REP in roles:
                teams.setdefault(team, []).append(address(login))
        return teams

    def by_person(self) -> dict[int, User]:
        return {user.person_id: user for user in self.users.values()}


def address(login: str) -> str:
    return f"{login}@{DOMAIN}"


def hire() -> Company:
    """Teams, people and logins, made by the first admin through the services."""
    company = Company()
    teams: dict[str, Team] = {}
    admin: User | None = None
    for login, name, roles, team in LOGINS:
        if team and team not in teams:
            teams[team] = add_team(actor=admin, name=team)
        person = add_person(actor=admin, name=name, email=address(login), team=teams.get(team))
        password = PASSWORD if login in SHOWN else None
        company.users[login] = give_login(actor=admin, person=person, roles=[str(r) for r in roles], password=password)
        admin = admin or company.users[login]
        if Role.MANAGER in roles:
            set_manager(actor=admin, team=teams[team], manager=person)
    for name, _ in WORKERS:
        company.workers[name] = add_person(actor=admin, name=name, email="", team=None)
    return company
