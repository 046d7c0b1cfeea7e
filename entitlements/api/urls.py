from django.urls import URLPattern, URLResolver, path

from entitlements.api.views import CapacityList, DeliveryList, EntitlementList

urlpatterns: list[URLPattern | URLResolver] = [
    path("capacity/", CapacityList.as_view(), name="api_capacity"),
    path("deliveries/", DeliveryList.as_view(), name="api_deliveries"),
    path("entitlements/", EntitlementList.as_view(), name="api_entitlements"),
]
