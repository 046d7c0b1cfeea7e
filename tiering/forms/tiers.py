"""One tier: its name, what it takes to hold it, and how it is run."""

from typing import Any

from django import forms

from tiering.forms.fields import PointsField
from tiering.models import Tier

COLOURS = ((1, "Plum"), (2, "Teal"), (3, "Ochre"), (4, "Slate blue"), (5, "Rose"))


class TierForm(forms.Form):
    """`seats` is the published cap. Fields in three groups, as the page shows them."""

    name = forms.CharField(max_length=60, help_text="Say the effort, not a rank: One-to-Few, not Tier 2.")
    short_name = forms.CharField(max_length=20, help_text="For narrow columns: Few.")
    colour = forms.TypedChoiceField(choices=COLOURS, coerce=int)
    minimum_score = PointsField(label="Minimum score")
    minimum_potential = forms.IntegerField(
        label="Minimum potential a year", min_value=0, required=False, help_text="Empty: no lower bound."
    )
    minimum_coverage = forms.IntegerField(
        label="Minimum coverage",
        min_value=0,
        max_value=100,
        help_text="Percent of the weight that must be known; below it an account is on deck: find out first.",
    )
    minimum_stay = forms.IntegerField(
        label="Minimum stay",
        min_value=0,
        max_value=8,
        help_text="Quarterly cycles during which no challenger takes the seat.",
    )
    capped = forms.BooleanField(required=False, label="Has a cap")
    seats = forms.IntegerField(
        label="Seats", min_value=0, required=False, help_text="The published cap. Capacity says what it can carry."
    )
    two_sided = forms.BooleanField(required=False, label="Both sides sign moves into and out of it")
    clustered = forms.BooleanField(required=False, label="A seat is a place in a staffed cluster")

    WORDS = ("name", "short_name", "colour")
    GATES = ("minimum_score", "minimum_potential", "minimum_coverage", "minimum_stay")
    RUN = ("capped", "seats", "two_sided", "clustered")

    def __init__(self, data: Any = None, *, tier: Tier | None = None, seats: int | None = None) -> None:
        initial = {"capped": True, "colour": 5, "minimum_coverage": 0, "minimum_stay": 1}
        if tier:
            initial = {name: getattr(tier, name) for name in self.base_fields if name != "seats"} | {"seats": seats}
        super().__init__(data, initial=initial)

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        return [
            ("Name", "", [self[name] for name in self.WORDS]),
            ("What it takes", "Only lower bounds gate. A change counts from the next review.", self._of(self.GATES)),
            ("How it is run", "", self._of(self.RUN)),
        ]

    def _of(self, names: tuple[str, ...]) -> list[forms.BoundField]:
        return [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("capped") and cleaned.get("seats") is None and not self.errors:
            self.add_error("seats", "A tier with a cap needs a number of seats.")
        return cleaned
