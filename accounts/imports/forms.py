"""Forms of the import pages: the upload, and what the columns of a file mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from accounts.choices import ImportKind
from accounts.imports.fields import FIELDS
from accounts.imports.survey import Question
from accounts.models import ImportJob


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="CSV, TSV or semicolons, up to 1 GB. The first line names the columns.",
        allow_empty_file=True,
    )
    kind = forms.ChoiceField(
        label="What is in it", required=False, choices=[("", "Guess from its columns"), *ImportKind.choices]
    )
    source = forms.CharField(
        max_length=60, required=False, label="Where it comes from",
        help_text="Salesforce, HubSpot, a fair … Ids and column choices are remembered per source.",
    )  # fmt: skip


@dataclass(frozen=True)
class ColumnChoice:
    """One column of the file with its sample values and what it is taken for."""

    name: str
    header: str
    samples: list[str]
    chosen: str


class MappingForm:
    """Not a Django form: its fields are the file's columns. `refused` is the sentence of the last refusal."""

    def __init__(self, job: ImportJob, questions: Sequence[Question], posted: Mapping[str, Any] | None = None) -> None:
        self.job, self.posted, self.refused = job, posted, ""
        self.mapping = self.chosen(job, posted) if posted is not None else dict(job.mapping)
        self.questions = list(questions)
        self.fields = [(field.key, field.label) for field in FIELDS[job.kind]]

    @staticmethod
    def chosen(job: ImportJob, posted: Mapping[str, Any]) -> dict[str, str]:
        keys = {header: posted.get(f"column:{index}", "") for index, header in enumerate(job.headers)}
        return {header: key for header, key in keys.items() if key}

    @property
    def columns(self) -> list[ColumnChoice]:
        return [
            ColumnChoice(f"column:{index}", header, self._samples(index), self.mapping.get(header, ""))
            for index, header in enumerate(self.job.headers)
        ]

    def _samples(self, index: int) -> list[str]:
        return list(self.job.sample[index]) if index < len(self.job.sample) else []

    def answer(self, question: Question) -> str:
        if self.posted is not None and question.name in self.posted:
            return str(self.posted[question.name])
        return question.answer or question.suggestion

    @property
    def asked(self) -> list[tuple[Question, str]]:
        """Questions that stop the import, with the answer that stands in the control."""
        return [(question, self.answer(question)) for question in self.questions if question.about != "stage"]

    @property
    def stages(self) -> list[tuple[Question, str]]:
        return [(question, self.answer(question)) for question in self.questions if question.about == "stage"]

    @property
    def options(self) -> dict[str, Any]:
        """The answers as the service takes them."""
        found: dict[str, dict[str, str]] = {"units": {}, "dates": {}, "marks": {}, "stages": {}}
        for question in self.questions:
            answer = str((self.posted or {}).get(question.name, question.answer))
            if not answer:
                continue  # a suggestion counts only once it was shown and sent back
            if question.about == "stage":
                found["stages"][question.word] = answer
            else:
                found[f"{question.about}s"][question.field] = answer
        return {**self.job.options, **found}
