"""Making and changing an account, and what people add to it from its page."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from accounts import forms as account_forms
from accounts import policies
from accounts.look_alikes import look_alikes
from accounts.matching import company_domain
from accounts.models import Account
from accounts.services import accounts as services
from accounts.services import signals


def editable(request: AuthenticatedRequest, pk: int) -> Account:
    """The account, when this person may change it; 404 for a stranger's, 403 for one that is only read."""
    account: Account = get_object_or_404(Account.objects.visible_to(request.user).present(), pk=pk)
    if not policies.may_edit(request.user, account):
        raise PermissionDenied
    return account


@require_http_methods(["GET", "POST"])
def account_create(request: AuthenticatedRequest) -> HttpResponse:
    if not policies.may_create(request.user):
        raise PermissionDenied
    visible = Account.objects.visible_to(request.user).present()
    form = account_forms.AccountForm(request.POST or None, accounts=visible)
    alike: list[tuple[Account, str]] = []
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        if not policies.may_assign(request.user):
            fields["owner"] = request.user.person
        alike = look_alikes(fields["name"], fields["domain"], visible)
        own = company_domain(fields["domain"], fields["name"])
        taken = bool(own) and any(one.domain == own for one, _ in alike)  # no "anyway" helps: the database refuses
        if not alike or taken or "anyway" in request.POST:
            despite = [account for account, _ in alike]
            call = partial(services.create_account, actor=request.user, despite=despite, **fields)
            if (account := attempt(form, call)) is not None:
                messages.success(request, f"{account.name} is in. Its score follows in a few seconds.")
                return redirect("account_detail", account.pk)
    context = {"form": form, "account": None, "alike": alike}
    return render(request, "accounts/account_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def account_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    account = editable(request, pk)
    visible = Account.objects.visible_to(request.user).present()
    form = account_forms.AccountForm(request.POST or None, instance=account, accounts=visible)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        stored = Account.objects.get(pk=pk)
        if attempt(form, lambda: services.update_account(actor=request.user, account=stored, **fields)) is not None:
            messages.success(request, "Saved.")
            return redirect("account_detail", account.pk)
    context = {"form": form, "account": account, "may_merge": policies.may_merge(request.user)}
    return render(request, "accounts/account_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def account_assign(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.visible_to(request.user).present(), pk=pk)
    if not policies.may_assign(request.user):
        raise PermissionDenied
    suggested = services.suggest_owner(account)
    initial = {"owner": suggested.person.pk if suggested else account.owner_id}
    form = account_forms.OwnerForm(request.POST if request.method == "POST" else None, initial=initial)
    if suggested:
        form.fields[
            "owner"
        ].help_text = f"Suggested: {suggested.person.name} has {suggested.deals:,} of its {suggested.total:,} deals."
    return small_form(
        request, account, form, "Who owns this account?", "Assign",
        lambda data: services.assign_owner(actor=request.user, account=account, owner=data["owner"]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def signal_record(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    account = editable(request, pk)

    def save(data: dict[str, Any]) -> object:
        day: date = data.pop("on")
        moment = clock.now() if day == clock.today() else clock.start_of(day)
        return signals.record_signal(actor=request.user, account=account, occurred_at=moment, source="hand", **data)

    form = account_forms.SignalForm(request.POST or None, account=account)
    return small_form(request, account, form, "Record a signal", "Record", save, tab="signals")


def small_form(
    request: AuthenticatedRequest,
    account: Account,
    form: forms.Form,
    title: str,
    button: str,
    save: Callable[[dict[str, Any]], object],
    tab: str = "",
    said: str = "Saved. The score follows in a few seconds.",
) -> HttpResponse:
    """A page (or, by htmx, a panel on the account's page) with one short form; back to the tab when it is saved."""
    back = reverse("account_detail", args=[account.pk]) + (f"?tab={tab}" if tab else "")
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: save(dict(form.cleaned_data))) is not None
    ):
        messages.success(request, said)
        return redirect(back)
    context = {"form": form, "account": account, "title": title, "button": button, "back": back}
    template = "accounts/small_form.html"
    if is_fragment(request):
        template += "#panel"
        _take_focus(form)
    return render(request, template, context, status=422 if form.errors else 200)


def _take_focus(form: forms.Form) -> None:
    """The first field with an error, else the first, takes the focus when the panel comes in."""
    names = [name for name in form.fields if name in form.errors] or list(form.fields)
    if names:
        form.fields[names[0]].widget.attrs["data-ax-focus"] = True


def attempt[T](form: forms.BaseForm, call: Callable[[], T]) -> T | None:
    """What `call` gives; None when a rule said no, whose sentence then stands beside its field."""
    try:
        return call()
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    except ValidationError as error:
        for field, sentences in error_fields(error).items():
            for sentence in sentences:
                form.add_error(field if field in form.fields else None, sentence)
    return None


def error_fields(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
