"""Bulk actions of the account list; each goes back to the list that it came from."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from abxsite.desk import exports, selection
from abxsite.desk.bulk_forms import BulkSignalForm
from abxsite.lib import clock
from abxsite.lib.display import number
from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from accounts import policies
from accounts.choices import SignalKind
from accounts.forms import BulkClusterForm, OwnerForm
from accounts.models import Account
from accounts.services import bulk as services
from tiering.services.runs import current_run

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_POST
def account_bulk_assign(request: AuthenticatedRequest) -> HttpResponse:
    if not policies.may_assign(request.user):
        raise PermissionDenied
    form = OwnerForm(request.POST)
    if not form.is_valid():
        return _back(request, "Choose somebody from the list of owners.")
    owner = form.cleaned_data["owner"]
    name = owner.name if owner else "nobody"
    return _try(
        request,
        lambda: services.assign_owners(actor=request.user, accounts=_accounts_of(request), owner=owner),
        lambda n: (
            f"{_accounts(n)} {'has' if n == 1 else 'have'} changed hands, to {name}."
            if n
            else f"They all belong to {name} already."
        ),
    )


@require_POST
def account_bulk_cluster(request: AuthenticatedRequest) -> HttpResponse:
    if not policies.may_cluster(request.user):
        raise PermissionDenied
    form = BulkClusterForm(request.POST)
    if not form.is_valid():
        return _back(request, "Choose a cluster that takes members.")
    cluster = form.cleaned_data["cluster"]
    return _try(
        request,
        lambda: services.fill_cluster(actor=request.user, cluster=cluster, accounts=_accounts_of(request)),
        lambda n: f"{_accounts(n)} joined {cluster.name}." if n else f"They are all in {cluster.name} already.",
    )


@require_POST
def account_bulk_signal(request: AuthenticatedRequest) -> HttpResponse:
    if not policies.may_create(request.user):
        raise PermissionDenied
    form = BulkSignalForm(request.POST)
    if not form.is_valid():
        return _back(request, "Say what was seen, and on which day.")
    data = form.cleaned_data
    label = SignalKind(data["kind"]).label.lower()
    return _try(
        request,
        lambda: services.record_signals(actor=request.user, accounts=_accounts_of(request), **data),
        lambda n: (
            f"{_accounts(n)} {'has' if n == 1 else 'have'} a {label} more. Scores follow in a few seconds."
            if n
            else "They all have this signal already."
        ),
    )


@require_POST
def account_export(request: AuthenticatedRequest) -> HttpResponseBase:
    """A file of what was chosen: `format` is one of `exports.KINDS`, CSV where it says nothing."""
    kind = exports.KINDS.get(request.POST.get("format") or "csv")
    if kind is None:
        return _back(request, "There is no such file format.")
    run = current_run()
    try:
        file = exports.make(kind, selection.chosen(request, run), run)
    except DomainError as error:
        return _back(request, str(error))
    name = f"{kind.name}-{clock.today():%Y-%m-%d}.{kind.suffix}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[kind.suffix])


def _accounts_of(request: AuthenticatedRequest) -> list[Account]:
    """One more than a service takes at a time, so that it can say no."""
    return list(selection.chosen(request, None)[: services.MOST + 1])


def _try(request: AuthenticatedRequest, call: Callable[[], int], told: Callable[[int], str]) -> HttpResponse:
    try:
        done = call()
    except DomainError as error:
        return _back(request, str(error))
    messages.success(request, told(done))
    return _back(request)


def _back(request: AuthenticatedRequest, refused: str = "") -> HttpResponse:
    if refused:
        messages.error(request, refused)
    query = selection.query_of(request).urlencode()
    return redirect(f"{reverse('account_list')}?{query or 'view=all'}")


def _accounts(count: int) -> str:
    return "One account" if count == 1 else f"{number(count)} accounts"
