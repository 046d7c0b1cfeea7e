"""Bulk actions of the account list; each goes back to the list that it came from."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from abxsite.desk import selection
from abxsite.lib import clock, csv
from abxsite.lib.display import number
from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from accounts import policies
from accounts.forms import BulkClusterForm, OwnerForm
from accounts.services import bulk as services
from tiering.services.runs import current_run


@require_POST
def account_bulk_assign(request: AuthenticatedRequest) -> HttpResponse:
    if not policies.may_assign(request.user):
        raise PermissionDenied
    form = OwnerForm(request.POST)
    if not form.is_valid():
        return _back(request, "Choose somebody from the list of owners.")
    owner = form.cleaned_data["owner"]
    accounts = list(selection.chosen(request, None)[: services.MOST + 1])
    name = owner.name if owner else "nobody"
    return _try(
        request,
        lambda: services.assign_owners(actor=request.user, accounts=accounts, owner=owner),
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
    accounts = list(selection.chosen(request, None)[: services.MOST + 1])
    return _try(
        request,
        lambda: services.fill_cluster(actor=request.user, cluster=cluster, accounts=accounts),
        lambda n: f"{_accounts(n)} joined {cluster.name}." if n else f"They are all in {cluster.name} already.",
    )


@require_POST
def account_export(request: AuthenticatedRequest) -> HttpResponse:
    """CSV of what was chosen, for spreadsheets: formulas become text."""
    run = current_run()
    rows = selection.export_rows(selection.chosen(request, run), run)
    answer = HttpResponse(csv.text_of(selection.HEAD, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="accounts-{clock.today():%Y-%m-%d}.csv"'
    return answer


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
    return redirect(f"{reverse('account_list')}?{query}" if query else reverse("account_list"))


def _accounts(count: int) -> str:
    return "One account" if count == 1 else f"{number(count)} accounts"
