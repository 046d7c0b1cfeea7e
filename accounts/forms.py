"""Forms of the account side. They hold what was typed; the services hold the rules."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.db.models import Q, QuerySet

from abxsite.lib import clock
from abxsite.users.models import Person
from accounts.choices import SignalKind, Strength
from accounts.models import Account, Cluster, Contact


class AccountField(forms.CharField):
    """An account by its name or domain, among those that the person sees: no select with a million lines."""

    def __init__(self, *args: Any, accounts: QuerySet[Account] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, max_length=255, **kwargs)
        self.accounts = accounts if accounts is not None else Account.objects.none()

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            account = self.accounts.filter(pk=value).first()
            return account.name if account else ""
        return value.name if isinstance(value, Account) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = list(self.accounts.filter(Q(name__iexact=text) | Q(domain__iexact=text))[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(f"Two accounts are called {text}. Give the domain.")
        raise forms.ValidationError(f"No account of yours is called {text} or has that domain.")


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    domain = forms.CharField(
        label="Website or domain", required=False, max_length=500, help_text="abxsite keeps the registrable domain."
    )
    technologies = SimpleArrayField(
        forms.CharField(max_length=60), required=False, help_text="With commas between: SAP, Salesforce."
    )
    parent = AccountField(required=False, label="Parent account", help_text="Its name or domain.")
    problem_tags = SimpleArrayField(
        forms.CharField(max_length=60), required=False, label="Problems", help_text="With commas between."
    )

    class Meta:
        model = Account
        fields = (
            "name", "domain", "status", "industry", "country", "region", "city", "employees", "revenue", "parent",
            "technologies", "problem_tags", "description",
        )  # fmt: skip
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, accounts: QuerySet[Account] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].accounts = (accounts or Account.objects.none()).exclude(pk=self.instance.pk)  # type: ignore[attr-defined]
        self.fields["status"].required = True

    def _post_clean(self) -> None:
        """The service validates the model, after it has worked out the domain."""


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(Person.objects.active(), required=False, empty_label="Nobody")


class StrengthForm(forms.Form):
    strength = forms.TypedChoiceField(choices=Strength, coerce=int, label="How well do we know them?")
    on = forms.DateField(
        initial=clock.today, widget=forms.DateInput(attrs={"type": "date"}), label="Since, or last met"
    )
    evidenced = forms.BooleanField(required=False, label="There was a meeting, call or reply on that day")


class JudgementForm(forms.Form):
    """0 to 5 with the scorecard's own words beside the figures."""

    points = forms.TypedChoiceField(coerce=int, label="How is it today?", widget=forms.RadioSelect)
    note = forms.CharField(max_length=400, required=False, label="Why, in a sentence")

    def __init__(self, *args: Any, anchors: Sequence[str] = (), help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = [f"{n}: {anchors[n]}" if n < len(anchors) and anchors[n] else str(n) for n in range(6)]
        self.fields["points"].choices = list(enumerate(said))  # type: ignore[attr-defined]
        self.fields["points"].help_text = help_text


class PotentialForm(forms.Form):
    amount = forms.IntegerField(min_value=0, label="Potential a year")
    note = forms.CharField(max_length=300, required=False, label="Where the figure comes from")


class BuyingCenterForm(forms.Form):
    name = forms.CharField(max_length=160, label="Buying center")
    potential = forms.IntegerField(min_value=0, label="Potential a year")
    current_revenue = forms.IntegerField(min_value=0, initial=0, label="They buy already, a year")


class SignalForm(forms.Form):
    kind = forms.ChoiceField(choices=SignalKind)
    on = forms.DateField(initial=clock.today, widget=forms.DateInput(attrs={"type": "date"}), label="When")
    contact = forms.ModelChoiceField(Contact.objects.none(), required=False, label="Who")
    topic = forms.CharField(max_length=200, required=False, label="What about")

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = account.contacts.all()  # type: ignore[attr-defined]


class BulkClusterForm(forms.Form):
    cluster = forms.ModelChoiceField(Cluster.objects.filter(frozen_at__isnull=True), empty_label=None)


class MemberForm(forms.Form):
    account = AccountField(label="Add an account", help_text="Its name or domain.")

    def __init__(self, *args: Any, accounts: QuerySet[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].accounts = accounts  # type: ignore[attr-defined]
