"""Forms of the cluster pages. They hold what was typed; the services hold the rules."""

from typing import Any

from django import forms

from abxsite.users.models import Person
from accounts.clusters.overlap import LOAD, loads
from accounts.clusters.reading import stated
from accounts.models import Cluster, Segment
from accounts.services.clusters import LARGEST, SMALLEST

#: A problem is a sentence: fewer words than this are a label.
FEWEST_WORDS = 4
GOOD_PROBLEMS = (
    "One problem that all of them share, in a sentence they would say themselves. Good: “Three grid tenders fall due in"
    " one quarter, and nobody can plan them at once.” Not a problem: “Energy companies in the north.”"
)


class OwnerField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Says how many clusters each person carries already."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Person.objects.active(), required=False, empty_label="Nobody yet", **kwargs)
        self.carried: dict[int, int] = {}

    def label_from_instance(self, obj: Any) -> str:
        number = self.carried.get(obj.pk, 0)
        if not number:
            return str(obj.name)
        return f"{obj.name} ({number} cluster{'' if number == 1 else 's'}{', enough' if number >= LOAD else ''})"


class ProblemForm(forms.Form):
    """The problem first: without one it is a list with a name."""

    problem = forms.CharField(
        label="The problem they share", max_length=600, help_text=GOOD_PROBLEMS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    name = forms.CharField(max_length=120, help_text="Short, for lists: “Grid tender wave”.")
    owner = OwnerField(
        label="Owner", help_text=f"A cluster with an owner is staffed: its places count as seats. One marketer carries "
        f"5 to {LOAD} clusters."
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        if isinstance(owner, OwnerField):
            owner.carried = loads(stated())

    def clean_problem(self) -> str:
        problem: str = self.cleaned_data["problem"].strip()
        if len(problem.split()) < FEWEST_WORDS:
            raise forms.ValidationError("Say the problem in a sentence, as one of them would say it.")
        return problem


class ClusterForm(ProblemForm):
    problem_tag = forms.CharField(
        max_length=60, required=False, label="Problem tag",
        help_text="The tag that accounts with this problem carry. They are suggested as members.",
    )  # fmt: skip
    target_size = forms.IntegerField(
        min_value=SMALLEST, max_value=LARGEST, initial=10, label="Target size",
        help_text=f"{SMALLEST} to {LARGEST} accounts; 10 is usual.",
    )  # fmt: skip
    segment = forms.ModelChoiceField(
        Segment.objects.none(), required=False, label="Suggest accounts of a segment", empty_label="Only by the tag",
        help_text="Who fits is suggested, live. Nobody joins or leaves by itself.",
    )  # fmt: skip

    def __init__(self, *args: Any, cluster: Cluster | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = [each for each in cluster.conditions if each.get("fact") != "segment"] if cluster else []
        self.fields["problem"].widget.attrs["autofocus"] = True
        self.fields["segment"].queryset = Segment.objects.filter(shared=True)  # type: ignore[attr-defined]
        if cluster is not None:
            self.initial = {
                "problem": cluster.problem, "name": cluster.name, "owner": cluster.owner_id,
                "problem_tag": cluster.problem_tag, "target_size": cluster.target_size,
                "segment": next(iter(segments_of(cluster)), None),
            }  # fmt: skip

    def changed_fields(self) -> dict[str, Any]:
        """What the service takes: the segment among the cluster's conditions, whose others stay."""
        data = dict(self.cleaned_data)
        segment = data.pop("segment")
        chosen = [{"fact": "segment", "op": "in", "value": [segment.pk]}] if segment else []
        data["conditions"] = [*self.kept, *chosen]
        return data


class SplitForm(ProblemForm):
    accounts = forms.TypedMultipleChoiceField(coerce=int, label="Who goes", widget=forms.CheckboxSelectMultiple)
    problem_tag = forms.CharField(max_length=60, required=False, label="Problem tag")

    field_order = ("accounts", "problem", "name", "owner", "problem_tag")

    def __init__(self, *args: Any, members: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accounts"].choices = members  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(Cluster.objects.none(), label="Into which cluster", empty_label=None,
                                  widget=forms.RadioSelect)  # fmt: skip

    def __init__(self, *args: Any, cluster: Cluster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Cluster.objects.open().exclude(pk=cluster.pk)  # type: ignore[attr-defined]


class SuggestedForm(ProblemForm):
    """A suggested group, edited: the members that stay chosen, the problem in their words."""

    accounts = forms.TypedMultipleChoiceField(coerce=int, label="Members", widget=forms.CheckboxSelectMultiple)
    problem_tag = forms.CharField(max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = self.data.getlist("accounts") if hasattr(self.data, "getlist") else []
        digits = [value for value in sent if value.isdigit() and len(value) < 19]
        self.fields["accounts"].choices = [(value, value) for value in digits]  # type: ignore[attr-defined]


class ItemForm(forms.Form):
    name = forms.CharField(max_length=120, label="Add an item")


def segments_of(cluster: Cluster) -> list[int]:
    """The segments that the cluster's conditions name."""
    return [pk for each in cluster.conditions if each.get("fact") == "segment" for pk in each.get("value") or []]
