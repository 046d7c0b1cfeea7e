"""People, teams and logins. People are invited by an admin; nobody signs up."""

from collections.abc import Sequence
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from abxsite.audit.services import changes, record
from abxsite.lib import clock, locks
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


@transaction.atomic
def invite_person(
    *,
    actor: User | None,
    name: str,
    email: str,
    roles: Sequence[str],
    team: Team | None = None,
    title: str = "",
    person: Person | None = None,
) -> User:
    """A login for somebody new, or for a person who is known already (an imported owner, by `person` or e-mail)."""
    policies.check_admin(actor)
    address = email.strip().lower()
    known = person or Person.objects.filter(email__iexact=address).first()
    if known is None:
        known = add_person(actor=actor, name=name, email=address, team=team)
    known.name, known.email, known.team, known.title = name.strip(), address, team, title.strip()
    known.active = True
    known.full_clean()
    known.save(update_fields=("name", "email", "team", "title", "active"))
    return give_login(actor=actor, person=known, roles=roles)


@transaction.atomic
def change_person(
    *,
    actor: User | None,
    person: Person,
    name: str,
    title: str,
    team: Team | None,
    active: bool,
    roles: Sequence[str] | None = None,
) -> Person:
    """Name, title, team, roles and whether they are here. Who has left can no longer log in; their record stays."""
    policies.check_admin(actor)
    person = Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
    facts = {"name": name.strip(), "title": title.strip(), "team": team, "active": active}
    before, after = changes(person, facts)
    for field, value in after.items():
        setattr(person, field, value)
    person.full_clean()
    if after:
        person.save(update_fields=tuple(after))
    user = User.objects.filter(person=person).first()
    if user is not None:
        was, now = _change_login(user, active, sorted(roles if roles is not None else user.roles))
        before, after = before | was, after | now
    if after:
        record(actor=actor, action="person_change", subject=person, before=before, after=after)
    return person


def _change_login(user: User, active: bool, roles: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    if set(roles) - set(Role.values):
        raise DomainError("There is no such role.", field="roles")
    locks.take("admins")
    loses = Role.ADMIN in user.roles and (Role.ADMIN not in roles or not active)
    if loses and not User.objects.filter(is_active=True, roles__contains=[Role.ADMIN]).exclude(pk=user.pk).exists():
        raise DomainError("One admin must remain. Make somebody else an admin first.", field="roles")
    before, after = changes(user, {"roles": roles, "is_active": active})
    for field, value in after.items():
        setattr(user, field, value)
    if after:
        user.save(update_fields=tuple(after))
    return before, after


@transaction.atomic
def change_team(*, actor: User | None, team: Team, name: str, region: str, manager: Person | None) -> Team:
    policies.check_admin(actor)
    before, after = changes(team, {"name": name.strip(), "region": region.strip(), "manager": manager})
    for field, value in after.items():
        setattr(team, field, value)
    team.full_clean()
    if after:
        team.save(update_fields=tuple(after))
        record(actor=actor, action="team_change", subject=team, before=before, after=after)
    return team


@transaction.atomic
def create_first_admin(*, name: str, email: str, password: str) -> User:
    """The first login of a workspace: sets it up, so admin and marketer. Refused once anybody has a login."""
    locks.take("admins")
    if User.objects.exists():
        raise DomainError("This workspace has people already. Ask an admin for an invitation.")
    person = add_person(actor=None, name=name, email=email)
    return give_login(actor=None, person=person, roles=[Role.ADMIN, Role.MARKETER], password=password)
