"""The one clock. Nothing else asks the system for the time, so that the demo can live two past quarters."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.utils import timezone

_travelled: ContextVar[datetime | None] = ContextVar("abx_travelled", default=None)


def now() -> datetime:
    """The present moment, aware; or the moment that `travel` set."""
    return _travelled.get() or timezone.now()


def today() -> date:
    """The calendar day in the workspace's zone."""
    return timezone.localdate(now())


def day_of(moment: datetime) -> date:
    """The workspace's calendar day of an aware moment."""
    return timezone.localdate(moment)


def start_of(day: date) -> datetime:
    """A dated fact means 00:00 in the workspace's zone."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - made aware here


@contextmanager
def travel(moment: datetime | date) -> Iterator[None]:
    """Within the block `now()` is `moment` (a day means its noon)."""
    when = moment if isinstance(moment, datetime) else start_of(moment) + timedelta(hours=12)
    token = _travelled.set(when)
    try:
        yield
    finally:
        _travelled.reset(token)


def quarter_start(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def quarter_name(day: date) -> str:
    """`Q4 2026`."""
    return f"Q{(day.month - 1) // 3 + 1} {day.year}"
