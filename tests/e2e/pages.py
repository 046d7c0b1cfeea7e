"""Every page that is photographed and audited by `make shots`. Add yours: a name, where it is, who looks."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from playwright.sync_api import Page

from abxsite.users.choices import Role
from entitlements.models import Entitlement


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


def _entitlement() -> str | None:
    first = Entitlement.objects.order_by("tier__order", "id").first()
    return reverse("entitlement_edit", args=[first.pk]) if first else None


def _skipping(page: Page) -> None:
    page.get_by_role("link", name="Skip: ").first.click()
    page.locator(".ax-settle").wait_for()


def _ticked(page: Page) -> None:
    page.locator("[data-ax-select-page]").check()


CAPACITY = [
    Shot("capacity", "capacity_detail"),
    Shot("capacity-leader", "capacity_detail", Role.LEADER),
    Shot("capacity-people", "capacity_people"),
    Shot("capacity-budget", "capacity_budget"),
    Shot("capacity-publish", "caps_publish"),
    Shot("capacity-person", "worker_create"),
    Shot("capacity-entitlement", _entitlement),
    Shot("deliveries", lambda: reverse("delivery_list") + "?show=overdue"),
    Shot("deliveries-due", lambda: reverse("delivery_list") + "?show=due"),
    Shot("deliveries-done", lambda: reverse("delivery_list") + "?show=done"),
    Shot("deliveries-rep", "delivery_list", Role.REP),
    Shot("deliveries-ticked", lambda: reverse("delivery_list") + "?show=overdue", then=_ticked),
    Shot("deliveries-skip", lambda: reverse("delivery_list") + "?show=due", then=_skipping),
]

PAGES: list[Shot] = [*ENTRANCE, *WORK, *CAPACITY, *ME]
