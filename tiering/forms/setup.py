"""First run: what is sold to whom, and the proposed tiers to take or to change."""

from dataclasses import replace
from typing import Any

from django import forms

from abxsite.users.models import Person
from tiering.forms.fields import PointsField
from tiering.forms.settings import CURRENCIES, people
from tiering.models import WorkspaceSettings
from tiering.services.setup import SetupAnswers, SetupProposal, TierAnswer


class SetupForm(forms.Form):
    name = forms.CharField(max_length=120, label="Workspace", help_text="Your company, as colleagues call it.")
    what_we_sell = forms.CharField(
        max_length=300, required=False, label="What do you sell?", help_text="One sentence, for the people who review."
    )
    currency = forms.ChoiceField(choices=CURRENCIES)
    industries = forms.MultipleChoiceField(
        required=False, label="Industries you serve", widget=forms.CheckboxSelectMultiple
    )
    countries = forms.MultipleChoiceField(
        required=False, label="Countries you serve", widget=forms.CheckboxSelectMultiple
    )
    employees_from = forms.IntegerField(required=False, min_value=0, label="Employees, from")
    employees_to = forms.IntegerField(required=False, min_value=0, label="Employees, to")
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

    def __init__(self, data: Any = None, *, proposal: SetupProposal, settings: WorkspaceSettings) -> None:
        self.proposal = proposal
        low, high = proposal.targets.employees
        initial = {
            "name": settings.name,
            "what_we_sell": settings.what_we_sell,
            "currency": settings.currency,
            "industries": list(proposal.targets.industries),
            "countries": list(proposal.targets.countries),
            "employees_from": low,
            "employees_to": high,
            "default_signer": settings.default_signer_id,
            "default_marketer": settings.default_marketer_id,
        }
        super().__init__(data, initial=initial)
        self._offer("industries", proposal.industries, proposal.targets.industries)
        self._offer("countries", proposal.countries, proposal.targets.countries)
        for name in ("default_signer", "default_marketer"):
            self.fields[name].queryset = people()  # type: ignore[attr-defined]
        for answer in proposal.tiers:
            self._add_tier(answer)

    def _offer(self, name: str, values: tuple[tuple[str, int], ...], wanted: tuple[str, ...]) -> None:
        """The commonest values with their accounts, and whatever history wants beyond them."""
        choices = [(value, f"{value} ({count:,})") for value, count in values]
        offered = {value for value, _ in values}
        choices += [(value, value) for value in wanted if value not in offered]
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _add_tier(self, answer: TierAnswer) -> None:
        key, tier = f"tier_{answer.tier.pk}", answer.tier
        self.fields[f"{key}_score"] = PointsField(initial=answer.minimum_score, label=f"{tier.name}: minimum score")
        self.fields[f"{key}_potential"] = forms.IntegerField(
            initial=answer.minimum_potential,
            min_value=0,
            required=False,
            label=f"{tier.name}: minimum potential a year",
        )
        if tier.capped:
            self.fields[f"{key}_seats"] = forms.IntegerField(
                initial=answer.seats, min_value=0, label=f"{tier.name}: seats"
            )

    def tier_rows(self) -> list[dict[str, Any]]:
        """Per tier: the tier and its bound fields."""
        return [
            {
                "tier": answer.tier,
                "score": self[f"tier_{answer.tier.pk}_score"],
                "potential": self[f"tier_{answer.tier.pk}_potential"],
                "seats": self[f"tier_{answer.tier.pk}_seats"] if answer.tier.capped else None,
            }
            for answer in self.proposal.tiers
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        low, high = cleaned.get("employees_from"), cleaned.get("employees_to")
        if low is not None and high is not None and high < low:
            self.add_error("employees_to", "The range ends below where it begins.")
        return cleaned

    def answers(self) -> SetupAnswers:
        said = self.cleaned_data
        targets = replace(
            self.proposal.targets,
            industries=tuple(said["industries"]),
            countries=tuple(said["countries"]),
            employees=(said["employees_from"], said["employees_to"]),
        )
        return SetupAnswers(
            tiers=[self._answer(answer) for answer in self.proposal.tiers],
            targets=targets,
            name=said["name"],
            what_we_sell=said["what_we_sell"],
            currency=said["currency"],
            default_signer=said["default_signer"],
            default_marketer=said["default_marketer"],
            clustered=(self.proposal.cluster_tier.pk,) if self.proposal.cluster_tier else (),
        )

    def _answer(self, answer: TierAnswer) -> TierAnswer:
        key = f"tier_{answer.tier.pk}"
        return replace(
            answer,
            minimum_score=self.cleaned_data[f"{key}_score"],
            minimum_potential=self.cleaned_data[f"{key}_potential"],
            seats=self.cleaned_data.get(f"{key}_seats"),
        )
