"""What to try on the past: a version, another beside it, and the window of opening days."""

from datetime import date
from typing import Any

from django import forms

from abxsite.lib import clock
from tiering.choices import ScorecardStatus
from tiering.models import Scorecard


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def usual_window(today: date) -> tuple[date, date]:
    """Two years of opening days up to half a year ago: deals opened later are mostly still open."""
    month = today.year * 12 + today.month - 1 - 6
    until = date(month // 12, month % 12 + 1, 1)
    return until.replace(year=until.year - 2), until


class BacktestForm(forms.Form):
    scorecard = forms.ModelChoiceField(label="Version", queryset=Scorecard.objects.none(), empty_label=None)
    against = forms.ModelChoiceField(
        label="Beside it", queryset=Scorecard.objects.none(), required=False, empty_label="No other version"
    )
    since = forms.DateField(label="Deals opened from", widget=_day())
    until = forms.DateField(label="Deals opened until", widget=_day())
    with_renewals = forms.BooleanField(label="Count renewals too", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        since, until = usual_window(clock.today())
        versions = Scorecard.objects.filter(criteria__isnull=False).distinct().order_by("-version")
        first = versions.filter(status=ScorecardStatus.PUBLISHED).first() or versions.first()
        kwargs["initial"] = {"scorecard": first, "since": since, "until": until} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for name in ("scorecard", "against"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = versions
            field.label_from_instance = _named  # type: ignore[assignment, method-assign]


def _named(scorecard: Scorecard) -> str:
    return f"v{scorecard.version}, {scorecard.get_status_display().lower()}"
