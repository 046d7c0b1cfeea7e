"""Read endpoints. Every queryset is what the token's user sees."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from abxsite.users.models import User
from accounts.api.filters import AccountApiFilter, OpportunityApiFilter
from accounts.api.serializers import AccountSerializer, OpportunitySerializer
from accounts.models import Account, Opportunity


class AccountViewSet(ReadOnlyModelViewSet[Account]):
    """Accounts, by id; tombstones of merges are left out."""

    serializer_class = AccountSerializer
    filterset_class = AccountApiFilter
    queryset = Account.objects.none()

    def get_queryset(self) -> QuerySet[Account]:
        user = self.request.user
        assert isinstance(user, User)
        return Account.objects.visible_to(user).present().select_related("owner")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A tombstone's address moved to the account that it was merged into, for those who see that one."""
        try:
            return super().retrieve(request, *args, **kwargs)
        except Http404:
            survivor = (
                self.get_queryset().filter(merged=kwargs["pk"]).first() if str(kwargs["pk"]).isdecimal() else None
            )
            if survivor is None:
                raise
        return Response(status=301, headers={"Location": reverse("api_account-detail", args=[survivor.pk])})


class OpportunityViewSet(ReadOnlyModelViewSet[Opportunity]):
    """Opportunities, by id; those without an account have `account_id` null."""

    serializer_class = OpportunitySerializer
    filterset_class = OpportunityApiFilter
    queryset = Opportunity.objects.none()

    def get_queryset(self) -> QuerySet[Opportunity]:
        user = self.request.user
        assert isinstance(user, User)
        return Opportunity.objects.visible_to(user).select_related("owner")
