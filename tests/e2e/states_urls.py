"""A small site of its own for the component page: what htmx, keys and menus do can be seen without the product."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import include, path

from abxsite.lib.errors import Conflict
from tests.e2e.states import states_context


@login_not_required
def states(request: HttpRequest) -> HttpResponse:
    return render(request, "components/states.html", states_context())


@login_not_required
def row(request: HttpRequest) -> HttpResponse:
    messages.success(request, "The row is saved.")
    return HttpResponse('<p id="row" data-ax-say="1 account matches"><a href="#" data-ax-focus>Next</a></p>')


@login_not_required
def away(_: HttpRequest) -> HttpResponse:
    return redirect("states_done")


@login_not_required
def done(request: HttpRequest) -> HttpResponse:
    return render(request, "error.html", {"sentence": "Arrived.", "nav": [], "me": None})


@login_not_required
def refused(_: HttpRequest) -> HttpResponse:
    raise Conflict("Liv Aasen was faster.")


@login_not_required
def broken(_: HttpRequest) -> HttpResponse:
    return HttpResponse("<html>trace</html>", status=500)


@login_not_required
def find(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f'<a class="ax-hit" href="/done/">Halvorsund {len(request.GET["q"])}</a>')


@login_not_required
def nothing(_: HttpRequest, **__: Any) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [
    path("", states, name="my_work"),
    path("row/", row, name="states_row"),
    path("away/", away, name="states_away"),
    path("done/", done, name="states_done"),
    path("refused/", refused, name="states_refused"),
    path("broken/", broken, name="states_broken"),
    path("find/", find, name="search"),
    path("theme/", nothing, name="theme_set"),
    path("auth/", include("allauth.urls")),
]
