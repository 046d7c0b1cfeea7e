"""The saved view that a list stands on: `view=7` in its address names it, the rest of the address is the list itself.

So an address can be shared, and the list can tell "unsaved changes" by comparing itself with what is kept.
"""

from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.urls import reverse

from abxsite.desk.models import DefaultView, SavedView
from abxsite.users.keeping import may_keep
from abxsite.users.models import User

#: What tells a list from its place and its name.
NOT_KEPT: Final = ("after", "before", "view")
#: `?view=all`: the plain list, also for somebody who has a view that opens first.
ALL: Final = "all"


@dataclass(frozen=True)
class Current:
    """`view` is None on a plain list; `changed` when the list differs from what the view keeps."""

    view: SavedView | None
    changed: bool
    may_save: bool
    is_default: bool


def kept(query: QueryDict) -> str:
    """The part of an address that a view keeps, in one order, so that equal lists are equal text."""
    plain = QueryDict(mutable=True)
    for key in sorted(query):
        values = [value for value in query.getlist(key) if value]
        if key not in NOT_KEPT and values:
            plain.setlist(key, values)
    return plain.urlencode()


def url_of(view: SavedView) -> str:
    """The list as the view keeps it."""
    return f"{reverse('account_list')}?{'&'.join(part for part in (f'view={view.pk}', view.query) if part)}"


def opens_first(user: User) -> SavedView | None:
    """The view that the person's list opens with, as long as they see it."""
    found = DefaultView.objects.filter(user=user).select_related("view").first()
    if found is None or not (found.view.shared or found.view.owner_id == user.pk):
        return None
    view: SavedView = found.view
    return view


def current(query: QueryDict, user: User) -> Current:
    asked = query.get("view", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return Current(None, False, False, False)
    view = SavedView.objects.visible_to(user).select_related("owner", "updated_by__person").filter(pk=asked).first()
    if view is None:
        return Current(None, False, False, False)
    return Current(
        view,
        changed=kept(query) != view.query,
        may_save=may_keep(user, view.owner, view.shared),
        is_default=DefaultView.objects.filter(user=user, view=view).exists(),
    )


def choices(user: User) -> tuple[list[SavedView], list[SavedView]]:
    """Mine, then everyone's."""
    views = list(SavedView.objects.visible_to(user).order_by("name"))
    return [view for view in views if not view.shared], [view for view in views if view.shared]
