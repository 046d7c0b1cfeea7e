"""The dossier of an account: entries added, worded anew, confirmed, retired."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from abxsite.lib.http import AuthenticatedRequest, posted
from accounts import page_forms
from accounts.models import Account, DossierEntry
from accounts.services import dossier
from accounts.views.accounts import editable, small_form


def editable_entry(request: AuthenticatedRequest, pk: int) -> tuple[DossierEntry, Account]:
    entry = get_object_or_404(DossierEntry.objects.visible_to(request.user), pk=pk)
    account = editable(request, entry.account_id)
    entry.account = account
    return entry, account


def to_dossier(account: Account) -> HttpResponse:
    return redirect(f"{reverse('account_detail', args=[account.pk])}?tab=dossier")


@require_http_methods(["GET", "POST"])
def dossier_add(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    account = editable(request, pk)
    form = page_forms.DossierForm(posted(request), initial={"section": request.GET.get("section", "")})
    return small_form(
        request, account, form, "Add to the dossier", "Add",
        lambda data: dossier.add_entry(actor=request.user, account=account, **data), tab="dossier", said="It is in.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def dossier_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    entry, account = editable_entry(request, pk)
    newest = entry.versions.first()
    form = page_forms.DossierVersionForm(posted(request), initial={"text": newest.text if newest else ""})
    return small_form(
        request, account, form, "Word it anew", "Save",
        lambda data: dossier.reword_entry(actor=request.user, entry=entry, **data), tab="dossier",
        said="Saved. The earlier words stay below the entry.",
    )  # fmt: skip


@require_POST
def dossier_confirm(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    entry, account = editable_entry(request, pk)
    dossier.confirm_entry(actor=request.user, entry=entry)
    messages.success(request, "Still true, as of today.")
    return to_dossier(account)


@require_POST
def dossier_retire(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Retired, or with `restore` brought back."""
    entry, account = editable_entry(request, pk)
    if request.POST.get("restore"):
        dossier.restore_entry(actor=request.user, entry=entry)
        messages.success(request, "Back in the dossier.")
    else:
        dossier.retire_entry(actor=request.user, entry=entry)
        messages.success(request, "Retired. It stays at the end of the dossier.")
    return to_dossier(account)
