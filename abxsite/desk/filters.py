"""The account list's filters: everything lives in the query string."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from abxsite.lib import clock
from abxsite.users.models import Person
from accounts.choices import AccountStatus
from accounts.models import Account, Cluster, Contact
from entitlements.models import Delivery
from tiering.choices import OPEN_MOVES, Deck
from tiering.models import Tier

Accounts = QuerySet[Any]
STALE = timedelta(days=365)  # D3: insight older than twelve months
ON_LIST, OFF_LIST, NOBODY, MINE = "list", "off", "none", "me"


def text_search(queryset: Accounts, words: str) -> Accounts:
    """Every word stands in the name or the domain. Compares UPPER(…), as the trigram indexes do."""
    for word in words.split()[:6]:
        queryset = queryset.filter(Q(name__icontains=word) | Q(domain__icontains=word))
    return queryset


class AccountFilter(filters.FilterSet):
    """Expects the annotations of `account_list.base`: `score`, `seat` (filtered relations) and `standing`."""

    q = filters.CharFilter(method="by_text", label="Name or domain", widget=forms.TextInput(attrs={"autofocus": True}))
    tier = filters.ChoiceFilter(method="by_tier", label="Tier", choices=(), empty_label="Any")
    owner = filters.ChoiceFilter(method="by_owner", label="Owner", choices=(), empty_label="Anybody")
    industry = filters.MultipleChoiceFilter(label="Industry", choices=())
    country = filters.MultipleChoiceFilter(label="Country", choices=())
    status = filters.MultipleChoiceFilter(label="Status", choices=AccountStatus.choices)
    score_min = filters.NumberFilter(method="by_score_min", label="Score at least", min_value=0, max_value=100)
    score_max = filters.NumberFilter(method="by_score_max", label="Score below", min_value=0, max_value=100)
    cluster = filters.ModelChoiceFilter(
        method="by_cluster", label="Cluster", queryset=Cluster.objects.order_by("name"), empty_label="Any"
    )
    deck = filters.ChoiceFilter(
        method="by_deck",
        label="On deck",
        choices=[("any", "For any reason"), *[c for c in Deck.choices if c[0]]],
        empty_label="Any",
    )
    move = filters.ChoiceFilter(method="by_move", label="Move", choices=[("pending", "Pending")], empty_label="Any")
    touched = filters.ChoiceFilter(
        method="by_touched", label="Touched", choices=[("never", "Never")], empty_label="Any"
    )
    insight = filters.ChoiceFilter(
        method="by_insight", label="Insight", choices=[("stale", "Older than a year")], empty_label="Any"
    )
    delivery = filters.ChoiceFilter(
        method="by_delivery", label="Delivery", choices=[("overdue", "Overdue")], empty_label="Any"
    )
    scored = filters.ChoiceFilter(method="by_scored", label="Scored", choices=[("no", "Not yet")], empty_label="Any")

    class Meta:
        model = Account
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tiers = [(str(t.pk), t.name) for t in Tier.objects.active()]
        people = Person.objects.filter(Exists(Account.objects.filter(owner=OuterRef("pk"))))
        self.filters["tier"].extra["choices"] = [(ON_LIST, "On the list"), *tiers, (OFF_LIST, "Off list")]
        self.filters["owner"].extra["choices"] = [
            (MINE, "Me"), (NOBODY, "Nobody"), *[(str(p.pk), p.name) for p in people],
        ]  # fmt: skip
        for name in ("industry", "country"):
            values = Account.objects.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()
            self.filters[name].extra["choices"] = [(value, value) for value in values[:400]]

    def by_text(self, queryset: Accounts, name: str, value: str) -> Accounts:
        return text_search(queryset, value)

    def by_tier(self, queryset: Accounts, name: str, value: str) -> Accounts:
        if value == ON_LIST:
            return queryset.filter(seat__tier__isnull=False)
        if value == OFF_LIST:
            return queryset.filter(seat__tier__isnull=True)
        return queryset.filter(seat__tier_id=int(value))

    def by_owner(self, queryset: Accounts, name: str, value: str) -> Accounts:
        if value == NOBODY:
            return queryset.filter(owner__isnull=True)
        return queryset.filter(owner_id=self.request.user.person_id if value == MINE else int(value))

    def by_score_min(self, queryset: Accounts, name: str, value: Decimal) -> Accounts:
        return queryset.filter(score__total__gte=int(value * 5000))

    def by_score_max(self, queryset: Accounts, name: str, value: Decimal) -> Accounts:
        return queryset.filter(score__total__lt=int(value * 5000))

    def by_cluster(self, queryset: Accounts, name: str, value: Cluster) -> Accounts:
        return queryset.filter(cluster_memberships__cluster=value, cluster_memberships__until__isnull=True)

    def by_deck(self, queryset: Accounts, name: str, value: str) -> Accounts:
        return queryset.filter(standing__deck__gt="") if value == "any" else queryset.filter(standing__deck=value)

    def by_move(self, queryset: Accounts, name: str, value: str) -> Accounts:
        return queryset.filter(moves__state__in=OPEN_MOVES)

    def by_insight(self, queryset: Accounts, name: str, value: str) -> Accounts:
        return queryset.filter(insight_on__lt=clock.today() - STALE)

    def by_delivery(self, queryset: Accounts, name: str, value: str) -> Accounts:
        return queryset.filter(Exists(Delivery.objects.overdue(clock.today()).filter(account=OuterRef("pk"))))

    def by_scored(self, queryset: Accounts, name: str, value: str) -> Accounts:
        return queryset.filter(score__total__isnull=True)

    def by_touched(self, queryset: Accounts, name: str, value: str) -> Accounts:
        return queryset.filter(~Exists(Contact.objects.filter(account=OuterRef("pk"), last_contact_on__isnull=False)))
