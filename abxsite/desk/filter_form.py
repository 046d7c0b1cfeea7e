"""The panel of filters: what stands beside an account as ordinary fields, account facts as rows of conditions."""

from typing import Any, Final

from django import forms
from django.http import QueryDict

from abxsite.desk.filters import DESK, MINE, MOVES, OFF_LIST, ON_LIST
from abxsite.users.models import User
from accounts import facts
from accounts.facts import Condition, address, panel
from accounts.models import Segment
from tiering.choices import Deck
from tiering.models import Tier

#: Asked in a field of its own, which offers one's own segments too.
ELSEWHERE: Final = frozenset({facts.SEGMENT})


class DeskFilterForm(forms.Form):
    """Everything but account facts. Issue 6 adds who nominated an account."""

    q = forms.CharField(max_length=200, required=False, label="Name or domain")
    mine = forms.BooleanField(required=False, label="Only accounts that I own")
    segment = forms.MultipleChoiceField(required=False, label="Segment", widget=forms.CheckboxSelectMultiple)
    tier = forms.MultipleChoiceField(required=False, label="Tier", widget=forms.CheckboxSelectMultiple)
    deck = forms.MultipleChoiceField(
        required=False,
        label="On deck",
        choices=[("any", "For any reason"), *[choice for choice in Deck.choices if choice[0]]],
        widget=forms.CheckboxSelectMultiple,
    )
    move = forms.ChoiceField(required=False, label="Proposed move")
    score_min = forms.DecimalField(min_value=0, max_value=100, required=False, label="Score at least")
    score_max = forms.DecimalField(min_value=0, max_value=100, required=False, label="Score below")
    known_min = forms.IntegerField(min_value=0, max_value=100, required=False, label="Known at least, %")
    known_max = forms.IntegerField(min_value=0, max_value=100, required=False, label="Known below, %")
    potential_min = forms.IntegerField(min_value=0, max_value=10**15, required=False, label="Potential at least")
    potential_max = forms.IntegerField(min_value=0, max_value=10**15, required=False, label="Potential below")
    delivery = forms.ChoiceField(required=False, label="Delivery", choices=[("", "Any"), ("overdue", "Overdue")])
    scored = forms.ChoiceField(required=False, label="Scored", choices=[("", "Any"), ("yes", "Yes"), ("no", "Not yet")])

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tiers = [(str(tier.pk), tier.name) for tier in Tier.objects.active()]
        segments = Segment.objects.visible_to(user).values_list("pk", "name")
        self._choose("tier", [(ON_LIST, "On the list"), *tiers, (OFF_LIST, "Off list")])
        self._choose("move", [("", "Any"), *MOVES.items(), *[(pk, f"To {name}") for pk, name in tiers]])
        self._choose("segment", [(str(pk), name) for pk, name in segments[:100]])
        if not self.fields["segment"].choices:  # type: ignore[attr-defined]
            del self.fields["segment"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(query: QueryDict) -> dict[str, Any]:
        many = {"tier", "deck", facts.SEGMENT}
        found: dict[str, Any] = {
            key: query.getlist(key) if key in many else query.get(key) for key in (*DESK, facts.SEGMENT) if key in query
        }
        return found | {"mine": query.getlist("owner") == [MINE]}

    def applied(self, query: QueryDict, conditions: list[Condition]) -> QueryDict:
        """`query` with what this form and the rows of conditions ask for."""
        for each in conditions:
            key, values = address.parameter(each)
            for value in values:
                query.appendlist(key, value)
        for key, value in self.cleaned_data.items():
            if key == "mine":
                if value:
                    query["owner"] = MINE
            elif value not in (None, "", []):
                query.setlist(key, value if isinstance(value, list) else [f"{value}"])
        return query


def panel_of(conditions: list[Condition], query: QueryDict, wrong: dict[str, str]) -> list[panel.Section]:
    """The rows of all account facts; "mine" stands in the form above, not as an owner."""
    mine = query.getlist("owner") == [MINE]
    rest = [each for each in conditions if not (mine and each.fact == "owner")]
    return panel.sections(rest, wrong, ELSEWHERE)


def read_panel(data: QueryDict) -> tuple[list[Condition], dict[str, str]]:
    return panel.read(data, ELSEWHERE)
