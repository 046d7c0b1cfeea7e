from django.urls import URLPattern, URLResolver, path

from abxsite.desk.views import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/views/", views.view_list, name="view_list"),
    path("accounts/views/new/", views.view_create, name="view_create"),
    path("accounts/views/<int:pk>/edit/", views.view_edit, name="view_edit"),
    path("accounts/views/<int:pk>/save/", views.view_save, name="view_save"),
    path("accounts/views/<int:pk>/delete/", views.view_delete, name="view_delete"),
    path("accounts/views/<int:pk>/default/", views.view_default, name="view_default"),
]
