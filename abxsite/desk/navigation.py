"""The rail: one item per job, with what waits."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from abxsite.users.models import User
from reviews.services.work import waiting_count

#: key (also the first part of its paths), label, URL name, icon
ITEMS = (
    ("work", "My work", "my_work", "inbox"),
    ("accounts", "Accounts", "account_list", "building"),
    ("clusters", "Clusters", "cluster_list", "affiliate"),
    ("scorecard", "Scorecard", "scorecard_detail", "adjustments-horizontal"),
    ("capacity", "Capacity", "capacity_detail", "gauge"),
    ("reviews", "Reviews", "cycle_list", "git-pull-request"),
    ("insights", "Insights", "insights_detail", "chart-dots"),
    ("settings", "Settings", "settings_home", "settings"),
)
#: Items that show how many moves wait for this person.
COUNTED = frozenset({"work", "reviews"})
#: Paths that belong to an item without beginning like it: the password and the second factor.
ALSO = {"settings": ("/auth/",)}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`nav` and `me` for every page of a person who is logged in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": [], "me": None}
    return {"nav": SimpleLazyObject(lambda: _items(request, user)), "me": user}


def _items(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """Only a whole page asks for them; a fragment has no rail and pays for no count."""
    waiting = waiting_count(user)
    return [
        _item(request, *item) | {"count": waiting if item[0] in COUNTED else None} for item in ITEMS if _url(item[2])
    ]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _item(request: HttpRequest, key: str, label: str, name: str, icon: str) -> dict[str, Any]:
    url = _url(name)
    current = request.path == url or request.path.startswith((f"/{key}/", *ALSO.get(key, ())))
    return {"key": key, "label": label, "url": url, "icon": icon, "count": None, "current": current}
