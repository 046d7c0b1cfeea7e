"""Read routes of the capacity side; each answers what the person may see."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from abxsite.lib import clock
from abxsite.users.models import User
from entitlements import overview, policies
from entitlements.api.serializers import CapacitySerializer, DeliverySerializer, EntitlementSerializer
from entitlements.models import Delivery, Entitlement
from entitlements.services.capacity import facts_on


def _reader(request: Request) -> User:
    user = request.user
    assert isinstance(user, User)
    policies.check_may_read(user)
    return user


class EntitlementList(ListAPIView[Entitlement]):
    """What each tier's accounts get; ended ones have `until`."""

    serializer_class = EntitlementSerializer
    filterset_fields = ("tier", "category", "per")

    def get_queryset(self) -> QuerySet[Entitlement]:
        if getattr(self, "swagger_fake_view", False):
            return Entitlement.objects.none()
        _reader(self.request)
        return Entitlement.objects.select_related("tier", "owner_role").prefetch_related("hours__role")


class DeliveryList(ListAPIView[Delivery]):
    """What is due, done or skipped for the accounts that the person sees."""

    serializer_class = DeliverySerializer
    filterset_fields = ("state", "account", "cluster", "person", "entitlement")

    def get_queryset(self) -> QuerySet[Delivery]:
        if getattr(self, "swagger_fake_view", False):
            return Delivery.objects.none()
        return Delivery.objects.visible_to(_reader(self.request)).with_names()


class CapacityList(APIView):
    """What each tier can carry, what is published and used, and what binds."""

    @extend_schema(responses=CapacitySerializer(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = overview.tier_rows(_reader(request), facts_on(), clock.today())
        return Response([CapacitySerializer(row).data for row in rows])
