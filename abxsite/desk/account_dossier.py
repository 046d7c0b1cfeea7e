"""The dossier of an account, part by part, with author and age of each entry."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from abxsite.lib import clock
from accounts.choices import DossierSection
from accounts.models import Account, DossierEntry, DossierVersion

STALE = timedelta(days=365)
SHOWN = 200
#: What each part is for, where it is empty.
PROMPTS = {
    DossierSection.PRIORITY: "Two or three sentences on what this account wants next year.",
    DossierSection.INITIATIVE: "Programmes and projects that are under way, with who runs them.",
    DossierSection.PAIN: "What costs them time or money today, in their own words.",
    DossierSection.COMPETITOR: "Who else sells to them, and where they sit.",
    DossierSection.LANDSCAPE: "The systems, partners and rules that they live with.",
}


@dataclass(frozen=True)
class Entry:
    """An entry as it reads today; `earlier` are the words before, newest first."""

    entry: DossierEntry
    newest: DossierVersion
    earlier: tuple[DossierVersion, ...]

    @property
    def stale(self) -> bool:
        return clock.today() - self.newest.on > STALE


@dataclass(frozen=True)
class Part:
    section: DossierSection
    entries: tuple[Entry, ...]

    @property
    def label(self) -> str:
        return str(self.section.label)

    @property
    def prompt(self) -> str:
        return PROMPTS[self.section]


def dossier(account: Account) -> dict[str, Any]:
    found = list(
        DossierEntry.objects.filter(account=account).prefetch_related("versions__author").order_by("-id")[:SHOWN]
    )
    entries = [_entry(one) for one in found if one.versions.all()]
    current = [one for one in entries if one.entry.retired_on is None]
    return {
        "parts": [
            Part(section, tuple(one for one in current if one.entry.section == section)) for section in DossierSection
        ],
        "retired": [one for one in entries if one.entry.retired_on is not None],
        "stale_entries": sum(one.stale for one in current),
    }


def _entry(entry: DossierEntry) -> Entry:
    versions = tuple(entry.versions.all())
    return Entry(entry, versions[0], tuple(one for one in versions[1:] if one.text != versions[0].text))


def first_priority(account: Account) -> str:
    """The newest priority in force, for the summary beside the score; empty where there is none."""
    newest = (
        DossierVersion.objects.filter(
            entry__account=account, entry__section=DossierSection.PRIORITY, entry__retired_on__isnull=True
        )
        .order_by("-id")
        .first()
    )
    return newest.text if newest else ""
