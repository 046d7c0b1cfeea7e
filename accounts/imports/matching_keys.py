"""By which values a row is recognised as a record that is here (D2); people may leave some out."""

from collections.abc import Mapping
from typing import Any

from accounts.choices import ImportKind

ID, DOMAIN, NAME = "id", "domain", "name"
#: Per kind, the surest first, with words for people.
KEYS: dict[ImportKind, tuple[tuple[str, str], ...]] = {
    ImportKind.ACCOUNTS: (
        (ID, "Its id in the source"), (DOMAIN, "Its domain"), (NAME, "Its name, with the country where known"),
    ),
    ImportKind.CONTACTS: (
        (ID, "Its id in the source"), (DOMAIN, "Its e-mail address"), (NAME, "Its name at the account"),
    ),
    ImportKind.OPPORTUNITIES: ((ID, "Its id in the source"), (NAME, "Its name at the account")),
    ImportKind.SIGNALS: ((ID, "Its id in the source, or all its values"),),
}  # fmt: skip


def chosen(kind: str, options: Mapping[str, Any]) -> list[str]:
    """The keys that hold for a job; all of its kind by default."""
    known = [key for key, _ in KEYS[ImportKind(kind)]]
    return [key for key in known if key in options.get("keys", known)]


def params(kind: str, options: Mapping[str, Any]) -> dict[str, bool]:
    """As parameters of the matching."""
    keys = chosen(kind, options)
    return {f"by_{key}": key in keys for key in (ID, DOMAIN, NAME)}
