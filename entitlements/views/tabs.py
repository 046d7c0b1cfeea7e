"""The tabs that all capacity pages share."""

from typing import Any

from django.urls import reverse

from abxsite.lib import clock, display
from abxsite.users.models import User
from entitlements.models import Delivery, Worker


def capacity_tabs(user: User, current: str) -> list[dict[str, Any]]:
    overdue = Delivery.objects.visible_to(user).overdue(clock.today()).count()
    people = Worker.objects.not_over(clock.today()).values("person").distinct().count()
    found = (
        ("capacity_detail", "Model", None),
        ("capacity_people", "People", people or None),
        ("capacity_budget", "Budget", None),
        ("delivery_list", "Delivery board", f"{display.number(overdue)} overdue" if overdue else None),
    )
    return [
        {"label": label, "url": reverse(name), "count": count, "current": name == current}
        for name, label, count in found
    ]
