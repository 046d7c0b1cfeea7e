from django.urls import path
from rest_framework.routers import SimpleRouter

from accounts.api import views
from accounts.api.signals import SignalBatchView

router = SimpleRouter()
router.register("accounts", views.AccountViewSet, basename="api_account")
router.register("opportunities", views.OpportunityViewSet, basename="api_opportunity")
urlpatterns = [*router.urls, path("signals/", SignalBatchView.as_view(), name="api_signals")]
