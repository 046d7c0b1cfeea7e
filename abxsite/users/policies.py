"""Who may change people."""

from abxsite.lib.errors import NotAllowed
from abxsite.users.choices import Role
from abxsite.users.models import User


def check_admin(user: User | None) -> None:
    """`user` None is the system itself: the first admin, the demo, imports."""
    if user is not None and not user.has_role(Role.ADMIN):
        raise NotAllowed("Admins manage people. Ask one.")
