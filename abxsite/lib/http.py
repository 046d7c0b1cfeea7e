"""The edge: typed requests, and domain errors turned into answers once for pages and once for the API."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from rest_framework.response import Response
from rest_framework.views import exception_handler

from abxsite.lib import currency
from abxsite.lib.errors import DomainError

if TYPE_CHECKING:
    from abxsite.users.models import User


class AuthenticatedRequest(HttpRequest):
    """A request that passed the login wall; spares casts in views."""

    user: "User"
    htmx: Any


def client_address(request: HttpRequest) -> str:
    """Where a request came from, for the audit entry; the proxy's first hop is believed only behind a proxy."""
    return str(request.META.get("REMOTE_ADDR", "") or "")


class CurrencyMiddleware:
    """Amounts of one request carry the workspace's sign, asked for at the first of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with currency.asked_once():
            return self.get_response(request)


class DomainErrorMiddleware:
    """A `DomainError` that a view let through becomes a sentence: in the page for htmx, else as an error page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        if getattr(request, "htmx", False):
            messages.error(request, str(exception))
            answer = HttpResponse(status=exception.status)
            answer["HX-Reswap"] = "none"
            return answer
        return render(request, "error.html", {"sentence": str(exception)}, status=exception.status)


def api_exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, plus `DomainError` and `ValidationError` as `{"detail": sentence}`."""
    if isinstance(exc, DomainError):
        return Response({"detail": str(exc)}, status=exc.status)
    if isinstance(exc, ValidationError):
        return Response({"detail": "; ".join(exc.messages)}, status=422)
    if isinstance(exc, PermissionDenied):
        return Response({"detail": "This is not yours to change."}, status=403)
    return exception_handler(exc, context)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the data of a POST, an empty one too; None else."""
    return request.POST if request.method == "POST" else None
