"""Forms of people and of what they set for themselves; the services hold the rules."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import Q

from abxsite.lib import clock
from abxsite.users.choices import Role, Theme
from abxsite.users.models import Person, Team, User

LIFETIMES = (("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "Until it is revoked"))
SCOPES = (("read", "Read"), ("read write", "Read and write"))
ROLE_HELP = (
    "Marketers build the list and own the scorecard; reps and managers sign for sales; leaders settle disputes;"
    " admins manage people and settings."
)


class RolesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=Role.choices, help_text=ROLE_HELP, **kwargs)


class InviteForm(forms.Form):
    name = forms.CharField(max_length=160)
    email = forms.EmailField(label="E-mail")
    title = forms.CharField(max_length=160, required=False)
    team = forms.ModelChoiceField(Team.objects.all(), required=False, empty_label="No team")
    roles = RolesField()


class PersonForm(forms.Form):
    """`roles` only for somebody with a login."""

    name = forms.CharField(max_length=160)
    title = forms.CharField(max_length=160, required=False)
    team = forms.ModelChoiceField(Team.objects.all(), required=False, empty_label="No team")
    roles = RolesField(required=False)
    active = forms.BooleanField(
        required=False, label="Works here", help_text="Who has left can no longer log in; what they did stays."
    )

    def __init__(self, *args: Any, person: Person, login: User | None, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "name": person.name,
            "title": person.title,
            "team": person.team_id,
            "active": person.active,
            "roles": list(login.roles) if login else [],
        }
        super().__init__(*args, **kwargs)
        if login is None:
            del self.fields["roles"]


class TeamForm(forms.Form):
    name = forms.CharField(max_length=120)
    region = forms.CharField(max_length=120, required=False)
    manager = forms.ModelChoiceField(
        Person.objects.none(),
        required=False,
        empty_label="Nobody yet",
        help_text="Sees the team's accounts and stands in for people who are away. Needs the manager role.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with_login = Person.objects.active().filter(user__is_active=True)
        self.fields["manager"].queryset = with_login  # type: ignore[attr-defined]


class DelegationForm(forms.Form):
    delegator = forms.ModelChoiceField(Person.objects.none(), label="Who is away", empty_label=None)
    delegate = forms.ModelChoiceField(Person.objects.none(), label="Who stands in", empty_label="Choose")
    since = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To, included", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"delegator": user.person_id, "since": clock.today()}
        super().__init__(*args, **kwargs)
        self.fields["delegator"].queryset = people_for(user)  # type: ignore[attr-defined]
        able = Person.objects.active().filter(user__is_active=True)
        self.fields["delegate"].queryset = able  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "A delegation ends on or after the day it begins.")
        if cleaned.get("delegate") and cleaned.get("delegate") == cleaned.get("delegator"):
            self.add_error("delegate", "A delegate is somebody else.")
        return cleaned


def people_for(user: User) -> Any:
    """For whom `user` may name a delegate: themselves, a manager the own teams, an admin everybody."""
    if user.has_role(Role.ADMIN):
        return Person.objects.active()
    team = Q(team__manager_id=user.person_id) if user.has_role(Role.MANAGER) else Q(pk__in=())
    return Person.objects.active().filter(Q(pk=user.person_id) | team)


class TokenForm(forms.Form):
    label = forms.CharField(max_length=120, label="What it is for")
    scopes = forms.ChoiceField(choices=SCOPES, label="May")
    days = forms.ChoiceField(choices=LIFETIMES, label="Works for", required=False, initial="90")


class ProfileForm(forms.Form):
    name = forms.CharField(max_length=160)
    theme = forms.ChoiceField(choices=Theme.choices)
    single_keys = forms.BooleanField(
        required=False,
        label="Single-letter keys",
        help_text="j, k, a, v and others press buttons while no field has the focus.",
    )


class FirstRunForm(forms.Form):
    name = forms.CharField(max_length=160, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), help_text="At least 10 characters."
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password
