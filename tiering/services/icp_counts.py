"""Counting for the ICP's pages in a large workspace: written whole, replaced as the day goes."""

from datetime import date

from django.db import transaction

from abxsite.lib import clock, locks
from tiering.icp import current_lines
from tiering.icp.summaries import RULES, WINS, is_large, made, stamp_of
from tiering.models import IcpSummary

#: Days that are kept for those who look at the past.
KEPT = 40


@transaction.atomic
def summarize_icp(as_of: date) -> int:
    """Count and keep what the pages show; how many figures were written. Coalesced: one counts, others leave it be."""
    if not is_large() or not locks.try_take("icp summaries"):
        return 0
    lines = current_lines()
    for kind in (RULES, WINS):
        IcpSummary.objects.update_or_create(
            kind=kind,
            as_of=as_of,
            defaults={"stamp": stamp_of(lines), "counts": made(kind, as_of, lines), "made_at": clock.now()},
        )
    old = IcpSummary.objects.order_by("-as_of").values_list("pk", flat=True)[KEPT:]
    IcpSummary.objects.filter(pk__in=list(old)).delete()
    return 2
