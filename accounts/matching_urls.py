"""Signals without an account, accounts that look like one company, and merges."""

from django.urls import URLPattern, path

from accounts.views import duplicates, signals

urlpatterns: list[URLPattern] = [
    path("accounts/unmatched/", signals.unmatched_list, name="unmatched_list"),
    path("accounts/unmatched/link/", signals.unmatched_link, name="unmatched_link"),
    path("accounts/unmatched/link-exact/", signals.unmatched_link_exact, name="unmatched_link_exact"),
    path("accounts/unmatched/new/", signals.unmatched_create, name="unmatched_create"),
    path("accounts/unmatched/ignore/", signals.unmatched_ignore, name="unmatched_ignore"),
    path("accounts/unmatched/links/", signals.alias_list, name="alias_list"),
    path("accounts/unmatched/links/<int:pk>/undo/", signals.alias_undo, name="alias_undo"),
    path("accounts/duplicates/", duplicates.duplicate_list, name="duplicate_list"),
    path("accounts/duplicates/<int:pk>/dismiss/", duplicates.duplicate_dismiss, name="duplicate_dismiss"),
    path("accounts/duplicates/search/", duplicates.duplicate_scan, name="duplicate_scan"),
    path("accounts/duplicates/search/<int:pk>/", duplicates.duplicate_scan_progress, name="duplicate_scan_progress"),
    path("accounts/duplicates/search/<int:pk>/cancel/", duplicates.duplicate_scan_cancel, name="duplicate_scan_cancel"),
    path("accounts/<int:pk>/merge/", duplicates.account_merge_pick, name="account_merge_pick"),
    path("accounts/<int:pk>/merge/<int:other>/", duplicates.account_merge, name="account_merge"),
    path("accounts/merges/", duplicates.merge_list, name="merge_list"),
    path("accounts/merges/<int:pk>/", duplicates.merge_detail, name="merge_detail"),
    path("accounts/merges/<int:pk>/undo/", duplicates.merge_undo, name="merge_undo"),
]
