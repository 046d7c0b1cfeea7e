"""What the cluster pages show, in a fixed number of queries whatever the clusters hold."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from django.db.models import Count, F, Q

from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from accounts import facts
from accounts.clusters.candidates import like_members, wanting
from accounts.clusters.fit import Fit, Profile, better_elsewhere, fit_of, profile_of
from accounts.clusters.overlap import LOAD, Overlap, Stated, loads, overlaps
from accounts.clusters.traits import FIELDS, Traits, traits_of
from accounts.models import Account, ChecklistItem, Cluster, ClusterMembership
from accounts.services.clusters import LARGEST, SMALLEST

#: So many accounts are compared with a cluster to suggest the best of them.
COMPARED: Final = 400
SUGGESTED: Final = 12


@dataclass
class Card:
    """One cluster of the list. `fit` is the median of its members, None where nothing can be compared."""

    cluster: Cluster
    size: int = 0
    fit: int | None = None
    outliers: int = 0
    done: int = 0
    items: int = 0
    owns: int = 0
    overlaps: list[Overlap] = field(default_factory=list)

    @property
    def size_says(self) -> str:
        return size_words(self.size, self.cluster.target_size)

    @property
    def size_warns(self) -> bool:
        return not self.cluster.frozen_at and not SMALLEST <= self.size <= LARGEST

    @property
    def overloaded(self) -> bool:
        return self.owns > LOAD and not self.cluster.frozen_at


def size_words(size: int, target: int) -> str:
    """What the size means: 5 to 15 accounts share the cost of one problem's work."""
    if not size:
        return "nobody yet"
    if size < SMALLEST:
        return f"{SMALLEST - size} more make the work worth it"
    if size > LARGEST:
        return f"{size - LARGEST} too many for one problem: split it"
    if size == LARGEST:
        return "full"
    if size < target:
        return f"room for {target - size} more to the target of {target}"
    return "at its target" if size == target else f"{size - target} over its target of {target}"


def cards(clusters: Sequence[Cluster]) -> list[Card]:
    """In the order given; overlap and load are over all present clusters."""
    members = members_of([cluster.pk for cluster in clusters])
    every = stated()
    owned = loads(every)
    doubled = overlaps([one for one in every if not one.frozen])
    items = ChecklistItem.objects.filter(cluster__in=[cluster.pk for cluster in clusters]).values("cluster").order_by()
    counts: dict[int, Any] = {
        row["cluster"]: row for row in items.annotate(n=Count("pk"), done=Count("pk", filter=~NOT_DONE))
    }
    return [_card(cluster, members[cluster.pk], counts.get(cluster.pk, {}), owned, doubled) for cluster in clusters]


NOT_DONE: Final = Q(done_at__isnull=True)


def _card(
    cluster: Cluster, members: Sequence[Traits], items: dict[str, Any], owned: dict[int, int], doubled: list[Overlap]
) -> Card:
    profile = profile_of(members, cluster.problem_tag)
    fits = [fit_of(one, profile, member=True) for one in members]
    values = [fit.value for fit in fits if fit.value is not None]
    return Card(
        cluster=cluster,
        size=len(members),
        fit=round(median(values)) if values else None,
        outliers=sum(fit.outlier for fit in fits),
        done=items.get("done", 0),
        items=items.get("n", 0),
        owns=owned.get(cluster.owner_id or 0, 0),
        overlaps=[pair for pair in doubled if cluster.pk in (pair.one.pk, pair.other.pk)],
    )


def stated() -> list[Stated]:
    """Every present cluster, as far as overlap and load go."""
    rows = Cluster.objects.present().order_by("name", "pk")
    return [
        Stated(one.pk, one.name, one.problem, one.problem_tag, one.owner_id, one.frozen_at is not None) for one in rows
    ]


def members_of(clusters: Iterable[int]) -> dict[int, list[Traits]]:
    """Today's members of each, all of them: fit is over the whole cluster, whoever looks."""
    rows = ClusterMembership.objects.current().filter(cluster__in=list(clusters)).order_by("account__name", "pk")
    found: dict[int, list[Traits]] = defaultdict(list)
    for cluster, *row in rows.values_list("cluster_id", "account_id", *(f"account__{name}" for name in FIELDS[1:])):
        found[cluster].extend(traits_of([tuple(row)]))
    return found


@dataclass(frozen=True)
class Member:
    """One membership with how alike the account is; `better` is another cluster's name and the fit there."""

    membership: ClusterMembership
    fit: Fit
    better: tuple[str, int] | None = None

    @property
    def worth_moving(self) -> bool:
        return self.fit.outlier or self.better is not None


def members(user: User, cluster: Cluster) -> tuple[list[Member], list[Traits]]:
    """The visible members, the best fit first, outliers last; and the traits of all of them."""
    open_ones = list(Cluster.objects.open().exclude(pk=cluster.pk)) if not cluster.merged_into_id else []
    everybody = members_of([cluster.pk, *(one.pk for one in open_ones)])
    profile = profile_of(everybody[cluster.pk], cluster.problem_tag)
    others = [
        (one.name, profile_of(everybody[one.pk], one.problem_tag))
        for one in open_ones
        if len(everybody[one.pk]) < LARGEST
    ]
    traits = {one.account: one for one in everybody[cluster.pk]}
    rows = ClusterMembership.objects.visible_to(user).current().filter(cluster=cluster)
    found = [
        _member(row, traits[row.account_id], profile, others)
        for row in rows.select_related("account__owner", "added_by__person")
    ]
    found.sort(key=lambda one: (-(one.fit.value if one.fit.value is not None else 50), one.membership.account.name))
    return found, everybody[cluster.pk]


def _member(
    row: ClusterMembership, traits: Traits, profile: Profile, others: Sequence[tuple[str, Profile]]
) -> Member:  # fmt: skip
    fit = fit_of(traits, profile, member=True)
    return Member(row, fit, better_elsewhere(traits, fit, others))


@dataclass(frozen=True)
class Suggestion:
    """An account that could join, with how alike it is and what else is known of it."""

    traits: Traits
    fit: Fit
    why: str = ""


def suggestions(user: User, cluster: Cluster, inside: Sequence[Traits]) -> list[Suggestion]:
    """Visible accounts in no cluster that meet the cluster's conditions, or name its problem where it has none: who
    waits for a cluster first, then the best fit."""
    condition = suggesting(cluster)
    if condition is None:
        return []
    wanted = wanting()
    waiting = {one.account: one.why for one in wanted.values()}
    profile = profile_of(inside, cluster.problem_tag)
    first = like_members(user, condition & Q(pk__in=list(wanted)), COMPARED)
    rest = (
        like_members(user, condition & ~Q(pk__in=list(wanted)), COMPARED - len(first)) if len(first) < COMPARED else []
    )
    found = [Suggestion(one, fit_of(one, profile, member=False), waiting.get(one.account, "")) for one in first + rest]
    ranks = {pk: one.rank for pk, one in wanted.items()}
    found.sort(key=lambda one: (ranks.get(one.traits.account, 3) > 1, -(one.fit.value or 0), one.traits.name))
    return found[:SUGGESTED]


def suggesting(cluster: Cluster) -> Q | None:
    """Whom the cluster asks for; None where it names neither conditions nor a problem tag."""
    conditions = conditions_of(cluster)
    if conditions:
        return facts.where_all(conditions)
    return Q(problem_tags__contains=[cluster.problem_tag]) if cluster.problem_tag else None


def conditions_of(cluster: Cluster) -> list[facts.Condition]:
    """Those that can still be read."""
    found = []
    for each in cluster.conditions:
        try:
            found += facts.check([each])
        except DomainError:
            continue
    return found


def past_members(user: User, cluster: Cluster) -> list[ClusterMembership]:
    """Those who left, the latest first, as far as the person may see the account."""
    rows = ClusterMembership.objects.visible_to(user).filter(cluster=cluster, until__isnull=False)
    return list(rows.select_related("account").order_by("-until", F("account__name"))[:60])


def choices_for_merge(cluster: Cluster) -> list[dict[str, Any]]:
    """The clusters that could take the members, with the size it would make."""
    here = cluster.memberships.filter(until__isnull=True).count()
    open_ones = Cluster.objects.open().exclude(pk=cluster.pk).select_related("owner")
    sized = open_ones.annotate(size=Count("memberships", filter=Q(memberships__until__isnull=True)))
    return [
        {"cluster": one, "size": one.size, "together": one.size + here, "fits": one.size + here <= LARGEST}
        for one in sized.order_by("name")
    ]


def accounts_by_id(user: User, ids: Sequence[int]) -> list[Account]:
    return list(Account.objects.visible_to(user).present().filter(pk__in=ids).order_by("pk"))
