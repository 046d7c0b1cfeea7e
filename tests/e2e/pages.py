"""Every page that is photographed and audited by `make shots`. Add yours: a name, where it is, who looks."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from playwright.sync_api import Page

from abxsite.users.choices import Role


@dataclass(frozen=True)
class Shot:
    """`at` is a URL name, a path that starts with `/`, or a function that finds either (None: nothing to show).

    `role` None means nobody is signed in; `then` does what is needed before the picture (opens a dialog, say).
    `status` is the expected answer.
    """

    name: str
    at: str | Callable[[], str | None]
    role: Role | None = Role.MARKETER
    then: Callable[[Page], None] | None = None
    status: int = 200

    def path(self) -> str | None:
        place = self.at() if callable(self.at) else self.at
        return place if place is None or place.startswith("/") else reverse(place)


def _open(dialog: str) -> Callable[[Page], None]:
    return lambda page: page.evaluate(f"document.getElementById('{dialog}').showModal()")


ENTRANCE = [
    Shot("login", "account_login", None),
    Shot("login-reset", "account_reset_password", None),
    Shot("login-reset-done", "account_reset_password_done", None),
    Shot("not-found", "/not/a/page/", status=404),
]
ME = [
    Shot("password", "account_change_password", Role.REP),
    Shot("two-factor", "mfa_index", Role.REP),
    Shot("is-it-you", "mfa_activate_totp", Role.REP),
    Shot("keys", "my_work", Role.REP, _open("keys")),
    Shot("search-open", "my_work", Role.REP, _open("search")),
]
WORK = [Shot(f"my-work-{role.value}", "my_work", role) for role in Role]

PAGES: list[Shot] = [*ENTRANCE, *WORK, *ME]
