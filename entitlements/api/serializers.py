"""What the API says about capacity. Hours and money are decimal strings, seats integers."""

from decimal import Decimal
from fractions import Fraction

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from entitlements.models import Delivery, Entitlement, EntitlementHours
from entitlements.overview import TierRow


class HoursSerializer(serializers.ModelSerializer[EntitlementHours]):
    role = serializers.CharField(source="role.name")

    class Meta:
        model = EntitlementHours
        fields = ("role", "hours")


class EntitlementSerializer(serializers.ModelSerializer[Entitlement]):
    tier_name = serializers.CharField(source="tier.name")
    hours = HoursSerializer(many=True)
    owner_role = serializers.CharField(source="owner_role.name", allow_null=True, default=None)

    class Meta:
        model = Entitlement
        fields = (
            "id", "tier", "tier_name", "name", "category", "channel", "per", "quantity", "money", "hours",
            "owner_role", "personalisation", "playbook", "since", "until",
        )  # fmt: skip


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    entitlement_name = serializers.CharField(source="entitlement.name")
    tier = serializers.IntegerField(source="entitlement.tier_id")
    account_name = serializers.CharField(source="account.name", allow_null=True, default=None)
    cluster_name = serializers.CharField(source="cluster.name", allow_null=True, default=None)
    person_name = serializers.CharField(source="person.name", allow_null=True, default=None)

    class Meta:
        model = Delivery
        fields = (
            "id", "entitlement", "entitlement_name", "tier", "account", "account_name", "cluster", "cluster_name",
            "number", "due_on", "state", "person", "person_name", "done_on", "note", "cost",
        )  # fmt: skip


class CapacitySerializer(serializers.Serializer[TierRow]):
    """One tier: `computed` is what it can carry (null: not known, or no cap), `cap` what is published."""

    tier = serializers.IntegerField(source="tier.pk")
    tier_name = serializers.CharField(source="tier.name")
    computed = serializers.IntegerField(allow_null=True)
    cap = serializers.IntegerField(allow_null=True)
    in_use = serializers.IntegerField(source="used")
    if_all_is_approved = serializers.IntegerField(source="wanted")
    on_deck = serializers.IntegerField(source="deck")
    binding = serializers.CharField(source="capacity.label")
    sentence = serializers.CharField(source="capacity.sentence")
    money_a_year = serializers.SerializerMethodField()
    planned_money = serializers.SerializerMethodField()
    budget = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    not_known = serializers.ListField(child=serializers.CharField(), source="capacity.unknown")

    @extend_schema_field(serializers.DecimalField(max_digits=16, decimal_places=2))
    def get_money_a_year(self, row: TierRow) -> str:
        return _cents(row.capacity.money)

    @extend_schema_field(serializers.DecimalField(max_digits=16, decimal_places=2))
    def get_planned_money(self, row: TierRow) -> str:
        return _cents(row.planned)


def _cents(value: Fraction) -> str:
    return f"{Decimal(value.numerator) / value.denominator:.2f}"
