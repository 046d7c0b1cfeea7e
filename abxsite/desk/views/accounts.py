"""The account page: it reads across all apps, so it lives on the desk."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from abxsite.desk import account_page
from abxsite.desk.neighbours import neighbours_of
from abxsite.lib.http import AuthenticatedRequest
from accounts import policies
from accounts.models import Account
from tiering.services.runs import current_run


@require_GET
def account_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    visible = Account.objects.visible_to(request.user)
    account: Account | None = visible.select_related("owner", "parent").filter(pk=pk).first()
    if account is None or account.merged_into_id is not None:
        return _survivor_of(request, pk)
    tab = request.GET.get("tab", "why")
    context: dict[str, Any] = {
        **account_page.header(account, request.user),
        "tabs": account_page.tabs(account, tab, request.GET.get("in", "")),
        "neighbours": neighbours_of(request, account, current_run()),
        "came_from": request.GET.get("in", ""),
        "tab": tab if tab in account_page.TABS else "why",
        "may_edit": policies.may_edit(request.user, account),
        "may_assign": policies.may_assign(request.user),
    }
    context |= account_page.TABS.get(tab, account_page.TABS["why"])(
        account, account_page.Asked(request.user, request.GET)
    )
    return render(request, "desk/account_detail.html", context)


def _survivor_of(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The address of a tombstone leads to the account that it was merged into, for those who see that one."""
    visible = Account.objects.visible_to(request.user)
    survivor = get_object_or_404(visible, merged=pk)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(f"{reverse('account_detail', args=[survivor.pk])}{query}")
