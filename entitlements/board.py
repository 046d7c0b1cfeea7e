"""The delivery board: which deliveries, in which order, one keyset page at a time."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from abxsite.lib import clock
from abxsite.users.models import User
from entitlements.choices import DeliveryState
from entitlements.models import Delivery

PAGE = 50
SOON = timedelta(days=30)
SHOWN = {
    "overdue": "Overdue",
    "soon": "Due in 30 days",
    "due": "All that is due",
    "done": "Done",
    "skipped": "Skipped",
}
NEWEST_FIRST = ("done", "skipped")


@dataclass(frozen=True)
class BoardPage:
    rows: list[Delivery]
    after: str
    before: str


def filtered(user: User, *, tier: str = "", person: str = "", account: str = "", q: str = "") -> QuerySet[Delivery]:
    """What `user` may see, narrowed by tier id, person id (`me`, `none`), account id and words of a name."""
    found: QuerySet[Delivery] = Delivery.objects.visible_to(user).exclude(state=DeliveryState.CANCELLED)
    if tier.isdigit():
        found = found.filter(entitlement__tier_id=int(tier))
    if person == "me":
        found = found.filter(person_id=user.person_id)
    elif person == "none":
        found = found.filter(person__isnull=True)
    elif person.isdigit():
        found = found.filter(person_id=int(person))
    if account.isdigit():
        of_cluster = Q(cluster__memberships__account_id=int(account), cluster__memberships__until__isnull=True)
        found = found.filter(Q(account_id=int(account)) | of_cluster)
    for word in q.split()[:6]:
        found = found.filter(
            Q(account__name__icontains=word) | Q(cluster__name__icontains=word) | Q(entitlement__name__icontains=word)
        )
    return found


def shown(found: QuerySet[Delivery], show: str, today: date) -> QuerySet[Delivery]:
    due = found.filter(state=DeliveryState.DUE)
    match show:
        case "overdue":
            return due.filter(due_on__lt=today)
        case "soon":
            return due.filter(due_on__gte=today, due_on__lte=today + SOON)
        case "done" | "skipped":
            return found.filter(state=show, done_on__gte=clock.quarter_start(today))
        case _:
            return due


def counts(found: QuerySet[Delivery], today: date) -> dict[str, int]:
    """Overdue and soon as they are, done and skipped of this quarter."""
    return {
        "overdue": shown(found, "overdue", today).count(),
        "soon": shown(found, "soon", today).count(),
        "done": shown(found, "done", today).count(),
        "skipped": shown(found, "skipped", today).count(),
    }


def fetch(found: QuerySet[Delivery], show: str, *, after: str = "", before: str = "") -> BoardPage:
    """One page by date and id; `after` and `before` are cursors that a page before gave."""
    field, newest = ("done_on", True) if show in NEWEST_FIRST else ("due_on", False)
    backwards = bool(before)
    cursor = _cursor(before or after)
    descending = newest != backwards
    if cursor:
        way = "lt" if descending else "gt"
        found = found.filter(Q(**{f"{field}__{way}": cursor[0]}) | Q(**{field: cursor[0], f"pk__{way}": cursor[1]}))
    order = (f"-{field}", "-pk") if descending else (field, "pk")
    with_names: QuerySet[Delivery] = found.with_names()  # type: ignore[attr-defined]
    rows = list(with_names.order_by(*order)[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows.reverse()
    onward, back = (bool(rows), more) if backwards else (more, bool(cursor))
    return BoardPage(
        rows=rows,
        after=_mark(rows[-1], field) if rows and onward else "",
        before=_mark(rows[0], field) if rows and back else "",
    )


def _mark(row: Delivery, field: str) -> str:
    return f"{getattr(row, field):%Y-%m-%d}.{row.pk}"


def _cursor(text: str) -> tuple[date, int] | None:
    day, _, pk = text.partition(".")
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        return None
