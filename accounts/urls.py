from django.urls import URLPattern, URLResolver, include, path

from accounts.views import accounts, clusters, imports

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.import_urls")),
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
    path("accounts/<int:pk>/contacts/new/", accounts.contact_add, name="contact_add"),
    path("accounts/<int:pk>/ties/new/", accounts.tie_add, name="tie_add"),
    path("accounts/<int:pk>/potential/", accounts.potential_enter, name="potential_enter"),
    path("accounts/<int:pk>/buying-centers/new/", accounts.buying_center_add, name="buying_center_add"),
    path("accounts/<int:pk>/signals/new/", accounts.signal_record, name="signal_record"),
    path("contacts/<int:pk>/strength/", accounts.contact_strength, name="contact_strength"),
    path("ties/<int:pk>/confirm/", accounts.tie_confirm, name="tie_confirm"),
    path("clusters/", clusters.cluster_list, name="cluster_list"),
    path("clusters/new/", clusters.cluster_create, name="cluster_create"),
    path("clusters/<int:pk>/", clusters.cluster_detail, name="cluster_detail"),
    path("clusters/<int:pk>/edit/", clusters.cluster_edit, name="cluster_edit"),
    path("clusters/<int:pk>/freeze/", clusters.cluster_freeze, name="cluster_freeze"),
    path("clusters/<int:pk>/members/<int:account>/remove/", clusters.cluster_remove, name="cluster_remove"),
]
