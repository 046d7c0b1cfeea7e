"""Undo of a whole import: what it made goes, what it changed returns, what others touched stays and is listed."""

import contextlib
from datetime import timedelta
from io import BytesIO
from typing import Any
from unittest import mock

import pytest

from abxsite.audit.models import AuditEntry
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, NotAllowed
from abxsite.users.models import Person
from accounts.choices import ImportStage
from accounts.imports import pipeline, undo_relations
from accounts.imports import undo as undo_module
from accounts.imports.undo import Undo
from accounts.models import (
    Account,
    Contact,
    ImportJob,
    ImportKept,
    Opportunity,
    OpportunityChange,
    PotentialEntry,
    RescoreMark,
    Signal,
)
from accounts.services import accounts, import_undo, imports
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db


def bring(text: str, kind: str = "accounts", source: str = "crm", name: str = "f.csv", **options: Any) -> ImportJob:
    job = imports.start_import(actor=None, kind=kind, file=BytesIO(text.encode()), file_name=name, source=source)
    job = imports.run_to_end(imports.set_mapping(actor=None, job=job, mapping=job.mapping, options=options))
    assert (job.stage, job.error) == (ImportStage.APPLIED, "")
    return job


def look(job: ImportJob) -> dict[str, int]:
    import_undo.look_at_undo(actor=None, job=job)
    imports.work(job.pk)
    job.refresh_from_db()
    assert (job.stage, job.status) == (ImportStage.UNDO_READY, "done")
    return dict(job.counts["undo"])


def undo(job: ImportJob, actor: Any = None) -> dict[str, int]:
    look(job)
    import_undo.begin_undo(actor=actor, job=job)
    imports.work(job.pk)
    job.refresh_from_db()
    assert (job.stage, job.status) == (ImportStage.UNDONE, "done")
    return {name: n for name, n in job.counts["undo"].items() if n}


THREE = "id,name,domain,employees,parent id,owner,potential\na1,Fjordlys,fjordlys.example,10,,Ola Ny,5000\n" \
    "a2,Fjordlys Nord,nord.example,20,a1,Ola Ny,\na3,Tindra,tindra.example,30,,,\n"  # fmt: skip


def test_what_an_import_made_goes_with_all_that_came_along() -> None:
    job = bring(THREE)
    assert (Account.objects.count(), PotentialEntry.objects.count(), Person.objects.count()) == (3, 1, 1)
    assert look(job) == {"gone": 3, "returned": 0, "kept": 0, "kept_fields": 0}
    assert Account.objects.count() == 3
    assert undo(job) == {"gone": 3, "people": 1}
    assert not Account.objects.exists()
    assert not PotentialEntry.objects.exists()
    assert not Person.objects.exists()
    assert not RescoreMark.objects.exists()
    assert job.undone_at is not None
    assert clock.now() - job.undone_at < timedelta(minutes=1)
    entry = AuditEntry.objects.get(action="import_undo")
    assert entry.after["gone"] == 3


def test_what_it_changed_returns_field_by_field(cast: Cast) -> None:
    account = AccountFactory(
        name="Fjordlys AS", match_name="fjordlys", domain="fjordlys.example", employees=7, owner=cast.rep.person
    )
    before = {name: getattr(account, name) for name in ("name", "match_name", "employees", "owner_id", "external_id")}
    stamp = account.updated_at
    job = bring(THREE)
    account.refresh_from_db()
    assert (account.name, account.employees, account.external_id) == ("Fjordlys", 10, "a1")
    RescoreMark.objects.all().delete()
    assert undo(job, actor=cast.marketer) == {"gone": 2, "returned": 1, "people": 1}
    account.refresh_from_db()
    assert {name: getattr(account, name) for name in before} == before
    assert account.updated_at == stamp
    assert not account.potential_entries.exists()
    assert {mark.account_id for mark in RescoreMark.objects.all()} == {account.pk}


def test_a_field_that_changed_since_stays_and_is_listed(cast: Cast) -> None:
    account = AccountFactory(name="Fjordlys", match_name="fjordlys", domain="fjordlys.example", employees=7, city="Bø")
    job = bring("name,domain,employees,city\nFjordlys,fjordlys.example,10,Oslo\n")
    accounts.update_account(actor=cast.marketer, account=Account.objects.get(), employees=11)
    assert look(job) == {"gone": 0, "returned": 1, "kept": 0, "kept_fields": 1}
    assert undo(job) == {"returned": 1, "kept_fields": 1}
    account.refresh_from_db()
    assert (account.employees, account.city) == (11, "Bø")
    kept = ImportKept.objects.get()
    assert (kept.record_id, kept.field, kept.reason) == (account.pk, "employees", "Changed since.")


def test_what_a_person_touched_or_hangs_something_on_stays_with_the_reason(cast: Cast) -> None:
    job = bring("name,domain\n" + "".join(f"Company {n},c{n}.example\n" for n in range(5)))
    touched, holding, parent, child, gone = Account.objects.order_by("domain")
    accounts.update_account(actor=cast.marketer, account=touched, city="Oslo")
    ContactFactory(account=holding)
    bring("name,domain,parent account\nCompany 3,c3.example,Company 2\n", name="later.csv")
    assert undo(job) == {"gone": 1, "kept": 4}
    assert set(Account.objects.values_list("pk", flat=True)) == {touched.pk, holding.pk, parent.pk, child.pk}
    assert dict(ImportKept.objects.values_list("record_id", "reason")) == {
        touched.pk: "Changed since by hand.",
        holding.pk: "Holds 1 contact.",
        parent.pk: "Holds 1 subsidiary.",
        child.pk: "Changed since by the import of later.csv.",
    }
    assert not Account.objects.filter(pk=gone.pk).exists()


def test_imports_undone_one_after_the_other_leave_nothing() -> None:
    first = bring("id,name,domain,employees\na1,Fjordlys,fjordlys.example,10\n")
    second = bring("id,name,domain,employees\na1,Fjordlys,fjordlys.example,12\n")
    third = bring("name,email,company\nRosa Lind,rosa@fjordlys.example,Fjordlys\n", kind="contacts")
    assert undo(third) == {"gone": 1}
    assert undo(second) == {"returned": 1}
    assert Account.objects.get().employees == 10
    assert undo(first) == {"gone": 1}


DEALS = "Deal ID,Deal Name,Company,Stage,Amount,Create Date,Owner\nd1,Grid,Fjordlys,{},{},2024-01-10,Ola Ny\n"


def test_deals_and_their_history_go_back() -> None:
    account = AccountFactory(name="Fjordlys", match_name="fjordlys")
    first = bring(DEALS.format("Negotiation", 100), kind="opportunities")
    second = bring(DEALS.format("Closed Won", 200), kind="opportunities")
    assert OpportunityChange.objects.count() == 2
    RescoreMark.objects.all().delete()
    assert undo(second) == {"returned": 1}
    deal = Opportunity.objects.get()
    assert (deal.stage, deal.outcome, deal.amount) == ("Negotiation", "open", 100)
    assert [change.stage for change in OpportunityChange.objects.all()] == ["Negotiation"]
    assert {mark.account_id for mark in RescoreMark.objects.all()} == {account.pk}
    assert undo(first) == {"gone": 1, "people": 1}
    assert not OpportunityChange.objects.exists()


def test_signals_go_and_their_accounts_are_scored_again() -> None:
    account = AccountFactory(name="Fjordlys", domain="fjordlys.example")
    job = bring("signal,date,domain\nwebinar,2024-05-01,fjordlys.example\n", kind="signals")
    RescoreMark.objects.all().delete()
    assert undo(job) == {"gone": 1}
    assert not Signal.objects.exists()
    assert {mark.account_id for mark in RescoreMark.objects.all()} == {account.pk}


def test_a_contact_returns_to_its_old_account() -> None:
    old, new = AccountFactory(name="Old", match_name="old"), AccountFactory(name="New", match_name="new")
    contact = ContactFactory(account=old, name="Rosa Lind", email="rosa@gmail.com")
    job = bring("Name,Email,Company\nRosa Lind,rosa@gmail.com,New\n", kind="contacts")
    assert Contact.objects.get().account == new
    RescoreMark.objects.all().delete()
    assert undo(job) == {"returned": 1}
    contact.refresh_from_db()
    assert contact.account == old
    assert {mark.account_id for mark in RescoreMark.objects.all()} == {old.pk, new.pk}


def test_an_owner_named_elsewhere_stays() -> None:
    job = bring(THREE)
    person = Person.objects.get()
    other = AccountFactory(owner=person)
    assert undo(job) == {"gone": 3, "kept_fields": 1}
    assert ImportKept.objects.get().reason == "Ola Ny is named as a person elsewhere by now."
    other.refresh_from_db()
    assert other.owner == person


def test_a_domain_that_another_account_took_is_not_taken_back() -> None:
    account = AccountFactory(name="Fjordlys", match_name="fjordlys", domain="", source="crm", external_id="a1")
    Account.objects.filter(pk=account.pk).update(domain="alt.example")
    job = bring("id,name,domain,city\na1,Fjordlys,fjordlys.example,Oslo\n")
    AccountFactory(name="Newcomer", domain="alt.example")
    assert undo(job) == {"returned": 1, "kept_fields": 1}
    account.refresh_from_db()
    assert (account.domain, account.city) == ("fjordlys.example", "")
    assert ImportKept.objects.get().reason == "Another account has this domain by now."


def test_two_tabs_undo_once() -> None:
    job = bring(THREE)
    look(job)
    first, second = ImportJob.objects.get(pk=job.pk), ImportJob.objects.get(pk=job.pk)
    import_undo.begin_undo(actor=None, job=first)
    with pytest.raises(Conflict, match="being undone already"):
        import_undo.begin_undo(actor=None, job=second)
    imports.work(job.pk)
    with pytest.raises(Conflict, match="is undone"):
        import_undo.look_at_undo(actor=None, job=second)
    with pytest.raises(Conflict, match="has ended"):
        imports.cancel_import(actor=None, job=second)
    assert AuditEntry.objects.filter(action="import_begin_undo").count() == 1


def test_left_as_it_is_nothing_changes() -> None:
    job = bring(THREE)
    AccountFactory(owner=Person.objects.get())
    look(job)
    import_undo.leave_applied(actor=None, job=job)
    assert (job.stage, ImportKept.objects.count(), Account.objects.count()) == (ImportStage.APPLIED, 0, 4)


@pytest.mark.parametrize("who", ["rep", "manager", "leader", "stranger"])
def test_the_services_refuse_who_may_not(cast: Cast, who: str) -> None:
    job = bring(THREE)
    for refused in (import_undo.look_at_undo, import_undo.begin_undo, import_undo.leave_applied):
        with pytest.raises(NotAllowed):
            refused(actor=getattr(cast, who), job=job)
    job.refresh_from_db()
    assert (job.stage, Account.objects.count()) == (ImportStage.APPLIED, 3)


def a_big_import() -> ImportJob:
    for n in range(0, 30, 3):
        AccountFactory(name=f"Company {n}", match_name=f"company {n}", domain=f"c{n}.example", employees=1)
    lines = [f"{n},Company {n},c{n}.example,{n + 5},{n - 1 if n else ''},Ola {n % 4},{1000 + n}" for n in range(30)]
    return bring("\n".join(["id,name,domain,employees,parent id,owner,potential", *lines]))


def facts() -> set[tuple[Any, ...]]:
    return set(Account.objects.values_list("name", "domain", "employees", "external_id", "parent_id", "owner_id"))


def killed(job: ImportJob, steps: int) -> None:
    """A worker that does some batches and is gone, one of them half done; nothing where the undo has ended."""
    claimed = ImportJob.claim(job.pk)
    if claimed is None:
        return
    worker = Undo(claimed)
    for _ in range(steps):
        if not worker.step():
            return
    with contextlib.suppress(RuntimeError), mock.patch.object(ImportJob, "heartbeat", side_effect=RuntimeError):
        worker.step()
    ImportJob.objects.filter(pk=job.pk, status="running").update(leased_until=clock.now() - timedelta(seconds=1))


def undone_after_kills(*steps: int) -> None:
    with mock.patch.object(undo_module, "BATCH", 7):
        job = a_big_import()
        old = {(f"Company {n}", f"c{n}.example", 1, "", None, None) for n in range(0, 30, 3)}
        assert facts() != old
        look(job)
        import_undo.begin_undo(actor=None, job=job)
        for n in steps:
            killed(job, n)
        imports.work(job.pk)
        job.refresh_from_db()
    assert (job.stage, facts()) == (ImportStage.UNDONE, old)
    assert {name: n for name, n in job.counts["undo"].items() if n} == {"gone": 20, "returned": 10, "people": 4}
    assert not PotentialEntry.objects.exists()
    assert not Person.objects.filter(name__startswith="Ola").exists()


@pytest.mark.parametrize("steps", [1, 4, 9, 13])
def test_a_killed_undo_goes_on_where_it_stopped(steps: int) -> None:
    undone_after_kills(steps)


@pytest.mark.soak
@pytest.mark.parametrize("steps", range(25))
def test_an_undo_killed_anywhere_and_again_loses_nothing(steps: int) -> None:
    undone_after_kills(steps, 1, 2)


@pytest.mark.soak
@pytest.mark.parametrize("steps", range(1, 16))
def test_a_stop_at_any_batch_of_the_writing_leaves_nothing_behind(steps: int) -> None:
    with mock.patch.multiple(pipeline, READ_BATCH=7, MATCH_BATCH=7, WRITE_BATCH=7):
        text = "id,name,domain,owner\n" + "".join(f"{n},Company {n},c{n}.example,Ola {n % 4}\n" for n in range(30))
        job = imports.start_import(actor=None, kind="accounts", file=BytesIO(text.encode()), file_name="f.csv")
        job = imports.run_to_end(job, until=ImportStage.REVIEW)
        imports.begin_apply(actor=None, job=job)
        for _ in range(steps):
            imports.work(job.pk, seconds=0)
        job.refresh_from_db()
        if job.is_active:
            imports.cancel_import(actor=None, job=job)
            while imports.work(job.pk, seconds=0):
                pass
            imports.work(job.pk)
            job.refresh_from_db()
            assert (job.stage, Account.objects.count()) == (ImportStage.CANCELLED, 0)
            assert not Person.objects.exists()
        else:
            assert (job.stage, Account.objects.count()) == (ImportStage.APPLIED, 30)


def test_what_is_only_worked_out_from_an_account_goes_with_it() -> None:
    """Every other app's rows that point at an account either go along or keep it; none is forgotten."""
    keeping = {relation.table for relation in undo_relations.keeping(Account)}
    along = {table for table, _ in undo_relations.going_along(Account)}
    assert {"tiering_score", "tiering_standing", "tiering_runmark", "accounts_duplicatepair"} <= along - keeping
    assert {"tiering_placement", "tiering_move", "tiering_hold", "entitlements_delivery", "accounts_tie"} <= keeping
