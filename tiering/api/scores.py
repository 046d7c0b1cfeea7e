"""Scores, with their explanation one by one, and scorecards. Totals are 0–500,000 (5,000 is 1.00)."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from abxsite.users.models import User
from tiering.explain import explain_many
from tiering.models import Criterion, Run, Score, Scorecard


class ScoreSerializer(serializers.ModelSerializer[Score]):
    """`points` are thousandths per criterion in the version's order, null for unknown."""

    potential_source = serializers.CharField(source="get_potential_source_display", read_only=True)
    points = serializers.ListField(child=serializers.IntegerField(allow_null=True), read_only=True)
    raw = serializers.ListField(child=serializers.IntegerField(allow_null=True), read_only=True)

    class Meta:
        model = Score
        fields: tuple[str, ...] = (
            "account_id", "run_id", "total", "coverage", "fit", "signals", "relationship", "potential",
            "potential_source", "potential_n", "follows", "scored_on", "points", "raw",
        )  # fmt: skip
        read_only_fields = fields


class ScoreDetailSerializer(ScoreSerializer):
    explanation = serializers.SerializerMethodField()

    class Meta(ScoreSerializer.Meta):
        fields = (*ScoreSerializer.Meta.fields, "explanation")
        read_only_fields = fields

    def get_explanation(self, score: Score) -> dict[str, Any] | None:
        found = explain_many([score.account_id], score.run).get(score.account_id)
        return found.as_json() if found else None


class CriterionSerializer(serializers.ModelSerializer[Criterion]):
    class Meta:
        model = Criterion
        fields = (
            "place", "key", "name", "help", "family", "kind", "weight", "unknown", "config", "anchors", "definition",
        )  # fmt: skip
        read_only_fields = fields


class ScorecardSerializer(serializers.ModelSerializer[Scorecard]):
    criteria = CriterionSerializer(many=True, read_only=True)

    class Meta:
        model = Scorecard
        fields = ("id", "version", "status", "based_on_id", "note", "created_at", "published_at", "criteria")
        read_only_fields = fields


class ByAccountPagination(CursorPagination):
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1_000
    ordering = "account_id"


class ScoreApiFilter(filters.FilterSet):  # type: ignore[misc]
    total_from = filters.NumberFilter(field_name="total", lookup_expr="gte")
    coverage_from = filters.NumberFilter(field_name="coverage", lookup_expr="gte")

    class Meta:
        model = Score
        fields = ("account", "follows")


class ScoreViewSet(ReadOnlyModelViewSet[Score]):
    """Scores in force; `/scores/<account id>/` adds the explanation. `?run=` names another run that is still kept."""

    serializer_class = ScoreSerializer
    pagination_class = ByAccountPagination
    filterset_class = ScoreApiFilter
    queryset = Score.objects.none()
    lookup_field = "account_id"
    lookup_value_regex = r"\d+"

    def get_queryset(self) -> QuerySet[Score]:
        user = self.request.user
        if not isinstance(user, User):
            return Score.objects.none()
        number = self.request.query_params.get("run", "")
        runs = Run.objects.filter(pk=number) if number.isdigit() else Run.objects.filter(is_current=True)
        found: QuerySet[Score] = Score.objects.visible_to(user)
        return found.filter(run_id=runs.values_list("pk", flat=True).first() or 0)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        score = get_object_or_404(self.get_queryset(), account_id=kwargs["account_id"])
        return Response(ScoreDetailSerializer(score).data)


class ScorecardViewSet(ReadOnlyModelViewSet[Scorecard]):
    """Every version with its criteria, the same for every user."""

    serializer_class = ScorecardSerializer
    queryset = Scorecard.objects.order_by("id").prefetch_related("criteria")
