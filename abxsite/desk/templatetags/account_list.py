"""What the account list's template needs beyond `abx`."""

from datetime import date
from typing import Any

from django import template

from abxsite.desk.account_rows import Row
from abxsite.lib import display

register = template.Library()


@register.filter
def attribute(row: Row, name: str) -> str:
    """A custom attribute as people read it; days as the stored ISO text."""
    value: Any = row.attribute(name)
    match value:
        case None | "":
            return display.MISSING
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return display.number(value)
        case str() if len(value) == 10 and value[4:5] == "-":
            try:
                return display.exact(date.fromisoformat(value))
            except ValueError:
                return value
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
