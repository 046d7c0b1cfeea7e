"""Backtests: started, watched, read, and the deals under each figure."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from abxsite.lib.errors import DomainError
from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from accounts.models import Opportunity
from tiering import policies
from tiering.backtest import words
from tiering.backtest.report import ENOUGH
from tiering.forms.backtests import BacktestForm
from tiering.models import Backtest, BacktestDeal, Scorecard, Tier
from tiering.services import backtests
from tiering.views.scorecard_tabs import scorecard_tabs

LIST, DETAIL = "tiering/backtest_list.html", "tiering/backtest_detail.html"
SHOWN, PAGE = 50, 50


def _check(request: AuthenticatedRequest) -> None:
    """Everybody reads what was found; who sees all deals may start one."""
    if not policies.may_backtest(request.user):
        raise PermissionDenied("Marketers, leaders and admins run backtests.")


@require_GET
def backtest_list(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, LIST, _list(request, BacktestForm()))


@require_POST
def backtest_start(request: AuthenticatedRequest) -> HttpResponse:
    _check(request)
    form = BacktestForm(request.POST)
    if form.is_valid():
        try:
            return redirect("backtest_detail", backtests.start_backtest(actor=request.user, **form.cleaned_data).pk)
        except DomainError as error:
            form.add_error(error.field or None, str(error))
    return render(request, LIST, _list(request, form), status=422)


def _list(request: AuthenticatedRequest, form: BacktestForm) -> dict[str, Any]:
    found = Backtest.objects.select_related("scorecard", "against", "started_by__person")[:SHOWN]
    rows = [
        {"backtest": backtest, "title": words.title(backtest.result["sides"][0]) if backtest.result else ""}
        for backtest in found
    ]
    return {
        "form": form,
        "rows": rows,
        "tabs": scorecard_tabs("backtests"),
        "may_start": policies.may_backtest(request.user),
        "any": Scorecard.objects.exists(),
    }


@require_GET
def backtest_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    backtest = get_object_or_404(Backtest.objects.select_related("scorecard", "against", "started_by__person"), pk=pk)
    template = f"{DETAIL}#result" if is_fragment(request) else DETAIL
    return render(request, template, _page(request, backtest))


@require_POST
def backtest_cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    _check(request)
    backtest = get_object_or_404(Backtest, pk=pk)
    backtests.cancel_backtest(actor=request.user, backtest=backtest)
    messages.success(request, "The backtest stops.")
    return redirect("backtest_detail", pk)


@require_GET
def backtest_deals(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Those deals under one figure that the person sees: `side`, scores from `low` to `high` or a `tier`, `won=1`."""
    backtest = get_object_or_404(Backtest.objects.select_related("scorecard", "against"), pk=pk)
    side = 1 if request.GET.get("side") == "1" else 0
    visible = Opportunity.objects.visible_to(request.user).filter(pk=OuterRef("opportunity_id"))
    deals = _asked(request, BacktestDeal.objects.filter(Exists(visible), backtest=backtest, side=side))
    page = Paginator(deals.select_related("opportunity", "account").order_by("-total", "id"), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "backtest": backtest,
        "version": _versions(backtest)[side],
        "page": page,
        "kept": backtest.deals.exists(),
        "next_url": _turn(request, page.number + 1) if page.has_next() else "",
        "previous_url": _turn(request, page.number - 1) if page.has_previous() else "",
    }
    return render(request, "tiering/backtest_deals.html", context)


def _turn(request: AuthenticatedRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page)
    return f"?{query.urlencode()}"


def _asked(request: AuthenticatedRequest, deals: QuerySet[BacktestDeal]) -> QuerySet[BacktestDeal]:
    low, high, tier = (request.GET.get(name, "") for name in ("low", "high", "tier"))
    if low.isdigit() and high.isdigit():
        deals = deals.filter(total__range=(int(low[:9]), int(high[:9])))
    if tier:
        deals = deals.filter(tier=int(tier[:3])) if tier.isdigit() else deals.filter(tier__isnull=True)
    return deals.filter(won=True) if request.GET.get("won") == "1" else deals


def _versions(backtest: Backtest) -> list[str]:
    return [f"v{scorecard.version}" for scorecard in backtest.sides]


def _page(request: AuthenticatedRequest, backtest: Backtest) -> dict[str, Any]:
    versions = _versions(backtest)
    context = {
        "backtest": backtest,
        "versions": versions,
        "tabs": scorecard_tabs("backtests"),
        "progress_url": reverse("backtest_detail", args=[backtest.pk]),
        "cancel_url": reverse("backtest_cancel", args=[backtest.pk]) if policies.may_backtest(request.user) else "",
    }
    if not backtest.result:
        return context
    sides = [_side(backtest, number, version) for number, version in enumerate(versions)]
    difference = words.difference_sentence(backtest.result["difference"], *versions) if len(sides) > 1 else ""
    return context | {"sides": sides, "difference": difference, "left_out": backtest.result["left_out"]}


def _side(backtest: Backtest, number: int, version: str) -> dict[str, Any]:
    side: dict[str, Any] = backtest.result["sides"][number]
    names = {criterion.key: criterion.name for criterion in backtest.sides[number].criteria.all()}
    tiers = Tier.objects.in_bulk(backtest.result["tiers"])
    order = [tiers.get(pk) for pk in backtest.result["tiers"]]
    url = reverse("backtest_deals", args=[backtest.pk])

    def row(group: dict[str, Any], **query: Any) -> dict[str, Any]:
        mean = Decimal(group["mean_won"]) if group["mean_won"] else None
        return group | {
            "mean_won": mean,
            "url": f"{url}?{urlencode({'side': number} | query)}",
            "few": group["n"] < ENOUGH,
        }

    def scores(group: dict[str, Any]) -> dict[str, Any]:
        return row(group, low=group["low_score"], high=group["high_score"])

    return side | {
        "number": number,
        "version": version,
        "title": words.title(side),
        "sentence": words.sentence(side),
        "lift_sentence": words.lift_sentence(side),
        "fifths": [scores(group) for group in side["fifths"]],
        "steps": [
            scores(group) | {"from": 10 * group["place"], "to": 10 * group["place"] + 10} for group in side["steps"]
        ],
        "tiers": [
            row(group, tier="off" if group["place"] is None else group["place"])
            | {"tier": None if group["place"] is None else order[group["place"]]}
            for group in side["tiers"]
        ],
        "leaks": [words.leak_sentence(leak, names.get(leak["criterion"], ""), side["n"]) for leak in side["leaks"]],
        "suggestion_sentence": words.suggestion_sentence(side["suggestion"], side),
        "weights": _weights(backtest.sides[number], side["suggestion"]),
        "all_url": f"{url}?{urlencode({'side': number})}",
        "good": side["verdict"] == "separates",
    }


def _weights(scorecard: Scorecard, suggestion: dict[str, Any] | None) -> list[dict[str, Any]]:
    if suggestion is None:
        return []
    return [
        {
            "name": criterion.name,
            "weight": criterion.weight,
            "suggested": weight,
            "against": place in suggestion["against"],
        }
        for place, (criterion, weight) in enumerate(zip(scorecard.criteria.all(), suggestion["weights"], strict=True))
    ]
