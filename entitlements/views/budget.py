"""Money per tier and quarter."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from abxsite.lib import clock
from abxsite.lib.http import AuthenticatedRequest
from entitlements import overview, policies
from entitlements.forms import BudgetForm
from entitlements.services.budgets import set_budgets
from entitlements.services.capacity import facts_on, quarters_from
from entitlements.views.tabs import capacity_tabs


@require_http_methods(["GET", "POST"])
def capacity_budget(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_may_read(request.user)
    day = clock.today()
    rows = overview.tier_rows(request.user, facts_on(day), day)
    tiers, quarters = [row.tier for row in rows], quarters_from(day)
    stored = BudgetForm.stored(tiers, quarters)
    if request.method == "POST":
        policies.check_may_keep(request.user, "change the budget")
        form = BudgetForm(request.POST, tiers=tiers, quarters=quarters)
        if form.is_valid():
            set_budgets(actor=request.user, amounts=form.amounts())
            messages.success(request, "The budget is saved.")
            return redirect("capacity_budget")
    else:
        filled = _filled(rows, quarters) if "fill" in request.GET else {}
        form = BudgetForm(tiers=tiers, quarters=quarters, initial=filled | stored)
    context = {
        "form": form,
        "rows": [(row, form.row_of(row.tier), _need(row)) for row in rows],
        "quarters": [clock.quarter_name(quarter) for quarter in quarters],
        "totals": [sum((stored.get(BudgetForm.name(t, q), Decimal(0)) for t in tiers), Decimal(0)) for q in quarters],
        "empty": not stored,
        "filled": "fill" in request.GET,
        "may_keep": policies.may_keep(request.user),
        "tabs": capacity_tabs(request.user, "capacity_budget"),
    }
    return render(request, "entitlements/capacity_budget.html", context, status=422 if form.errors else 200)


def _need(row: overview.TierRow) -> Decimal:
    """What the published cap (without one, the accounts there) costs in a quarter, in whole units."""
    seats = row.cap if row.cap is not None else row.used
    return Decimal(round(row.capacity.money * seats / 4 + Fraction(49, 100)))


def _filled(rows: list[overview.TierRow], quarters: list[date]) -> dict[str, Decimal]:
    return {BudgetForm.name(row.tier, quarter): _need(row) for row in rows for quarter in quarters}
