"""Every URL of the site; each app brings its own."""

from django.urls import include, path

urlpatterns = [
    path("auth/", include("allauth.urls")),
    path("", include("abxsite.desk.urls")),
    path("", include("abxsite.users.urls")),
    path("", include("accounts.urls")),
    path("", include("tiering.urls")),
    path("", include("entitlements.urls")),
    path("", include("reviews.urls")),
    path("api/v1/", include("abxsite.api")),
]
