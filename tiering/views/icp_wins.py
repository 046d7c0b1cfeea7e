"""Last year's wins against the ICP, what they share, and who resembles them."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from abxsite.lib import clock
from abxsite.lib.http import AuthenticatedRequest
from accounts.facts import address
from accounts.models import Account
from tiering.icp import current_lines
from tiering.icp.lookalikes import LEAST, MOST, eligible, likeness, possible, telling
from tiering.icp.shared import FEW_WINS, LABELS, Feature
from tiering.icp.summaries import alike
from tiering.icp.wins import Fits, period, read_wins, won_deals
from tiering.views.icp import check_sees_all, icp_tabs
from tiering.views.scorecard_tabs import scorecard_tabs

PAGE = 50
FIT_SAYS = {
    Fits.YES: "Fit the ICP", Fits.OPEN: "Fit as far as known", Fits.NO: "Do not fit",
}  # fmt: skip


def _day(request: AuthenticatedRequest) -> date:
    """`?as_of=2026-06-30`; today where it is missing, unreadable or ahead."""
    try:
        asked = date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        return clock.today()
    return min(asked, clock.today())


def _frame(current: str, as_of: date) -> dict[str, Any]:
    first, last = period(as_of)
    return {
        "tabs": scorecard_tabs("icp"),
        "parts": icp_tabs(current),
        "as_of": as_of,
        "is_today": as_of == clock.today(),
        "first": first,
        "last": last,
        "few": FEW_WINS,
    }


@require_GET
def icp_win_list(request: AuthenticatedRequest) -> HttpResponse:
    """Every win of twelve months; `?fits=` one kind, `?rule=` those that one rule would have kept away."""
    check_sees_all(request)
    as_of, lines = _day(request), current_lines()
    wins = read_wins(as_of, lines)
    deals = won_deals(as_of).select_related("account", "owner").order_by("-closed_on", "-pk")
    fits, rule = request.GET.get("fits", ""), request.GET.get("rule", "")
    if fits or rule:
        chosen = [
            pk
            for pk, told in wins.verdicts.items()
            if (not fits or told.fits == fits) and (not rule or (told.rule and str(told.rule.pk) == rule))
        ]
        deals = deals.filter(account_id__in=chosen)
    page = Paginator(deals, PAGE).get_page(request.GET.get("page"))
    context = _frame("wins", as_of) | {
        "wins": wins,
        "any_rule": any(line.binds for line in lines),
        "kinds": [(kind.value, FIT_SAYS[kind], wins.by_fit[kind]) for kind in Fits],
        "page": page,
        "rows": [{"deal": deal, "verdict": wins.verdicts[deal.account_id]} for deal in page],
        "fits": fits,
        "rule": rule,
    }
    return render(request, "tiering/icp_win_list.html", context)


@require_GET
def icp_shared(request: AuthenticatedRequest) -> HttpResponse:
    """What the buyers share more, and less, than the rest."""
    check_sees_all(request)
    as_of = _day(request)
    kept = alike(as_of, current_lines())
    found = kept.found.comparison if kept.found else None
    every = request.GET.get("show") == "all"
    shown = [one for one in found.features if every or one.stands_out] if found else []
    context = _frame("shared", as_of) | {
        "kept": kept,
        "found": found,
        "rows": [_shared_row(one) for one in shown],
        "every": every,
        "by_chance": round(found.by_chance, 1) if found else 0,
        "labels": LABELS,
    }
    return render(request, "tiering/icp_shared.html", context)


def _shared_row(one: Feature) -> dict[str, Any]:
    key, values = address.parameter(one.condition())
    asked = urlencode([(key, value) for value in values])
    accounts = reverse("account_list")
    return {
        "feature": one,
        "wins_url": f"{accounts}?{asked}&won_on.within=12+months",
        "rest_url": f"{accounts}?{asked}",
        "rule_url": f"{reverse('icp_rule_add')}?{asked}",
    }


@require_GET
def icp_lookalike_list(request: AuthenticatedRequest) -> HttpResponse:
    """Accounts off the list, by what they share with the buyers."""
    check_sees_all(request)
    as_of, lines = _day(request), current_lines()
    kept = alike(as_of, lines)
    ranked = kept.found.ranked if kept.found else []
    features = telling(kept.found.comparison) if kept.found else []
    page = Paginator(ranked, PAGE).get_page(request.GET.get("page"))
    ids = [pk for pk, _ in page]
    still = eligible(lines, as_of).filter(pk__in=ids).select_related("owner")
    found: dict[int, Account] = {account.pk: account for account in still}
    context = _frame("lookalikes", as_of) | {
        "kept": kept,
        "comparison": kept.found.comparison if kept.found else None,
        "features": features,
        "possible": possible(features),
        "page": page,
        "rows": [{"account": found[pk], "likeness": likeness(found[pk], features)} for pk in ids if pk in found],
        "labels": LABELS,
        "least": LEAST,
        "most": MOST,
    }
    return render(request, "tiering/icp_lookalike_list.html", context)
