"""Undoing an import, in batches that each are one transaction: safe to stop anywhere, safe to repeat.

Look: judge → spread → count. Undo: judge → spread → back → go → placements → people → finish. A stopped import
(`progress["stopped"]`) goes the same way and ends as cancelled.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.jobs import JobStatus
from abxsite.users.models import Person, User
from accounts.choices import ImportKind, ImportStage
from accounts.imports import owners, tier_column, undo_relations, undo_sql
from accounts.imports.pipeline import LeaseLost, without_history
from accounts.imports.targets import TABLES
from accounts.models import ImportChange, ImportJob, ImportKept

#: Records per batch; each deleted one is looked up under every foreign key.
BATCH = 5_000
SPREAD_AT_MOST = 50
#: How often each record is gone over, for the progress that people see.
LOOK_PASSES, PASSES = 2, 3

Progress = dict[str, Any]


class Undo:
    """One claimed job in UNDO_LOOK or UNDO. `step()` does one batch and says whether there is more."""

    def __init__(self, job: ImportJob) -> None:
        self.job = job
        model = undo_relations.MODELS[job.kind]
        self.relations = undo_relations.keeping(model)
        self.along = undo_relations.going_along(model)

    @property
    def looking(self) -> bool:
        return bool(self.job.stage == ImportStage.UNDO_LOOK)

    def step(self) -> bool:
        phases: dict[str, Callable[[Progress], Progress | None]] = {
            "begin": self._begin, "judge": self._judge, "spread": self._spread, "count": self._count, "go": self._go,
            "back": self._back, "placements": self._placements, "people": self._people, "finish": self._finish,
        }  # fmt: skip
        at = {"phase": "begin"} | dict(self.job.progress)
        with transaction.atomic():
            following = phases[at["phase"]](at)
            if following is None:
                return False
            rows = int(following.get("rows", 0))
            done = int(following.get("done", 0)) // (LOOK_PASSES if self.looking else PASSES)
            going = self.job.heartbeat(progress=following, attempts=0, done=min(done, rows), total=rows)
        if not going:
            if not self.job.cancel_asked:
                raise LeaseLost
            if self.looking:
                return self._look_no_further()
        return True

    def _look_no_further(self) -> bool:
        with transaction.atomic():
            ImportKept.objects.filter(job=self.job).delete()
            self.job.end(JobStatus.DONE, stage=ImportStage.APPLIED, progress={}, cancel_asked=False)
        return False

    # --- the phases ---

    def _begin(self, at: Progress) -> Progress:
        self._run(undo_sql.FORGET_KEPT, {})
        rows = self._fetch(undo_sql.TOTAL, {})[0][0]
        return at | {"phase": "judge", "low": 0, "done": 0, "rows": rows, "tally": {}}

    def _judge(self, at: Progress) -> Progress:
        batch = self._batch(at)
        if batch is None:
            return at | {"phase": "spread", "low": 0}
        self._judge_range(batch)
        self._run(undo_sql.KEEP_FIELDS, batch)
        return at | {"low": batch["high"], "done": at["done"] + batch["n"]}

    def _judge_range(self, batch: Progress) -> None:
        for sql, words in undo_sql.judge_statements(self.job.kind, self.relations):
            self._run(sql, batch | words)

    def _spread(self, at: Progress) -> Progress:
        """What stands above a record that stays, stays."""
        up = undo_sql.UP.get(ImportKind(self.job.kind))
        for _ in range(SPREAD_AT_MOST if up else 0):
            if not self._run(undo_sql.SPREAD.replace("{up}", str(up)), {}):
                break
        return at | {"phase": "count" if self.looking else "back", "low": 0}

    def _count(self, at: Progress) -> Progress | None:
        batch = self._batch(at)
        tally = at["tally"]
        if batch is None:
            self._end(ImportStage.UNDO_READY, self._tallied(tally), {})
            return None
        self._add(tally, "gone", self._fetch(undo_sql.COUNT_DOOMED, batch)[0][0])
        self._add(tally, "returned", self._fetch(undo_sql.COUNT_RETURNING, batch)[0][0])
        return at | {"low": batch["high"], "tally": tally, "done": at["done"] + batch["n"]}

    def _back(self, at: Progress) -> Progress:
        """Put back what the import changed, field by field."""
        batch = self._batch(at)
        if batch is None:
            return at | {"phase": "go", "low": 0}
        self._run(undo_sql.LOCK, batch)
        self._run(undo_sql.KEEP_FIELDS, batch)
        self._add(at["tally"], "returned", self._fetch(undo_sql.COUNT_RETURNING, batch)[0][0])
        accounts = self.job.kind == ImportKind.ACCOUNTS
        self._run(undo_sql.MARK_ACCOUNTS if accounts else undo_sql.MARK_RETURNED, batch)
        with without_history():
            self._run(undo_sql.return_statement(self.job.kind), batch)
        if accounts:
            self._run(undo_sql.TAKE_BACK_POTENTIALS, batch)
            self._run(undo_sql.MARK_ACCOUNTS, batch)
        if self.job.kind == ImportKind.OPPORTUNITIES:
            self._run(undo_sql.TAKE_BACK_DEAL_CHANGES, batch)
        return at | {"low": batch["high"], "done": at["done"] + batch["n"]}

    def _go(self, at: Progress) -> Progress:
        """Remove what the import made, under lock, judged once more."""
        batch = self._batch(at)
        if batch is None:
            return at | {"phase": "placements", "low": 0}
        self._run(undo_sql.LOCK, batch)
        self._judge_range(batch)
        self._add(at["tally"], "gone", self._fetch(undo_sql.COUNT_DOOMED, batch)[0][0])
        if self.job.kind != ImportKind.ACCOUNTS:
            self._run(undo_sql.MARK_DOOMED, batch)
        with without_history():
            for sql in undo_sql.delete_statements(self.job.kind, self.along):
                self._run(sql, batch)
        return at | {"low": batch["high"], "done": at["done"] + batch["n"]}

    def _placements(self, at: Progress) -> Progress:
        """Tiers that came with the file are voided by the app that owns them."""
        actor = self._actor(at)
        low = at["low"]
        made = ImportChange.objects.filter(job=self.job, what=tier_column.WHAT, record_id__gt=low)
        batch = list(made.order_by("record_id")[:500])
        if not batch:
            return at | {"phase": "people", "low": 0}
        ids = {change.after["placement"]: change.record_id for change in batch if change.after}
        void = tier_column.take_back(actor, list(ids), str(self.job))
        self._add(at["tally"], "placements", len(void))
        reason = "A review has moved the account on from this tier since."
        rows = [
            ImportKept(job=self.job, record_id=ids[pk], field="tier", reason=reason) for pk in ids if pk not in void
        ]
        ImportKept.objects.bulk_create(rows, ignore_conflicts=True)
        return at | {"low": batch[-1].record_id}

    def _people(self, at: Progress) -> Progress:
        """Owners that the file brought, whom nothing else names by now."""
        made = ImportChange.objects.filter(job=self.job, what=owners.PERSON)
        people = Person.objects.filter(pk__in=made.values("record_id")).exclude(user__isnull=False)
        for person in people.order_by("pk"):
            if self._is_named(person):
                reason = f"{person.name} is named as a person elsewhere by now."
                ImportKept.objects.get_or_create(
                    job=self.job, record_id=person.pk, field="person", defaults={"reason": reason[:300]}
                )
            else:
                person.delete()
                self._add(at["tally"], "people", 1)
        return at | {"phase": "finish"}

    def _is_named(self, person: Person) -> bool:
        for other in undo_relations.keeping(Person):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT 1 FROM {other.table} WHERE {other.column} = %s LIMIT 1", [person.pk])
                if cursor.fetchone():
                    return True
        return False

    def _finish(self, at: Progress) -> None:
        tally = self._tallied(at["tally"])
        stopped = bool(at.get("stopped"))
        actor = self._actor(at)
        record(actor=actor, action="import_stop" if stopped else "import_undo", subject=self.job, after=tally)
        if stopped:
            self._end(ImportStage.CANCELLED, tally, {"undone_at": clock.now()}, JobStatus.CANCELLED)
        else:
            self._end(ImportStage.UNDONE, tally, {"undone_at": clock.now()})

    # --- what they share ---

    @staticmethod
    def _actor(at: Progress) -> User | None:
        """Who gave the word."""
        by: int | None = at.get("by")
        return User.objects.filter(pk=by).first() if by else None

    def _batch(self, at: Progress) -> Progress | None:
        high, n = self._fetch(undo_sql.BATCH, {"low": at["low"], "size": BATCH})[0]
        return {"low": at["low"], "high": high, "n": n} if n else None

    def _tallied(self, tally: dict[str, int]) -> dict[str, int]:
        kept = ImportKept.objects.filter(job=self.job)
        whole = kept.filter(field="").count()
        return {"gone": 0, "returned": 0} | tally | {"kept": whole, "kept_fields": kept.exclude(field="").count()}

    @staticmethod
    def _add(tally: dict[str, int], name: str, n: int) -> None:
        tally[name] = tally.get(name, 0) + n

    def _end(
        self, stage: ImportStage, tally: dict[str, int], more: dict[str, Any], status: JobStatus = JobStatus.DONE
    ) -> None:
        counts = self.job.counts | {"undo": tally}
        if not self.job.end(status, stage=stage, counts=counts, progress={}, cancel_asked=False, **more):
            raise LeaseLost

    def _params(self, more: Progress) -> Progress:
        return {"job": self.job.pk, "kind": self.job.kind, "now": clock.now()} | more

    def _run(self, sql: str, more: Progress) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(table=TABLES[self.job.kind]), self._params(more))
            return int(cursor.rowcount)

    def _fetch(self, sql: str, more: Progress) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(table=TABLES[self.job.kind]), self._params(more))
            return list(cursor.fetchall())
