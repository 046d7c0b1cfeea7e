"""Closed lists of the tiering side."""

from django.db import models

#: What a tier of None is called.
OFF_LIST_NAME = "Off list"


class Family(models.TextChoices):
    """Families of criteria (S2)."""

    POTENTIAL = "potential", "Potential"
    FIT = "fit", "Fit"
    NEED = "need", "Need and timing"
    FIRMOGRAPHIC = "firmographic", "Firmographic"
    SIGNALS = "signals", "Signals"
    RELATIONSHIP = "relationship", "Relationship"
    BRAND = "brand", "Brand"


class CriterionKind(models.TextChoices):
    """How a criterion gets its 0–5 points."""

    BANDS = "bands", "Bands over a number"
    CHOICE = "choice", "Points per choice"
    TRAITS = "traits", "Traits, one point each"
    OVERLAP = "overlap", "Overlap with a set"
    SIGNALS = "signals", "Decayed signals"
    RELATIONSHIP = "relationship", "Relationship depth"
    JUDGEMENT = "judgement", "Human judgement"


class Unknown(models.TextChoices):
    """What an unknown fact counts as (S3)."""

    TYPICAL = "typical", "Typical"
    ZERO = "zero", "Zero"
    MIDDLE = "middle", "Middle"


class ScorecardStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class PotentialSource(models.IntegerChoices):
    """Where a potential comes from (T4), in order of precedence."""

    UNKNOWN = 0, "Unknown"
    SUMMED = 1, "Sum of buying centers"
    ENTERED = 2, "Entered"
    ESTIMATED = 3, "Estimated"


class Layer(models.TextChoices):
    BASE = "base", "Base"
    TEMPORARY = "temporary", "Temporary"


class PlacementSource(models.TextChoices):
    CYCLE = "cycle", "Review"
    IMPORTED = "imported", "Imported"
    DISQUALIFIED = "disqualified", "Disqualified"
    TRIGGER = "trigger", "Trigger"
    RETURN = "return", "Return"
    MERGED = "merged", "Merge"


class HoldKind(models.TextChoices):
    PIN = "pin", "Pin"
    AGREED = "agreed", "Agreed"
    VETOED = "vetoed", "Vetoed"
    DISQUALIFIED = "disqualified", "Disqualified"


class RuleKind(models.TextChoices):
    MUST = "must", "Must have"
    NICE = "nice", "Nice to have"
    EXCLUDE = "exclude", "Exclusion"


class Reason(models.TextChoices):
    """Why a standing or a move is what it is; every recommendation carries one, with a sentence."""

    PLACED = "placed", "Holds a seat"
    ENTERS = "enters", "Enters the list"
    CLIMBS = "climbs", "Earned a higher tier"
    DISPLACES = "displaces", "Takes the seat of another"
    DISPLACED = "displaced", "Gives its seat to another"
    BELOW_SCORE = "below_score", "Below the minimum score"
    BELOW_POTENTIAL = "below_potential", "Below the minimum potential"
    OVER_CAP = "over_cap", "The tier holds more than its cap"
    DISQUALIFIED = "disqualified", "Disqualified"
    HELD = "held", "Held as agreed"
    STAYS = "stays", "Stays: within the margin"
    OFF_LIST = "off_list", "Qualifies for no tier"


class Deck(models.TextChoices):
    """Why an account is on deck instead of in the higher tier."""

    NONE = "", "–"
    FULL = "full", "Full"
    FIND_OUT_FIRST = "find_out", "Find out first"
    NEEDS_CLUSTER = "needs_cluster", "Needs a cluster"
    BRAKE = "brake", "Held by the brake"


class MoveState(models.TextChoices):
    """PENDING until both sides are through; after publication APPLIED, REFUSED (vetoed), ON_DECK or LAPSED."""

    PENDING = "pending", "Waiting"
    APPROVED = "approved", "Approved"
    VETOED = "vetoed", "Vetoed"
    DISPUTED = "disputed", "Disputed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    APPLIED = "applied", "Applied"
    REFUSED = "refused", "Vetoed, closed"
    ON_DECK = "on_deck", "On deck"
    LAPSED = "lapsed", "Lapsed"


#: States in which a move still waits for its publication; one such move per account.
OPEN_MOVES = (MoveState.PENDING, MoveState.APPROVED, MoveState.VETOED, MoveState.DISPUTED)
