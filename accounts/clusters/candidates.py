"""Who could be in a new cluster: accounts that have none, those that wait for one first.

Who waits for a cluster, and who is on the list, the tiering side knows; it registers what says so (DESIGN §4).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from abxsite.lib import clock
from abxsite.users.models import User
from accounts.choices import HAND_RAISES, Outcome
from accounts.clusters.grouping import Candidate
from accounts.clusters.traits import FIELDS, Traits, traits_of
from accounts.models import Account, ClusterMembership, Opportunity, Signal

#: So many are looked at, those that wait first: 1,000,000 accounts make no difference.
AT_MOST: Final = 1_000
RECENT: Final = timedelta(days=90)
LOOKING_FROM: Final = 3
IN_A_DEAL, ASKED, LOOKING = "have an open opportunity", "asked for us lately", "showed interest lately"
STAGES_SAY: Final = (
    "Buying stage is read from the data: an open opportunity; else a demo request, meeting or reply within 90 days; "
    "else three or more signals within 90 days."
)


@dataclass(frozen=True)
class Wanting:
    """An account that the tiering side would like to see in a cluster; `rank` as in `grouping.Candidate`."""

    account: int
    rank: int
    why: str


#: Takes how many at most.
Provider = Callable[[int], Sequence[Wanting]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    if provider not in _providers:
        _providers.append(provider)


def wanting(most: int = AT_MOST) -> dict[int, Wanting]:
    """By account, the best rank of each."""
    found: dict[int, Wanting] = {}
    for provider in _providers:
        for one in provider(most):
            if one.account not in found or one.rank < found[one.account].rank:
                found[one.account] = one
    return found


def without_cluster(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Those present, open for business, and in no cluster today."""
    inside = ClusterMembership.objects.current().filter(account=OuterRef("pk"))
    return accounts.filter(~Exists(inside), merged_into__isnull=True, closure="")


def candidates(user: User, most: int = AT_MOST) -> list[Candidate]:
    """Visible accounts without a cluster: who waits, who is on the list, then those that name a problem."""
    wanted = wanting(most)
    free = without_cluster(Account.objects.visible_to(user))
    rows = list(free.filter(pk__in=list(wanted)).values_list(*FIELDS)[:most])
    if len(rows) < most:
        tagged = free.exclude(problem_tags=[]).exclude(pk__in=list(wanted))
        rows += tagged.order_by("pk").values_list(*FIELDS)[: most - len(rows)]
    stages = _stages([row[0] for row in rows])
    unlisted = Wanting(0, 3, "off the list")
    found = []
    for one in traits_of(rows):
        known = wanted.get(one.account, unlisted)
        traits = replace(one, stage=stages.get(one.account, ""))
        found.append(Candidate(traits, known.rank, known.why))
    return found


def like_members(user: User, condition: Q, most: int) -> list[Traits]:
    """Up to `most` visible accounts without a cluster that meet a condition."""
    free = without_cluster(Account.objects.visible_to(user)).filter(condition)
    return traits_of(free.order_by("pk").values_list(*FIELDS)[:most])


def _stages(ids: Sequence[int]) -> dict[int, str]:
    since = clock.today() - RECENT
    deals = Opportunity.objects.filter(account_id__in=ids, outcome=Outcome.OPEN)
    recent = Signal.objects.filter(account_id__in=ids, occurred_on__gte=since, occurred_on__lte=clock.today())
    counts = recent.values("account_id").annotate(n=Count("pk"), asked=Count("pk", filter=Q(kind__in=HAND_RAISES)))
    stages = {}
    for row in counts.order_by():
        if row["asked"]:
            stages[row["account_id"]] = ASKED
        elif row["n"] >= LOOKING_FROM:
            stages[row["account_id"]] = LOOKING
    return stages | dict.fromkeys(deals.values_list("account_id", flat=True), IN_A_DEAL)
