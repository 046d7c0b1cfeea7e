"""Signals without an account, accounts that look like one company, and merges."""

from django.urls import URLPattern, path

from accounts.views import signals

urlpatterns: list[URLPattern] = [
    path("accounts/unmatched/", signals.unmatched_list, name="unmatched_list"),
    path("accounts/unmatched/link/", signals.unmatched_link, name="unmatched_link"),
    path("accounts/unmatched/link-exact/", signals.unmatched_link_exact, name="unmatched_link_exact"),
    path("accounts/unmatched/new/", signals.unmatched_create, name="unmatched_create"),
    path("accounts/unmatched/ignore/", signals.unmatched_ignore, name="unmatched_ignore"),
    path("accounts/unmatched/links/", signals.alias_list, name="alias_list"),
    path("accounts/unmatched/links/<int:pk>/undo/", signals.alias_undo, name="alias_undo"),
]
