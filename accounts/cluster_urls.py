from django.urls import URLPattern, URLResolver, path

from accounts.views import cluster_shapes, clusters

urlpatterns: list[URLPattern | URLResolver] = [
    path("clusters/", clusters.cluster_list, name="cluster_list"),
    path("clusters/suggestions/", cluster_shapes.cluster_suggestion_list, name="cluster_suggestion_list"),
    path("clusters/suggestions/make/", cluster_shapes.cluster_suggestion_make, name="cluster_suggestion_make"),
    path("clusters/new/", clusters.cluster_create, name="cluster_create"),
    path("clusters/<int:pk>/", clusters.cluster_detail, name="cluster_detail"),
    path("clusters/<int:pk>/edit/", clusters.cluster_edit, name="cluster_edit"),
    path("clusters/<int:pk>/conditions/", clusters.cluster_conditions, name="cluster_conditions"),
    path("clusters/<int:pk>/split/", cluster_shapes.cluster_split, name="cluster_split"),
    path("clusters/<int:pk>/merge/", cluster_shapes.cluster_merge, name="cluster_merge"),
    path("clusters/<int:pk>/items/", cluster_shapes.cluster_item_add, name="cluster_item_add"),
    path("clusters/items/<int:pk>/", cluster_shapes.cluster_item_change, name="cluster_item_change"),
    path("clusters/<int:pk>/members/<int:account>/add/", clusters.cluster_add, name="cluster_add"),
    path("clusters/<int:pk>/freeze/", clusters.cluster_freeze, name="cluster_freeze"),
    path("clusters/<int:pk>/members/<int:account>/remove/", clusters.cluster_remove, name="cluster_remove"),
]
