"""Marks that ask for a rescore; a higher app's task picks them up."""

from collections.abc import Iterable

from abxsite.lib import clock
from accounts.models import RescoreMark


def mark_for_rescore(account_ids: Iterable[int]) -> None:
    """Leave one mark per account, in the transaction of the change."""
    moment = clock.now()
    RescoreMark.objects.bulk_create(
        (RescoreMark(account_id=pk, marked_at=moment) for pk in sorted(set(account_ids))), batch_size=5000
    )
