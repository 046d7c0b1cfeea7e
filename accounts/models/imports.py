"""Imports: the job that people see, its staged rows, what it changed, and what undoing left as it is."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from abxsite.lib import clock
from abxsite.lib.jobs import ACTIVE, Job
from abxsite.users.models import User
from accounts.choices import ImportKind, ImportStage, RowVerdict


class ImportJob(Job):
    """One file on its way in: mapping → dry run → review → apply → applied; then undo look → ready → undo → undone.

    `sample` holds a few values per column; `mapping` is {column header: field}; `options` holds units, date format,
    stage words, per-field rules;
    `counts` holds rows, created, updated, unchanged, conflict, error, and what was left open (unassigned, …).
    `progress` says where the next batch goes on: phase, n, cookie, lines; an undo that follows a stop says `stopped`.
    """

    task: ClassVar[str] = "accounts.run_import"

    kind = models.CharField(max_length=14, choices=ImportKind)
    stage = models.CharField(max_length=10, choices=ImportStage, default=ImportStage.MAPPING)
    source = models.CharField(max_length=60)
    file_name = models.CharField(max_length=255)
    file = models.FileField(upload_to="imports/")
    size = models.BigIntegerField(default=0)
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=4, blank=True)
    headers = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    progress = models.JSONField(default=dict, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="imports")
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(status__in=ACTIVE, stage__in=(ImportStage.APPLY, ImportStage.UNDO)),
                name="import_one_writes_per_kind",
                violation_error_message="Another import of this kind is being applied or undone.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.file_name}"

    @property
    def open_rows(self) -> int:
        """Rows that were left to people."""
        return int(self.counts.get("conflict", 0)) + int(self.counts.get("error", 0))


class ImportRow(models.Model):
    """One row of the file, parsed and matched. `line` is the file's own line number; `data` what it would write."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="rows", db_index=False)
    line = models.BigIntegerField()
    verdict = models.CharField(max_length=10, choices=RowVerdict, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    raw = models.JSONField(default=list)
    data = models.JSONField(default=dict)
    target_id = models.BigIntegerField(null=True)
    candidates = models.JSONField(default=list)
    about = models.CharField(max_length=8, blank=True, db_default="")
    fingerprint = models.CharField(max_length=32, blank=True, db_default="")
    applied = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "line"], name="import_row_line")]
        indexes = [models.Index(fields=["job", "verdict", "line"], name="import_row_verdict")]

    def __str__(self) -> str:
        return f"line {self.line}"


class ImportChange(models.Model):
    """What an import did to one record, for the record and for undo. `before` is empty for a created one.

    `after` holds what it wrote where `before` holds what stood there. `what` names another thing than the import's
    own kind: person (an owner made), placement (of the account `record_id`).
    """

    #: Without a constraint: checking it for a million rows costs a tenth of the import, and jobs are never deleted.
    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="changes", db_index=False, db_constraint=False)
    record_id = models.BigIntegerField()
    created = models.BooleanField(default=False)
    what = models.CharField(max_length=10, blank=True, db_default="")
    before = models.JSONField(default=dict)
    after = models.JSONField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["job", "record_id"], name="import_change_record")]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.record_id}"


class ImportKept(models.Model):
    """What undoing an import leaves as it is, and why. `field` is '' for a record that stays whole."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="kept", db_index=False)
    record_id = models.BigIntegerField()
    field = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "record_id", "field"], name="import_kept_once")]

    def __str__(self) -> str:
        return self.reason
