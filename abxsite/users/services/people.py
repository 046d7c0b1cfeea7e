"""People, teams and logins. People are invited by an admin; nobody signs up."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users import policies
from abxsite.users.choices import Role
from abxsite.users.models import Person, Team, User


@transaction.atomic
def add_team(*, actor: User | None, name: str) -> Team:
    policies.check_admin(actor)
    team = Team(name=name.strip())
    team.full_clean()
    team.save(force_insert=True)
    record(actor=actor, action="team_add", subject=team)
    return team


@transaction.atomic
def set_manager(*, actor: User | None, team: Team, manager: Person | None) -> Team:
    policies.check_admin(actor)
    before = str(team.manager) if team.manager else None
    team.manager = manager
    team.save(update_fields=["manager"])
    after = str(manager) if manager else None
    record(actor=actor, action="team_manager", subject=team, before={"manager": before}, after={"manager": after})
    return team


@transaction.atomic
def add_person(*, actor: User | None, name: str, email: str = "", team: Team | None = None) -> Person:
    """A person without a login; may own accounts and do work, never signs."""
    policies.check_admin(actor)
    person = Person(name=name.strip(), email=email.strip().lower(), team=team, created_at=clock.now())
    person.full_clean()
    person.save(force_insert=True)
    record(actor=actor, action="person_add", subject=person, after={"name": person.name, "email": person.email})
    return person


@transaction.atomic
def give_login(*, actor: User | None, person: Person, roles: Sequence[str], password: str | None = None) -> User:
    """A login for a person who has an e-mail; without `password` they set one by the link of the invitation."""
    policies.check_admin(actor)
    if not person.email:
        raise DomainError(f"{person.name} needs an e-mail address to log in.", field="email")
    unknown = set(roles) - set(Role.values)
    if unknown:
        raise DomainError(f"There is no role {', '.join(sorted(unknown))}.", field="roles")
    if User.objects.filter(person=person).exists():
        raise DomainError(f"{person.name} has a login already.")
    user = User.objects.create_user(person.email, password, person=person, roles=sorted(roles), date_joined=clock.now())
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    record(actor=actor, action="login_give", subject=user, after={"roles": sorted(roles)})
    return user
