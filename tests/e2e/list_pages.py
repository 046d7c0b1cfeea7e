"""Where the pages around the account list are, made where there are none: a saved view, a segment, the panels."""

from django.urls import reverse
from playwright.sync_api import Page

from abxsite.desk import saved
from abxsite.desk.models import SavedView
from abxsite.users.models import User
from accounts.models import Segment

QUERY = "industry=Energy&industry=Ports&employees.gte=200"


def kept_view(change: str = "") -> str | None:
    """A view of everyone's, with `change` unsaved."""
    marketer = User.objects.filter(roles__contains=["marketer"]).order_by("pk").first()
    if marketer is None:
        return None
    query = "industry=Energy&industry=Logistics&tier=list"
    view, _ = SavedView.objects.get_or_create(
        name="Energy and logistics on the list", defaults={"query": query, "shared": True, "owner": marketer}
    )
    return saved.url_of(view) + change


def changed_view() -> str | None:
    return kept_view("&employees.gte=200")


def wide_list() -> str:
    return reverse("account_list") + "?columns=tier,score,industry,country,employees,revenue,technologies,owner,created"


def segment(name: str = "segment_detail") -> str | None:
    marketer = User.objects.filter(roles__contains=["marketer"]).order_by("pk").first()
    conditions = [
        {"fact": "employees", "op": "gte", "value": 200},
        {"fact": "won_on", "op": "unknown"},
        {"fact": "signals", "op": "at_least", "value": {"n": 1, "within": "90 days", "kinds": []}},
    ]
    made, _ = Segment.objects.get_or_create(
        name="Large, awake, never bought",
        defaults={"conditions": conditions, "created_by": marketer, "description": "For the spring programme."},
    )
    return reverse(name, args=[made.pk])


def segment_form() -> str | None:
    return segment("segment_edit")


def open_filter(page: Page) -> None:
    page.locator(".ax-filter-add").click()
    page.wait_for_selector("#panel [data-ax-conds]")


def open_columns(page: Page) -> None:
    """The button is not there on a phone."""
    button = page.get_by_role("link", name="Columns")
    if button.is_visible():
        button.click()
        page.wait_for_selector("#panel .ax-columns")


def open_views(page: Page) -> None:
    page.locator(".ax-views-b").click()


def open_export(page: Page) -> None:
    page.evaluate("document.getElementById('bulk-export').showModal()")
