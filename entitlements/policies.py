"""Who may change what on the capacity side. No actor means the system itself: first run, tasks, the demo."""

from abxsite.lib.errors import NotAllowed
from abxsite.users.choices import Role
from abxsite.users.models import User
from entitlements.models import Delivery

KEEPERS = (Role.MARKETER, Role.ADMIN)
READERS = tuple(Role)


def may_keep(user: User) -> bool:
    return user.has_role(*KEEPERS)


def check_may_keep(actor: User | None, what: str) -> None:
    """Raises NotAllowed unless `actor` is a marketer or an admin; `what` ends the sentence."""
    if actor is not None and not may_keep(actor):
        raise NotAllowed(f"Only marketers and admins may {what}.")


def check_may_read(user: User) -> None:
    """Everybody with a role reads capacity; a login without one does not."""
    if not user.has_role(*READERS):
        raise NotAllowed("Capacity is for people who have a role here. Ask an admin for one.")


def may_deliver(user: User, delivery: Delivery) -> bool:
    """Whose job it is, and marketers and admins for everybody."""
    return may_keep(user) or (delivery.person_id is not None and delivery.person_id == user.person_id)


def check_may_deliver(actor: User | None, delivery: Delivery) -> None:
    if actor is not None and not may_deliver(actor, delivery):
        who = delivery.person.name if delivery.person else "nobody yet"
        raise NotAllowed(f"This delivery is for {who} to settle, or for a marketer.")
