"""Forms of the capacity side. They check shapes; services check rules."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms

from abxsite.lib import clock
from abxsite.users.models import Person
from entitlements.choices import Per
from entitlements.models import Budget, Entitlement, StaffingRule, Worker, WorkRole
from tiering.models import Tier

if TYPE_CHECKING:  # Django's forms are generic for mypy alone
    EntitlementModelForm = forms.ModelForm[Entitlement]
    WorkerModelForm = forms.ModelForm[Worker]
else:
    EntitlementModelForm = WorkerModelForm = forms.ModelForm

DateInput = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def short(amount: Decimal) -> Decimal:
    """Cents only where there are some."""
    whole = amount.to_integral_value()
    return whole if whole == amount else amount


class EntitlementForm(EntitlementModelForm):
    """An entitlement with one field of hours per role."""

    class Meta:
        model = Entitlement
        fields = (
            "tier", "name", "category", "quantity", "per", "money", "owner_role", "channel", "personalisation",
            "playbook",
        )  # fmt: skip
        widgets = {"playbook": forms.Textarea(attrs={"rows": 4})}
        labels = {
            "quantity": "Times a year",
            "per": "For",
            "money": "Money each time",
            "owner_role": "Who sees to it",
        }
        help_texts = {
            "owner_role": "Its deliveries go to a person with this role.",
            "personalisation": "How far it is made for the account: this company, its cluster's problem, its industry.",
        }

    def __init__(self, *args: Any, roles: Iterable[WorkRole], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = list(roles)
        tiers = self.fields["tier"]
        assert isinstance(tiers, forms.ModelChoiceField)
        tiers.queryset = Tier.objects.active().order_by("order")
        tiers.empty_label = None
        if self.instance.pk:
            del self.fields["tier"]
        given = {row.role_id: row.hours for row in self.instance.hours.all()} if self.instance.pk else {}
        for role in self.roles:
            self.fields[f"hours-{role.pk}"] = forms.DecimalField(
                label=role.name,
                min_value=Decimal(0),
                max_value=Decimal(9999),
                decimal_places=2,
                required=False,
                initial=short(given[role.pk]) if role.pk in given else None,
            )
        if self.instance.pk:
            self.initial["money"] = short(self.instance.money)

    @property
    def hour_fields(self) -> list[forms.BoundField]:
        return [self[f"hours-{role.pk}"] for role in self.roles]

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("tier", "name") if name in self.fields]

    @property
    def amount_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("quantity", "per", "money")]

    @property
    def last_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("category", "owner_role", "channel", "personalisation", "playbook")]

    def hours(self) -> dict[int, Decimal]:
        return {role.pk: self.cleaned_data.get(f"hours-{role.pk}") or Decimal(0) for role in self.roles}

    def said(self) -> dict[str, Any]:
        """The model's fields as the service takes them."""
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith("hours-")}


class WorkerForm(WorkerModelForm):
    """A person's role and time, and in percent what each tier gets of it."""

    class Meta:
        model = Worker
        fields = ("person", "role", "fte_percent", "hours_week", "holiday_percent", "since")
        labels = {
            "fte_percent": "FTE, %",
            "hours_week": "Hours a full week",
            "holiday_percent": "Holidays, %",
            "since": "From",
        }
        widgets = {"since": DateInput}

    def __init__(self, *args: Any, tiers: Iterable[Tier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tiers = list(tiers)
        people, roles = self.fields["person"], self.fields["role"]
        assert isinstance(people, forms.ModelChoiceField)
        assert isinstance(roles, forms.ModelChoiceField)
        people.queryset = Person.objects.active()
        roles.empty_label = "Choose a role"
        people.empty_label = "Choose a person"
        self.fields["fte_percent"].widget.attrs["min"] = 1
        given: dict[int, int] = {}
        if self.instance.pk:
            del self.fields["person"]
            self.initial["hours_week"] = short(self.instance.hours_week)
            given = {share.tier_id: share.percent for share in self.instance.shares.all()}
        else:
            self.initial.setdefault("since", clock.today())
        for tier in self.tiers:
            self.fields[f"share-{tier.pk}"] = forms.IntegerField(
                label=tier.name, min_value=0, max_value=100, required=False, initial=given.get(tier.pk)
            )

    @property
    def share_fields(self) -> list[forms.BoundField]:
        return [self[f"share-{tier.pk}"] for tier in self.tiers]

    @property
    def who_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("person", "role") if name in self.fields]

    @property
    def time_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("fte_percent", "hours_week", "holiday_percent")]

    def shares(self) -> dict[int, int]:
        return {tier.pk: self.cleaned_data.get(f"share-{tier.pk}") or 0 for tier in self.tiers}

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith("share-")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        total = sum(cleaned.get(f"share-{tier.pk}") or 0 for tier in self.tiers)
        if total > 100:
            raise forms.ValidationError(f"The shares sum to {total} %; nobody has more than 100 % of their time.")
        return cleaned


class StaffingForm(forms.Form):
    """How many accounts or clusters one person covers, per tier; an empty field is no rule."""

    def __init__(self, *args: Any, tiers: Iterable[Tier], roles: Iterable[WorkRole], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tiers, self.roles = list(tiers), {role.pk: role for role in roles}
        rules = {
            rule.tier_id: rule
            for rule in StaffingRule.objects.filter(tier__in=self.tiers).select_related("tier", "role")
        }
        self.rules = rules
        for tier in self.tiers:
            rule = rules.get(tier.pk)
            self.fields[f"covers-{tier.pk}"] = forms.IntegerField(
                label=f"How many one person covers in {tier.name}",
                min_value=1,
                max_value=5000,
                required=False,
                initial=rule.covers if rule else None,
                widget=forms.NumberInput(attrs={"class": "ax-fit-n"}),
            )
            self.fields[f"role-{tier.pk}"] = forms.TypedChoiceField(
                label=f"Role for {tier.name}",
                coerce=int,
                choices=[(role.pk, role.name) for role in self.roles.values()],
                initial=rule.role_id if rule else None,
            )
            self.fields[f"per-{tier.pk}"] = forms.ChoiceField(
                label=f"Accounts or clusters of {tier.name}",
                choices=[(Per.ACCOUNT, "accounts"), (Per.CLUSTER, "clusters")],
                initial=rule.per if rule else Per.ACCOUNT,
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "tier": tier,
                "rule": self.rules.get(tier.pk),
                "role": self[f"role-{tier.pk}"],
                "covers": self[f"covers-{tier.pk}"],
                "per": self[f"per-{tier.pk}"],
            }
            for tier in self.tiers
        ]


class BudgetForm(forms.Form):
    """Money per tier and quarter; an empty field is unknown, zero is zero."""

    def __init__(self, *args: Any, tiers: Iterable[Tier], quarters: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tiers, self.quarters = list(tiers), list(quarters)
        for tier in self.tiers:
            for quarter in self.quarters:
                self.fields[self.name(tier, quarter)] = forms.DecimalField(
                    label=f"{tier.name}, {clock.quarter_name(quarter)}",
                    min_value=Decimal(0),
                    max_digits=14,
                    decimal_places=2,
                    required=False,
                )

    @staticmethod
    def name(tier: Tier, quarter: date) -> str:
        return f"amount-{tier.pk}-{quarter:%Y%m}"

    @classmethod
    def stored(cls, tiers: Iterable[Tier], quarters: Iterable[date]) -> dict[str, Decimal]:
        rows = Budget.objects.filter(tier__in=list(tiers), quarter__in=list(quarters)).select_related("tier")
        return {cls.name(row.tier, row.quarter): short(row.amount) for row in rows}

    def row_of(self, tier: Tier) -> list[forms.BoundField]:
        return [self[self.name(tier, quarter)] for quarter in self.quarters]

    def amounts(self) -> dict[tuple[Tier, date], Decimal | None]:
        return {
            (tier, quarter): self.cleaned_data.get(self.name(tier, quarter))
            for tier in self.tiers
            for quarter in self.quarters
        }


class PublishForm(forms.Form):
    """New caps with the reason; `seen` is the newest cap that the person was looking at."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label="Why", max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A sentence; it stands beside the caps and in the record.",
    )  # fmt: skip

    def __init__(self, *args: Any, tiers: Iterable[Tier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tiers = [tier for tier in tiers if tier.capped]
        for tier in self.tiers:
            self.fields[self.name(tier)] = forms.IntegerField(
                label=f"New cap of {tier.name}", min_value=0, max_value=1_000_000
            )

    @staticmethod
    def name(tier: Tier) -> str:
        return f"seats-{tier.pk}"

    def field_of(self, tier: Tier) -> forms.BoundField | None:
        return self[self.name(tier)] if self.name(tier) in self.fields else None

    def seats(self) -> dict[int, int]:
        return {tier.pk: self.cleaned_data[self.name(tier)] for tier in self.tiers}


class DoneForm(forms.Form):
    """Nothing but the day is asked for."""

    on = forms.DateField(label="Done on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    cost = forms.DecimalField(label="Cost", min_value=0, max_digits=12, decimal_places=2, required=False)
    note = forms.CharField(label="Note", max_length=400, required=False)


class SkipForm(forms.Form):
    reason = forms.CharField(label="Why it is skipped", max_length=400)
