"""What the account page shows: a header of facts, and one function per tab that reads only what the tab needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Max, OuterRef, Subquery, Sum

from abxsite.audit.models import AuditEntry
from abxsite.desk.changes import sentence_of
from abxsite.desk.people_grid import grid_of
from abxsite.desk.why import why
from abxsite.lib import clock
from accounts.models import (
    Account,
    BuyingCenter,
    BuyingCenterValue,
    ClusterMembership,
    Opportunity,
    PotentialEntry,
    Signal,
    Tie,
)
from accounts.services.accounts import suggest_owner
from entitlements.models import Delivery
from reviews.models import Cycle
from tiering.choices import OPEN_MOVES, PotentialSource
from tiering.models import Hold, Move, Placement, Score
from tiering.services.placements import current_base
from tiering.services.runs import current_run

TAB_NAMES = (
    ("why", "Why this tier"),
    ("people", "People"),
    ("signals", "Signals"),
    ("whitespace", "Whitespace"),
    ("deliveries", "Deliveries"),
    ("opportunities", "Opportunities"),
    ("history", "History"),
)
SIGNALS_SHOWN = 100
CHANGES_SHOWN = 50


def header(account: Account) -> dict[str, Any]:
    """The facts above the tabs: tier and since when, potential with its source, pipeline, cluster, last touch."""
    run = current_run()
    score = Score.objects.filter(run=run, account_id=account.pk).first() if run else None
    placement = current_base(account)
    deals = Opportunity.objects.filter(account=account, outcome="open").aggregate(amount=Sum("amount"), n=Count("id"))
    membership = ClusterMembership.objects.current().filter(account=account).select_related("cluster").first()
    return {
        "account": account,
        "suggested": suggest_owner(account),
        "run": run,
        "score": score,
        "potential_source": PotentialSource(score.potential_source).label if score else "",
        "estimated": bool(score and score.potential_source == PotentialSource.ESTIMATED),
        "placement": placement,
        "placed_in": _review_of(placement),
        "standing": getattr(account, "standing", None),
        "move": Move.objects.filter(account=account, state__in=OPEN_MOVES)
        .select_related("from_tier", "to_tier", "proposal__cycle")
        .first(),
        "deals": deals,
        "cluster": membership.cluster if membership else None,
        "touched_on": account.contacts.aggregate(on=Max("last_contact_on"))["on"],
        "following": account.followings.filter(until__isnull=True).select_related("parent").first(),
        "subsidiaries": account.subsidiaries.order_by("name")[:20],
        "holds": Hold.objects.filter(account=account, ended_at__isnull=True).select_related("tier"),
    }


def _review_of(placement: Placement | None) -> str:
    """`Q1 2026 review`, where a review gave the tier."""
    if placement is None or placement.move_id is None:
        return ""
    return str(Cycle.objects.filter(proposal__moves=placement.move_id).values_list("name", flat=True).first() or "")


def tabs(account: Account, current: str, came_from: str = "") -> list[dict[str, Any]]:
    """`came_from` is the list's query string, which each tab hands on."""
    query = {"in": came_from} if came_from else {}
    counts = {
        "people": account.contacts.count(),
        "signals": account.signals.count(),
        "deliveries": Delivery.objects.filter(account=account).exclude(state="cancelled").count(),
        "opportunities": account.opportunities.count(),
    }
    return [
        {
            "label": label,
            "url": f"?{urlencode({'tab': key} | query)}",
            "count": counts.get(key),
            "current": key == current,
        }
        for key, label in TAB_NAMES
    ]


def people(account: Account) -> dict[str, Any]:
    contacts = list(account.contacts.select_related("reports_to"))
    return {
        "contacts": sorted(contacts, key=lambda one: (-one.strength, one.name)),
        "heat": grid_of(contacts),
        "ties": Tie.objects.filter(account=account).select_related("person", "contact", "entered_by__person"),
    }


def signals(account: Account) -> dict[str, Any]:
    rows = Signal.objects.filter(account=account).select_related("contact").order_by("-occurred_on", "-id")
    return {"signals": rows[:SIGNALS_SHOWN], "signals_shown": SIGNALS_SHOWN}


def whitespace(account: Account) -> dict[str, Any]:
    newest = BuyingCenterValue.objects.filter(buying_center=OuterRef("pk"), on__lte=clock.today()).order_by(
        "-on", "-id"
    )
    centers = (
        BuyingCenter.objects.filter(account=account, closed_on__isnull=True)
        .annotate(
            potential=Subquery(newest.values("potential")[:1]),
            current_revenue=Subquery(newest.values("current_revenue")[:1]),
            valued_on=Subquery(newest.values("on")[:1]),
        )
        .annotate(whitespace=F("potential") - F("current_revenue"))
    )
    totals = {
        key: sum(getattr(center, key) or 0 for center in centers)
        for key in ("potential", "current_revenue", "whitespace")
    }
    return {
        "centers": centers,
        "totals": totals,
        "entries": PotentialEntry.objects.filter(account=account).select_related("entered_by__person")[:10],
    }


def deliveries(account: Account) -> dict[str, Any]:
    rows = Delivery.objects.filter(account=account).exclude(state="cancelled")
    return {"deliveries": rows.select_related("entitlement", "person").order_by("due_on", "id"), "today": clock.today()}


def opportunities(account: Account) -> dict[str, Any]:
    rows = account.opportunities.select_related("owner").order_by(F("opened_on").desc(nulls_last=True), "-id")
    return {"opportunities": rows[:200]}


@dataclass(frozen=True)
class Change:
    """What was done, by whom (empty: abxsite itself), when."""

    at: datetime
    sentence: str
    by: str


def history(account: Account) -> dict[str, Any]:
    placements = Placement.objects.filter(account=account).select_related("tier", "placed_by__person")
    entries = AuditEntry.objects.filter(subject="accounts.account", subject_id=account.pk)
    found = entries.select_related("actor__person")[:CHANGES_SHOWN]
    moves = Move.objects.filter(account=account).select_related("from_tier", "to_tier", "final_tier", "proposal__cycle")
    return {
        "placements": placements,
        "past_moves": moves.defer("evidence").order_by("-id"),
        "changes": [
            Change(entry.at, sentence_of(entry), entry.actor.person.name if entry.actor else "") for entry in found
        ],
        "changes_shown": CHANGES_SHOWN,
    }


TABS: dict[str, Callable[[Account], dict[str, Any]]] = {
    "why": why,
    "people": people,
    "signals": signals,
    "whitespace": whitespace,
    "deliveries": deliveries,
    "opportunities": opportunities,
    "history": history,
}
