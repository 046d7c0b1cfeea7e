"""Why an account stands where it stands, in a sentence or two: for standings and for moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from abxsite.lib.display import money_short, score
from tiering.engine.assignment_types import Candidate, Deck, Recommendation, Rules, TierRule, Why


@dataclass(frozen=True)
class Before:
    """The score at the last review."""

    total: int
    as_of: date

    def said(self, today: date) -> str:
        year = "" if self.as_of.year == today.year else f" {self.as_of.year}"
        return f", was {score(self.total)} in {self.as_of:%B}{year}"


@dataclass(frozen=True)
class Words:
    """What the sentences need to name: accounts by id, tiers by id, who has which total."""

    names: Mapping[int, str]
    tiers: Mapping[int, TierRule]
    candidates: Mapping[int, Candidate]
    rules: Rules
    as_of: date
    unheld: Mapping[int, int | None]

    def why(self, told: Recommendation, before: Before | None = None) -> str:
        """The reason alone."""
        who = self.candidates[told.account]
        told_score = f"Scores {score(who.total)}{before.said(self.as_of) if before else ''}."
        if who.total is None:
            told_score = "Not scored yet."
        match told.why:
            case Why.DISQUALIFIED:
                return who.disqualified
            case Why.HELD:
                return f"{told_score} {self._held(told)}"
            case Why.OFF_LIST:
                return who.follows or f"{told_score} {self._gap(who)}".strip()
            case Why.ENTERS | Why.CLIMBS | Why.DISPLACES:
                return f"{told_score} {self._takes(told)}"
            case Why.DISPLACED:
                return f"{told_score} {self._displaced(told)}"
            case Why.OVER_CAP | Why.BELOW_SCORE | Why.BELOW_POTENTIAL:
                return f"{told_score} {self._leaves(told, who)}"
            case Why.STAYS:
                return f"{told_score} {self._spared(told, who)}"
            case _:
                return f"{told_score} Holds its seat {self._in(told.tier)}."

    def deck(self, told: Recommendation) -> str:
        """What alone keeps it from the higher tier; empty when nothing does."""
        if told.deck_tier is None:
            return ""
        tier, who = self.tiers[told.deck_tier], self.candidates[told.account]
        match told.deck:
            case Deck.FULL if told.deck_needed is not None:
                return f"{tier.name} is full: {score(told.deck_needed)} takes a seat."
            case Deck.FULL:
                return f"{tier.name} is full, and no seat can be taken."
            case Deck.FIND_OUT_FIRST:
                return f"{tier.name} wants {tier.coverage} % known, {who.coverage} % are: find out first."
            case Deck.NEEDS_CLUSTER:
                return f"{tier.name} wants a cluster with an owner."
            case _:
                return ""

    def both(self, told: Recommendation) -> str:
        return f"{self.why(told)} {self.deck(told)}".strip()[:400]

    def _held(self, told: Recommendation) -> str:
        model = self.unheld.get(told.account, told.tier)
        if model == told.tier:
            return f"Held {self._in(told.tier)} as people agreed; the model says the same."
        return f"Held {self._in(told.tier)} as people agreed; the model would put it {self._in(model)}."

    def _in(self, tier: int | None) -> str:
        return "off the list" if tier is None else f"in {self.tiers[tier].name}"

    def _takes(self, told: Recommendation) -> str:
        if told.displaces is None:
            name = self.tiers[told.tier].name if told.tier else "the list"
            return f"That clears the {score(told.needed)} of {name}, which has a seat free."
        return (
            f"That clears the {score(told.needed)} needed to take a seat: {self._name(told.displaces)} would leave it."
        )

    def _displaced(self, told: Recommendation) -> str:
        if told.displaced_by is None:
            return "Another account takes the seat."
        by = self.candidates[told.displaced_by]
        return f"{self._name(by.id)}, at {score(by.total)}, takes the seat."

    def _leaves(self, told: Recommendation, who: Candidate) -> str:
        tier = self.tiers[who.tier or 0]
        if told.why is Why.OVER_CAP:
            return f"{tier.name} holds more than its {tier.cap} seats, and this is among the lowest."
        reviews = "at one review" if told.below == 1 else f"at {_COUNT.get(told.below, told.below)} reviews running"
        if told.why is Why.BELOW_SCORE:
            lead = score(self.rules.leave_below)
            return f"That is more than {lead} below the {score(tier.score)} of {tier.name}, {reviews}."
        share = self.rules.leave_potential_percent
        return (
            f"Its potential of {money_short(who.potential)} is more than {share} % below the"
            f" {money_short(tier.potential)} of {tier.name}, {reviews}."
        )

    def _spared(self, told: Recommendation, who: Candidate) -> str:
        tier = self.tiers[who.tier or 0]
        if told.below:
            return f"Below the minimum of {tier.name} for the first time; it leaves if that is so at the next review."
        if who.total is not None and who.total < tier.score:
            return f"Within {score(self.rules.leave_below)} of the {score(tier.score)} of {tier.name}: it stays."
        return "Keeps its seat: challengers lead by too little, or it has not sat its minimum stay."

    def _gap(self, who: Candidate) -> str:
        lowest = min((tier.score for tier in self.tiers.values()), default=0)
        if who.total is None:
            return ""
        if who.total < lowest:
            return f"The list begins at {score(lowest)}."
        return "No tier has a seat for it." if who.tier is None else "It gives up its seat."

    def _name(self, account: int) -> str:
        return self.names.get(account, "another account")


_COUNT = {2: "two", 3: "three", 4: "four"}
