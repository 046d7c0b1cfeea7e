"""Who may change what on the tiering side. No actor means the system itself: commands, tasks, first run."""

from abxsite.lib.errors import NotAllowed
from abxsite.users.access import sees_all
from abxsite.users.choices import Role
from abxsite.users.models import User

#: Marketers own scorecard, tiers, caps and the settings of the rules; admins may too.
KEEPERS = (Role.MARKETER, Role.ADMIN)


def may_keep(user: User) -> bool:
    return user.has_role(*KEEPERS)


def check_may_keep(actor: User | None, what: str) -> None:
    """Raises NotAllowed unless `actor` is a marketer or an admin; `what` ends the sentence."""
    if actor is not None and not actor.has_role(*KEEPERS):
        raise NotAllowed(f"Only marketers and admins may {what}.")


def may_backtest(user: User) -> bool:
    """Who sees all accounts' deals: marketers, admins, leaders."""
    return sees_all(user)


def check_may_backtest(actor: User) -> None:
    if not may_backtest(actor):
        raise NotAllowed("Backtests look at every deal: marketers, leaders and admins run them.")
