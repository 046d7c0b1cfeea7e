"""Tiers: the list, one tier, a new one, their order, retirement."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from tiering import policies
from tiering.forms.tiers import TierForm
from tiering.models import Tier
from tiering.services import tiers as services
from tiering.services.placements import seats_in_use


@require_GET
def tier_list(request: AuthenticatedRequest) -> HttpResponse:
    """Everyone may read what it takes; marketers and admins change it."""
    caps, used = services.current_caps(), seats_in_use()
    rows = [{"tier": tier, "cap": caps[tier.pk], "used": used.get(tier.pk, 0)} for tier in services.active_tiers()]
    retired = Tier.objects.filter(retired_at__isnull=False).order_by("-retired_at")
    context = {"rows": rows, "retired": retired, "may_keep": policies.may_keep(request.user)}
    return render(request, "tiering/tier_list.html", context)


@require_http_methods(["GET", "POST"])
def tier_create(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_may_keep(request.user, "add tiers")
    form = TierForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _saved(request, form, None):
        name = form.cleaned_data["name"]
        messages.success(request, f"{name} is the lowest tier now. It counts from the next review.")
        return redirect("tier_list")
    return render(request, "tiering/tier_form.html", {"form": form, "tier": None}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def tier_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    policies.check_may_keep(request.user, "change tiers")
    tier = get_object_or_404(Tier.objects.active(), pk=pk)
    said, seats = request.POST if request.method == "POST" else None, services.current_caps().get(tier.pk)
    form = TierForm(said, tier=tier, seats=seats)
    if request.method == "POST" and form.is_valid() and _saved(request, form, tier):
        messages.success(request, "Saved. It counts from the next review.")
        return redirect("tier_list")
    context = {"form": form, "tier": tier, "used": seats_in_use().get(tier.pk, 0)}
    return render(request, "tiering/tier_form.html", context, status=422 if form.errors else 200)


@require_POST
def tier_move(request: AuthenticatedRequest, pk: int, way: str) -> HttpResponse:
    policies.check_may_keep(request.user, "reorder tiers")
    services.move_tier(actor=request.user, tier=get_object_or_404(Tier.objects.active(), pk=pk), up=way == "up")
    return redirect("tier_list")


@require_POST
def tier_retire(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    policies.check_may_keep(request.user, "retire tiers")
    tier = get_object_or_404(Tier.objects.active(), pk=pk)
    try:
        services.retire_tier(actor=request.user, tier=tier)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("tier_edit", pk)
    messages.success(request, f"{tier.name} is retired. Its history stays.")
    return redirect("tier_list")


def _saved(request: AuthenticatedRequest, form: TierForm, tier: Tier | None) -> bool:
    """Change or add the tier, and publish its cap where that differs; what is refused goes into the form."""
    fields: dict[str, Any] = dict(form.cleaned_data)
    seats = fields.pop("seats")
    try:
        services.save_tier(actor=request.user, tier=tier, seats=seats, **fields)
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True
