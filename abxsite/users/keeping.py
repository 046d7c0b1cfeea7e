"""What people keep for themselves or for everyone (saved views, segments): marketers and admins keep for everyone."""

from abxsite.lib.errors import NotAllowed
from abxsite.users.choices import Role
from abxsite.users.models import User


def may_share(user: User) -> bool:
    return user.has_role(Role.ADMIN, Role.MARKETER)


def may_keep(user: User, owner: User | None, shared: bool) -> bool:
    """Whether `user` may change what `owner` made: one's own, and everyone's by those who share."""
    return may_share(user) if shared else owner is not None and owner.pk == user.pk


def check_share(user: User | None, shared: bool) -> None:
    """`user` None is the system itself."""
    if shared and user is not None and not may_share(user):
        raise NotAllowed("Marketers and admins keep things for everyone. Keep your own, or ask one of them.")


def check_keep(user: User | None, owner: User | None, shared: bool) -> None:
    if user is not None and not may_keep(user, owner, shared):
        raise NotAllowed("This is everyone's: marketers and admins change it. Save your own under another name.")
