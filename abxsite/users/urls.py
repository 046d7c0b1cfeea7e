from django.urls import URLPattern, URLResolver, path

from abxsite.users.views import own, people

urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/", own.settings_home, name="settings_home"),
    path("settings/people/", people.people_list, name="people_list"),
    path("settings/people/invite/", people.person_invite, name="person_invite"),
    path("settings/people/<int:pk>/", people.person_edit, name="person_edit"),
    path("settings/people/<int:pk>/link/", people.person_link, name="person_link"),
    path("settings/teams/", people.team_list, name="team_list"),
    path("settings/teams/new/", people.team_create, name="team_create"),
    path("settings/teams/<int:pk>/", people.team_edit, name="team_edit"),
    path("settings/delegation/", own.delegation, name="delegation"),
    path("settings/delegation/<int:pk>/end/", own.delegation_end, name="delegation_end"),
    path("settings/tokens/", own.token_list, name="token_list"),
    path("settings/tokens/<int:pk>/revoke/", own.token_revoke, name="token_revoke"),
    path("settings/profile/", own.profile, name="profile"),
    path("settings/theme/", own.theme_set, name="theme_set"),
]
