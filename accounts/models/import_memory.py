"""What an import remembers for the next file of its source: columns, words, and decisions about rows."""

from django.db import models

from abxsite.lib import clock
from abxsite.users.models import User
from accounts.choices import ImportDecision, ImportKind


class ImportMapping(models.Model):
    """A mapping that a person confirmed, remembered per source, kind and set of headers."""

    kind = models.CharField(max_length=14, choices=ImportKind)
    source = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    used_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "source", "fingerprint"], name="import_mapping_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.kind}"


class ImportWord(models.Model):
    """What a word of a source means, whatever the columns of its next file: a stage, a kind of deal, a tier."""

    source = models.CharField(max_length=60)
    about = models.CharField(max_length=10)
    word = models.CharField(max_length=120)
    meaning = models.CharField(max_length=80)
    used_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "about", "word"], name="import_word_once")]

    def __str__(self) -> str:
        return f"{self.word}: {self.meaning}"


class ImportChoice(models.Model):
    """A decision about a row that could mean several records, for every later row with the same matching values.

    `about` is record (which one the row is) or account (whose it is); `target_id` is the record that was picked,
    or made; `said` is the row in the file's words.
    """

    kind = models.CharField(max_length=14, choices=ImportKind)
    source = models.CharField(max_length=60)
    about = models.CharField(max_length=8, default="record")
    fingerprint = models.CharField(max_length=32)
    decision = models.CharField(max_length=6, choices=ImportDecision)
    target_id = models.BigIntegerField(null=True, blank=True)
    said = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source", "about", "fingerprint"], name="import_choice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.said}: {self.get_decision_display()}"
