"""The delivery board: what is due, for whom, and its settling row by row."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib import clock, display
from abxsite.lib.errors import Conflict, DomainError
from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from abxsite.users.models import Person
from accounts.models import Account
from entitlements import board, policies
from entitlements.forms import DoneForm, SkipForm
from entitlements.models import Delivery
from entitlements.services.deliveries import (
    complete_deliveries,
    complete_delivery,
    reopen_delivery,
    skip_delivery,
)
from entitlements.views.tabs import capacity_tabs
from tiering.services.tiers import active_tiers

FILTERS = ("tier", "person", "account", "q")
PAGE = "entitlements/delivery_list.html"


@require_GET
def delivery_list(request: AuthenticatedRequest) -> HttpResponse:
    policies.check_may_read(request.user)
    today = clock.today()
    chosen = {name: request.GET.get(name, "").strip() for name in FILTERS}
    found = board.filtered(request.user, **chosen)
    counts = board.counts(found, today)
    show = request.GET.get("show", "")
    if show not in board.SHOWN:
        show = "overdue" if counts["overdue"] else "due"
    matching = board.shown(found, show, today)
    page = board.fetch(matching, show, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    total = matching.count()
    rows = [row_context(request, row) for row in page.rows]
    context = {
        "rows": rows,
        "show": show,
        "show_name": board.SHOWN[show],
        "chosen": chosen,
        "tiers": active_tiers(),
        "people": Person.objects.filter(deliveries__isnull=False).distinct(),
        "metrics": [_metric(name, label, counts, show, chosen) for name, label in board.SHOWN.items() if name != "due"],
        "chips": _chips(request, chosen, show),
        "clear_url": f"{reverse('delivery_list')}?show={show}",
        "total": total,
        "announce": f"{display.number(total)} {'delivery' if total == 1 else 'deliveries'}",
        "tickable": show not in board.NEWEST_FIRST and any(row["may"] for row in rows),
        "nothing_planned": not any(chosen.values()) and not Delivery.objects.visible_to(request.user).exists(),
        "previous_url": _url(chosen, show=show, before=page.before) if page.before else "",
        "next_url": _url(chosen, show=show, after=page.after) if page.after else "",
        "shown": f"{display.number(len(page.rows))} of {display.number(total)}",
        "tabs": capacity_tabs(request.user, "delivery_list"),
    }
    return render(request, f"{PAGE}#results" if is_fragment(request) else PAGE, context)


def _url(chosen: dict[str, str], **more: str) -> str:
    query = urlencode({name: value for name, value in (chosen | more).items() if value})
    return f"{reverse('delivery_list')}?{query}"


def _metric(name: str, label: str, counts: dict[str, int], show: str, chosen: dict[str, str]) -> dict[str, Any]:
    words = f"{label} this quarter" if name in board.NEWEST_FIRST else label
    return {"label": words, "count": counts[name], "url": _url(chosen, show=name), "current": show == name}


def _chips(request: AuthenticatedRequest, chosen: dict[str, str], show: str) -> list[dict[str, str]]:
    chips = []
    for name, value in chosen.items():
        if value:
            rest = {key: item for key, item in chosen.items() if key != name}
            label, said = name.capitalize(), _said(request, name, value)
            chips.append({"label": "Words" if name == "q" else label, "value": said, "url": _url(rest, show=show)})
    return chips


def _said(request: AuthenticatedRequest, name: str, value: str) -> str:
    if name == "person" and value in ("me", "none"):
        return "me" if value == "me" else "nobody yet"
    if name == "q" or not value.isdigit():
        return value
    if name == "tier":
        return next((tier.name for tier in active_tiers() if tier.pk == int(value)), value)
    kind = Person.objects.all() if name == "person" else Account.objects.visible_to(request.user)
    found = kind.filter(pk=int(value)).first()
    return str(found) if found else value


def row_context(request: AuthenticatedRequest, row: Delivery) -> dict[str, Any]:
    return {
        "row": row,
        "late": row.state == "due" and row.due_on < clock.today(),
        "may": policies.may_deliver(request.user, row),
    }


def _access(request: AuthenticatedRequest, pk: int) -> Delivery:
    """The delivery, or 404 for what the person does not see, 403 for what is not theirs to settle."""
    policies.check_may_read(request.user)
    delivery: Delivery = get_object_or_404(Delivery.objects.visible_to(request.user).with_names(), pk=pk)
    policies.check_may_deliver(request.user, delivery)
    return delivery


def _answer(request: AuthenticatedRequest, delivery: Delivery, said: str) -> HttpResponse:
    """The row as it is now, read aloud; the board again for a browser without htmx."""
    if not is_fragment(request):
        messages.success(request, said)
        return redirect("delivery_list")
    row: Delivery = Delivery.objects.with_names().get(pk=delivery.pk)
    return render(request, f"{PAGE}#row", {"item": row_context(request, row), "announce": said, "settled": True})


def _form(
    request: AuthenticatedRequest, delivery: Delivery, form: forms.Form, action: str, status: int = 200
) -> HttpResponse:
    context = {"item": row_context(request, delivery), "form": form, "action": action}
    if is_fragment(request):
        return render(request, f"{PAGE}#form_row", context, status=status)
    return render(request, "entitlements/delivery_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def delivery_complete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """POST without fields marks it done today; GET asks for date, cost and note."""
    delivery = _access(request, pk)
    if request.method == "GET":
        return _form(request, delivery, DoneForm(initial={"on": clock.today()}), "done")
    form = DoneForm(request.POST if "on" in request.POST else {"on": clock.today()})
    if form.is_valid():
        try:
            complete_delivery(actor=request.user, delivery=delivery, **form.cleaned_data)
        except Conflict as error:
            return _conflict(request, delivery, error)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return _answer(request, delivery, f"{delivery.entitlement.name} is done.")
    return _form(request, delivery, form, "done", status=422)


@require_POST
def delivery_complete_many(request: AuthenticatedRequest) -> HttpResponse:
    """Those that are ticked, or all that match the filters that came along."""
    policies.check_may_read(request.user)
    chosen = {name: request.POST.get(name, "").strip() for name in FILTERS}
    show = request.POST.get("show", "")
    if request.POST.get("all"):
        found = board.shown(board.filtered(request.user, **chosen), show, clock.today())
    else:
        ids = [int(pk) for pk in request.POST.getlist("ids") if pk.isdigit()]
        found = board.filtered(request.user).filter(pk__in=ids)
    done = complete_deliveries(actor=request.user, deliveries=found)
    if done:
        messages.success(request, f"{display.number(done)} {'delivery is' if done == 1 else 'deliveries are'} done.")
    else:
        messages.error(request, "None of these is due and yours to settle.")
    return redirect(_url(chosen, show=show))


@require_http_methods(["GET", "POST"])
def delivery_skip(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    delivery = _access(request, pk)
    if request.method == "GET":
        return _form(request, delivery, SkipForm(), "skip")
    form = SkipForm(request.POST)
    if form.is_valid():
        try:
            skip_delivery(actor=request.user, delivery=delivery, **form.cleaned_data)
        except Conflict as error:
            return _conflict(request, delivery, error)
        return _answer(request, delivery, f"{delivery.entitlement.name} is skipped.")
    return _form(request, delivery, form, "skip", status=422)


@require_POST
def delivery_reopen(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    delivery = _access(request, pk)
    try:
        reopen_delivery(actor=request.user, delivery=delivery)
    except Conflict as error:
        return _conflict(request, delivery, error)
    return _answer(request, delivery, f"{delivery.entitlement.name} is due again.")


@require_GET
def delivery_row(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The plain row again, when a person thinks better of it."""
    delivery = _access(request, pk)
    if not is_fragment(request):
        return redirect("delivery_list")
    return render(request, f"{PAGE}#row", {"item": row_context(request, delivery), "settled": True})


def _conflict(request: AuthenticatedRequest, delivery: Delivery, error: Conflict) -> HttpResponse:
    """Somebody was faster: the row as it is now, and the sentence."""
    if not is_fragment(request):
        raise error
    messages.error(request, str(error))
    row: Delivery = Delivery.objects.with_names().get(pk=delivery.pk)
    context = {"item": row_context(request, row), "announce": str(error), "settled": True}
    return render(request, f"{PAGE}#row", context, status=409)
