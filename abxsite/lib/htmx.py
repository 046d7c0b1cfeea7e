"""What htmx needs once for all: messages, redirects, an expired login, caches that tell page from fragment."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

REDIRECTS = frozenset({301, 302, 303, 307, 308})
SWAPPED_REFUSALS = frozenset({409, 422})  # base.html's htmx-config swaps these like a success
HEADS_ELSEWHERE = ("HX-Redirect", "HX-Location", "HX-Refresh")


def is_fragment(request: HttpRequest) -> bool:
    """True when a part of the page is wanted; a boosted link and a restore from history want the whole page."""
    asked: Any = getattr(request, "htmx", None)
    return bool(asked) and not asked.boosted and not asked.history_restore_request


class HtmxAnswersMiddleware:
    """Stands after HtmxMiddleware and MessageMiddleware, and before the login wall, whose redirect it translates."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if getattr(request, "htmx", None):
            if answer.status_code in REDIRECTS and answer.get("Location"):
                answer = _redirect(request, answer)
            elif isinstance(answer, HttpResponse) and _takes_messages(answer):
                _append_messages(request, answer)
        if answer.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(answer, ("HX-Request",))
        return answer


def _redirect(request: HttpRequest, answer: HttpResponseBase) -> HttpResponse:
    """A redirect would be followed unseen and land in a table cell: htmx is told where to go instead."""
    target = answer["Location"]
    told = HttpResponse(status=200)
    if is_login(target):
        told["HX-Redirect"] = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page_of(request)})}"
    elif _is_ours(request, target):
        told["HX-Location"] = json.dumps(
            {
                "path": target,
                "target": "body",
                "swap": "innerHTML show:window:top",
                "headers": {"HX-Boosted": "true"},
            }
        )
    else:
        told["HX-Redirect"] = target
    told.cookies = answer.cookies
    for name in ("Vary", "Cache-Control", "Expires"):
        if answer.get(name):
            told[name] = answer[name]
    return told


def is_login(target: str) -> bool:
    return urlsplit(target).path == urlsplit(resolve_url(settings.LOGIN_URL)).path


def page_of(request: HttpRequest) -> str:
    """Path and query of the page that the person looks at, for `next` after a login."""
    asked: Any = getattr(request, "htmx", None)
    page = getattr(asked, "current_url_abs_path", None)
    return page or (request.get_full_path() if request.method == "GET" else "/")


def _is_ours(request: HttpRequest, target: str) -> bool:
    return url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=False)


def _takes_messages(answer: HttpResponse) -> bool:
    """Only an answer that htmx will put into the page may use the messages up."""
    if answer.streaming or answer.status_code == 204 or any(name in answer for name in HEADS_ELSEWHERE):
        return False
    if not answer.get("Content-Type", "").startswith("text/html"):
        return False
    shown = answer.status_code < 300 or answer.status_code in SWAPPED_REFUSALS
    return shown or answer.get("HX-Reswap") == "none"


def _append_messages(request: HttpRequest, answer: HttpResponse) -> None:
    waiting = get_messages(request)
    if getattr(waiting, "used", False):
        return  # the answer was a whole page and has shown them
    spoken = list(waiting)
    if spoken:
        answer.content += render_to_string("components/toasts_oob.html", {"messages": spoken}, request).encode()
        if answer.get("Content-Length"):
            answer["Content-Length"] = str(len(answer.content))
