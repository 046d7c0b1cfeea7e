"""What an account is worth: entered, by buying centers, and whether it follows its parent."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest, posted
from accounts import page_forms
from accounts.forms import BuyingCenterForm, PotentialForm
from accounts.models import Account, BuyingCenter
from accounts.services import following, potential
from accounts.views.accounts import editable, small_form


def editable_center(request: AuthenticatedRequest, pk: int) -> tuple[BuyingCenter, Account]:
    center = get_object_or_404(BuyingCenter.objects.visible_to(request.user), pk=pk)
    account = editable(request, center.account_id)
    center.account = account
    return center, account


def to_whitespace(account: Account) -> HttpResponse:
    return redirect(f"{reverse('account_detail', args=[account.pk])}?tab=whitespace")


@require_http_methods(["GET", "POST"])
def potential_enter(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    account = editable(request, pk)
    return small_form(
        request, account, PotentialForm(posted(request)), "Enter the potential", "Save",
        lambda data: potential.enter_potential(actor=request.user, account=account, **data), tab="whitespace",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def buying_center_add(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    account = editable(request, pk)
    return small_form(
        request, account, BuyingCenterForm(posted(request)), "Add a buying center", "Add",
        lambda data: potential.add_buying_center(actor=request.user, account=account, **data), tab="whitespace",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def buying_center_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    center, account = editable_center(request, pk)
    form = page_forms.BuyingCenterValueForm(posted(request), center=center)
    return small_form(
        request, account, form, f"What is {center.name} worth?", "Save",
        lambda data: potential.update_buying_center(actor=request.user, center=center, **data), tab="whitespace",
    )  # fmt: skip


@require_POST
def buying_center_close(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    center, account = editable_center(request, pk)
    potential.close_buying_center(actor=request.user, center=center)
    messages.success(request, f"{center.name} is closed and counts no longer. Its figures stay.")
    return to_whitespace(account)


@require_POST
def buying_center_reopen(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    center, account = editable_center(request, pk)
    potential.reopen_buying_center(actor=request.user, center=center)
    messages.success(request, f"{center.name} is open again.")
    return to_whitespace(account)


@require_POST
def account_follow(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """`follow` set: the parent carries sum and tier from today on; else the account stands for itself."""
    account = editable(request, pk)
    follow = bool(request.POST.get("follow"))
    try:
        following.follow_parent(actor=request.user, account=account, follow=follow)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        parent = account.parent.name if account.parent else "the parent"
        said = f"follows {parent} from today on" if follow else "stands for itself again"
        messages.success(request, f"{account.name} {said}. The score follows in a few seconds.")
    return to_whitespace(account)
