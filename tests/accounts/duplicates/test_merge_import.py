"""Files that still hold what was merged or linked: they find the survivor, and settle nothing anew."""

from io import BytesIO

import pytest

from accounts.models import Account, AccountAlias, Contact, ImportJob, Opportunity, Signal
from accounts.services.imports import run_to_end, start_import
from accounts.services.merge import merge_accounts, undo_merge
from accounts.services.signals_unmatched import link_hint, undo_link
from tests.cast import Cast
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db
ACCOUNTS = """Account ID,Account Name,Website,Industry
1,Acme,acme.example,Energy
2,Acme Works,acmeworks.example,Food
3,Borealis,borealis.example,Paper
"""


def bring(cast: Cast, kind: str, text: str, source: str = "crm") -> ImportJob:
    job = start_import(actor=cast.marketer, kind=kind, file=BytesIO(text.encode()), file_name="x.csv", source=source)
    return run_to_end(job)


def told(job: ImportJob) -> dict[str, int]:
    return {name: job.counts[name] for name in ("created", "updated", "unchanged", "conflict", "error")}


NOTHING = {"created": 0, "updated": 0, "unchanged": 3, "conflict": 0, "error": 0}


def merged(cast: Cast) -> tuple[Account, Account]:
    bring(cast, "accounts", ACCOUNTS)
    survivor, loser = Account.objects.get(external_id="1"), Account.objects.get(external_id="2")
    merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    return survivor, loser


def test_the_old_file_again_changes_nothing(cast: Cast) -> None:
    survivor, _ = merged(cast)
    assert told(bring(cast, "accounts", ACCOUNTS)) == NOTHING
    assert Account.objects.count() == 3
    survivor.refresh_from_db()
    assert (survivor.name, survivor.industry) == ("Acme", "Energy")


def test_the_tombstone_s_row_alone_does_not_overwrite_the_survivor(cast: Cast) -> None:
    survivor, _ = merged(cast)
    job = bring(cast, "accounts", "Account ID,Account Name,Website,Industry\n2,Acme Works,acmeworks.example,Food\n")
    assert told(job) == NOTHING | {"unchanged": 1}
    survivor.refresh_from_db()
    assert (survivor.name, survivor.industry) == ("Acme", "Energy")


def test_another_source_without_ids_finds_the_survivor_by_the_tombstone_s_domain_and_name(cast: Cast) -> None:
    merged(cast)
    by_domain = bring(cast, "accounts", "Account Name,Website\nAcme Works,acmeworks.example\n", source="web")
    by_name = bring(cast, "accounts", "Account Name,Industry\nAcme Works Ltd,Food\n", source="list")
    assert (told(by_domain), told(by_name)) == (NOTHING | {"unchanged": 1}, NOTHING | {"unchanged": 1})
    assert Account.objects.count() == 3


def test_people_deals_and_signals_of_the_tombstone_go_to_the_survivor(cast: Cast) -> None:
    survivor, _ = merged(cast)
    bring(cast, "contacts", "Name,Email,Account ID\nRosa,,2\nIvo,ivo@acmeworks.example,\n")
    bring(cast, "opportunities", "Opportunity Name,Account Name,Stage,Amount\nPumps,Acme Works,Closed Won,5\n")
    bring(cast, "signals", "Type,Date,Account Domain\nSite visit,2026-03-01,acmeworks.example\n")
    assert list(Contact.objects.values_list("account", flat=True)) == [survivor.pk] * 2
    assert list(Opportunity.objects.values_list("account", flat=True)) == [survivor.pk]
    assert list(Signal.objects.values_list("account", flat=True)) == [survivor.pk]


def test_after_the_undo_each_row_finds_its_own_again(cast: Cast) -> None:
    survivor, loser = merged(cast)
    undo_merge(actor=cast.marketer, merge=survivor.merges.get())
    assert AccountAlias.objects.count() == 0
    job = bring(cast, "accounts", ACCOUNTS.replace("Food", "Retail"))
    assert told(job) == NOTHING | {"updated": 1, "unchanged": 2}
    loser.refresh_from_db()
    assert loser.industry == "Retail"


def test_a_link_that_a_person_made_is_used_by_later_files_and_can_be_undone(cast: Cast) -> None:
    account = AccountFactory.create(name="Acme")
    first = (
        "Type,Date,Account Domain,Account Name\nSite visit,2026-03-01,visitors.example,\nDownload,2026-03-02,,Akme\n"
    )
    bring(cast, "signals", first, source="web")
    assert set(Signal.objects.values_list("hint_key", "account")) == {("d:visitors.example", None), ("n:akme", None)}
    alias = link_hint(actor=cast.marketer, key="d:visitors.example", account=account)
    link_hint(actor=cast.marketer, key="n:akme", account=account)
    later = (
        "Type,Date,Account Domain,Account Name\nSite visit,2026-04-01,visitors.example,\nReply,2026-04-02,,AKME Inc\n"
    )
    bring(cast, "signals", later, source="other")
    assert set(Signal.objects.values_list("account", flat=True)) == {account.pk}
    assert told(bring(cast, "signals", later, source="other")) == NOTHING | {"unchanged": 2}
    assert undo_link(actor=cast.marketer, alias=alias) == 2
    assert Signal.objects.filter(account__isnull=True).count() == 2
