"""What may hang on a record that an import made: what goes with it, and what keeps it.

Every foreign key with a constraint keeps the record (rows without one outlive it, as history does), unless the app
that owns the key says in `AppConfig.ready` that its rows are only derived (`derived("tiering.Score")`): those go too.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import models

from accounts.choices import ImportKind
from accounts.models import Account, Contact, Opportunity, Signal

MODELS: dict[str, type[models.Model]] = {
    ImportKind.ACCOUNTS: Account,
    ImportKind.CONTACTS: Contact,
    ImportKind.OPPORTUNITIES: Opportunity,
    ImportKind.SIGNALS: Signal,
}
_DERIVED: set[str] = {"accounts.rescoremark", "accounts.duplicatepair"}
#: Dated facts that an import writes with the record (`source`, `entered_at`): its own go, others keep the record.
_DATED = frozenset({"accounts.potentialentry", "accounts.opportunitychange"})
#: Where the model's own name is not what people say.
_CALLED = {
    "accounts.potentialentry": ("potential said since", "potentials said since"),
    "accounts.accountfollowing": ("account that follows", "accounts that follow"),
    "accounts.accountmerge": ("merge", "merges"),
    "accounts.accountalias": ("link of signals", "links of signals"),
    "accounts.contactstrength": ("word on how well somebody is known", "words on how well people are known"),
    "accounts.opportunitychange": ("change of stage or amount", "changes of stage or amount"),
    "accounts.dossierentry": ("dossier entry", "dossier entries"),
}


def derived(*labels: str) -> None:
    """Rows of these models (`app.Model`) are worked out from accounts, and go with them."""
    _DERIVED.update(label.lower() for label in labels)


@dataclass(frozen=True)
class Relation:
    """A foreign key to a record: `one` and `many` are what its rows are called; `child`: the record's own table."""

    table: str
    column: str
    one: str
    many: str
    dated: bool = False
    child: bool = False


def _keys_to(model: type[models.Model]) -> list[models.ForeignKey]:  # type: ignore[type-arg]
    found = []
    for other in apps.get_models():
        for field in other._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is model:
                found.append(field)
    return found


def keeping(model: type[models.Model]) -> list[Relation]:
    """What keeps a record of `model`."""
    return [
        Relation(
            field.model._meta.db_table, field.column, *_words(field, model),
            dated=field.model._meta.label_lower in _DATED, child=field.model is model and field.name != "merged_into",
        )
        for field in _keys_to(model)
        if field.model._meta.label_lower not in _DERIVED and field.db_constraint  # type: ignore[attr-defined]
    ]  # fmt: skip


def _words(field: models.ForeignKey, model: type[models.Model]) -> tuple[str, str]:  # type: ignore[type-arg]
    """What one and many of the rows are called."""
    if field.model is model:
        below = {
            "parent": ("subsidiary", "subsidiaries"),
            "merged_into": ("account that was merged into it", "accounts that were merged into it"),
        }
        return below.get(field.name, ("person who reports to it", "people who report to it"))
    meta = field.model._meta
    return _CALLED.get(meta.label_lower, (str(meta.verbose_name), str(meta.verbose_name_plural)))


def going_along(model: type[models.Model]) -> list[tuple[str, str]]:
    """(table, column) of what is deleted with a record."""
    return [
        (field.model._meta.db_table, field.column)
        for field in _keys_to(model)
        if field.model._meta.label_lower in _DERIVED | _DATED
    ]
