"""Pairs of accounts that look alike, with the reasons in words. Reads only."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.choices import PairState
from accounts.models import DuplicatePair

PAGE = 25
COUNTED = 1_000
#: code: words, and whether it speaks against one company.
REASONS: dict[str, tuple[str, bool]] = {
    "same_name": ("same name but for the legal form", False),
    "like_name": ("names alike", False),
    "same_base": ("same domain under two suffixes", False),
    "domain_missing": ("one has no domain", False),
    "same_country": ("same country", False),
    "same_city": ("same city", False),
    "other_domain": ("different domains", True),
    "other_country": ("different countries", True),
    "two_ids": ("two records in one source", True),
    "family": ("one is the other's parent", True),
}
FILTERS = ("same_name", "like_name", "same_base")


@dataclass(frozen=True)
class ReasonsTold:
    """What speaks for one company, and against it; a phrase each, empty for nothing."""

    speaking_for: str
    against: str


def reasons_of(pair: DuplicatePair) -> ReasonsTold:
    sides: dict[bool, list[str]] = {False: [], True: []}
    for code in pair.reasons:
        words, against = REASONS[code]
        sides[against].append(f"{words} ({pair.similarity} %)" if code == "like_name" else words)
    speaking_for = ", ".join(sides[False])
    return ReasonsTold(speaking_for[:1].upper() + speaking_for[1:], ", ".join(sides[True]))


def pairs(*, state: str = PairState.OPEN, reason: str = "", text: str = "") -> QuerySet[DuplicatePair]:
    """Surest first; pairs of which one was merged meanwhile are left out."""
    found = DuplicatePair.objects.filter(state=state, low__merged_into__isnull=True, high__merged_into__isnull=True)
    if reason in REASONS:
        found = found.filter(reasons__contains=[reason])
    if text := text.replace("\x00", "").strip():
        found = found.filter(
            Q(low__name__icontains=text) | Q(high__name__icontains=text)
            | Q(low__domain__icontains=text) | Q(high__domain__icontains=text)
        )  # fmt: skip
    return found.select_related("low__owner", "high__owner", "dismissed_by__person").order_by("-score", "-id")


def count_text(found: QuerySet[Any]) -> str:
    count = found.select_related(None).order_by()[: COUNTED + 1].count()
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"
