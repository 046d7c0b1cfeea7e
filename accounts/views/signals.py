"""Signals without an account: what their sources called it, and one click that says which one it is."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from abxsite.lib.htmx import is_fragment
from abxsite.lib.http import AuthenticatedRequest
from accounts import policies
from accounts.choices import AliasKind
from accounts.forms import AccountField
from accounts.models import Account, AccountAlias
from accounts.services import signals_unmatched as services
from accounts.unmatched import MOST_COUNTED, PAGE, count_hints, page_of

LINKS_SHOWN = 100


class LinkForm(forms.Form):
    """The account by its number (a candidate's button) or by what a person typed."""

    key = forms.CharField(max_length=330)
    account = forms.IntegerField(required=False, min_value=1)
    named = AccountField(required=False)

    def __init__(self, *args: Any, accounts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = accounts
        self.fields["named"].accounts = accounts  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("account"):
            data["chosen"] = self.accounts.filter(pk=data["account"]).first()
        else:
            data["chosen"] = data.get("named")
        if not data["chosen"] and not self.errors:
            raise forms.ValidationError("Say which account: its name or its domain.")
        return data


def _keeper(request: AuthenticatedRequest) -> None:
    if not policies.may_import(request.user):
        raise PermissionDenied


def _context(request: AuthenticatedRequest) -> dict[str, Any]:
    number = request.GET.get("page", "1")
    page = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    kind, text = request.GET.get("kind", ""), request.GET.get("q", "")
    hints, more = page_of(page, kind=kind, text=text)
    count = count_hints()
    query = {name: value for name, value in (("kind", kind), ("q", text)) if value}
    return {
        "hints": hints,
        "page": page,
        "kind": kind,
        "text": text,
        "kinds": AliasKind.choices,
        "count": count,
        "count_text": f"{MOST_COUNTED}+" if count > MOST_COUNTED else f"{count}",
        "exact": [hint for hint in hints if hint.exact],
        "without": services.waiting_without_hint(),
        "filtered": bool(query),
        "previous_url": _turn(query, page - 1) if page > 1 else "",
        "next_url": _turn(query, page + 1) if more else "",
        "shown": f"{(page - 1) * PAGE + 1}–{(page - 1) * PAGE + len(hints)}" if hints else "",
        "came_from": urlencode(query | ({"page": str(page)} if page > 1 else {})),
        "tabs": _tabs("waiting", count),
    }


def _tabs(current: str, count: int) -> list[dict[str, Any]]:
    return [
        {"label": "Waiting", "url": reverse("unmatched_list"), "count": count, "current": current == "waiting"},
        {"label": "Linked and ignored", "url": reverse("alias_list"), "count": None, "current": current == "links"},
    ]


def _turn(query: dict[str, str], page: int) -> str:
    return f"{reverse('unmatched_list')}?{urlencode(query | {'page': str(page)})}"


@require_GET
def unmatched_list(request: AuthenticatedRequest) -> HttpResponse:
    _keeper(request)
    template = "accounts/unmatched_list.html#hints" if is_fragment(request) else "accounts/unmatched_list.html"
    return render(request, template, _context(request))


def _back(request: AuthenticatedRequest) -> HttpResponse:
    came_from = request.POST.get("in", "")
    return redirect(f"{reverse('unmatched_list')}{f'?{came_from}' if came_from else ''}")


@require_POST
def unmatched_link(request: AuthenticatedRequest) -> HttpResponse:
    """Link the hint to a candidate, or to the account that was typed."""
    _keeper(request)
    form = LinkForm(request.POST, accounts=Account.objects.visible_to(request.user).present())
    if not form.is_valid():
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
        context = _context(request) | {"wrong_key": request.POST.get("key", ""), "wrong": said,
                                       "typed": request.POST.get("named", "")}  # fmt: skip
        return render(request, "accounts/unmatched_list.html", context, status=422)
    alias = services.link_hint(actor=request.user, key=form.cleaned_data["key"], account=form.cleaned_data["chosen"])
    messages.success(request, f"{alias.said} is {alias.account}: {alias.signals:,} signals linked. Later ones follow.")
    return _back(request)


@require_POST
def unmatched_link_exact(request: AuthenticatedRequest) -> HttpResponse:
    """Link each hint of the page whose domain an account has by now."""
    _keeper(request)
    visible = Account.objects.visible_to(request.user).present()
    pairs = [pair.rpartition("=") for pair in request.POST.getlist("pair")[:PAGE]]
    accounts = visible.in_bulk([int(pk) for _, _, pk in pairs if pk.isascii() and pk.isdigit() and len(pk) < 19])
    linked = [
        services.link_hint(actor=request.user, key=key, account=accounts[int(pk)])
        for key, _, pk in pairs
        if pk.isdigit() and int(pk) in accounts
    ]
    messages.success(request, f"{len(linked)} linked, {sum(alias.signals for alias in linked):,} signals.")
    return _back(request)


def _by_key(request: AuthenticatedRequest, call: Callable[..., AccountAlias], sentence: str) -> HttpResponse:
    _keeper(request)
    alias = call(actor=request.user, key=request.POST.get("key", "")[:330].replace("\x00", ""))
    messages.success(request, sentence.format(alias=alias))
    return _back(request)


@require_POST
def unmatched_create(request: AuthenticatedRequest) -> HttpResponse:
    return _by_key(
        request, services.create_from_hint, "{alias.account} is in, with {alias.signals:,} signals of {alias.said}."
    )


@require_POST
def unmatched_ignore(request: AuthenticatedRequest) -> HttpResponse:
    return _by_key(request, services.ignore_hint, "{alias.said} is ignored. It stands among the linked ones.")


@require_GET
def alias_list(request: AuthenticatedRequest) -> HttpResponse:
    """What people linked or ignored, newest first; each can be taken back."""
    _keeper(request)
    aliases = AccountAlias.objects.select_related("account", "created_by__person")
    context = {"aliases": aliases[:LINKS_SHOWN], "shown": LINKS_SHOWN, "tabs": _tabs("links", count_hints())}
    return render(request, "accounts/unmatched_links.html", context)


@require_POST
def alias_undo(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    _keeper(request)
    alias = get_object_or_404(AccountAlias, pk=pk)
    moved = services.undo_link(actor=request.user, alias=alias)
    messages.success(request, f"{alias.said} is unknown again: {moved:,} signals wait." if moved else "Taken back.")
    return redirect("alias_list")
