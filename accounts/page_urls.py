"""What people do on the account page: its people and ties, what it is worth, its dossier."""

from django.urls import URLPattern, URLResolver, path

from accounts.views import buying, dossier, people

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/<int:pk>/contacts/new/", people.contact_add, name="contact_add"),
    path("contacts/<int:pk>/edit/", people.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/strength/", people.contact_strength, name="contact_strength"),
    path("contacts/<int:pk>/strength/confirm/", people.contact_confirm, name="contact_confirm"),
    path("contacts/<int:pk>/left/", people.contact_leave, name="contact_leave"),
    path("contacts/<int:pk>/back/", people.contact_return, name="contact_return"),
    path("contacts/<int:pk>/move/", people.contact_move, name="contact_move"),
    path("contacts/<int:pk>/delete/", people.contact_delete, name="contact_delete"),
    path("accounts/<int:pk>/ties/new/", people.tie_add, name="tie_add"),
    path("ties/<int:pk>/confirm/", people.tie_confirm, name="tie_confirm"),
    path("ties/<int:pk>/end/", people.tie_end, name="tie_end"),
    path("settings/people/<int:pk>/sponsor/", people.sponsor_detail, name="sponsor_detail"),
    path("accounts/<int:pk>/potential/", buying.potential_enter, name="potential_enter"),
    path("accounts/<int:pk>/follow/", buying.account_follow, name="account_follow"),
    path("accounts/<int:pk>/buying-centers/new/", buying.buying_center_add, name="buying_center_add"),
    path("buying-centers/<int:pk>/edit/", buying.buying_center_edit, name="buying_center_edit"),
    path("buying-centers/<int:pk>/close/", buying.buying_center_close, name="buying_center_close"),
    path("buying-centers/<int:pk>/reopen/", buying.buying_center_reopen, name="buying_center_reopen"),
    path("accounts/<int:pk>/dossier/new/", dossier.dossier_add, name="dossier_add"),
    path("dossier/<int:pk>/edit/", dossier.dossier_edit, name="dossier_edit"),
    path("dossier/<int:pk>/confirm/", dossier.dossier_confirm, name="dossier_confirm"),
    path("dossier/<int:pk>/retire/", dossier.dossier_retire, name="dossier_retire"),
]
