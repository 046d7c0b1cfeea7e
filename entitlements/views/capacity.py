"""The model: what each tier can carry, what if, and publishing caps."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from abxsite.lib import clock, currency, display
from abxsite.lib.errors import Conflict, DomainError
from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from entitlements import overview, policies
from entitlements.forms import PublishForm
from entitlements.models import Budget, Worker
from entitlements.services.capacity import facts_on, last_published, publish_caps, quarters_from
from entitlements.views.tabs import capacity_tabs
from entitlements.whatif import what_if


@require_GET
def capacity_detail(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_may_read(request.user)
    facts = facts_on()
    supposed = what_if(facts, request.GET.dict())
    if is_fragment(request):
        return render(request, "entitlements/capacity_detail.html#outcome", {"whatif": supposed})
    day = clock.today()
    rows = overview.tier_rows(request.user, facts, day)
    roles = dict(facts.roles)
    context = {
        "rows": rows,
        "lines": overview.promise_lines([row.tier for row in rows], day),
        "totals": [(row, overview.hours_a_year(row, roles)) for row in rows],
        "whatif": supposed,
        "currency": currency.sign(),
        "last": last_published(),
        "no_people": not Worker.objects.not_over(day).exists(),
        "no_budget": not Budget.objects.filter(quarter__in=quarters_from(day)).exists(),
        "unknown": _unknown(rows),
        "over": [row for row in rows if row.too_many],
        "may_keep": policies.may_keep(request.user),
        "tabs": capacity_tabs(request.user, "capacity_detail"),
    }
    return render(request, "entitlements/capacity_detail.html", context)


def _unknown(rows: list[overview.TierRow]) -> str:
    """`Executive`: roles with promised hours that nobody is entered for, in a sentence's words."""
    names = dict.fromkeys(name for row in rows for name in row.capacity.unknown if name != "budget")
    found = [name.lower() for name in names]
    return " or ".join((", ".join(found[:-1]), found[-1])) if len(found) > 1 else "".join(found)


@require_http_methods(["GET", "POST"])
def caps_publish(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_may_keep(request.user, "publish caps")
    rows = overview.tier_rows(request.user, facts_on(), clock.today())
    tiers = [row.tier for row in rows]
    if request.method == "GET":
        last = last_published()
        initial: dict[str, Any] = {"seen": last.pk if last else None}
        initial |= {PublishForm.name(row.tier): _suggested(row) for row in rows if row.tier.capped}
        return _publish_page(request, PublishForm(tiers=tiers, initial=initial), rows)
    form = PublishForm(request.POST, tiers=tiers)
    if not form.is_valid():
        return _publish_page(request, form, rows, status=422)
    cleaned = form.cleaned_data
    try:
        caps = publish_caps(actor=request.user, seats=form.seats(), note=cleaned["note"], seen=cleaned["seen"])
    except Conflict as error:
        return _publish_page(request, form, rows, status=409, conflict=_conflict(request, form, error))
    except (DomainError, ValidationError) as error:
        form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
        return _publish_page(request, form, rows, status=422)
    said = ", ".join(f"{cap.tier.name} {display.number(cap.seats)}" for cap in caps)
    messages.success(request, f"Published: {said}." if caps else "These caps are published already.")
    return redirect("capacity_detail")


def _suggested(row: overview.TierRow) -> int | None:
    """What is published, or what the tier can carry where that is less, or nothing is published yet."""
    if row.computed is None or (row.cap is not None and row.cap <= row.computed):
        return row.cap
    return row.computed


def _publish_page(
    request: AuthenticatedRequest,
    form: PublishForm,
    rows: list[overview.TierRow],
    status: int = 200,
    conflict: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "rows": [(row, form.field_of(row.tier)) for row in rows],
        "conflict": conflict,
        "tabs": capacity_tabs(request.user, "capacity_detail"),
    }
    return render(request, "entitlements/caps_publish.html", context, status=status)


def _conflict(request: AuthenticatedRequest, form: PublishForm, error: Conflict) -> dict[str, Any]:
    """Both versions, and hidden fields that publish one's own after all."""
    last = last_published()
    fields = {name: request.POST.get(name, "") for name in form.fields} | {"seen": last.pk if last else ""}
    mine = ", ".join(f"{tier.name} {display.number(form.seats()[tier.pk])}" for tier in form.tiers)
    return {
        "who": last.published_by.name if last and last.published_by else "The system",
        "at": last.published_at if last else None,
        "theirs": str(error).removesuffix(" Nothing of yours is published yet."),
        "mine": f"Yours: {mine}.",
        "fields": fields,
    }
