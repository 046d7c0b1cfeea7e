"""Closed lists of the review side."""

from django.db import models


class CycleKind(models.TextChoices):
    QUARTERLY = "quarterly", "Quarterly"
    MONTHLY = "monthly", "Monthly, top two tiers"
    OFF_CYCLE = "off_cycle", "Off cycle"


class CycleStatus(models.TextChoices):
    NOMINATING = "nominating", "Nominating"
    OPENING = "opening", "Being opened"
    OPEN = "open", "Open"
    CLOSING = "closing", "Closing"
    PUBLISHED = "published", "Published"
    CANCELLED = "cancelled", "Cancelled"


#: One cycle per scope in these.
LIVE = (CycleStatus.NOMINATING, CycleStatus.OPENING, CycleStatus.OPEN, CycleStatus.CLOSING)


class Side(models.TextChoices):
    SALES = "sales", "Sales"
    MARKETING = "marketing", "Marketing"
    LEADER = "leader", "Leader"


class VerdictKind(models.TextChoices):
    APPROVE = "approve", "Approved"
    VETO = "veto", "Vetoed"
    AMEND = "amend", "Amended"
    SNOOZE = "snooze", "Snoozed"
    WITHDRAW = "withdraw", "Withdrawn"
    DISPUTE = "dispute", "Disputed"
    SILENCE = "silence", "Consent by silence"


#: A side that said one of these agreed to a tier. A dispute upholds the move against the other side's veto.
AGREEING = frozenset({VerdictKind.APPROVE, VerdictKind.AMEND, VerdictKind.DISPUTE, VerdictKind.SILENCE})
#: A side that said one of these has decided; nothing, a snooze and a withdrawal leave it undecided.
DECIDING = AGREEING | {VerdictKind.VETO}


class VetoReason(models.TextChoices):
    NO_ACCESS = "no_access", "No access to the buyer"
    WRONG_MOMENT = "wrong_moment", "Wrong moment"
    BOUGHT_ELSEWHERE = "bought_elsewhere", "Bought elsewhere"
    WRONG_DATA = "wrong_data", "Wrong data"
    OTHER = "other", "Other"
