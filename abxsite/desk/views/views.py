"""Saved views: open, save, save as, rename, share, delete, and which one opens first."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abxsite.desk import columns, filters, saved
from abxsite.desk.models import SavedView
from abxsite.desk.services import saved_views as services
from abxsite.lib.errors import DomainError
from abxsite.lib.http import AuthenticatedRequest
from abxsite.users.keeping import may_keep, may_share
from abxsite.users.models import User


class ViewForm(forms.Form):
    name = forms.CharField(max_length=80, label="Name", widget=forms.TextInput(attrs={"autofocus": True}))
    shared = forms.BooleanField(required=False, label="For everyone")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share(user):
            del self.fields["shared"]


@require_GET
def view_list(request: AuthenticatedRequest) -> HttpResponse:
    mine, everyones = saved.choices(request.user)
    first = saved.opens_first(request.user)
    context = {"mine": _rows(mine, request.user), "everyones": _rows(everyones, request.user), "first": first}
    return render(request, "desk/view_list.html", context)


def _rows(views: list[SavedView], user: User) -> list[dict[str, Any]]:
    return [
        {
            "view": view,
            "url": saved.url_of(view),
            "words": _words(view, user),
            "may_change": may_keep(user, view.owner, view.shared),
        }
        for view in views
    ]


def _words(view: SavedView, user: User) -> str:
    """What it shows, in one line."""
    query = QueryDict(view.query)
    terms = [f"{term.label} {term.value}".strip() for term in filters.read(query, user).terms]
    own = columns.keys_of(query)
    return "; ".join([*terms, *([f"{len(own)} columns"] if own else [])]) or "Every account"


@require_http_methods(["GET", "POST"])
def view_create(request: AuthenticatedRequest) -> HttpResponse:
    """Save as: the list of the query string (or of the form's `query`) under a name."""
    query = QueryDict(request.POST.get("query", "") if request.method == "POST" else request.GET.urlencode())
    form = ViewForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            view = services.create_view(actor=request.user, query=saved.kept(query), **form.cleaned_data)
        except (DomainError, ValidationError) as error:
            _put(form, error)
        else:
            messages.success(request, f"“{view.name}” is saved for {'everyone' if view.shared else 'you'}.")
            return redirect(saved.url_of(view))
    return _form(request, form, query, None)


@require_http_methods(["GET", "POST"])
def view_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Another name, or for everyone."""
    view = _mine_to_change(request, pk)
    initial = {"name": view.name, "shared": view.shared}
    form = ViewForm(request.POST if request.method == "POST" else None, initial=initial, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            view = services.update_view(
                actor=request.user, view=view, version=_version(request, view), **form.cleaned_data
            )
        except (DomainError, ValidationError) as error:
            _put(form, error)
        else:
            messages.success(request, f"“{view.name}” is saved.")
            return redirect(saved.url_of(view))
    return _form(request, form, QueryDict(view.query), view)


def _form(request: AuthenticatedRequest, form: ViewForm, query: QueryDict, view: SavedView | None) -> HttpResponse:
    back = saved.url_of(view) if view else f"{reverse('account_list')}?{query.urlencode() or 'view=all'}"
    context = {"form": form, "view": view, "query": query.urlencode(), "back": back}
    return render(request, "desk/view_form.html", context, status=422 if form.errors else 200)


@require_POST
def view_save(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The list as it is now becomes the view; who was faster is named, and both are shown."""
    view = _mine_to_change(request, pk)
    query = saved.kept(QueryDict(request.POST.get("query", "")))
    try:
        view = services.update_view(actor=request.user, view=view, version=_version(request, view), query=query)
    except services.ViewChanged as error:
        return _conflict(request, error, query)
    messages.success(request, f"“{view.name}” is saved.")
    return redirect(saved.url_of(view))


def _conflict(request: AuthenticatedRequest, error: services.ViewChanged, query: str) -> HttpResponse:
    theirs = error.theirs
    mine = SavedView(query=query, name=theirs.name)
    context = {
        "view": theirs,
        "who": theirs.updated_by.name if theirs.updated_by else "Somebody",
        "what": f"saved “{theirs.name}”",
        "at": theirs.updated_at,
        "theirs": f"Theirs: {_words(theirs, request.user)}.",
        "mine": f"Yours: {_words(mine, request.user)}.",
        "reload_url": saved.url_of(theirs),
        "post_url": reverse("view_save", args=[theirs.pk]),
        "fields": {"query": query, "version": theirs.version},
        "as_url": f"{reverse('view_create')}?{query}",
    }
    return render(request, "desk/view_conflict.html", context, status=409)


@require_POST
def view_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    view = _mine_to_change(request, pk)
    services.delete_view(actor=request.user, view=view)
    messages.success(request, f"“{view.name}” is gone.")
    return redirect("view_list")


@require_POST
def view_default(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """My list opens with it, or, when it does already, plain again."""
    view = _visible(request, pk)
    first = saved.opens_first(request.user)
    again = first is not None and first.pk == view.pk
    services.set_default(actor=request.user, view=None if again else view)
    messages.success(request, "Your list opens with all accounts." if again else f"Your list opens with “{view.name}”.")
    return redirect(saved.url_of(view))


def _visible(request: AuthenticatedRequest, pk: int) -> SavedView:
    view: SavedView = get_object_or_404(SavedView.objects.visible_to(request.user).select_related("owner"), pk=pk)
    return view


def _mine_to_change(request: AuthenticatedRequest, pk: int) -> SavedView:
    view = _visible(request, pk)
    if not may_keep(request.user, view.owner, view.shared):
        raise PermissionDenied
    return view


def _version(request: AuthenticatedRequest, view: SavedView) -> int:
    """The one that the page was made from."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else view.version


def _put(form: forms.Form, error: DomainError | ValidationError) -> None:
    sentences = error.messages if isinstance(error, ValidationError) else [str(error)]
    for sentence in sentences:
        form.add_error("name" if isinstance(error, ValidationError) else None, sentence)
