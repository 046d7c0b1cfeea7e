"""The job under an import: batches that are safe to stop and repeat, one at a time, nothing half applied."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from unittest import mock

import pytest
from django.apps import apps
from django.db import connection

from abxsite.audit.models import AuditEntry
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from accounts.choices import ImportStage
from accounts.imports import pipeline, unchanged
from accounts.imports.pipeline import LeaseLost, Pipeline
from accounts.models import Account, ImportChange, ImportJob, RescoreMark
from accounts.services import imports
from accounts.tasks import run_import
from tests.cast import Cast
from tests.factories import AccountFactory, PersonFactory

pytestmark = pytest.mark.django_db

ROWS = 23


def a_file(rows: int = ROWS) -> BytesIO:
    lines = [f"c{n},Company {n},{n + 1}" for n in range(rows)]
    return BytesIO("\n".join(["id,name,employees", *lines]).encode())


def a_job(file: BytesIO | None = None, actor: object = None) -> ImportJob:
    return imports.start_import(actor=actor, kind="accounts", file=file or a_file(), file_name="f.csv")  # type: ignore[arg-type]


@contextmanager
def small_batches() -> Iterator[None]:
    with mock.patch.multiple(pipeline, READ_BATCH=5, MATCH_BATCH=5, WRITE_BATCH=5):
        yield


def killed_after(job: ImportJob, steps: int) -> None:
    """A worker that claims the job, does some batches and is gone; its lease runs out."""
    claimed = ImportJob.claim(job.pk)
    assert claimed is not None
    work = Pipeline(claimed)
    for _ in range(steps):
        if not work.step():
            return
    ImportJob.objects.filter(pk=job.pk, status="running").update(leased_until=clock.now() - timedelta(seconds=1))


def assert_all_in(job: ImportJob) -> None:
    job.refresh_from_db()
    assert (job.stage, job.status) == (ImportStage.APPLIED, "done")
    assert (job.counts["rows"], job.counts["created"], job.counts["error"]) == (ROWS, ROWS, 0)
    assert Account.objects.count() == ROWS
    assert sorted(ImportChange.objects.values_list("record_id", flat=True)) == sorted(
        Account.objects.values_list("id", flat=True)
    )
    assert RescoreMark.objects.count() == ROWS


@pytest.mark.parametrize(("steps", "anew"), [(1, 0), (3, 0), (5, 0), (1, 1), (3, 1), (6, 1), (8, 1), (9, 1)])
def test_a_worker_killed_while_applying_loses_nothing(steps: int, anew: int) -> None:
    with small_batches(), mock.patch.object(unchanged, "is_unchanged", return_value=not anew):
        job = imports.run_to_end(a_job(), until=ImportStage.REVIEW)
        imports.begin_apply(actor=None, job=job)
        killed_after(job, steps)
        assert RescoreMark.objects.count() == 0
        imports.work(job.pk)
    assert_all_in(job)


@pytest.mark.parametrize("steps", [1, 4, 7, 11])
def test_a_worker_killed_while_trying_goes_on_where_it_stopped(steps: int) -> None:
    with small_batches():
        job = imports.begin_dry_run(actor=None, job=a_job())
        killed_after(job, steps)
        assert Account.objects.count() == 0
        imports.work(job.pk)
        job.refresh_from_db()
        assert (job.stage, job.counts["created"]) == (ImportStage.REVIEW, ROWS)
        assert_all_in(imports.run_to_end(job))


@pytest.mark.parametrize("steps", [5, 8, 10, 11])
def test_a_crashed_database_empties_the_staged_rows_and_counts_stay_exact(steps: int) -> None:
    AccountFactory(name="Company 3", source="file", external_id="c3", domain="", employees=1)
    with small_batches():
        job = imports.run_to_end(a_job(), until=ImportStage.REVIEW)
        imports.begin_apply(actor=None, job=job)
        killed_after(job, steps)
        with connection.cursor() as cursor:
            for table in ("rows", "match", "owners", "repeats"):
                cursor.execute(f"TRUNCATE accounts_import_{job.pk}_{table}")
        imports.work(job.pk)
    job.refresh_from_db()
    assert (job.counts["created"], job.counts["updated"], job.counts["unchanged"]) == (ROWS - 1, 1, 0)
    assert Account.objects.count() == ROWS
    assert ImportChange.objects.filter(created=True).count() == ROWS - 1
    assert ImportChange.objects.filter(created=False).count() == 1


def test_whoever_lost_the_lease_writes_nothing() -> None:
    with small_batches():
        job = imports.run_to_end(a_job(), until=ImportStage.REVIEW)
        imports.begin_apply(actor=None, job=job)
        slow = ImportJob.claim(job.pk)
        assert slow is not None
        ImportJob.objects.filter(pk=job.pk).update(leased_until=clock.now() - timedelta(seconds=1))
        imports.work(job.pk)
        before = Account.objects.count()
        with pytest.raises(LeaseLost):
            Pipeline(slow).step()
    assert Account.objects.count() == before == ROWS
    assert imports.work(job.pk) is False


def test_the_task_delivered_twice_does_nothing_twice() -> None:
    job = imports.begin_dry_run(actor=None, job=a_job())
    run_import(job.pk)
    run_import(job.pk)
    job.refresh_from_db()
    imports.begin_apply(actor=None, job=job)
    run_import(job.pk)
    run_import(job.pk)
    assert_all_in(job)
    run_import(987_654)


def test_work_hands_over_when_its_time_is_up() -> None:
    with small_batches():
        job = imports.begin_dry_run(actor=None, job=a_job())
        assert imports.work(job.pk, seconds=0) is True
        job.refresh_from_db()
        assert (job.status, job.attempts, job.progress["rows"]) == ("running", 0, 5)
        while imports.work(job.pk, seconds=0):
            pass
    job.refresh_from_db()
    assert job.stage == ImportStage.REVIEW


def test_a_second_import_of_the_kind_is_told_while_one_is_applied() -> None:
    first = imports.run_to_end(a_job(), until=ImportStage.REVIEW)
    second = imports.run_to_end(a_job(a_file(3)), until=ImportStage.REVIEW)
    imports.begin_apply(actor=None, job=first)
    with pytest.raises(Conflict, match="Another import of accounts is being applied"):
        imports.begin_apply(actor=None, job=second)
    second.refresh_from_db()
    assert (second.stage, second.status) == (ImportStage.REVIEW, "done")
    imports.work(first.pk)
    second = imports.run_to_end(second)
    assert (second.counts["unchanged"], second.counts["created"]) == (3, 0)


def test_what_changed_between_trial_and_writing_is_matched_anew() -> None:
    job = imports.run_to_end(a_job(), until=ImportStage.REVIEW)
    AccountFactory(name="Company 5", source="file", external_id="c5", domain="", employees=6)
    job = imports.run_to_end(job)
    assert (job.counts["created"], job.counts["unchanged"]) == (ROWS - 1, 1)


def test_a_record_made_while_writing_keeps_its_row_out_with_the_reason() -> None:
    with small_batches():
        job = imports.run_to_end(a_job(), until=ImportStage.REVIEW)
        imports.begin_apply(actor=None, job=job)
        claimed = ImportJob.claim(job.pk)
        assert claimed is not None
        work = Pipeline(claimed)
        while work.position.get("phase") != "write":
            work.step()
        AccountFactory(name="Company 20", source="file", external_id="c20", domain="")
        while work.step():
            pass
    job.refresh_from_db()
    assert (job.counts["created"], job.counts["conflict"]) == (ROWS - 1, 1)
    assert job.rows.get().line == 22
    assert "while the import was running" in job.rows.get().reason


def test_an_unforeseen_error_is_said_and_can_be_tried_again() -> None:
    job = imports.run_to_end(a_job(), until=ImportStage.REVIEW)
    imports.begin_apply(actor=None, job=job)
    with mock.patch.object(Pipeline, "_write", side_effect=ValueError("boom")):
        run_import(job.pk)
    job.refresh_from_db()
    assert (job.status, Account.objects.count()) == ("failed", 0)
    assert "try again" in job.error
    imports.retry_import(actor=None, job=job)
    imports.work(job.pk)
    assert_all_in(job)


def test_a_trial_that_is_asked_to_stop_leaves_nothing() -> None:
    with small_batches():
        job = imports.begin_dry_run(actor=None, job=a_job())
        imports.work(job.pk, seconds=0)
        imports.cancel_import(actor=None, job=job)
        imports.work(job.pk)
    job.refresh_from_db()
    assert (job.status, job.stage) == ("cancelled", ImportStage.CANCELLED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"accounts_import_{job.pk}_rows"])
        assert cursor.fetchone() == (None,)


@pytest.mark.parametrize("steps", [1, 4, 8, 10, 11])
def test_an_import_that_is_stopped_while_it_writes_is_taken_back_whole(steps: int, cast: Cast) -> None:
    old = AccountFactory(name="Company 3", source="file", external_id="c3", domain="", employees=1)
    with small_batches():
        job = imports.run_to_end(a_job(), until=ImportStage.REVIEW)
        imports.begin_apply(actor=None, job=job)
        for _ in range(steps):
            imports.work(job.pk, seconds=0)
        job = imports.cancel_import(actor=cast.marketer, job=job)
        assert job.is_active
        while imports.work(job.pk, seconds=0):
            pass
        imports.work(job.pk)
    job.refresh_from_db()
    assert (job.status, job.stage) == ("cancelled", ImportStage.CANCELLED)
    assert [(account.pk, account.employees) for account in Account.objects.all()] == [(old.pk, 1)]
    with pytest.raises(Conflict, match="has ended"):
        imports.cancel_import(actor=None, job=job)


def test_a_failed_import_that_wrote_something_can_be_taken_back() -> None:
    with small_batches():
        job = imports.run_to_end(a_job(), until=ImportStage.REVIEW)
        imports.begin_apply(actor=None, job=job)
        killed_after(job, 4)
        written = Account.objects.count()
        with mock.patch.object(Pipeline, "_write", side_effect=ValueError("boom")):
            run_import(job.pk)
        job.refresh_from_db()
        assert (job.status, 0 < written < ROWS) == ("failed", True)
        job = imports.cancel_import(actor=None, job=job)
        imports.work(job.pk)
    job.refresh_from_db()
    assert (job.stage, Account.objects.count(), job.counts["undo"]["gone"]) == (ImportStage.CANCELLED, 0, written)


def test_imports_keep_their_own_record_instead_of_the_accounts_history(cast: Cast) -> None:
    history = apps.get_model("accounts", "AccountEvent")
    AccountFactory(name="Company 1", source="file", external_id="c1", domain="", employees=500)
    imports.run_to_end(a_job(actor=cast.marketer))
    assert history._default_manager.count() == 0
    change = ImportChange.objects.get(created=False)
    assert change.before["employees"] == 500
    assert (change.after or {})["employees"] == 2
    assert set(change.before) == {"employees", "updated_at", "insight_on"}
    applied = AuditEntry.objects.get(action="import_apply")
    assert (applied.actor, applied.after["created"], applied.after["updated"]) == (cast.marketer, ROWS - 1, 1)
    Account.objects.filter(external_id="c2").update(employees=7)
    assert history._default_manager.count() == 1


@pytest.mark.parametrize("who", ["rep", "manager", "leader", "stranger"])
def test_the_services_refuse_who_may_not(cast: Cast, who: str) -> None:
    actor = getattr(cast, who)
    with pytest.raises(NotAllowed):
        a_job(actor=actor)
    assert ImportJob.objects.count() == 0
    job = a_job(actor=cast.marketer)
    for refused in (imports.begin_dry_run, imports.begin_apply, imports.cancel_import, imports.retry_import):
        with pytest.raises(NotAllowed):
            refused(actor=actor, job=job)
    with pytest.raises(NotAllowed):
        imports.set_mapping(actor=actor, job=job, mapping={"name": "name"})
    job.refresh_from_db()
    assert job.stage == ImportStage.MAPPING


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"nope": "name"}, "no column “nope”"),
        ({"name": "shoe size"}, "no field of accounts"),
        ({"name": "name", "id": "name"}, "Two columns are meant to be the same: Account name"),
        ({"employees": "employees"}, "Choose a column for the account's name, domain or website"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_in_a_sentence(mapping: dict[str, str], sentence: str) -> None:
    job = a_job()
    with pytest.raises(DomainError, match=sentence):
        imports.set_mapping(actor=None, job=job, mapping=mapping)
    job.refresh_from_db()
    assert job.mapping == {"id": "external_id", "name": "name", "employees": "employees"}


def phases_of_applying(job: ImportJob) -> list[str]:
    imports.begin_apply(actor=None, job=job)
    claimed = ImportJob.claim(job.pk)
    assert claimed is not None
    work = Pipeline(claimed)
    seen: list[str] = []
    while work.step():
        if not seen or seen[-1] != work.position["phase"]:
            seen.append(work.position["phase"])
    return seen


OWNED = b"id,name,owner\nc1,Company 1,Ola Ny\nc2,Company 2,Ola Ny\n"
MATCHED_ANEW = ["match", "settle", "write", "finish"]


@pytest.mark.django_db(transaction=True)
def test_a_trial_still_true_is_written_without_matching_again(monkeypatch: pytest.MonkeyPatch) -> None:
    # Other tests of the same server hold transactions open, which would rightly make it doubt: here nobody else writes.
    monkeypatch.setattr(unchanged, "_NOW", "SELECT (pg_current_xact_id()::text::numeric % 4294967296)::text")
    AccountFactory(name="Company 2", source="file", external_id="c2", domain="")
    job = imports.run_to_end(a_job(BytesIO(OWNED)), until=ImportStage.REVIEW)
    assert phases_of_applying(job) == ["write", "finish"]
    assert [account.owner.name for account in Account.objects.all() if account.owner] == ["Ola Ny", "Ola Ny"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["changed", "added", "deleted", "person"])
def test_whatever_changes_since_the_trial_is_matched_anew(what: str) -> None:
    other = AccountFactory(name="Other", domain="")
    job = imports.run_to_end(a_job(BytesIO(OWNED)), until=ImportStage.REVIEW)
    match what:
        case "changed":
            Account.objects.filter(pk=other.pk).update(city="Oslo")
        case "added":
            AccountFactory()
        case "deleted":
            other.delete()
        case "person":
            PersonFactory(name="Ola Ny")
    assert phases_of_applying(job) == MATCHED_ANEW
