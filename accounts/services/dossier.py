"""The dossier of an account: entries that people add, word anew, confirm and retire; every version stays."""

from django.db import transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import User
from accounts import policies
from accounts.models import Account, DossierEntry, DossierVersion


@transaction.atomic
def add_entry(*, actor: User, account: Account, section: str, text: str) -> DossierEntry:
    policies.check_edit(actor, account)
    entry = DossierEntry(account=account, section=section, created_at=clock.now())
    entry.full_clean()
    entry.save(force_insert=True)
    _write(actor, entry, text)
    record(actor=actor, action="dossier_add", subject=account, after={"section": section, "text": text.strip()[:200]})
    return entry


@transaction.atomic
def reword_entry(*, actor: User, entry: DossierEntry, text: str) -> DossierVersion:
    """A new version; the same words again say that they are still true, and make the entry young."""
    policies.check_edit(actor, entry.account)
    entry = DossierEntry.objects.select_for_update(no_key=True, of=("self",)).select_related("account").get(pk=entry.pk)
    if entry.retired_on is not None:
        raise Conflict("Somebody retired this entry meanwhile. Bring it back first.")
    before = entry.versions.first()
    version = _write(actor, entry, text)
    was = before.text if before else ""
    action = "dossier_confirm" if was == version.text else "dossier_reword"
    record(
        actor=actor, action=action, subject=entry.account, before={"text": was[:200]},
        after={"section": entry.section, "text": version.text[:200]},
    )  # fmt: skip
    return version


@transaction.atomic
def confirm_entry(*, actor: User, entry: DossierEntry) -> DossierVersion:
    """Still true."""
    newest = entry.versions.first()
    if newest is None:
        raise DomainError("There is nothing to confirm.")
    return reword_entry(actor=actor, entry=entry, text=newest.text)


@transaction.atomic
def retire_entry(*, actor: User, entry: DossierEntry) -> DossierEntry:
    """It holds no longer; it stays in the dossier's past."""
    return _set_retired(actor, entry, retired=True)


@transaction.atomic
def restore_entry(*, actor: User, entry: DossierEntry) -> DossierEntry:
    return _set_retired(actor, entry, retired=False)


def _set_retired(actor: User, entry: DossierEntry, *, retired: bool) -> DossierEntry:
    policies.check_edit(actor, entry.account)
    entry = DossierEntry.objects.select_for_update(no_key=True, of=("self",)).select_related("account").get(pk=entry.pk)
    if (entry.retired_on is not None) == retired:
        return entry
    entry.retired_on, entry.retired_by = (clock.today(), actor) if retired else (None, None)
    entry.save(update_fields=["retired_on", "retired_by"])
    action = "dossier_retire" if retired else "dossier_restore"
    newest = entry.versions.first()
    text = newest.text[:200] if newest else ""
    record(actor=actor, action=action, subject=entry.account, after={"section": entry.section, "text": text})
    return entry


def _write(actor: User, entry: DossierEntry, text: str) -> DossierVersion:
    version = DossierVersion(
        entry=entry, text=text.strip(), on=clock.today(), author=actor.person, entered_at=clock.now()
    )
    version.full_clean()
    version.save(force_insert=True)
    return version
