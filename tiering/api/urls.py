from rest_framework.routers import SimpleRouter

from tiering.api import scores, views

router = SimpleRouter()
router.register("tiers", views.TierViewSet, basename="api_tier")
router.register("placements", views.PlacementViewSet, basename="api_placement")
router.register("moves", views.MoveViewSet, basename="api_move")
router.register("scores", scores.ScoreViewSet, basename="api_score")
router.register("scorecards", scores.ScorecardViewSet, basename="api_scorecard")
urlpatterns = router.urls
