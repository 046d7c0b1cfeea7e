"""Import pages beside the wizard itself: conflicts and undo; the attributes that imports fill."""

from django.urls import path

from accounts.views import custom_attributes, import_conflicts, import_sheet, import_undo

urlpatterns = [
    path("settings/attributes/", custom_attributes.attribute_list, name="attribute_list"),
    path("settings/attributes/new/", custom_attributes.attribute_create, name="attribute_create"),
    path("settings/attributes/<int:pk>/", custom_attributes.attribute_edit, name="attribute_edit"),
    path("settings/attributes/<int:pk>/retire/", custom_attributes.attribute_retire, name="attribute_retire"),
    path("accounts/import/<int:pk>/sheet/", import_sheet.import_sheet, name="import_sheet"),
    path("accounts/import/<int:pk>/conflicts/", import_conflicts.import_conflicts, name="import_conflicts"),
    path("accounts/import/<int:pk>/decide/", import_conflicts.import_decide, name="import_decide"),
    path("accounts/import/<int:pk>/bring-in/", import_conflicts.import_bring_in, name="import_bring_in"),
    path("accounts/import/<int:pk>/undo/look/", import_undo.import_undo_look, name="import_undo_look"),
    path("accounts/import/<int:pk>/undo/leave/", import_undo.import_undo_leave, name="import_undo_leave"),
    path("accounts/import/<int:pk>/undo/", import_undo.import_undo_begin, name="import_undo"),
]
