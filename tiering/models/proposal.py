"""The frozen outcome of one assignment run, and its moves with their evidence."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from abxsite.lib import clock
from abxsite.users.models import User
from accounts.models import Account
from tiering.choices import OPEN_MOVES, Deck, MoveState, Reason
from tiering.models.run import Run
from tiering.models.scorecard import Scorecard
from tiering.models.tier import Tier, WorkspaceSettings
from tiering.querysets import MoveQuerySet


class Proposal(models.Model):
    """Version, settings, as-of day and caps as they were. `caps` is {tier id: seats or null};
    `tiers` the thresholds of each tier; `cycle_number` counts quarterly cycles. `below` is {account id: reviews
    running} of the incumbents that were found below their tier's minimum (A2); NULL where the proposal covers only
    some tiers and is no review of them all.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="proposals")
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="+")
    settings = models.ForeignKey(WorkspaceSettings, models.PROTECT, related_name="+")
    as_of = models.DateField()
    cycle_number = models.PositiveIntegerField()
    caps = models.JSONField(default=dict)
    tiers = models.JSONField(default=list)
    below = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Proposal {self.pk}"


class Move(models.Model):
    """A proposed change of tier; NULL is off list. `evidence` is frozen when proposed and never changes.

    `group` links a promotion into a full tier with who would leave (A4). `on_deck_reason` says why a move that
    was approved could not be applied. Whether sides have approved is kept by the reviews app's verdicts.
    """

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="moves")
    account = models.ForeignKey(Account, models.PROTECT, related_name="moves")
    from_tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="moves_out")
    to_tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="moves_in")
    final_tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    group = models.PositiveIntegerField(null=True, blank=True)
    order = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=16, choices=Reason)
    sentence = models.CharField(max_length=400, blank=True)
    evidence = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=MoveState, default=MoveState.PENDING)
    deck = models.CharField(max_length=14, choices=Deck, default=Deck.NONE, blank=True)
    deck_sentence = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state__in=OPEN_MOVES),
                name="move_one_pending_per_account",
                violation_error_message="A move of this account is waiting already.",
            ),
            models.CheckConstraint(
                condition=~Q(from_tier=F("to_tier")) & (Q(from_tier__isnull=False) | Q(to_tier__isnull=False)),
                name="move_changes_tier",
                violation_error_message="A move leads to another tier.",
            ),
        ]
        indexes = [models.Index(fields=["proposal", "state", "order"], name="move_queue")]
        triggers = [
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="evidence_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.evidence::text <> OLD.evidence::text OR NEW.account_id <> OLD.account_id
                       OR NEW.from_tier_id IS DISTINCT FROM OLD.from_tier_id
                       OR NEW.to_tier_id IS DISTINCT FROM OLD.to_tier_id THEN
                        RAISE EXCEPTION 'a move and its evidence are frozen when proposed';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.from_tier or 'Off list'} → {self.to_tier or 'Off list'}"

    @property
    def is_up(self) -> bool:
        """Towards the top; entering the list is up."""
        return _rank(self.to_tier) < _rank(self.from_tier)


def _rank(tier: Tier | None) -> int:
    return tier.order if tier else 1_000
