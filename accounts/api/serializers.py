"""What the API says of accounts and opportunities. Money is numbers as text where it may have cents."""

from rest_framework import serializers

from accounts.models import Account, Opportunity


class AccountSerializer(serializers.ModelSerializer[Account]):
    owner = serializers.CharField(source="owner.name", default=None, read_only=True)

    class Meta:
        model = Account
        fields = (
            "id", "name", "domain", "website", "source", "external_id", "status", "industry", "country", "region",
            "city", "employees", "revenue", "year_founded", "technologies", "problem_tags", "custom", "parent_id",
            "owner_id", "owner", "closure", "insight_on", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class OpportunitySerializer(serializers.ModelSerializer[Opportunity]):
    owner = serializers.CharField(source="owner.name", default=None, read_only=True)
    cycle_days = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Opportunity
        fields = (
            "id", "account_id", "owner_id", "owner", "name", "type", "stage", "outcome", "amount", "opened_on",
            "closed_on", "cycle_days", "dates_doubtful", "product", "source", "external_id",
        )  # fmt: skip
        read_only_fields = fields
