from django.urls import URLPattern, URLResolver, include, path

from accounts.views import accounts, imports

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/import/", imports.import_list, name="import_list"),
    path("accounts/import/new/", imports.import_create, name="import_create"),
    path("accounts/import/<int:pk>/", imports.import_detail, name="import_detail"),
    path("accounts/import/<int:pk>/mapping/", imports.import_mapping, name="import_mapping"),
    path("accounts/import/<int:pk>/remap/", imports.import_remap, name="import_remap"),
    path("accounts/import/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("accounts/import/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("accounts/import/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
    path("accounts/import/<int:pk>/retry/", imports.import_retry, name="import_retry"),
    path("accounts/import/<int:pk>/errors/", imports.import_errors, name="import_errors"),
    path("accounts/new/", accounts.account_create, name="account_create"),
    path("accounts/<int:pk>/edit/", accounts.account_edit, name="account_edit"),
    path("accounts/<int:pk>/owner/", accounts.account_assign, name="account_assign"),
    path("accounts/<int:pk>/signals/new/", accounts.signal_record, name="signal_record"),
    path("", include("accounts.cluster_urls")),
    path("", include("accounts.import_urls")),
    path("", include("accounts.page_urls")),
    path("", include("accounts.matching_urls")),
    path("", include("accounts.segment_urls")),
]
