from django.urls import URLPattern, URLResolver, path

from abxsite.desk import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.my_work, name="my_work"),
]
