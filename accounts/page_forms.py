"""Forms of the account page: its people, what it is worth, its dossier, and whose task a fact is."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from abxsite.lib import clock
from abxsite.users.models import Person
from accounts.choices import BuyingRole, Department, DossierSection, Seniority, TieKind
from accounts.forms import AccountField
from accounts.models import Account, BuyingCenter, Contact


def day_field(label: str, *, required: bool = True, today: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        initial=clock.today if today else None,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class ContactForm(forms.Form):
    """`contact` is the person that is edited; nobody reports to themselves or to somebody who has left."""

    name = forms.CharField(max_length=200)
    title = forms.CharField(max_length=200, required=False, label="Job title")
    seniority = forms.ChoiceField(choices=Seniority, required=False, label="Level")
    department = forms.ChoiceField(choices=Department, required=False)
    buying_role = forms.ChoiceField(choices=BuyingRole, required=False)
    reports_to = forms.ModelChoiceField(Contact.objects.none(), required=False, empty_label="Nobody on record")
    email = forms.EmailField(required=False, label="E-mail")
    phone = forms.CharField(max_length=60, required=False)

    def __init__(self, *args: Any, account: Account, contact: Contact | None = None, **kwargs: Any) -> None:
        if contact is not None:
            kwargs["initial"] = {name: getattr(contact, name) for name in self.base_fields} | {
                "reports_to": contact.reports_to_id
            }
        super().__init__(*args, **kwargs)
        others = account.contacts.filter(left_on__isnull=True)
        self.fields["reports_to"].queryset = others.exclude(pk=contact.pk) if contact else others  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    on = day_field("Since")


class MoveContactForm(forms.Form):
    account = AccountField(label="To which account", help_text="Its name or domain.")
    former_client = forms.BooleanField(
        required=False,
        label="They were a client here",
        help_text="Adds the tie: former client moved here.",
    )

    def __init__(self, *args: Any, accounts: QuerySet[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].accounts = accounts  # type: ignore[attr-defined]


class TieForm(forms.Form):
    """Ten seconds: what, a word, with whom. Arrow keys choose the kind, enter saves."""

    kind = forms.ChoiceField(
        choices=TieKind, label="What ties us", widget=forms.RadioSelect, initial=TieKind.FORMER_CLIENT
    )
    note = forms.CharField(max_length=300, required=False, label="In a word")
    contact = forms.ModelChoiceField(Contact.objects.none(), required=False, label="With whom", empty_label="Nobody")
    person = forms.ModelChoiceField(Person.objects.active(), required=False, label="Of ours", empty_label="Me")
    on = day_field("When")

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = account.contacts.filter(left_on__isnull=True)  # type: ignore[attr-defined]


class SponsorFigureForm(forms.Form):
    sponsors_at_most = forms.IntegerField(min_value=0, max_value=100, label="Sponsors at most", help_text="Accounts.")


class BuyingCenterValueForm(forms.Form):
    """A new name renames the center; new figures hold from their day on."""

    name = forms.CharField(max_length=160, label="Buying center")
    potential = forms.IntegerField(min_value=0, label="Potential a year")
    current_revenue = forms.IntegerField(min_value=0, label="They buy already, a year")
    on = day_field("From when on")

    def __init__(self, *args: Any, center: BuyingCenter, **kwargs: Any) -> None:
        newest = center.values.filter(on__lte=clock.today()).first()
        kwargs["initial"] = {
            "name": center.name,
            "potential": newest.potential if newest else None,
            "current_revenue": newest.current_revenue if newest else 0,
        }
        super().__init__(*args, **kwargs)


class DossierForm(forms.Form):
    section = forms.ChoiceField(choices=DossierSection, label="Part")
    text = forms.CharField(max_length=2000, label="What we know", widget=forms.Textarea(attrs={"rows": 3}))


class DossierVersionForm(forms.Form):
    text = forms.CharField(max_length=2000, label="What we know", widget=forms.Textarea(attrs={"rows": 3}))


class DataTaskForm(forms.Form):
    owner = forms.ModelChoiceField(Person.objects.active(), label="Whose task", empty_label="Choose")
    due_on = day_field("Until", required=False, today=False)
    note = forms.CharField(max_length=400, required=False)
