"""What there is to choose from. Never a scan of a million rows for a page.

Where an index begins with the column, the distinct values are read by hopping along it; the others are read once
and kept for some minutes.
"""

from collections.abc import Callable
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, Model, OuterRef

from abxsite.lib.remembered import remembered
from abxsite.users.models import Person
from accounts.models import Account, Segment

KEPT_SECONDS: Final = 600
MOST: Final = 500

#: The next value after the last one, from the index, until there is none.
_HOP = """
WITH RECURSIVE hop AS (
    (SELECT {column} AS value FROM accounts_account WHERE {column} > '' ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (SELECT a.{column} FROM accounts_account a WHERE a.{column} > hop.value ORDER BY a.{column} LIMIT 1)
    FROM hop WHERE hop.value IS NOT NULL
)
SELECT value FROM hop WHERE value IS NOT NULL LIMIT %s"""
_DISTINCT = "SELECT DISTINCT {column} FROM accounts_account WHERE {column} > '' ORDER BY 1 LIMIT %s"
#: The words that most accounts carry, in alphabetical order.
_ELEMENTS = """
SELECT word FROM (
    SELECT word FROM accounts_account, unnest({column}) AS word WHERE {column} <> '{{}}'
    GROUP BY word ORDER BY count(*) DESC, word LIMIT %s) often ORDER BY word"""


def _read(statement: str, column: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(column=column), [MOST])
        return [(value, value) for (value,) in cursor.fetchall()]


def _kept(statement: str, column: str) -> list[tuple[str, str]]:
    values = remembered(f"abx-options-{column}", KEPT_SECONDS, lambda: _read(statement, column))
    return [(value, words) for value, words in values]


def industries() -> list[tuple[str, str]]:
    return _read(_HOP, "industry")


def countries() -> list[tuple[str, str]]:
    return _read(_HOP, "country")


def sources() -> list[tuple[str, str]]:
    return _read(_HOP, "source")


def regions() -> list[tuple[str, str]]:
    return _kept(_DISTINCT, "region")


def cities() -> list[tuple[str, str]]:
    return _kept(_DISTINCT, "city")


def technologies() -> list[tuple[str, str]]:
    return _kept(_ELEMENTS, "technologies")


def problems() -> list[tuple[str, str]]:
    return _kept(_ELEMENTS, "problem_tags")


def owners() -> list[tuple[str, str]]:
    people = Person.objects.filter(Exists(Account.objects.filter(owner=OuterRef("pk"))))
    return [(str(pk), name) for pk, name in people.values_list("pk", "name")[:MOST]]


def segments() -> list[tuple[str, str]]:
    """Only everyone's: what one person keeps must not steer what all see."""
    rows = Segment.objects.filter(shared=True).values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows[:MOST]]


def rows_of(model: type[Model]) -> Callable[[], list[tuple[str, str]]]:
    """The rows of a small table by their name."""

    def read() -> list[tuple[str, str]]:
        rows: Any = model._default_manager.order_by("name").values_list("pk", "name")
        return [(str(pk), name) for pk, name in rows[:MOST]]

    return read
