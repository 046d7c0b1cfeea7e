from django.urls import URLPattern, URLResolver, path

from reviews.api.insights import InsightsView

urlpatterns: list[URLPattern | URLResolver] = [
    path("insights/", InsightsView.as_view(), name="api_insights"),
]
