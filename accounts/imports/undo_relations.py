"""What may hang on a record that an import made: what goes with it, and what keeps it.

Every foreign key to the record keeps it, unless the app that owns the key says in `AppConfig.ready` that its rows
are only derived (`derived("tiering.Score")`): those go with the record.
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
_DERIVED: set[str] = {"accounts.rescoremark"}
#: History outlives its record.
_HISTORY = frozenset({"accounts.accountevent"})
#: Dated facts that an import writes with the record (`source`, `entered_at`): its own go, others keep the record.
_DATED = frozenset({"accounts.potentialentry", "accounts.opportunitychange"})


def derived(*labels: str) -> None:
    """Rows of these models (`app.Model`) are worked out from accounts, and go with them."""
    _DERIVED.update(label.lower() for label in labels)


@dataclass(frozen=True)
class Relation:
    """A foreign key to a record: `many` is what its rows are called; `child` marks the record's own table."""

    table: str
    column: str
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
            field.model._meta.db_table, field.column, _words(field, model),
            dated=field.model._meta.label_lower in _DATED, child=field.model is model and field.name != "merged_into",
        )
        for field in _keys_to(model)
        if field.model._meta.label_lower not in _DERIVED | _HISTORY
    ]  # fmt: skip


def _words(field: models.ForeignKey, model: type[models.Model]) -> str:  # type: ignore[type-arg]
    if field.model is model:
        below = {"parent": "subsidiaries", "merged_into": "accounts that were merged into it"}
        return below.get(field.name, "people who report to it")
    return str(field.model._meta.verbose_name_plural)


def going_along(model: type[models.Model]) -> list[tuple[str, str]]:
    """(table, column) of what is deleted with a record."""
    return [
        (field.model._meta.db_table, field.column)
        for field in _keys_to(model)
        if field.model._meta.label_lower in _DERIVED | _DATED
    ]
