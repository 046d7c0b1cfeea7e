"""Opening in the background, and the beat. Ids only, safe to repeat, quiet when the row is gone."""

from celery import shared_task

from abxsite.lib.errors import DomainError
from reviews.models import Cycle
from reviews.services import cycles


@shared_task(name="reviews.finish_opening")
def finish_opening(cycle_id: int) -> None:
    cycle = Cycle.objects.filter(pk=cycle_id).first()
    if cycle is None:
        return
    try:
        cycles.finish_opening(cycle)
    except DomainError:
        return  # the cycle says why


@shared_task(name="reviews.advance_cycles")
def advance_cycles() -> int:
    return cycles.advance_cycles()
