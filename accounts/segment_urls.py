from django.urls import URLPattern, URLResolver, path

from accounts.views import segments

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/segments/", segments.segment_list, name="segment_list"),
    path("accounts/segments/new/", segments.segment_create, name="segment_create"),
    path("accounts/segments/<int:pk>/", segments.segment_detail, name="segment_detail"),
    path("accounts/segments/<int:pk>/edit/", segments.segment_edit, name="segment_edit"),
    path("accounts/segments/<int:pk>/delete/", segments.segment_delete, name="segment_delete"),
]
