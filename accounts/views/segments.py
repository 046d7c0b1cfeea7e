"""Segments: a list, a page with how many and the first accounts, and the form that puts conditions together."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.lib.errors import Conflict, DomainError
from abxsite.lib.http import AuthenticatedRequest
from abxsite.users.keeping import may_keep, may_share
from accounts import facts
from accounts.facts import address, panel
from accounts.models import Account, Segment
from accounts.segment_forms import SegmentForm
from accounts.services import segments as services

FIRST = 10
COUNT_CAP = 10_000


@require_GET
def segment_list(request: AuthenticatedRequest) -> HttpResponse:
    segments = Segment.objects.visible_to(request.user).select_related("created_by__person")
    rows = [{"segment": segment, "words": services.words_of(segment)} for segment in segments]
    return render(request, "accounts/segment_list.html", {"rows": rows})


@require_GET
def segment_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    segment = _visible(request, pk)
    matching, wrong = _accounts(request, segment)
    count = matching.order_by().values("pk")[: COUNT_CAP + 1].count()
    context = {
        "segment": segment,
        "words": services.words_of(segment),
        "wrong": wrong,
        "count": count,
        "count_text": f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}",
        "first": list(matching.select_related("owner").order_by("-id")[:FIRST]),
        "may_change": may_keep(request.user, segment.created_by, segment.shared),
    }
    return render(request, "accounts/segment_detail.html", context)


def _accounts(request: AuthenticatedRequest, segment: Segment) -> tuple[Any, str]:
    """The accounts of the segment that the person sees; nobody, and why, when it cannot be read."""
    visible = Account.objects.visible_to(request.user).present()
    try:
        return visible.filter(facts.where_all(facts.check(segment.conditions))), ""
    except DomainError as error:
        return visible.none(), str(error)


@require_http_methods(["GET", "POST"])
def segment_create(request: AuthenticatedRequest) -> HttpResponse:
    """`?industry=Ports` and the like begin with these conditions, as the account list sends them."""
    conditions, _ = address.from_query(request.GET)
    beside = {"sort", "after", "before", "columns", "view"}
    others = any(request.GET[key] for key in request.GET if key not in beside and not address.is_fact_key(key))
    return _edit(request, None, conditions, others=others)


@require_http_methods(["GET", "POST"])
def segment_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    segment = _visible(request, pk)
    if not may_keep(request.user, segment.created_by, segment.shared):
        raise PermissionDenied
    try:
        conditions = facts.check(segment.conditions)
    except DomainError:
        conditions = []
    return _edit(request, segment, conditions)


@require_POST
def segment_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    segment = _visible(request, pk)
    services.delete_segment(actor=request.user, segment=segment)
    messages.success(request, f"{segment.name} is gone.")
    return redirect("segment_list")


def _visible(request: AuthenticatedRequest, pk: int) -> Segment:
    segments = Segment.objects.visible_to(request.user).select_related("created_by__person", "updated_by__person")
    segment: Segment = get_object_or_404(segments, pk=pk)
    return segment


def _edit(
    request: AuthenticatedRequest, segment: Segment | None, conditions: list[facts.Condition], others: bool = False
) -> HttpResponse:
    """`others`: the list had filters beside these, which no segment can hold."""
    initial = {"shared": may_share(request.user)} | (
        {"name": segment.name, "description": segment.description, "shared": segment.shared, "version": segment.version}
        if segment
        else {}
    )
    form = SegmentForm(request.POST if request.method == "POST" else None, initial=initial)
    if not may_share(request.user):
        form.fields.pop("shared")
    wrong: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        conditions, wrong = panel.read(request.POST)
        if form.is_valid() and not wrong:
            try:
                saved = _save(request, segment, form.cleaned_data, conditions)
            except DomainError as error:
                form.add_error(None, str(error))
                status = error.status if isinstance(error, Conflict) else 422
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, f"{saved.name} is saved.")
                return redirect("segment_detail", saved.pk)
        status = max(status, 422) if status == 200 else status
    context = {
        "form": form,
        "segment": segment,
        "sections": panel.sections(conditions, wrong),
        "wrong": wrong,
        "others": others and request.method == "GET",
    }
    return render(request, "accounts/segment_form.html", context, status=status)


def _save(
    request: AuthenticatedRequest, segment: Segment | None, data: dict[str, Any], conditions: list[facts.Condition]
) -> Segment:
    fields = {
        "name": data["name"],
        "description": data["description"],
        "shared": data.get("shared", segment.shared if segment else False),
        "conditions": [condition.as_json() for condition in conditions],
    }
    if segment is None:
        return services.create_segment(actor=request.user, **fields)
    return services.update_segment(
        actor=request.user, segment=segment, version=data.get("version") or segment.version, **fields
    )
