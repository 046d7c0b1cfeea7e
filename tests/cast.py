"""The one cast: who is who in every test."""

from dataclasses import dataclass

from abxsite.users.choices import Role
from abxsite.users.models import Team, User
from tests.factories import PersonFactory, TeamFactory, UserFactory


@dataclass(frozen=True)
class Cast:
    """`rep` and `manager` are of `team`; `other_rep` of `other_team`; `stranger` has a login and no role."""

    team: Team
    other_team: Team
    marketer: User
    second_marketer: User
    rep: User
    other_rep: User
    manager: User
    leader: User
    admin: User
    stranger: User


def make_cast() -> Cast:
    team, other_team = TeamFactory(name="Nordics"), TeamFactory(name="Iberia")

    def user(name: str, *roles: str, of: Team | None = None) -> User:
        email = f"{name.lower().replace(' ', '.')}@vendor.example"
        return UserFactory(person=PersonFactory(name=name, email=email, team=of), roles=list(roles))

    manager = user("Mona Manager", Role.MANAGER, of=team)
    team.manager = manager.person
    team.save(update_fields=["manager"])
    return Cast(
        team=team,
        other_team=other_team,
        marketer=user("Mika Marketer", Role.MARKETER),
        second_marketer=user("Mia Marketer", Role.MARKETER),
        rep=user("Rea Rep", Role.REP, of=team),
        other_rep=user("Otto Rep", Role.REP, of=other_team),
        manager=manager,
        leader=user("Lea Leader", Role.LEADER),
        admin=user("Ada Admin", Role.ADMIN),
        stranger=user("Stig Stranger"),
    )
