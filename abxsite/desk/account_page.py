"""What the account page shows: a header of facts, and one function per tab that reads only what the tab needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Subquery, Sum

from abxsite.audit.models import AuditEntry
from abxsite.lib import clock
from accounts.choices import Department, Seniority
from accounts.models import (
    Account,
    BuyingCenter,
    BuyingCenterValue,
    ClusterMembership,
    Contact,
    Opportunity,
    PotentialEntry,
    Signal,
    Tie,
)
from entitlements.models import Delivery
from tiering.choices import OPEN_MOVES, PotentialSource
from tiering.explain import explain
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


def header(account: Account) -> dict[str, Any]:
    """The facts above the tabs: tier and since when, potential with its source, pipeline, cluster, last touch."""
    run = current_run()
    score = Score.objects.filter(run=run, account_id=account.pk).first() if run else None
    placement = current_base(account)
    deals = Opportunity.objects.filter(account=account, outcome="open").aggregate(amount=Sum("amount"), n=Count("id"))
    membership = ClusterMembership.objects.current().filter(account=account).select_related("cluster").first()
    return {
        "account": account,
        "run": run,
        "score": score,
        "potential_source": PotentialSource(score.potential_source).label if score else "",
        "estimated": bool(score and score.potential_source == PotentialSource.ESTIMATED),
        "placement": placement,
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


def tabs(account: Account, current: str) -> list[dict[str, Any]]:
    counts = {
        "people": account.contacts.count(),
        "signals": account.signals.count(),
        "deliveries": Delivery.objects.filter(account=account).exclude(state="cancelled").count(),
        "opportunities": account.opportunities.count(),
    }
    return [
        {"label": label, "url": f"?tab={key}", "count": counts.get(key), "current": key == current}
        for key, label in TAB_NAMES
    ]


def why(account: Account) -> dict[str, Any]:
    return {"explanation": explain(account)}


@dataclass(frozen=True)
class HeatCell:
    """How many people of one department and level, and how well the best of them is known (0–4)."""

    count: int
    strength: int


def people(account: Account) -> dict[str, Any]:
    contacts = list(account.contacts.select_related("reports_to"))
    levels = [Seniority.C_LEVEL, Seniority.VP, Seniority.DIRECTOR, Seniority.MANAGER, Seniority.OTHER]
    grid = []
    for department in sorted({c.department for c in contacts if c.department}):
        cells = [_cell([c for c in contacts if c.department == department and c.seniority == lv]) for lv in levels]
        grid.append({"label": Department(department).label, "cells": cells, "gaps": sum(not c.count for c in cells)})
    return {
        "contacts": sorted(contacts, key=lambda c: (-c.strength, c.name)),
        "levels": [level.label for level in levels],
        "grid": sorted(grid, key=lambda line: -line["gaps"]),
        "ties": Tie.objects.filter(account=account).select_related("person", "contact", "entered_by__person"),
    }


def _cell(contacts: list[Contact]) -> HeatCell:
    return HeatCell(len(contacts), max((c.strength for c in contacts), default=0))


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


def history(account: Account) -> dict[str, Any]:
    placements = Placement.objects.filter(account=account).select_related("tier", "placed_by__person")
    entries = AuditEntry.objects.filter(subject="accounts.account", subject_id=account.pk)
    moves = Move.objects.filter(account=account).select_related("from_tier", "to_tier", "final_tier", "proposal__cycle")
    return {
        "placements": placements,
        "past_moves": moves.order_by("-id"),
        "entries": entries.select_related("actor__person")[:50],
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
