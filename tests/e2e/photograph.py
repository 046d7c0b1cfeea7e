"""One page in three views: its picture, and what the browser and axe complain about."""

from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import NoReverseMatch
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from abxsite.users.models import User
from tests.browser import Theme, opened
from tests.e2e.audit import axe, listening, settle, sideways
from tests.e2e.pages import Shot

VIEWS: dict[str, tuple[int, int, Theme]] = {
    "1440-light": (1440, 900, "light"),
    "1440-dark": (1440, 900, "dark"),
    "390-light": (390, 844, "light"),
}


def session_of(role: str) -> str | None:
    """A fresh session key of the first login that has `role`; None when nobody has it."""
    user = User.objects.filter(roles__contains=[role], is_active=True).order_by("id").first()
    if user is None:
        return None
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def photograph(browser: Browser, base: str, shot: Shot, key: str | None, out: Path, views: list[str]) -> Iterator[str]:
    """Saves `out/<name>-<view>.png` for each view; yields a line for everything that is wrong."""
    try:
        path = shot.path()
    except NoReverseMatch:
        yield "no such URL"
        return
    if path is None:
        yield "there is nothing to show here"
        return
    if shot.role and not key:
        yield f"nobody is {shot.role}"
        return
    for view in views:
        width, height, theme = VIEWS[view]
        with opened(browser, width=width, height=height, theme=theme, base_url=base) as page:
            if key:
                page.context.add_cookies([{"name": "sessionid", "value": key, "url": base}])
            for line in _look(page, shot, path, out / f"{shot.name}-{view}.png"):
                yield f"{view}: {line}"


def _look(page: Page, shot: Shot, path: str, picture: Path) -> Iterator[str]:
    with listening(page) as heard:
        try:
            answer = page.goto(path)
            page.screenshot(path=picture, full_page=True)
            if answer is None or answer.status != shot.status:
                yield f"answered {answer and answer.status}, expected {shot.status}"
                return
            if shot.then:
                shot.then(page)
            settle(page)
            page.screenshot(path=picture, full_page=True)
            found = [*axe(page), *sideways(page)]
        except PlaywrightError as error:
            yield str(error).splitlines()[0]
            return
        spoken = [line for line in heard if shot.status == 200 or f"status of {shot.status}" not in line]
        yield from (*spoken, *found)
