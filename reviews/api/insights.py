"""`GET /api/v1/insights/`: the JSON of `manage.py insights`, of what the caller may see."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from abxsite.users.models import User
from reviews.measure.asking import InsightsForm
from reviews.measure.reading import measure
from reviews.measure.scope import BY, TIER_AS_OF


class InsightsView(APIView):
    """Rows by tier, industry, owner or manager; fields as in the README of the commands."""

    @extend_schema(
        operation_id="insights",
        parameters=[
            OpenApiParameter("by", str, enum=BY),
            OpenApiParameter("tier_as_of", str, enum=TIER_AS_OF),
            OpenApiParameter("from", OpenApiTypes.DATE),
            OpenApiParameter("to", OpenApiTypes.DATE),
            OpenApiParameter("renewals", bool),
            OpenApiParameter("owner", int),
            OpenApiParameter("team", int),
            OpenApiParameter("industry", str),
            OpenApiParameter("region", str),
            OpenApiParameter("status", str),
        ],
        responses={200: OpenApiTypes.OBJECT, 400: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        assert isinstance(request.user, User)  # nobody else passes the permission
        form = InsightsForm(request.query_params, user=request.user)
        if not form.is_valid():
            raise ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})
        return Response(measure(form.scope()).as_json())
