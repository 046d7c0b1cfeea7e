"""The scorecard's form: one weight and one unknown policy per criterion, and the note of a publication."""

from collections.abc import Sequence
from typing import Any

from django import forms

from tiering.choices import Unknown
from tiering.models import Criterion


class WeightsForm(forms.Form):
    """Fields `w-<key>` and `u-<key>` for each criterion of a draft."""

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for criterion in criteria:
            self.fields[f"w-{criterion.key}"] = forms.IntegerField(min_value=0, max_value=100, label=criterion.name)
            self.fields[f"u-{criterion.key}"] = forms.ChoiceField(choices=Unknown.choices, label=criterion.name)

    def changes(self) -> dict[str, dict[str, Any]]:
        """By key, as `change_criteria` and the preview take them; what is not valid is left out."""
        found: dict[str, dict[str, Any]] = {}
        for criterion in self.criteria:
            fields = {"weight": f"w-{criterion.key}", "unknown": f"u-{criterion.key}"}
            given = {name: self.cleaned_data[field] for name, field in fields.items() if field in self.cleaned_data}
            if given:
                found[criterion.key] = given
        return found


class PublishForm(forms.Form):
    note = forms.CharField(max_length=400, label="What changed, and why")
