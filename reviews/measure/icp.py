"""Which accounts pass the ICP: the same rules that keep accounts off the list, as a set."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import Account
from tiering import icp


def passing_accounts() -> QuerySet[Any] | None:
    """The accounts that no must-have or exclusion keeps off; None when there is no such rule, and so all pass.

    An unknown fact fails nothing (`tiering.icp`).
    """
    fits = icp.fitting()
    return None if fits is None else Account.objects.filter(fits)
