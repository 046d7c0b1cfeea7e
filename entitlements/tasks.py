"""Background work of the capacity side."""

from celery import shared_task

from entitlements.services import placements

BATCHES = 20  # of one message; the beat, or the next wake, goes on


@shared_task(name="entitlements.handle_placements")
def handle_placements(*_ids: int) -> int:
    return placements.handle_placements(batches=BATCHES)
