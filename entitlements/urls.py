from django.urls import URLPattern, URLResolver, path

from entitlements.views import budget, capacity, catalogue, deliveries, people

urlpatterns: list[URLPattern | URLResolver] = [
    path("capacity/", capacity.capacity_detail, name="capacity_detail"),
    path("capacity/publish/", capacity.caps_publish, name="caps_publish"),
    path("capacity/catalogue/fill/", catalogue.catalogue_fill, name="catalogue_fill"),
    path("capacity/entitlements/new/", catalogue.entitlement_create, name="entitlement_create"),
    path("capacity/entitlements/<int:pk>/", catalogue.entitlement_edit, name="entitlement_edit"),
    path("capacity/entitlements/<int:pk>/end/", catalogue.entitlement_end, name="entitlement_end"),
    path("capacity/people/", people.capacity_people, name="capacity_people"),
    path("capacity/people/new/", people.worker_create, name="worker_create"),
    path("capacity/people/<int:pk>/", people.worker_edit, name="worker_edit"),
    path("capacity/people/<int:pk>/end/", people.worker_end, name="worker_end"),
    path("capacity/people/roles/new/", people.role_create, name="role_create"),
    path("capacity/people/staffing/", people.staffing_save, name="staffing_save"),
    path("capacity/budget/", budget.capacity_budget, name="capacity_budget"),
    path("capacity/deliveries/", deliveries.delivery_list, name="delivery_list"),
    path("capacity/deliveries/done/", deliveries.delivery_complete_many, name="delivery_complete_many"),
    path("capacity/deliveries/<int:pk>/", deliveries.delivery_row, name="delivery_row"),
    path("capacity/deliveries/<int:pk>/done/", deliveries.delivery_complete, name="delivery_complete"),
    path("capacity/deliveries/<int:pk>/skip/", deliveries.delivery_skip, name="delivery_skip"),
    path("capacity/deliveries/<int:pk>/reopen/", deliveries.delivery_reopen, name="delivery_reopen"),
]
