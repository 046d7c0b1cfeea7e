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
    "same_name": ("Same name but for the legal form", False),
    "like_name": ("Names alike", False),
    "same_base": ("Same domain under two suffixes", False),
    "domain_missing": ("One has no domain", False),
    "same_country": ("Same country", False),
    "same_city": ("Same city", False),
    "other_domain": ("Different domains", True),
    "other_country": ("Different countries", True),
    "two_ids": ("Two records in one source", True),
    "family": ("One is the other's parent", True),
}
FILTERS = ("same_name", "like_name", "same_base")


@dataclass(frozen=True)
class ReasonTold:
    words: str
    against: bool


def reasons_of(pair: DuplicatePair) -> list[ReasonTold]:
    """For first, then against."""
    told = []
    for code in pair.reasons:
        words, against = REASONS[code]
        told.append(ReasonTold(f"{words} ({pair.similarity} %)" if code == "like_name" else words, against))
    return sorted(told, key=lambda one: one.against)


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
