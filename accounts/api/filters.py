"""Query parameters of the API's lists."""

import django_filters as filters

from accounts.models import Account, Opportunity


class AccountApiFilter(filters.FilterSet):
    name = filters.CharFilter(lookup_expr="icontains")

    class Meta:
        model = Account
        fields = ("domain", "source", "external_id", "status", "industry", "country", "owner", "parent")


class OpportunityApiFilter(filters.FilterSet):
    unassigned = filters.BooleanFilter(field_name="account", lookup_expr="isnull")
    opened_from = filters.DateFilter(field_name="opened_on", lookup_expr="gte")
    opened_to = filters.DateFilter(field_name="opened_on", lookup_expr="lte")

    class Meta:
        model = Opportunity
        fields = ("account", "owner", "outcome", "type", "stage", "source", "external_id")
