from django.urls import URLPattern, URLResolver, path

from tiering.views import runs, scorecards, settings, setup, tiers

urlpatterns: list[URLPattern | URLResolver] = [
    path("scorecard/", scorecards.scorecard_detail, name="scorecard_detail"),
    path("scorecard/start/", scorecards.scorecard_start, name="scorecard_start"),
    path("scorecard/draft/", scorecards.scorecard_draft, name="scorecard_draft"),
    path("scorecard/versions/", scorecards.scorecard_list, name="scorecard_list"),
    path("scorecard/versions/<int:pk>/", scorecards.scorecard_detail, name="scorecard_version"),
    path("scorecard/versions/<int:pk>/preview/", scorecards.scorecard_preview, name="scorecard_preview"),
    path("scorecard/versions/<int:pk>/save/", scorecards.scorecard_save, name="scorecard_save"),
    path("scorecard/versions/<int:pk>/publish/", scorecards.scorecard_publish, name="scorecard_publish"),
    path("scorecard/versions/<int:pk>/discard/", scorecards.scorecard_discard, name="scorecard_discard"),
    path("scorecard/runs/", runs.run_list, name="run_list"),
    path("scorecard/runs/start/", runs.run_start, name="run_start"),
    path("scorecard/runs/<int:pk>/", runs.run_detail, name="run_detail"),
    path("scorecard/runs/<int:pk>/cancel/", runs.run_cancel, name="run_cancel"),
    path("scorecard/runs/<int:pk>/retry/", runs.run_retry, name="run_retry"),
    path("settings/setup/", setup.setup_detail, name="setup_detail"),
    path("settings/rules/", settings.settings_detail, name="settings_detail"),
    path("settings/tiers/", tiers.tier_list, name="tier_list"),
    path("settings/tiers/new/", tiers.tier_create, name="tier_create"),
    path("settings/tiers/<int:pk>/", tiers.tier_edit, name="tier_edit"),
    path("settings/tiers/<int:pk>/up/", tiers.tier_move, {"way": "up"}, name="tier_up"),
    path("settings/tiers/<int:pk>/down/", tiers.tier_move, {"way": "down"}, name="tier_down"),
    path("settings/tiers/<int:pk>/retire/", tiers.tier_retire, name="tier_retire"),
]
