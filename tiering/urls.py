from django.urls import URLPattern, URLResolver, path

from tiering.views import settings, setup, tiers

urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/setup/", setup.setup_detail, name="setup_detail"),
    path("settings/rules/", settings.settings_detail, name="settings_detail"),
    path("settings/tiers/", tiers.tier_list, name="tier_list"),
    path("settings/tiers/new/", tiers.tier_create, name="tier_create"),
    path("settings/tiers/<int:pk>/", tiers.tier_edit, name="tier_edit"),
    path("settings/tiers/<int:pk>/up/", tiers.tier_move, {"way": "up"}, name="tier_up"),
    path("settings/tiers/<int:pk>/down/", tiers.tier_move, {"way": "down"}, name="tier_down"),
    path("settings/tiers/<int:pk>/retire/", tiers.tier_retire, name="tier_retire"),
]
