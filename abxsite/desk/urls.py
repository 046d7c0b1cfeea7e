from django.urls import URLPattern, URLResolver, path

from abxsite.desk.views import accounts, search, work

urlpatterns: list[URLPattern | URLResolver] = [
    path("", work.my_work, name="my_work"),
    path("accounts/", accounts.account_list, name="account_list"),
    path("accounts/<int:pk>/", accounts.account_detail, name="account_detail"),
    path("search/", search.search, name="search"),
]
