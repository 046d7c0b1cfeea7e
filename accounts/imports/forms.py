"""Forms of the import pages: the upload, and what the columns of a file mean."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from accounts.choices import AttributeKind, ImportKind
from accounts.imports import matching_keys
from accounts.imports.fields import FIELDS, OWN
from accounts.imports.matching_keys import KEYS
from accounts.imports.survey import Question
from accounts.imports.targets import WRITES
from accounts.models import ImportJob

#: Questions about words, each asked in a table of its own.
WORDS = {
    "stage": ("Which stages are won, lost or open", "Remembered for every later file of this source."),
    "type": (
        "Which kind of deal each word means",
        "Renewals stay out of win rate and cycle. Remembered for this source.",
    ),
    "tier": (
        "Which tier each word means",
        "Accounts that hold no tier yet get it as an opening placement; one that holds a tier keeps it.",
    ),
}
#: The fields that write a column of the record, and so have a rule.
RULED = {
    ImportKind(kind): frozenset(key for write in writes for key in write.fields) - {"external_id"}
    for kind, writes in WRITES.items()
}
RULE_CHOICES = (("overwrite", "overwrite what is here"), ("fill", "fill blanks only"), ("keep", "keep what is here"))


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="CSV with any delimiter, up to 1 GB, or Excel. One line names the columns.",
        allow_empty_file=True,
    )
    kind = forms.ChoiceField(
        label="What is in it", required=False, choices=[("", "Guess from its columns"), *ImportKind.choices]
    )
    source = forms.CharField(
        max_length=60, required=False, label="Where it comes from", widget=forms.TextInput(attrs={"list": "sources"}),
        help_text="Salesforce, HubSpot, a fair … Ids and column choices are remembered per source.",
    )  # fmt: skip


@dataclass(frozen=True)
class ColumnChoice:
    """One column of the file with its sample values and what it is taken for."""

    name: str
    header: str
    samples: list[str]
    chosen: str
    rule: str = ""
    likely: str = "text"


class MappingForm:
    """Not a Django form: its fields are the file's columns. `refused` is the sentence of the last refusal."""

    def __init__(
        self, job: ImportJob, questions: Sequence[Question], posted: Mapping[str, Any] | None = None,
        own: Sequence[tuple[str, str]] = (), guess: Callable[[Sequence[str]], str] | None = None,
    ) -> None:  # fmt: skip
        """`own` are the custom attributes in use (key, label); `guess` says which kind a new one would likely be."""
        self.guess = guess
        self.job, self.posted, self.refused = job, posted, ""
        self.mapping = self.chosen(job, posted) if posted is not None else dict(job.mapping)
        self.questions = list(questions)
        self.fields = [(field.key, field.label) for field in FIELDS[job.kind]]
        self.own = [(OWN + key, label) for key, label in own] if job.kind == ImportKind.ACCOUNTS else []
        self.may_add = job.kind == ImportKind.ACCOUNTS
        self.kinds = AttributeKind.choices
        self.rules = RULE_CHOICES
        self.with_rules = job.kind != ImportKind.SIGNALS

    @staticmethod
    def chosen(job: ImportJob, posted: Mapping[str, Any]) -> dict[str, str]:
        keys = {header: posted.get(f"column:{index}", "") for index, header in enumerate(job.headers)}
        return {header: key for header, key in keys.items() if key}

    @property
    def columns(self) -> list[ColumnChoice]:
        return [
            ColumnChoice(
                f"column:{index}",
                header,
                self._samples(index),
                self.mapping.get(header, ""),
                self._rule(index, header) if self._ruled(header) else "",
                self.guess(self._samples(index)) if self.guess else "text",
            )
            for index, header in enumerate(self.job.headers)
        ]

    def _rule(self, index: int, header: str) -> str:
        if self.posted is not None and f"rule:{index}" in self.posted:
            return str(self.posted[f"rule:{index}"])
        return str(self.job.options.get("rules", {}).get(self.mapping.get(header, ""), "overwrite"))

    def _ruled(self, header: str) -> bool:
        """Whether the column writes a value that a record may have already; ids and tiers are never overwritten."""
        key = self.mapping.get(header, "")
        return key.startswith((OWN, "new:")) or key in RULED[ImportKind(self.job.kind)]

    @property
    def keys(self) -> list[tuple[str, str, bool]]:
        """(key, words, chosen): by what a row is recognised as a record that is here."""
        known = KEYS[ImportKind(self.job.kind)]
        held = self._posted_keys() or matching_keys.chosen(self.job.kind, self.job.options)
        return [(key, label, key in held) for key, label in known] if len(known) > 1 else []

    def _posted_keys(self) -> list[str]:
        if self.posted is None or "keys_shown" not in self.posted:
            return []
        return [key for key, _ in KEYS[ImportKind(self.job.kind)] if self.posted.get(f"key:{key}")]

    def _samples(self, index: int) -> list[str]:
        return list(self.job.sample[index]) if index < len(self.job.sample) else []

    def answer(self, question: Question) -> str:
        if self.posted is not None and question.name in self.posted:
            return str(self.posted[question.name])
        return question.answer or question.suggestion

    @property
    def asked(self) -> list[tuple[Question, str]]:
        """Questions that stop the import, with the answer that stands in the control."""
        return [(question, self.answer(question)) for question in self.questions if question.about not in WORDS]

    @property
    def word_tables(self) -> list[tuple[str, str, list[tuple[Question, str]]]]:
        """(title, note, words with the answer that stands in the control), for each kind of word."""
        return [(title, note, self._about(about)) for about, (title, note) in WORDS.items()]

    def _about(self, about: str) -> list[tuple[Question, str]]:
        return [(question, self.answer(question)) for question in self.questions if question.about == about]

    @property
    def options(self) -> dict[str, Any]:
        """The answers as the service takes them."""
        found: dict[str, Any] = {"units": {}, "dates": {}, "marks": {}, "stages": {}, "words": {}}
        for question in self.questions:
            answer = str((self.posted or {}).get(question.name, question.answer))
            if question.about in ("type", "tier"):
                if question.name in (self.posted or {}):
                    found["words"].setdefault(question.about, {})[question.word.lower()] = answer
                continue
            if not answer:
                continue  # a suggestion counts only once it was shown and sent back
            if question.about == "stage":
                found["stages"][question.word] = answer
            else:
                found[f"{question.about}s"][question.field] = answer
        found["words"] = {**self.job.options.get("words", {}), **found["words"]}
        if self.posted is not None and "keys_shown" in self.posted:
            found["keys"] = self._posted_keys()
        found["rules"] = {
            key: rule
            for index, header in enumerate(self.job.headers)
            if (key := self.mapping.get(header))
            and self._ruled(header)
            and (rule := self._rule(index, header)) != "overwrite"
        }
        return {**self.job.options, **found}
