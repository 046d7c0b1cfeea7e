"""What the htmx middleware adds to answers."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from abxsite.lib.htmx import HtmxAnswersMiddleware, is_fragment

pytestmark = pytest.mark.urls("tests.e2e.states_urls")
HTMX = {"HTTP_HX_REQUEST": "true"}
View = Callable[[HttpRequest], HttpResponse]


def ask(view: View, path: str = "/accounts/", **headers: Any) -> HttpResponse:
    request = RequestFactory().get(path, **headers)
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    answer = HtmxMiddleware(HtmxAnswersMiddleware(view))(request)
    assert isinstance(answer, HttpResponse)
    return answer


def saying(answer: HttpResponse) -> View:
    def view(request: HttpRequest) -> HttpResponse:
        messages.success(request, "Saved <it>.")
        return answer

    return view


def test_messages_come_out_of_band_with_a_fragment() -> None:
    body = ask(saying(HttpResponse("<p>row</p>")), **HTMX).content.decode()
    assert body.startswith("<p>row</p>")
    assert 'hx-swap-oob="beforeend:#toasts"' in body
    assert "Saved &lt;it&gt;." in body


@pytest.mark.parametrize("status", [409, 422])
def test_messages_come_with_a_refusal_that_is_swapped(status: int) -> None:
    assert b"Saved" in ask(saying(HttpResponse("no", status=status)), **HTMX).content


def test_messages_come_with_a_refusal_that_only_speaks() -> None:
    answer = HttpResponse(status=403, headers={"HX-Reswap": "none"})
    assert b"Saved" in ask(saying(answer), **HTMX).content


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse("gone", status=404),
        HttpResponse(status=204),
        HttpResponse("", headers={"HX-Redirect": "/x/"}),
        JsonResponse({}),
    ],
)
def test_messages_wait_where_htmx_would_drop_them(answer: HttpResponse) -> None:
    assert b"Saved" not in ask(saying(answer), **HTMX).content


def test_messages_stay_out_of_a_plain_answer() -> None:
    assert ask(saying(HttpResponse("<p>page</p>"))).content == b"<p>page</p>"


def test_a_page_that_has_shown_the_messages_gets_them_once() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        messages.success(request, "Saved.")
        return HttpResponse("; ".join(str(said) for said in messages.get_messages(request)))

    assert ask(page, **HTMX).content == b"Saved."


def test_a_redirect_becomes_a_location_of_the_whole_page() -> None:
    answer = ask(lambda _: HttpResponseRedirect("/accounts/7/?tab=why"), **HTMX)
    assert answer.status_code == 200
    told = json.loads(answer["HX-Location"])
    assert told["path"] == "/accounts/7/?tab=why"
    assert told["target"] == "body"
    assert told["headers"] == {"HX-Boosted": "true"}
    assert "Location" not in answer


def test_a_redirect_keeps_its_cookies() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        answer = HttpResponseRedirect("/")
        answer.set_cookie("seen", "1")
        return answer

    assert ask(view, **HTMX).cookies["seen"].value == "1"


def test_a_redirect_elsewhere_leaves_the_page() -> None:
    answer = ask(lambda _: HttpResponseRedirect("https://sso.example/login"), **HTMX)
    assert answer["HX-Redirect"] == "https://sso.example/login"


def test_an_expired_login_leads_back_to_the_page_that_was_open() -> None:
    answer = ask(
        lambda _: HttpResponseRedirect("/auth/login/?next=/accounts/rows/"),
        "/accounts/rows/",
        **HTMX,
        HTTP_HX_CURRENT_URL="http://testserver/accounts/?tier=1&sort=name",
    )
    assert answer["HX-Redirect"] == "/auth/login/?next=%2Faccounts%2F%3Ftier%3D1%26sort%3Dname"


def test_a_plain_redirect_stays_one() -> None:
    answer = ask(lambda _: HttpResponseRedirect("/x/"))
    assert (answer.status_code, answer["Location"]) == (302, "/x/")


def test_html_answers_vary_by_htmx_and_others_do_not() -> None:
    assert ask(lambda _: HttpResponse("page"))["Vary"] == "HX-Request"
    assert "Vary" not in ask(lambda _: JsonResponse({}))


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, False),
        (HTMX, True),
        (HTMX | {"HTTP_HX_BOOSTED": "true"}, False),
        (HTMX | {"HTTP_HX_HISTORY_RESTORE_REQUEST": "true"}, False),
    ],
)
def test_a_fragment_is_wanted_only_by_a_plain_htmx_request(headers: dict[str, str], part: bool) -> None:
    seen: list[bool] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(is_fragment(request))
        return HttpResponse("")

    ask(view, **headers)
    assert seen == [part]
