"""The filters of the page and the API as a form: everything lives in the query string."""

from datetime import date
from typing import Any

from django import forms

from abxsite.lib import clock
from abxsite.users.models import Person, Team, User
from accounts.choices import AccountStatus
from accounts.models import Account
from reviews.measure.scope import Scope, last_quarters

PERIODS = (
    ("", "All time"),
    ("4q", "Last four quarters"),
    ("year", "This year"),
    ("quarter", "This quarter"),
)
BY_CHOICES = (("tier", "Tier"), ("industry", "Industry"), ("owner", "Owner"), ("manager", "Manager"), ("none", "All"))
TIER_AS_OF_CHOICES = (("opened", "Tier when opened"), ("now", "Tier now"))
CHIPS = ("period", "from", "to", "owner", "team", "industry", "region", "status")


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"})


class InsightsForm(forms.Form):
    """`scope()` leaves out what was asked wrongly; its error stands beside the field."""

    by = forms.ChoiceField(choices=BY_CHOICES, required=False)
    tier_as_of = forms.ChoiceField(choices=TIER_AS_OF_CHOICES, required=False)
    period = forms.ChoiceField(choices=PERIODS, required=False, label="Period")
    owner = forms.ModelChoiceField(Person.objects.none(), required=False, label="Owner", empty_label="Anybody")
    team = forms.ModelChoiceField(Team.objects.all(), required=False, label="Team", empty_label="Any team")
    industry = forms.ChoiceField(required=False, label="Industry")
    region = forms.ChoiceField(required=False, label="Region")
    status = forms.ChoiceField(choices=[("", "All accounts"), *AccountStatus.choices], required=False, label="Accounts")
    renewals = forms.BooleanField(required=False, label="Count renewals in win rate and cycle")

    def __init__(self, *args: Any, user: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["from"] = DayField(required=False, label="From")
        self.fields["to"] = DayField(required=False, label="To")
        owners = Person.objects.filter(opportunities__isnull=False).distinct().order_by("name", "pk")
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        for name, any_label in (("industry", "Any industry"), ("region", "Any region")):
            seen = Account.objects.visible_to(user) if user else Account.objects.all()
            values = seen.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()[:400]
            self.fields[name].choices = [("", any_label), *[(v, v) for v in values]]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("from"), cleaned.get("to")
        if since and until and until < since:
            self.add_error("to", "The period ends before it begins.")
        return cleaned

    def scope(self) -> Scope:
        self.is_valid()
        asked = self.cleaned_data
        since, until = self._period()
        return Scope(
            user=self.user,
            by=asked.get("by") or "tier",
            tier_as_of=asked.get("tier_as_of") or "opened",
            since=since,
            until=until,
            renewals=bool(asked.get("renewals")),
            owner=asked["owner"].pk if asked.get("owner") else None,
            team=asked["team"].pk if asked.get("team") else None,
            industry=asked.get("industry") or None,
            region=asked.get("region") or None,
            status=asked.get("status") or None,
        )

    def _period(self) -> tuple[date | None, date | None]:
        asked = self.cleaned_data
        if asked.get("from") or asked.get("to"):
            return asked.get("from"), asked.get("to")
        today = clock.today()
        return {
            "4q": last_quarters(4),
            "year": (date(today.year, 1, 1), today),
            "quarter": (clock.quarter_start(today), today),
        }.get(asked.get("period") or "", (None, None))

    def spoken(self) -> list[tuple[str, str, str]]:
        """`(field, label, value in words)` of the filters that are on."""
        found = []
        for name in CHIPS:
            value = self.cleaned_data.get(name)
            if value in (None, ""):
                continue
            field = self.fields[name]
            words = dict(getattr(field, "choices", ())).get(value) if isinstance(value, str) else None
            found.append((name, str(field.label), str(words or value)))
        return found
