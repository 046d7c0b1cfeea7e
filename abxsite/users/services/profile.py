"""What people set for themselves."""

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib.errors import DomainError
from abxsite.users.choices import Theme
from abxsite.users.models import User


@transaction.atomic
def change_profile(*, actor: User, name: str, theme: str, single_keys: bool) -> User:
    set_theme(actor=actor, theme=theme)
    actor.single_keys = single_keys
    actor.save(update_fields=("single_keys",))
    if name.strip() != actor.person.name:
        before, actor.person.name = actor.person.name, name.strip()
        actor.person.full_clean()
        actor.person.save(update_fields=("name",))
        record(actor=actor, action="person_change", subject=actor.person, before={"name": before}, after={"name": name})
    return actor


def set_theme(*, actor: User, theme: str) -> None:
    if theme not in Theme.values:
        raise DomainError("There is no such theme.", field="theme")
    actor.theme = theme
    actor.save(update_fields=("theme",))
