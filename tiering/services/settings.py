"""The workspace's settings: one typed row per version; a change appends, a proposal freezes one."""

from typing import Any

from django.db import transaction

from abxsite.audit import services as audit
from abxsite.lib import clock, currency, locks
from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from tiering import policies
from tiering.models import WorkspaceSettings

#: Never copied or set from outside.
OWN_FIELDS = frozenset({"id", "version", "created_at", "created_by"})


def current_settings() -> WorkspaceSettings:
    """The newest version; before first-run setup the defaults, not saved (version 0)."""
    found = WorkspaceSettings.objects.order_by("-version").first() or WorkspaceSettings(version=0)
    currency.heard(found.currency)
    return found


def current_currency() -> str:
    """The code of the workspace's currency, as `abxsite.lib.currency` asks for it."""
    return current_settings().currency


@transaction.atomic
def change_settings(*, actor: User | None, **changes: Any) -> WorkspaceSettings:
    """Append a version with `changes`; the present one where nothing differs."""
    policies.check_may_keep(actor, "change the settings")
    locks.take("workspace settings")
    old = current_settings()
    unknown = changes.keys() - _names()
    if unknown:
        raise DomainError(f"There is no setting called {', '.join(sorted(unknown))}.")
    before, after = audit.changes(old, changes)
    if old.version and not after:
        return old
    new = WorkspaceSettings(**{name: getattr(old, name) for name in _names()})
    for name, value in changes.items():
        setattr(new, name, value)
    new.version, new.created_at, new.created_by = old.version + 1, clock.now(), actor
    new.full_clean()
    new.save(force_insert=True)
    audit.record(actor=actor, action="settings_change", subject=new, before=before, after=after)
    return new


def _names() -> set[str]:
    return {field.name for field in WorkspaceSettings._meta.concrete_fields} - OWN_FIELDS
