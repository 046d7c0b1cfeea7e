from rest_framework.routers import SimpleRouter

from tiering.api import views

router = SimpleRouter()
router.register("tiers", views.TierViewSet, basename="api_tier")
router.register("placements", views.PlacementViewSet, basename="api_placement")
router.register("moves", views.MoveViewSet, basename="api_move")
urlpatterns = router.urls
