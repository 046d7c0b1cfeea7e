"""What the API says of tiers, placements and moves. Totals are 0–500,000; a tier of null is off the list."""

from typing import Any

from rest_framework import serializers

from tiering.models import Move, Placement, Tier


class TierSerializer(serializers.ModelSerializer[Tier]):
    cap = serializers.SerializerMethodField()

    class Meta:
        model = Tier
        fields = (
            "id", "name", "short_name", "order", "colour", "capped", "cap", "clustered", "two_sided",
            "minimum_score", "minimum_potential", "minimum_coverage", "minimum_stay", "retired_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_cap(self, tier: Tier) -> int | None:
        caps: dict[int, int | None] = self.context["caps"]
        return caps.get(tier.pk)


class PlacementSerializer(serializers.ModelSerializer[Placement]):
    tier = serializers.CharField(source="tier.name", read_only=True)

    class Meta:
        model = Placement
        fields = (
            "id", "account_id", "layer", "tier_id", "tier", "since", "until", "source", "reason", "cycle_number",
            "move_id", "closed_by_move_id", "voided_at", "void_reason",
        )  # fmt: skip
        read_only_fields = fields


class MoveSerializer(serializers.ModelSerializer[Move]):
    class Meta:
        model = Move
        fields: tuple[str, ...] = (
            "id", "proposal_id", "account_id", "from_tier_id", "to_tier_id", "final_tier_id", "group", "order",
            "reason", "sentence", "state", "deck", "deck_sentence", "created_at", "settled_at",
        )  # fmt: skip
        read_only_fields = fields


class MoveDetailSerializer(MoveSerializer):
    evidence: Any = serializers.JSONField(read_only=True)

    class Meta(MoveSerializer.Meta):
        fields = (*MoveSerializer.Meta.fields, "evidence")
        read_only_fields = fields
