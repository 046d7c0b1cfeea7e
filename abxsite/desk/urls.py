from django.urls import URLPattern, URLResolver, include, path

from abxsite.desk import audit_views, first_run
from abxsite.desk.views import account_list, accounts, bulk, judgements, search, work

urlpatterns: list[URLPattern | URLResolver] = [
    path("", work.my_work, name="my_work"),
    path("accounts/", account_list.account_list, name="account_list"),
    path("accounts/filter/", account_list.account_filter, name="account_filter"),
    path("accounts/counts/", account_list.account_counts, name="account_counts"),
    path("accounts/columns/", account_list.account_columns, name="account_columns"),
    path("", include("abxsite.desk.view_urls")),
    path("accounts/<int:pk>/", accounts.account_detail, name="account_detail"),
    path("first-run/", first_run.first_run, name="first_run"),
    path("settings/audit/", audit_views.audit_list, name="audit_list"),
    path("accounts/bulk/assign/", bulk.account_bulk_assign, name="account_bulk_assign"),
    path("accounts/bulk/cluster/", bulk.account_bulk_cluster, name="account_bulk_cluster"),
    path("accounts/bulk/signal/", bulk.account_bulk_signal, name="account_bulk_signal"),
    path("accounts/export/", bulk.account_export, name="account_export"),
    path("accounts/<int:pk>/judge/<slug:key>/", judgements.judgement_add, name="judgement_add"),
    path("news/read/", work.notices_read, name="notices_read"),
    path("search/", search.search, name="search"),
]
