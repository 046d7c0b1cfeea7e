"""The first person of an empty workspace, by a page or by command; afterwards the page is gone."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from abxsite.lib.errors import DomainError
from abxsite.lib.http import posted
from abxsite.users.forms import FirstRunForm
from abxsite.users.models import User
from abxsite.users.services.people import create_first_admin
from entitlements.services.catalogue import ensure_default_catalogue
from tiering.services.setup import ensure_defaults


@transaction.atomic
def begin_workspace(*, name: str, email: str, password: str) -> User:
    """The first admin, the default tiers and settings, and the default catalogue."""
    user = create_first_admin(name=name, email=email, password=password)
    ensure_defaults(actor=user)
    ensure_default_catalogue(actor=user)
    return user


@login_not_required
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    if User.objects.exists():
        raise Http404("This workspace has people already.")
    form = FirstRunForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            begin_workspace(**form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, "Your login is ready.")
            return redirect("account_login")
    return render(request, "users/first_run.html", {"form": form}, status=422 if form.is_bound else 200)
