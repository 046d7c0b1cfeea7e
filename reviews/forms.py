"""Forms of the review pages. What the rules refuse comes back from the services, beside the field."""

from datetime import timedelta
from typing import Any

from django import forms

from abxsite.lib import clock
from reviews.choices import CycleKind, VerdictKind, VetoReason
from reviews.models import Cycle
from reviews.services.cycles import OPEN_DAYS
from tiering.choices import OFF_LIST_NAME
from tiering.models import Move, Tier
from tiering.services.tiers import active_tiers

OFF = "off"


def sentence_field(label: str, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2, "data-ax-enter": ""})
    return forms.CharField(
        label=label,
        required=required,
        max_length=400,
        widget=widget,
        error_messages={"required": "One sentence, please: the other side reads it."},
    )


class SeenForm(forms.Form):
    """`seen` is the last event on the card that the person looks at."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class VetoForm(SeenForm):
    reason = forms.ChoiceField(
        label="Why not?",
        choices=VetoReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a reason."},
    )
    sentence = sentence_field("In a sentence")


class TierForm(SeenForm):
    """Every tier but the one that the account holds and the one on the table."""

    to_tier = forms.ChoiceField(
        label="Where to instead?", widget=forms.RadioSelect, error_messages={"required": "Choose a tier."}
    )
    sentence = sentence_field("In a sentence", required=False)

    def __init__(self, *args: Any, move: Move, target: Tier | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tiers = {str(tier.pk): tier for tier in active_tiers()}
        taken = {move.from_tier_id, target.pk if target else None}
        choices = [(key, tier.name) for key, tier in self.tiers.items() if tier.pk not in taken]
        if None not in taken:
            choices.append((OFF, OFF_LIST_NAME))
        self.fields["to_tier"].choices = choices  # type: ignore[attr-defined]

    @property
    def tier(self) -> Tier | None:
        return self.tiers.get(self.cleaned_data["to_tier"])


class SnoozeForm(SeenForm):
    until = forms.DateField(label="Until", widget=forms.DateInput(attrs={"type": "date", "data-ax-focus": ""}))

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tomorrow = clock.today() + timedelta(days=1)
        self.fields["until"].widget.attrs.update(min=tomorrow.isoformat(), max=cycle.closes_on.isoformat())
        self.fields["until"].initial = min(clock.today() + timedelta(days=3), cycle.closes_on)


class DisputeForm(SeenForm):
    sentence = sentence_field("Why should it move all the same?")
    sentence.widget.attrs["data-ax-focus"] = ""


class SettleForm(SeenForm):
    kind = forms.ChoiceField(
        label="Your word",
        choices=((VerdictKind.APPROVE, "The move goes ahead"), (VerdictKind.VETO, "The veto stands")),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    sentence = sentence_field("In a sentence")


class OpenCycleForm(forms.Form):
    kind = forms.ChoiceField(
        label="Which review",
        choices=((CycleKind.QUARTERLY, "Quarterly, all tiers"), (CycleKind.MONTHLY, CycleKind.MONTHLY.label)),
        widget=forms.RadioSelect,
        initial=CycleKind.QUARTERLY,
    )
    closes_on = forms.DateField(
        label="Closes on",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Until then both sides decide; afterwards a marketer publishes.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["closes_on"].initial = clock.today() + timedelta(days=OPEN_DAYS)
