from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from reviews.api.cycles import CycleViewSet, VerdictViewSet
from reviews.api.insights import InsightsView

router = SimpleRouter()
router.register("cycles", CycleViewSet, basename="api_cycle")
router.register("verdicts", VerdictViewSet, basename="api_verdict")

urlpatterns: list[URLPattern | URLResolver] = [
    path("insights/", InsightsView.as_view(), name="api_insights"),
    *router.urls,
]
