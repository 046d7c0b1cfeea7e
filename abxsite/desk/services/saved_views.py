"""Saved views of the account list: mine or everyone's, and which one opens first."""

from typing import Any

from django.db import transaction

from abxsite.audit.services import changes, record
from abxsite.desk.models import DefaultView, SavedView
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.keeping import check_keep, check_share
from abxsite.users.models import User

LONGEST_QUERY = 4_000


class ViewChanged(Conflict):
    """Somebody saved the view since it was opened; `theirs` is what it holds now."""

    def __init__(self, sentence: str, theirs: SavedView) -> None:
        super().__init__(sentence)
        self.theirs = theirs


@transaction.atomic
def create_view(*, actor: User, name: str, query: str, shared: bool = False) -> SavedView:
    check_share(actor, shared)
    view = SavedView(
        name=name.strip(), query=_checked(query), shared=shared, owner=actor, updated_by=actor,
        created_at=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    view.full_clean()
    view.save(force_insert=True)
    if shared:
        record(actor=actor, action="view_create", subject=view, after={"query": view.query})
    return view


@transaction.atomic
def update_view(*, actor: User, view: SavedView, version: int, **fields: Any) -> SavedView:
    """Its name, its query, or whose it is. `version` is the one that the person opened."""
    stored: SavedView = SavedView.objects.select_for_update(no_key=True).select_related(None).get(pk=view.pk)
    check_keep(actor, stored.owner, stored.shared)
    if stored.version != version:
        who = stored.updated_by.name if stored.updated_by else "Somebody"
        raise ViewChanged(f"{who} saved “{stored.name}” meanwhile.", stored)
    if "query" in fields:
        fields["query"] = _checked(fields["query"])
    if fields.get("shared", stored.shared) and not stored.shared:
        check_share(actor, shared=True)
    before, after = changes(stored, fields)
    if not after:
        return stored
    for name, value in after.items():
        setattr(stored, name, value)
    stored.version += 1
    stored.updated_by, stored.updated_at = actor, clock.now()
    stored.full_clean()
    stored.save(update_fields=[*after, "version", "updated_by", "updated_at"])
    if stored.shared or before.get("shared"):
        record(actor=actor, action="view_update", subject=stored, before=before, after=after)
    return stored


@transaction.atomic
def delete_view(*, actor: User, view: SavedView) -> None:
    stored: SavedView = SavedView.objects.select_for_update().get(pk=view.pk)
    check_keep(actor, stored.owner, stored.shared)
    if stored.shared:
        record(actor=actor, action="view_delete", subject=stored, before={"query": stored.query})
    stored.delete()


@transaction.atomic
def set_default(*, actor: User, view: SavedView | None) -> None:
    """The view that the actor's account list opens with; None opens it plain."""
    if view is None:
        DefaultView.objects.filter(user=actor).delete()
        return
    DefaultView.objects.update_or_create(user=actor, defaults={"view": view})


def _checked(query: str) -> str:
    if len(query) > LONGEST_QUERY:
        raise DomainError("This view has too many values to be kept. Make a segment of the filters instead.")
    return query
