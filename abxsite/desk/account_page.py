"""What the account page shows: a header of facts, and one function per tab that reads only what the tab needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Max, Sum
from django.http import QueryDict

from abxsite.desk.account_dossier import dossier, first_priority
from abxsite.desk.account_history import history
from abxsite.desk.account_people import people
from abxsite.desk.account_worth import worth
from abxsite.desk.why import why
from abxsite.lib import clock
from abxsite.users.models import User
from accounts.choices import TieKind
from accounts.models import Account, ClusterMembership, Opportunity, Signal, Tie
from accounts.services.accounts import suggest_owner
from entitlements.models import Delivery
from reviews.models import Cycle
from tiering.choices import OPEN_MOVES, PotentialSource
from tiering.models import Hold, Move, Placement, Score
from tiering.quality.pages import account_facts
from tiering.services.placements import current_base
from tiering.services.runs import current_run

TAB_NAMES = (
    ("why", "Why this tier"),
    ("people", "People"),
    ("signals", "Signals"),
    ("whitespace", "Whitespace"),
    ("deliveries", "Deliveries"),
    ("opportunities", "Opportunities"),
    ("facts", "Facts"),
    ("dossier", "Dossier"),
    ("history", "History"),
)
SIGNALS_SHOWN = 100


def header(account: Account, user: User) -> dict[str, Any]:
    """The facts above the tabs: tier and since when, potential with its source, pipeline, cluster, last touch."""
    run = current_run()
    score = Score.objects.filter(run=run, account_id=account.pk).first() if run else None
    placement = current_base(account)
    deals = Opportunity.objects.filter(account=account, outcome="open").aggregate(amount=Sum("amount"), n=Count("id"))
    membership = ClusterMembership.objects.current().filter(account=account).select_related("cluster").first()
    following = account.followings.filter(until__isnull=True).select_related("parent").first()
    above = following.parent if following else account.parent
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
        "following": following,
        "parent": above,
        "parent_placement": current_base(following.parent) if following else None,
        "parent_seen": bool(above and Account.objects.visible_to(user).filter(pk=above.pk).exists()),
        "followers": account.followed_by.filter(until__isnull=True).count(),
        "sponsor": Tie.objects.filter(account=account, kind=TieKind.EXECUTIVE_SPONSOR, ended_on__isnull=True)
        .select_related("person")
        .first(),
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
        "people": account.contacts.filter(left_on__isnull=True).count(),
        "signals": account.signals.count(),
        "deliveries": Delivery.objects.filter(account=account).exclude(state="cancelled").count(),
        "opportunities": account.opportunities.count(),
        "dossier": account.dossier.filter(retired_on__isnull=True).count() or None,
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


def signals(account: Account) -> dict[str, Any]:
    rows = Signal.objects.filter(account=account).select_related("contact").order_by("-occurred_on", "-id")
    return {"signals": rows[:SIGNALS_SHOWN], "signals_shown": SIGNALS_SHOWN}


def deliveries(account: Account) -> dict[str, Any]:
    rows = Delivery.objects.filter(account=account).exclude(state="cancelled")
    return {"deliveries": rows.select_related("entitlement", "person").order_by("due_on", "id"), "today": clock.today()}


def opportunities(account: Account) -> dict[str, Any]:
    rows = account.opportunities.select_related("owner").order_by(F("opened_on").desc(nulls_last=True), "-id")
    return {"opportunities": rows[:200]}


@dataclass(frozen=True)
class Asked:
    """What a tab may need besides the account: who asks, and the page's query."""

    user: User
    query: QueryDict

    @property
    def page(self) -> int:
        text = self.query.get("page", "")
        return int(text) if text.isdecimal() and 0 < int(text) < 10_000 else 1


TABS: dict[str, Callable[[Account, Asked], dict[str, Any]]] = {
    "why": lambda account, _: why(account) | {"first_priority": first_priority(account)},
    "people": lambda account, asked: people(account, asked.page),
    "signals": lambda account, _: signals(account),
    "whitespace": lambda account, asked: worth(account, asked.user),
    "deliveries": lambda account, _: deliveries(account),
    "opportunities": lambda account, _: opportunities(account),
    "facts": lambda account, _: account_facts(account, current_run()),
    "dossier": lambda account, _: dossier(account),
    "history": lambda account, asked: history(account, asked.user, asked.query.get("kind", "")),
}
