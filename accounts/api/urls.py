from rest_framework.routers import SimpleRouter

from accounts.api import views

router = SimpleRouter()
router.register("accounts", views.AccountViewSet, basename="api_account")
router.register("opportunities", views.OpportunityViewSet, basename="api_opportunity")
urlpatterns = router.urls
