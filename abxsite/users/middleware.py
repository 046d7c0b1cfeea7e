"""Login everywhere by default, and where each write comes from."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequired
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url

from abxsite.audit.services import source
from abxsite.lib.http import client_address
from abxsite.users.models import User


class LoginRequiredMiddleware(DjangoLoginRequired):
    """An expired login on an htmx request leads the whole page to the login, and back to where it was.

    While nobody has a login, all leads to the first run.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        if not User.objects.exists():
            return redirect("first_run")
        htmx = getattr(request, "htmx", None)
        if not htmx:
            return super().handle_no_permission(request, view_func)
        page = urlsplit(htmx.current_url or "/")
        back = page.path + (f"?{page.query}" if page.query else "")
        answer = HttpResponse()
        answer["HX-Redirect"] = f"{resolve_url('account_login')}?{urlencode({REDIRECT_FIELD_NAME: back})}"
        return answer


class ActorMiddleware:
    """Notes the caller's address for the audit entries of this request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = source.set(client_address(request))
        try:
            return self.get_response(request)
        finally:
            source.reset(token)
