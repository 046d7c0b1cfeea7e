"""Read endpoints of reviews. A verdict is seen with the account of its move, or by who signs it (R9)."""

from django.db.models import Q, QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from abxsite.users.models import User
from reviews.choices import LIVE
from reviews.models import Cycle, Verdict
from tiering.models import Move


class CycleSerializer(serializers.ModelSerializer[Cycle]):
    """`summary` is what publication did; `number` counts quarterly reviews."""

    class Meta:
        model = Cycle
        fields = (
            "id",
            "kind",
            "number",
            "name",
            "status",
            "proposal",
            "opened_at",
            "closes_on",
            "published_at",
            "summary",
        )


class VerdictSerializer(serializers.ModelSerializer[Verdict]):
    """One event; `superseded_at` is empty while it stands. `by` is the name, empty for consent by silence."""

    by = serializers.CharField(source="by.person.name", default="", read_only=True)

    class Meta:
        model = Verdict
        fields = (
            "id",
            "move",
            "side",
            "kind",
            "reason",
            "sentence",
            "to_tier",
            "snoozed_until",
            "by",
            "at",
            "superseded_at",
            "supersedes",
        )


class CycleViewSet(ReadOnlyModelViewSet[Cycle]):
    """Reviews; every user sees that they are there, their moves are filtered one by one."""

    serializer_class = CycleSerializer
    queryset = Cycle.objects.order_by("id")
    filterset_fields = ("kind", "status", "number")


class VerdictViewSet(ReadOnlyModelViewSet[Verdict]):
    """What sides said about moves, as append-only events."""

    serializer_class = VerdictSerializer
    queryset = Verdict.objects.none()
    filterset_fields = ("move", "side", "kind", "move__proposal__cycle")

    def get_queryset(self) -> QuerySet[Verdict]:
        user = self.request.user
        if not isinstance(user, User):
            return Verdict.objects.none()
        seen = Q(move__in=Move.objects.visible_to(user)) | Q(
            move__signers__person=user.person, move__proposal__cycle__status__in=LIVE
        )
        found: QuerySet[Verdict] = Verdict.objects.filter(seen).select_related("by__person").distinct()
        return found
