"""Who sees whose accounts (DESIGN §4): the one place that says it."""

from django.db.models import Q

from abxsite.lib import clock
from abxsite.users.choices import SEES_ALL, Role
from abxsite.users.models import Delegation, Person, User


def sees_all(user: User) -> bool:
    """By a role of their own, or while they stand in for somebody who does."""
    if user.has_role(*SEES_ALL):
        return True
    held = Delegation.objects.open_on(clock.today()).filter(delegate=user.person_id)
    return held.filter(delegator__user__is_active=True, delegator__user__roles__overlap=list(SEES_ALL)).exists()


def visible_owner_ids(user: User) -> set[int]:
    """Ids of the persons whose accounts `user` sees, own and delegated; the unowned come on top.

    A rep sees the own team, a manager every team they manage, a delegate what the delegator sees.
    """
    people = [user.person, *_delegators(user.person)]
    teams = {person.team_id for person in people if person.team_id}
    managers = [person.pk for person in people[1:] if _is_manager(person)]
    if user.has_role(Role.MANAGER):
        managers.append(user.person_id)
    members = Person.objects.filter(Q(team_id__in=teams) | Q(team__manager_id__in=managers))
    return {person.pk for person in people} | set(members.values_list("pk", flat=True))


def _delegators(person: Person) -> list[Person]:
    held = Delegation.objects.open_on(clock.today()).filter(delegate=person).select_related("delegator__user")
    return [delegation.delegator for delegation in held]


def _is_manager(person: Person) -> bool:
    user: User | None = getattr(person, "user", None)
    return bool(user and user.has_role(Role.MANAGER))
