"""News that a person has read; it tells nobody else anything, so it leaves no audit entry."""

from django.db import transaction

from abxsite.lib import clock
from abxsite.users.models import Notification, User


@transaction.atomic
def mark_read(*, actor: User, notice: int | None = None) -> int:
    """The actor's own news, all of it or one; how many were unread."""
    mine = Notification.objects.filter(person=actor.person, read_at__isnull=True)
    if notice is not None:
        mine = mine.filter(pk=notice)
    return mine.update(read_at=clock.now())
