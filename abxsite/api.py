"""The API under /api/v1/: each app brings its routes, the schema is at /api/v1/schema/."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularJSONAPIView

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="api_schema"),
    path("", include("accounts.api.urls")),
    path("", include("tiering.api.urls")),
    path("", include("entitlements.api.urls")),
    path("", include("reviews.api.urls")),
]
