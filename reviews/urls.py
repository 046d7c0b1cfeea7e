from django.urls import URLPattern, URLResolver, path

from reviews.views import insights

urlpatterns: list[URLPattern | URLResolver] = [
    path("insights/", insights.insights_detail, name="insights_detail"),
    path("insights/csv/", insights.insights_csv, name="insights_csv"),
    path("insights/opportunities/", insights.opportunity_list, name="opportunity_list"),
]
