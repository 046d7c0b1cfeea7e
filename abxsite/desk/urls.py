from django.urls import URLPattern, URLResolver, path

from abxsite.desk import audit_views, first_run
from abxsite.desk.views import accounts, search, work

urlpatterns: list[URLPattern | URLResolver] = [
    path("", work.my_work, name="my_work"),
    path("accounts/", accounts.account_list, name="account_list"),
    path("accounts/<int:pk>/", accounts.account_detail, name="account_detail"),
    path("first-run/", first_run.first_run, name="first_run"),
    path("settings/audit/", audit_views.audit_list, name="audit_list"),
    path("search/", search.search, name="search"),
]
