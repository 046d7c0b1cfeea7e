"""Import pages beside the wizard itself: conflicts and undo."""

from django.urls import path

from accounts.views import import_undo

urlpatterns = [
    path("accounts/import/<int:pk>/undo/look/", import_undo.import_undo_look, name="import_undo_look"),
    path("accounts/import/<int:pk>/undo/leave/", import_undo.import_undo_leave, name="import_undo_leave"),
    path("accounts/import/<int:pk>/undo/", import_undo.import_undo_begin, name="import_undo"),
]
