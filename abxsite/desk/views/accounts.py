"""The account page: it reads across all apps, so it lives on the desk."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from abxsite.desk import account_page
from abxsite.desk.neighbours import neighbours_of
from abxsite.lib.http import AuthenticatedRequest
from accounts import policies
from accounts.models import Account
from tiering.services.runs import current_run


@require_GET
def account_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(
        Account.objects.visible_to(request.user).select_related("owner", "parent", "merged_into"), pk=pk
    )
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
