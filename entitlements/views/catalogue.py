"""Entitlements: what a tier's accounts get."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from entitlements import policies
from entitlements.forms import EntitlementForm
from entitlements.models import Entitlement, WorkRole
from entitlements.services.catalogue import (
    create_entitlement,
    end_entitlement,
    ensure_default_catalogue,
    update_entitlement,
)

CHANGE = "change what a tier's accounts get"


@require_http_methods(["GET", "POST"])
def entitlement_create(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_may_keep(request.user, CHANGE)
    form = EntitlementForm(
        request.POST or None, roles=WorkRole.objects.all(), initial={"tier": request.GET.get("tier"), "quantity": 1}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = create_entitlement(actor=request.user, hours=form.hours(), **form.said())
        except (DomainError, ValidationError) as error:
            _show(form, error)
        else:
            messages.success(request, f"{made.name} is promised to {made.tier.name} accounts from today.")
            return redirect("capacity_detail")
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
def entitlement_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    policies.check_may_keep(request.user, CHANGE)
    entitlement = get_object_or_404(Entitlement.objects.select_related("tier"), pk=pk)
    form = EntitlementForm(request.POST or None, instance=entitlement, roles=WorkRole.objects.all())
    if request.method == "POST" and form.is_valid():
        try:
            update_entitlement(actor=request.user, entitlement=entitlement, hours=form.hours(), **form.said())
        except (DomainError, ValidationError) as error:
            _show(form, error)
        else:
            messages.success(request, f"{entitlement.name} is changed. Planned deliveries stay as they are.")
            return redirect("capacity_detail")
    return _page(request, form, get_object_or_404(Entitlement.objects.select_related("tier"), pk=pk))


@require_POST
def entitlement_end(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    policies.check_may_keep(request.user, CHANGE)
    entitlement = get_object_or_404(Entitlement, pk=pk)
    end_entitlement(actor=request.user, entitlement=entitlement)
    messages.success(request, f"{entitlement.name} is no longer promised. What is due stays on the board.")
    return redirect("capacity_detail")


@require_POST
def catalogue_fill(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_may_keep(request.user, CHANGE)
    made = ensure_default_catalogue(actor=request.user)
    messages.success(request, f"{made} entitlements are in place." if made else "Every tier has entitlements already.")
    return redirect("capacity_detail")


def _show(form: EntitlementForm, error: DomainError | ValidationError) -> None:
    form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))


def _page(request: AuthenticatedRequest, form: EntitlementForm, entitlement: Entitlement | None) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "entitlement": entitlement}
    return render(request, "entitlements/entitlement_form.html", context, status=status)
