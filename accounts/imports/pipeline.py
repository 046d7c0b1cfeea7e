"""The phases of an import, in batches that each are one transaction: safe to stop anywhere, safe to repeat.

Dry run: read → prepare → match → settle. Apply: prepare → match → settle → write → parents → finish, or straight
from prepare to write where nothing that the matching reads has changed since. Where the
staged rows are gone (unlogged tables of a crashed database), an apply reads the file again first; what it already
wrote is known from its ImportChange rows and counts once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pgtrigger
from django.db import connection, transaction
from django.utils import timezone

from abxsite.audit.services import record
from abxsite.lib import clock
from abxsite.lib.errors import UnusableFile
from abxsite.lib.jobs import JobStatus
from accounts.choices import ImportKind, ImportStage
from accounts.imports import match_sql, matching_keys, owners, parents, tier_column, unchanged, write_sql
from accounts.imports.parsing import Options, RowParser
from accounts.imports.reading import BATCH_LETTERS, MAX_ROWS, FileShape, Position, open_rows
from accounts.imports.staging import Staging
from accounts.imports.targets import TABLES, plan_of
from accounts.models import ImportJob

READ_BATCH = 20_000
MATCH_BATCH = 25_000
WRITE_BATCH = 20_000
#: From so many changed rows on the planner is told at once: the next import and the lists depend on it.
ANALYZE_FROM = 500
#: An import writes its own record of what changed (ImportChange), so Account's history need not.
OWN_HISTORY = "accounts.Account:update_update"

Progress = dict[str, Any]

#: Where an import begins that brings in what people have decided since it was applied.
RESTAGE: Progress = {"phase": "restage", "follow_up": True}


class LeaseLost(Exception):
    """Somebody else works on this job by now; what this batch did is rolled back."""


@contextmanager
def without_history() -> Iterator[None]:
    """`pgtrigger.ignore` for the history of Account, for statements with named parameters, which it cannot take."""
    ((model, trigger),) = pgtrigger.registered(OWN_HISTORY)
    with connection.cursor() as cursor:
        set_to = "SELECT set_config('pgtrigger.ignore', %s, true)"
        cursor.execute(set_to, [f"{{{trigger.get_pgid(model)}}}"])
        yield
        cursor.execute(set_to, ["{}"])


def shape_of(job: ImportJob) -> FileShape:
    return FileShape(job.encoding, job.delimiter, tuple(job.headers), 0, job.size)


class Pipeline:
    """One claimed job. `step()` does one batch and says whether there is more."""

    def __init__(self, job: ImportJob) -> None:
        self.job = job
        self.staging = Staging(job.pk, job.kind)
        self.plan = plan_of(job.kind, job.mapping, job.options.get("rules", {}))
        if self.position and not self.staging.intact(self.position.get("rows", 0)):
            self._begin_again()

    @property
    def position(self) -> Progress:
        return dict(self.job.progress)

    @property
    def applying(self) -> bool:
        return bool(self.job.stage == ImportStage.APPLY)

    def step(self) -> bool:
        phases: dict[str, Callable[[Progress], Progress | None]] = {
            "restage": self._restage, "read": self._read, "prepare": self._prepare, "match": self._match,
            "settle": self._settle, "write": self._write, "parents": self._parents, "tiers": self._tiers,
            "finish": self._finish,
        }  # fmt: skip
        position = self.position or {"phase": "read", "rows": 0}
        if self.job.cancel_asked:  # between two claims: the last batch would end the import all the same
            self._stop()
            return False
        try:
            with transaction.atomic():
                if not self.position:
                    self.staging.create()
                following = phases[position["phase"]](position)
                if following is None:
                    return False
                going = self._keep(following)
        except UnusableFile as error:
            self._unusable(error)
            return False
        if not going:
            self._stop()
        return going

    def _keep(self, following: Progress) -> bool:
        """Renew the lease and save where to go on, in the batch's own transaction. False: a cancel was asked for."""
        rows = following.get("rows", 0)
        done = following.get("n", 0) if following["phase"] in ("read", "write") else rows
        if following["phase"] in ("prepare", "match", "settle") and self.applying:
            done = 0
        total = rows if following["phase"] != "read" else max(self.job.total, rows)
        if self.job.heartbeat(progress=following, attempts=0, total=total, done=min(done, total)):
            return True
        if self.job.cancel_asked:
            return False
        raise LeaseLost

    def _begin_again(self) -> None:
        """The staged rows are gone: read the file once more, and remember that some of it is written already."""
        self.staging.drop()
        self.job.progress = RESTAGE if self.position.get("follow_up") else {}

    def _unusable(self, error: UnusableFile) -> None:
        stage = ImportStage.APPLY if self.applying else ImportStage.UNUSABLE
        with transaction.atomic():
            self.staging.drop()
            self.job.end(JobStatus.FAILED, error=str(error), stage=stage, progress={})

    def _stop(self) -> None:
        if self.applying:
            self._take_back()
        else:
            self._cancel()

    def _take_back(self) -> None:
        """Stopped while writing: nothing stays half applied, so another claim of this job undoes what it wrote."""
        job = self.job
        stopped = {"phase": "begin", "stopped": True, "by": job.actor_id}
        with transaction.atomic():
            self.staging.drop()
            mine = ImportJob.objects.filter(pk=job.pk, leased_by=job.leased_by, status=JobStatus.RUNNING)
            if not mine.update(
                stage=ImportStage.UNDO,
                progress=stopped,
                cancel_asked=False,
                done=0,
                leased_until=None,
                status=JobStatus.WAITING,
                started_at=None,
            ):
                raise LeaseLost
            job.wake()
        job.refresh_from_db()

    def _cancel(self) -> None:
        with transaction.atomic():
            self.staging.drop()
            self.job.end(JobStatus.CANCELLED, stage=ImportStage.CANCELLED, progress={})

    # --- the phases: each does one batch and says where the next one goes on ---

    def _read(self, at: Progress) -> Progress:
        job, zone = self.job, timezone.get_current_timezone()
        parse = RowParser(job.kind, job.headers, job.mapping, Options.of(job.options), zone)
        before = at["rows"]
        start = Position(at.get("cookie", 0), at.get("lines", 0))
        with job.file.open("rb") as file, open_rows(file, shape_of(job), start) as reader:
            rows = list(reader.rows(READ_BATCH, letters=BATCH_LETTERS))
            self.staging.copy(parse(number, row) for number, row in enumerate(rows, before + 1))
            position, ended = reader.position, reader.ended
        count = before + len(rows)
        if count > MAX_ROWS:
            raise UnusableFile(f"The file has more than {MAX_ROWS:,} rows. Split it and upload the parts.")
        if ended:
            return {"phase": "prepare", "rows": count}
        return {"phase": "read", "rows": count, "n": count, "cookie": position.cookie, "lines": position.lines}

    def _restage(self, at: Progress) -> Progress:
        """Rows that were left to people, and about which they have decided since, come in once more."""
        self.staging.create()
        rows = self.staging.run(write_sql.RESTAGE, {"job": self.job.pk, "kind": self.job.kind})
        return at | {"phase": "prepare", "rows": rows}

    def _prepare(self, at: Progress) -> Progress:
        """Repetitions in the file, owners, an empty match table; where the trial still holds, straight to writing."""
        staging = self.staging
        if self.applying and unchanged.is_unchanged(self.job.kind, at.get("seen")):
            if owners.make_missing(staging):
                owners.fill_in(staging)
            return {"phase": "write", "rows": at["rows"], "n": 0, "numbered": True}
        seen = {} if self.applying else {"seen": unchanged.see(self.job.kind)}
        staging.run("TRUNCATE {match}, {owners}, {repeats}")
        staging.analyze()
        if self.job.kind == ImportKind.SIGNALS and not at.get("numbered"):
            staging.run(match_sql.NUMBER_EQUAL_SIGNALS)
        for what, where, by in match_sql.REPEATS[self.job.kind]:
            staging.run(match_sql.REPEAT, {"what": what}, where=where, by=by)
        owners.resolve(staging)
        if self.applying:
            owners.make_missing(staging)
        staging.run("ANALYZE {owners}, {repeats}")
        keep = {"follow_up": True} if at.get("follow_up") else {}
        return {"phase": "match", "rows": at["rows"], "n": 0, "numbered": True} | seen | keep

    def _match(self, at: Progress) -> Progress:
        """Recognise a range of rows and say what would be done with each."""
        low, high = at["n"], min(at["n"] + MATCH_BATCH, at["rows"])
        params = {"low": low, "high": high, "source": self.job.source, "kind": self.job.kind}
        params |= matching_keys.params(self.job.kind, self.job.options)
        choices = bool(self.staging.fetch(match_sql.HAS_CHOICES, params)[0][0])
        statement = match_sql.match_statement(self.job.kind, choices=choices)
        self.staging.run(statement, params, table=self.plan.table, differs=self.plan.differs)
        if choices and self.job.kind == ImportKind.ACCOUNTS and self.staging.run(match_sql.LEAVE_TAKEN_KEYS, params):
            self.staging.run(match_sql.FORGET, params)
            self.staging.run(statement, params, table=self.plan.table, differs=self.plan.differs)
        if high < at["rows"]:
            return at | {"n": high}
        return at | {"phase": "settle", "n": 0}

    def _settle(self, at: Progress) -> Progress | None:
        """What only the whole file can say: two rows for one record, parents, the counts."""
        steps = [match_sql.ONE_ROW_PER_RECORD]
        if self.job.kind == ImportKind.ACCOUNTS and self._has_parents:
            steps += parents.STEPS
        if at["n"] == 0:
            self.staging.run("ANALYZE {match}")
        if at["n"] < len(steps):
            self.staging.run(steps[at["n"]], {"source": self.job.source} if "%(" in steps[at["n"]] else None)
            return at | {"n": at["n"] + 1}
        self.staging.run(match_sql.fingerprint_statement(self.job.kind))
        if self.applying:
            if not at.get("follow_up"):
                self.staging.run(match_sql.ALREADY_DONE, {"job": self.job.pk})
            return at | {"phase": "write", "n": 0}
        kept = at | {"phase": "prepare", "n": 0}
        self._end(JobStatus.DONE, stage=ImportStage.REVIEW, counts=self.counts(), progress=kept)
        return None

    @property
    def _has_parents(self) -> bool:
        return bool({"parent_id", "parent_name"} & set(self.job.mapping.values()))

    def _params(self, low: int, high: int) -> dict[str, Any]:
        return {
            "low": low, "high": high, "job": self.job.pk, "source": self.job.source, "actor": self.job.actor_id,
            "now": clock.now(), "today": clock.today(),
        }  # fmt: skip

    def _write(self, at: Progress) -> Progress:
        high = min(at["n"] + WRITE_BATCH, at["rows"])
        params = self._params(at["n"], high)
        plan, staging = self.plan, self.staging
        statements = [*write_sql.before_statements(plan), write_sql.update_statement(plan)]
        with without_history():
            for statement in filter(None, statements):
                staging.run(statement, params)
            made = staging.run(write_sql.insert_statement(plan), params)
        if made < staging.fetch(write_sql.CREATES, params)[0][0]:
            staging.run(write_sql.OVERTAKEN, params, table=plan.table)
        for statement in write_sql.after_statements(plan):
            staging.run(statement, params)
        staging.run(match_sql.REMEMBER_NEW, params | {"kind": plan.kind}, table=plan.table)
        if high < at["rows"]:
            return at | {"n": high}
        return at | {"phase": self._after_write("write"), "n": 0}

    def _after_write(self, phase: str) -> str:
        """What accounts may still need: parents, then tiers."""
        mapped = set(self.job.mapping.values()) if self.job.kind == ImportKind.ACCOUNTS else set()
        if phase == "write" and self._has_parents and mapped:
            return "parents"
        return "tiers" if "tier" in mapped and phase != "tiers" else "finish"

    def _tiers(self, at: Progress) -> Progress:
        """Tiers that the team uses already become opening placements, where the account holds none."""
        high = min(at["n"] + WRITE_BATCH, at["rows"])
        openings = tier_column.openings_of(self.staging, self._params(at["n"], high))
        placed = tier_column.place(self.job, openings)
        at = at | {
            "tiers_placed": at.get("tiers_placed", 0) + placed,
            "tiers_kept": at.get("tiers_kept", 0) + len(openings) - placed,
        }
        return at | ({"n": high} if high < at["rows"] else {"phase": "finish", "n": 0})

    def _parents(self, at: Progress) -> Progress:
        high = min(at["n"] + MATCH_BATCH, at["rows"])
        with without_history():
            self.staging.run(write_sql.PARENTS, self._params(at["n"], high))
        return at | ({"n": high} if high < at["rows"] else {"phase": self._after_write("parents"), "n": 0})

    def _finish(self, at: Progress) -> None:
        """Count, mark the accounts for a rescore, keep what is left to people, clear the staged rows away."""
        job = self.job
        counts = self.counts()
        counts |= {name: at[name] for name in ("tiers_placed", "tiers_kept") if at.get(name)}
        counts.pop("tiers", None)
        params = {"job": job.pk, "now": clock.now()}
        self.staging.run(write_sql.marks_statement(job.kind), params)
        if at.get("follow_up"):
            counts = self._added_to(counts)
            self.staging.run(write_sql.FORGET_RESTAGED, params)
        self.staging.run(match_sql.fingerprint_statement(job.kind))
        self.staging.run(write_sql.KEEP_OPEN_ROWS, params)
        self.staging.drop()
        if counts["created"] + counts["updated"] > ANALYZE_FROM:
            self.staging.run("ANALYZE {table}", table=self.plan.table)
        record(actor=job.actor, action="import_apply", subject=job, after=counts)
        self._end(
            JobStatus.DONE,
            stage=ImportStage.APPLIED,
            counts=counts,
            applied_at=clock.now(),
            progress={},
            done=at["rows"],
        )

    def _added_to(self, counts: dict[str, int]) -> dict[str, int]:
        """The counts of the whole import after rows that were left open came in by decision."""
        old: dict[str, int] = self.job.counts
        total = {name: old.get(name, 0) + counts.get(name, 0) for name in counts}
        return old | total | {"rows": old["rows"], "conflict": total["conflict"] - counts["rows"]}

    def _end(self, status: JobStatus, **changes: Any) -> None:
        if not self.job.end(status, **changes):
            raise LeaseLost

    def counts(self) -> dict[str, int]:
        """Rows in = created + updated + unchanged + conflict + error; beside them what was left open."""
        found = dict(self.staging.fetch("SELECT verdict, count(*) FROM {match} GROUP BY 1"))
        notes = dict(self.staging.fetch(_NOTES))
        names = {
            "created": "create",
            "updated": "update",
            "unchanged": "unchanged",
            "conflict": "conflict",
            "error": "error",
            "skipped": "skip",
        }
        counts = {name: found.get(verdict, 0) for name, verdict in names.items()}
        counts = {"rows": sum(counts.values())} | counts
        if self.job.kind == ImportKind.ACCOUNTS:
            counts["parent_not_found"] = notes.get("parent", 0)
            if "tier" in self.job.mapping.values():
                counts["tiers"] = self.staging.fetch(tier_column.COUNT)[0][0]
        else:
            counts["unassigned"] = self.staging.fetch(_UNASSIGNED, table=TABLES[self.job.kind])[0][0]
            counts["account_not_found"] = notes.get("account", 0)
        if self.job.kind in owners.WITH_OWNERS:
            counts["owner_unclear"] = notes.get("owner", 0)
        if self.job.kind == ImportKind.OPPORTUNITIES:
            counts["dates_doubtful"] = self.staging.fetch(_DOUBTFUL)[0][0]
        return counts


_NOTES = """
    SELECT note, count(*) FROM {match}
    WHERE note IS NOT NULL AND verdict IN ('create', 'update', 'unchanged') GROUP BY 1"""
_UNASSIGNED = """
    SELECT count(*) FROM {match} m LEFT JOIN {table} t ON t.id = m.target_id
    WHERE m.account_id IS NULL AND t.account_id IS NULL AND m.verdict IN ('create', 'update', 'unchanged')"""
_DOUBTFUL = """
    SELECT count(*) FROM {match} m JOIN {rows} s ON s.n = m.n
    WHERE s.closed_on < s.opened_on AND m.verdict IN ('create', 'update', 'unchanged')"""
