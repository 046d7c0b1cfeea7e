"""Who may change people."""

from abxsite.lib.errors import NotAllowed
from abxsite.users.choices import Role
from abxsite.users.models import Person, User


def check_admin(user: User | None) -> None:
    """`user` None is the system itself: the first admin, the demo, imports."""
    if user is not None and not user.has_role(Role.ADMIN):
        raise NotAllowed("Admins manage people. Ask one.")


def may_read_audit(user: User) -> bool:
    return user.has_role(Role.ADMIN, Role.LEADER, Role.MARKETER)


def may_delegate_for(user: User | None, person: Person) -> bool:
    """Everybody for themselves, a manager for the own teams, an admin for all."""
    if user is None or user.person_id == person.pk or user.has_role(Role.ADMIN):
        return True
    return user.has_role(Role.MANAGER) and person.team is not None and person.team.manager_id == user.person_id


def check_delegate_for(user: User | None, person: Person) -> None:
    if not may_delegate_for(user, person):
        raise NotAllowed(f"{person.name} is not in a team of yours.")


def check_token(user: User | None, owner: User) -> None:
    if user is not None and user.pk != owner.pk and not user.has_role(Role.ADMIN):
        raise NotAllowed("This token is somebody else's.")
