"""Who may change what on the account side. `NotAllowed` carries the sentence."""

from abxsite.lib.errors import NotAllowed
from abxsite.users.access import sees_all, visible_owner_ids
from abxsite.users.choices import Role
from abxsite.users.models import User
from accounts.models import Account


def may_import(user: User) -> bool:
    return user.has_role(Role.ADMIN, Role.MARKETER)


def may_edit(user: User, account: Account) -> bool:
    """Marketers and admins edit every account; sales those that they see. Leaders read."""
    if user.has_role(Role.ADMIN, Role.MARKETER):
        return True
    if not user.has_role(Role.REP, Role.MANAGER):
        return False
    return sees_all(user) or account.owner_id is None or account.owner_id in visible_owner_ids(user)


def may_create(user: User) -> bool:
    return user.has_role(Role.ADMIN, Role.MARKETER, Role.REP, Role.MANAGER)


def may_assign(user: User) -> bool:
    return user.has_role(Role.ADMIN, Role.MARKETER, Role.MANAGER)


def may_cluster(user: User) -> bool:
    return user.has_role(Role.ADMIN, Role.MARKETER)


def may_merge(user: User) -> bool:
    return user.has_role(Role.ADMIN, Role.MARKETER)


def may_set_sponsors(user: User) -> bool:
    return user.has_role(Role.ADMIN, Role.MARKETER)


def check_edit(user: User | None, account: Account) -> None:
    """`user` None is the system itself (imports, the demo)."""
    if user is not None and not may_edit(user, account):
        raise NotAllowed(f"{account.name} is not yours to change. Ask its owner or a marketer.")


def check_create(user: User | None) -> None:
    if user is not None and not may_create(user):
        raise NotAllowed("Leaders read accounts; ask a marketer or a rep to add one.")


def check_assign(user: User | None) -> None:
    if user is not None and not may_assign(user):
        raise NotAllowed("Owners are assigned by marketers, managers and admins.")


def check_cluster(user: User | None) -> None:
    if user is not None and not may_cluster(user):
        raise NotAllowed("Clusters are built by marketers. Ask one, or suggest it in a comment.")


def check_merge(user: User | None) -> None:
    if user is not None and not may_merge(user):
        raise NotAllowed("Accounts are merged by marketers and admins. Ask one of them.")


def check_sponsors(user: User | None) -> None:
    if user is not None and not may_set_sponsors(user):
        raise NotAllowed("How many accounts somebody sponsors is set by marketers and admins.")
