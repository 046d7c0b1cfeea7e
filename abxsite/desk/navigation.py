"""The rail: one item per job, with what waits."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

#: key, label, URL name, icon, path prefix
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


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`nav` and `me` for every page of a person who is logged in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": [], "me": None}
    return {"nav": [_item(request, *item) for item in ITEMS if _url(item[2])], "me": user}


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _item(request: HttpRequest, key: str, label: str, name: str, icon: str) -> dict[str, Any]:
    url = _url(name)
    current = request.path == url or request.path.startswith(f"/{key}/")
    return {"key": key, "label": label, "url": url, "icon": icon, "count": None, "current": current}
