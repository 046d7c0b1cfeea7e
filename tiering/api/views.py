"""Read endpoints. Every queryset is what the token's user sees."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet

from abxsite.users.models import User
from tiering.api.serializers import MoveDetailSerializer, MoveSerializer, PlacementSerializer, TierSerializer
from tiering.models import Move, Placement, Tier
from tiering.services.tiers import current_caps


class PlacementApiFilter(filters.FilterSet):  # type: ignore[misc]
    open = filters.BooleanFilter(field_name="until", lookup_expr="isnull")
    voided = filters.BooleanFilter(field_name="voided_at", lookup_expr="isnull", exclude=True)
    since_from = filters.IsoDateTimeFilter(field_name="since", lookup_expr="gte")

    class Meta:
        model = Placement
        fields = ("account", "tier", "layer", "source", "cycle_number")


class MoveApiFilter(filters.FilterSet):  # type: ignore[misc]
    class Meta:
        model = Move
        fields = ("account", "proposal", "from_tier", "to_tier", "state", "reason", "group")


class TierViewSet(ReadOnlyModelViewSet[Tier]):
    """Tiers from the top, the retired ones too; `cap` is the published one. The same for every user."""

    serializer_class = TierSerializer
    queryset = Tier.objects.order_by("id")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "caps": current_caps()}


class PlacementViewSet(ReadOnlyModelViewSet[Placement]):
    """Periods [since, until) that accounts held a tier; `open=true` is now. Off the list is the absence of one."""

    serializer_class = PlacementSerializer
    filterset_class = PlacementApiFilter
    queryset = Placement.objects.none()

    def get_queryset(self) -> QuerySet[Placement]:
        user = self.request.user
        if not isinstance(user, User):
            return Placement.objects.none()
        return Placement.objects.visible_to(user).select_related("tier")


class MoveViewSet(ReadOnlyModelViewSet[Move]):
    """Proposed changes of tier; one move alone also shows its frozen evidence."""

    filterset_class = MoveApiFilter
    queryset = Move.objects.none()

    def get_queryset(self) -> QuerySet[Move]:
        user = self.request.user
        if not isinstance(user, User):
            return Move.objects.none()
        moves: QuerySet[Move] = Move.objects.visible_to(user)
        return moves if self.action == "retrieve" else moves.defer("evidence")

    def get_serializer_class(self) -> type[BaseSerializer[Move]]:
        return MoveDetailSerializer if self.action == "retrieve" else MoveSerializer
