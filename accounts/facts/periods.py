"""Periods as people write them: "30 days", "12 months", "1 year". Pure."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from abxsite.lib import clock
from abxsite.lib.errors import DomainError

_PERIOD = re.compile(r"^\s*(\d{1,4})\s*(d|days?|w|weeks?|m|months?|q|quarters?|y|years?)?\s*$", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7}
_MONTHS = {"m": 1, "q": 3, "y": 12}
LONGEST = 100 * 365


@dataclass(frozen=True)
class Period:
    count: int
    unit: str

    def since(self, today: date) -> date:
        """The first day of the period that ends today."""
        if self.unit in _DAYS:
            return today - timedelta(days=self.count * _DAYS[self.unit])
        return clock.add_months(today, -self.count * _MONTHS[self.unit])

    def __str__(self) -> str:
        name = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}[self.unit]
        return f"{self.count} {name}{'' if self.count == 1 else 's'}"


def read_period(text: object) -> Period:
    """`"30 days"`, `"12m"`, `"1 year"`; a bare number counts days."""
    found = _PERIOD.match(str(text))
    if found is None:
        raise DomainError(f"“{str(text)[:40]}” is no period. Write it like 30 days, 12 months or 1 year.")
    period = Period(int(found[1]), (found[2] or "d")[0].lower())
    if not 0 < period.count * {"d": 1, "w": 7, "m": 30, "q": 91, "y": 365}[period.unit] <= LONGEST:
        raise DomainError("A period lasts from one day to a hundred years.")
    return period
