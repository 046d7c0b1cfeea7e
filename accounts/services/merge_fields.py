"""The facts of two accounts side by side: which differ, what is chosen, and what the survivor gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import TextChoices

from abxsite.lib import display
from accounts.choices import AccountStatus, Closure
from accounts.models import Account

KEEP, TAKE, BOTH = "keep", "take", "both"
#: Facts that a person chooses between, in the order of the page. `match_name` follows the name.
FIELDS = (
    "name", "domain", "website", "status", "owner", "parent", "industry", "country", "region", "city", "employees",
    "revenue", "year_founded", "technologies", "problem_tags", "closure", "closed_on", "insight_on", "description",
)  # fmt: skip
LISTS = frozenset({"technologies", "problem_tags"})
CUSTOM = "custom."
CHOICES: dict[str, type[TextChoices]] = {"status": AccountStatus, "closure": Closure}
LABELS = {
    "problem_tags": "Problems", "parent": "Parent account", "insight_on": "Facts last checked",
    "closed_on": "Closed on", "year_founded": "Founded", "revenue": "Revenue a year",
}  # fmt: skip


@dataclass(frozen=True)
class FieldRow:
    """One fact: the survivor's and the loser's value, as they are and in words, and what is chosen."""

    key: str
    label: str
    mine: Any
    theirs: Any
    choice: str
    may_both: bool = False

    @property
    def same(self) -> bool:
        return bool(self.mine == self.theirs)

    @property
    def mine_told(self) -> str:
        return told(self.key, self.mine)

    @property
    def theirs_told(self) -> str:
        return told(self.key, self.theirs)


def rows_of(survivor: Account, loser: Account, choices: Mapping[str, str] | None = None) -> list[FieldRow]:
    """Every fact of either. Not chosen yet: the survivor's value, the loser's where the survivor has none."""
    chosen = choices or {}
    found = []
    for key in (*FIELDS, *_custom_keys(survivor, loser)):
        mine, theirs = value_of(survivor, key), value_of(loser, key)
        default = BOTH if key in LISTS and mine and theirs else TAKE if _blank(mine) and not _blank(theirs) else KEEP
        choice = chosen.get(key, default)
        found.append(FieldRow(key, label_of(key), mine, theirs, choice, key in LISTS and bool(mine and theirs)))
    return found


def told(key: str, value: Any) -> str:
    """A value for people; empty for none."""
    if _blank(value):
        return ""
    if key in CHOICES:
        return str(CHOICES[key](value).label)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, date):
        return display.exact(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) and key != "year_founded" else str(value)


def label_of(key: str) -> str:
    name = key.removeprefix(CUSTOM)
    return LABELS.get(name, name.replace("_", " ").capitalize())


def _custom_keys(survivor: Account, loser: Account) -> list[str]:
    return [f"{CUSTOM}{key}" for key in dict.fromkeys([*survivor.custom, *loser.custom])]


def value_of(account: Account, key: str) -> Any:
    if key.startswith(CUSTOM):
        return account.custom.get(key.removeprefix(CUSTOM))
    return getattr(account, key)


def _blank(value: Any) -> bool:
    return value is None or value == "" or value == []


def chosen_values(survivor: Account, loser: Account, choices: Mapping[str, str]) -> dict[str, Any]:
    """The survivor's new values by model field, only those that change. `custom` is one field."""
    changed: dict[str, Any] = {}
    custom = dict(survivor.custom)
    for row in rows_of(survivor, loser, choices):
        value = _outcome(row)
        if row.key.startswith(CUSTOM):
            if value is not None:
                custom[row.key.removeprefix(CUSTOM)] = value
        elif value != row.mine:
            changed[row.key] = value
    if custom != survivor.custom:
        changed["custom"] = custom
    if changed.get("parent", survivor.parent) in (survivor, loser):
        changed["parent"] = loser.parent if loser.parent != survivor else None
    return changed


def _outcome(row: FieldRow) -> Any:
    if row.choice == BOTH and row.key in LISTS:
        return list(dict.fromkeys([*row.mine, *row.theirs]))
    return row.theirs if row.choice == TAKE else row.mine
