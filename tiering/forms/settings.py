"""The rules of the workspace that are settings."""

from datetime import date
from typing import Any

from django import forms

from abxsite.users.models import Person
from tiering.forms.fields import LinesField, PointsField
from tiering.models import WorkspaceSettings

CODES = ("USD", "EUR", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD", "JPY")
CURRENCIES = tuple((code, code) for code in CODES)


class SettingsForm(forms.Form):
    name = forms.CharField(max_length=120, label="Workspace")
    what_we_sell = forms.CharField(max_length=300, required=False, label="What we sell, to whom")
    currency = forms.ChoiceField(choices=CURRENCIES, help_text="Amounts are kept as they are; nothing is converted.")
    margin = PointsField(help_text="An incumbent keeps its seat against a challenger less than this ahead.")
    leave_below = PointsField(
        label="Leaves when below by", help_text="An incumbent leaves only this far below its tier's minimum score."
    )
    leave_potential_percent = forms.IntegerField(
        label="Leaves when potential is below by", min_value=0, max_value=100, help_text="Percent."
    )
    leave_after_reviews = forms.IntegerField(
        label="At so many reviews running", min_value=1, max_value=8, help_text="Quarterly reviews."
    )
    hold_cycles = forms.IntegerField(
        label="What people agree holds for", min_value=0, max_value=4, help_text="Quarterly cycles; vetoes too."
    )
    veto_reopens_at = PointsField(
        label="A vetoed move comes back when the score moves by", help_text="Otherwise it stays away for those cycles."
    )
    turnover_percent = forms.IntegerField(
        label="Turnover a quarter",
        min_value=0,
        max_value=100,
        help_text="Percent of a tier's seats that may change in a rolling quarter.",
    )
    contact_half_life = forms.IntegerField(
        label="Half-life of a relationship", min_value=30, max_value=3650, help_text="Days since the last contact."
    )
    stale_months = forms.IntegerField(label="Insight is stale after", min_value=1, max_value=60, help_text="Months.")
    few_deals = forms.IntegerField(
        label="Too few to tell below", min_value=1, max_value=100, help_text="Closed deals behind a rate."
    )
    default_signer = forms.ModelChoiceField(
        Person.objects.none(),
        required=False,
        empty_label="Nobody yet",
        help_text="Signs for sales where an account has no owner, delegate or manager.",
    )
    default_marketer = forms.ModelChoiceField(
        Person.objects.none(),
        required=False,
        empty_label="Nobody yet",
        help_text="Marketing's moves pass on to them when time runs out.",
    )
    silence_days = forms.IntegerField(
        label="Undecided moves pass on", min_value=0, max_value=20, help_text="Working days before closing."
    )
    holidays = LinesField(required=False, help_text="One day a line, as 2027-01-01.")

    GROUPS = (
        ("Workspace", ("name", "what_we_sell", "currency")),
        (
            "Assignment",
            (
                "margin",
                "leave_below",
                "leave_potential_percent",
                "leave_after_reviews",
                "hold_cycles",
                "veto_reopens_at",
                "turnover_percent",
            ),
        ),
        ("Review", ("default_signer", "default_marketer", "silence_days", "holidays")),
        ("Scoring and measurement", ("contact_half_life", "stale_months", "few_deals")),
    )

    def __init__(self, data: Any = None, *, settings: WorkspaceSettings) -> None:
        initial = {name: getattr(settings, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        for name in ("default_signer", "default_marketer"):
            self.fields[name].queryset = people()  # type: ignore[attr-defined]

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    def clean_holidays(self) -> list[str]:
        days: list[str] = self.cleaned_data["holidays"]
        for day in days:
            try:
                date.fromisoformat(day)
            except ValueError as error:
                raise forms.ValidationError(f"“{day}” is not a day; write it as 2027-01-01.") from error
        return sorted(set(days))


def people() -> Any:
    """Who can sign: a Person without a login never does."""
    return Person.objects.active().with_login().select_related("user").order_by("name")
