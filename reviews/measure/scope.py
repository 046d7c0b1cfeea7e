"""Which deals are measured, and in which rows."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Literal

from django.db.models import Q, QuerySet

from abxsite.lib import clock
from abxsite.users.models import User
from accounts.models import Account, Opportunity
from tiering.models import Placement
from tiering.querysets import PlacementQuerySet

By = Literal["tier", "industry", "owner", "manager", "none"]
TierAsOf = Literal["opened", "now"]
BY: tuple[By, ...] = ("tier", "industry", "owner", "manager", "none")
TIER_AS_OF: tuple[TierAsOf, ...] = ("opened", "now")
QUARTERS_POOLED = 4


@dataclass(frozen=True)
class Scope:
    """`user` None means everything (commands). `since` and `until` are days, both included.

    With a period, pipeline created counts deals opened in it; win rate, won value and cycle those closed in it;
    open pipeline those open now. `owner` and `team` are the deal's, `industry`, `region` and `status` the account's.
    """

    user: User | None = None
    by: By = "tier"
    tier_as_of: TierAsOf = "opened"
    since: date | None = None
    until: date | None = None
    renewals: bool = False
    owner: int | None = None
    team: int | None = None
    industry: str | None = None
    region: str | None = None
    status: str | None = None

    def __post_init__(self) -> None:
        if self.by not in BY or self.tier_as_of not in TIER_AS_OF:
            raise ValueError(f"No rows by {self.by}, tier {self.tier_as_of}")

    @property
    def as_of(self) -> date:
        """The day on which open deals are looked at: never after today."""
        return min(self.until or clock.today(), clock.today())

    @property
    def pool(self) -> tuple[date, date]:
        """The four quarters over which inversions are looked for (M3): the running one and three before."""
        start = clock.add_months(clock.quarter_start(self.as_of), -3 * (QUARTERS_POOLED - 1))
        return start, self.as_of

    @property
    def filtered(self) -> bool:
        return any(getattr(self, name) for name in ("owner", "team", "industry", "region", "status"))

    def deals(self) -> QuerySet[Any]:
        """The deals that `user` sees and the filters leave."""
        found = Opportunity.objects.all()
        if self.user is not None:
            found = found.visible_to(self.user)
        by_account = {f"account__{name}": value for name, value in self._of_accounts().items()}
        of_deal = {"owner_id": self.owner, "owner__team_id": self.team}
        return found.filter(**{key: value for key, value in (by_account | of_deal).items() if value is not None})

    def accounts(self) -> QuerySet[Any]:
        """The accounts that stand behind the rows now; owner and team are here the account's own."""
        found = Account.objects.present()
        if self.user is not None:
            found = found.visible_to(self.user)
        of_owner = {"owner_id": self.owner, "owner__team_id": self.team}
        return found.filter(
            **{key: value for key, value in (self._of_accounts() | of_owner).items() if value is not None}
        )

    def placements(self) -> PlacementQuerySet:
        return Placement.objects.open().filter(account__in=self.accounts())

    def off_list(self) -> QuerySet[Any]:
        """Accounts that hold no base tier now and stand for themselves."""
        held = Placement.objects.base().open().values("account_id")
        following = Q(followings__until__isnull=True, followings__isnull=False)
        return self.accounts().exclude(pk__in=held).exclude(following)

    def _of_accounts(self) -> dict[str, Any]:
        return {"industry": self.industry, "region": self.region, "status": self.status}

    def with_changes(self, **changes: Any) -> "Scope":
        return Scope(**({each.name: getattr(self, each.name) for each in fields(self)} | changes))


def last_quarters(count: int) -> tuple[date, date]:
    """The running quarter and `count - 1` before it, up to today."""
    today = clock.today()
    return clock.add_months(clock.quarter_start(today), -3 * (count - 1)), today


def quarters(last: date, count: int) -> list[date]:
    """The first days of `count` quarters, the last one holding `last`."""
    start = clock.quarter_start(last)
    return [clock.add_months(start, -3 * back) for back in range(count - 1, -1, -1)]


def quarter_end(start: date) -> date:
    return clock.add_months(start, 3) - timedelta(days=1)
