"""What an account is worth: its buying centers, where its potential comes from, and the accounts that follow it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from abxsite.lib import clock, display
from abxsite.users.models import User
from accounts.models import Account, AccountFollowing, BuyingCenter, BuyingCenterValue, PotentialEntry
from tiering.choices import PotentialSource
from tiering.models import Placement, Score
from tiering.services.runs import current_run

CHILDREN = 50
ENTRIES = 10
VERSIONS = 40


@dataclass(frozen=True)
class Source:
    """One place that a potential may come from, in order of precedence (T4); `counts` marks the one that does.

    `part`: the account's own share of what a group carries.
    """

    name: str
    amount: int | None
    said: str
    counts: bool
    part: bool = False

    @property
    def note(self) -> str:
        if self.counts:
            return "this counts"
        return "its own part of that" if self.part else "does not count: what stands above goes first"


@dataclass(frozen=True)
class Child:
    """A subsidiary: what its own figures add, and whether it follows. `seen` False: another team's, name only."""

    account: Account
    follows: bool
    own: int | None
    seen: bool


def worth(account: Account, user: User) -> dict[str, Any]:
    centers = list(_valued(BuyingCenter.objects.filter(account=account)))
    open_centers = [center for center in centers if center.closed_on is None]
    totals = {
        key: sum(getattr(center, key) or 0 for center in open_centers)
        for key in ("potential", "current_revenue", "whitespace")
    }
    entries = list(PotentialEntry.objects.filter(account=account).select_related("entered_by__person")[:ENTRIES])
    values = BuyingCenterValue.objects.filter(buying_center__account=account)
    following = AccountFollowing.objects.current().filter(account=account).select_related("parent").first()
    run = current_run()
    score = Score.objects.filter(run=run, account_id=account.pk).first() if run else None
    children = _children(account, user)
    return {
        "centers": open_centers,
        "closed_centers": [center for center in centers if center.closed_on is not None],
        "totals": totals,
        "versions": values.select_related("buying_center", "entered_by__person").order_by("-on", "-id")[:VERSIONS],
        "entries": entries,
        "sources": _sources(score, bool(open_centers), totals["potential"], entries, children, following),
        "score": score,
        "following": following,
        "parent_tier": _tier_of(following.parent) if following else None,
        "children": children,
        "may_follow": account.parent_id is not None and following is None and not any(c.follows for c in children),
        "today": clock.today(),
    }


def _valued(centers: "QuerySet[BuyingCenter]") -> "QuerySet[BuyingCenter]":
    newest = BuyingCenterValue.objects.filter(buying_center=OuterRef("pk"), on__lte=clock.today())
    newest = newest.order_by("-on", "-id")
    return (
        centers.annotate(
            potential=Subquery(newest.values("potential")[:1]),
            current_revenue=Subquery(newest.values("current_revenue")[:1]),
            valued_on=Subquery(newest.values("on")[:1]),
        )
        .annotate(whitespace=F("potential") - F("current_revenue"))
        .order_by(F("whitespace").desc(nulls_last=True), "name")
    )


def _sources(
    score: Score | None,
    has_centers: bool,
    summed: int,
    entries: list[PotentialEntry],
    children: list[Child],
    following: AccountFollowing | None,
) -> list[Source]:
    """The sum goes before the entered figure, that before the estimate (T4)."""
    used = score.potential_source if score else PotentialSource.UNKNOWN
    carried = following is not None or any(child.follows for child in children)
    rows = []
    if carried and score is not None and score.potential is not None:
        name = f"Carried by {following.parent.name}" if following else "With the accounts that follow"
        rows.append(Source(name, score.potential, "the sum of the group", counts=True))
    if has_centers:
        rows.append(
            Source("Sum of buying centers", summed, "", used == PotentialSource.SUMMED and not carried, carried)
        )
    newest = next((entry for entry in entries if entry.on <= clock.today()), None)
    if newest is not None:
        who = newest.entered_by.name if newest.entered_by else newest.get_source_display().lower()
        said = f"by {who}, {display.ago(newest.on, clock.today())}"
        counts = used == PotentialSource.ENTERED and not carried
        rows.append(Source("Entered", newest.amount, said, counts, part=carried and not has_centers))
    if used == PotentialSource.ESTIMATED and score is not None:
        said = f"upper quartile of what {score.potential_n} similar customers bought a year"
        rows.append(Source("Estimated", score.potential, said, counts=True))
    return rows


def _children(account: Account, user: User) -> list[Child]:
    """Subsidiaries and followers, at most 50; their own sum, else their entered figure."""
    following = set(AccountFollowing.objects.current().filter(parent=account).values_list("account_id", flat=True))
    found = list(
        Account.objects.present().filter(Q(parent=account) | Q(pk__in=following)).order_by("name", "id")[:CHILDREN]
    )
    ids = [child.pk for child in found]
    seen = set(Account.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    summed = _own_sums(ids, clock.today())
    return [
        Child(child, child.pk in following, summed.get(child.pk) if child.pk in seen else None, child.pk in seen)
        for child in found
    ]


def _own_sums(ids: list[int], day: date) -> dict[int, int]:
    entered = (
        PotentialEntry.objects.filter(account__in=ids, on__lte=day)
        .order_by("account_id", "-on", "-id")
        .distinct("account_id")
    )
    own: dict[int, int] = dict(entered.values_list("account_id", "amount"))
    summed: dict[int, int] = {}
    for center in _valued(BuyingCenter.objects.filter(account__in=ids, closed_on__isnull=True)):
        summed[center.account_id] = summed.get(center.account_id, 0) + (getattr(center, "potential", 0) or 0)
    return own | summed


def _tier_of(account: Account) -> Placement | None:
    return Placement.objects.base().open().filter(account=account).select_related("tier").first()
