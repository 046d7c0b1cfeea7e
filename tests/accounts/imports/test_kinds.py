"""Contacts, deals and signals: what they link to, what twice does, what becomes a conflict or an error."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from abxsite.lib import clock
from abxsite.users.models import Person
from accounts.choices import ImportStage
from accounts.models import (
    Account,
    Contact,
    ImportChange,
    ImportJob,
    ImportRow,
    Opportunity,
    OpportunityChange,
    PotentialEntry,
    RescoreMark,
    Signal,
)
from accounts.services import imports
from tests.accounts.imports.shared_data import shared_file
from tests.factories import AccountFactory, ContactFactory, PersonFactory

pytestmark = pytest.mark.django_db


def bring(kind: str, text: str, source: str = "crm", **options: Any) -> dict[str, int]:
    job = imports.start_import(actor=None, kind=kind, file=BytesIO(text.encode()), file_name="f.csv", source=source)
    job = imports.set_mapping(actor=None, job=job, mapping=job.mapping, options=options)
    job = imports.run_to_end(job)
    assert (job.stage, job.status, job.error) == (ImportStage.APPLIED, "done", "")
    counts = job.counts
    assert counts["rows"] == sum(counts[name] for name in ("created", "updated", "unchanged", "conflict", "error"))
    return {name: value for name, value in counts.items() if value}


CONTACTS = """Id,First Name,Last Name,Email,Title,Company,Website
1,Rosa,Lind,rosa@fjordlys.example,"SVP, Procurement",,
2,Sven,Berg,sven@gmail.com,CFO,Tindra Verk AS,
3,Uma,Dahl,uma@nowhere.example,Head of IT,,
4,Kim,,not-an-address,,,
"""


def test_contacts_link_by_email_domain_and_name_never_by_free_mail() -> None:
    fjordlys = AccountFactory(name="Fjordlys", domain="fjordlys.example")
    tindra = AccountFactory(name="Tindra Verk", match_name="tindra verk", domain="")
    AccountFactory(name="Mail", domain="gmail.com")
    counts = bring("contacts", CONTACTS)
    assert counts == {"rows": 4, "created": 3, "error": 1, "unassigned": 1, "account_not_found": 1}
    found = {c.external_id: (c.name, c.account, c.seniority, c.department) for c in Contact.objects.all()}
    assert found == {
        "1": ("Rosa Lind", fjordlys, "vp", "procurement"),
        "2": ("Sven Berg", tindra, "c_level", "finance"),
        "3": ("Uma Dahl", None, "director", "it"),
    }
    assert ImportRow.objects.get().reason == "E-mail: “not-an-address” is not an e-mail address."
    assert {mark.account_id for mark in RescoreMark.objects.all()} == {fjordlys.pk, tindra.pk}
    again = bring("contacts", CONTACTS)
    assert again == {"rows": 4, "unchanged": 3, "error": 1, "unassigned": 1, "account_not_found": 1}


def test_a_contact_without_an_id_is_known_by_its_address() -> None:
    contact = ContactFactory(name="Rosa Lind", email="Rosa@Fjordlys.example", title="Buyer", seniority="manager")
    counts = bring("contacts", "Name,Email,Job Title\nRosa Lind,rosa@fjordlys.example,CPO\n")
    assert counts["updated"] == 1
    contact.refresh_from_db()
    assert (contact.title, contact.seniority, contact.department) == ("CPO", "c_level", "procurement")
    change = ImportChange.objects.get(record_id=contact.pk)
    assert (change.created, change.before["title"], change.before["seniority"]) == (False, "Buyer", "manager")


DEALS = """Deal ID,Deal Name,Company,Stage,Amount,Create Date,Close Date,Owner
d1,Grid,Fjordlys,Closed Won,"$1,200.50",2024-01-10,2024-03-01,Rea Rep
d2,Meters,Fjordlys,Negotiation,5000,2024-02-01,2026-01-01,rea@vendor.example
d3,Lost one,Nobody Known,Closed Lost,0,2024-05-01,2024-04-01,Rea Rep
"""


def test_deals_keep_stage_amount_and_dates_as_they_were_said() -> None:
    account = AccountFactory(name="Fjordlys", match_name="fjordlys")
    rea = PersonFactory(name="Rea Rep", email="rea@vendor.example")
    counts = bring("opportunities", DEALS)
    assert counts == {"rows": 3, "created": 3, "unassigned": 1, "account_not_found": 1, "dates_doubtful": 1}
    won, going, lost = Opportunity.objects.order_by("external_id")
    assert (won.outcome, won.amount, won.opened_on, won.closed_on) == (
        "won",
        Decimal("1200.50"),
        date(2024, 1, 10),
        date(2024, 3, 1),
    )
    assert (going.outcome, going.closed_on, going.owner, going.account) == ("open", None, rea, account)
    assert (lost.outcome, lost.dates_doubtful, lost.amount, lost.account) == ("lost", True, 0, None)
    assert Person.objects.filter(name="Rea Rep").count() == 1
    assert set(OpportunityChange.objects.values_list("opportunity__external_id", "stage", "on")) == {
        ("d1", "Closed Won", date(2024, 3, 1)),
        ("d2", "Negotiation", date(2024, 2, 1)),
        ("d3", "Closed Lost", date(2024, 4, 1)),
    }


def test_a_stage_that_moved_on_is_one_more_row_of_history() -> None:
    AccountFactory(name="Fjordlys", match_name="fjordlys")
    bring("opportunities", DEALS)
    later = DEALS.replace("Negotiation,5000,2024-02-01,2026-01-01", "Closed Won,6000,2024-02-01,2024-06-30")
    counts = bring("opportunities", later)
    assert (counts["updated"], counts["unchanged"]) == (1, 2)
    history = OpportunityChange.objects.filter(opportunity__external_id="d2").order_by("id")
    assert [(row.stage, row.outcome, row.amount, row.on) for row in history] == [
        ("Negotiation", "open", 5000, date(2024, 2, 1)),
        ("Closed Won", "won", 6000, date(2024, 6, 30)),
    ]


def test_a_stage_word_means_what_people_say_it_means() -> None:
    bring("opportunities", "id,stage\n1,Handshake\n2,Handshake\n3,Gone\n", stages={"Handshake": "won", "Gone": "lost"})
    assert list(Opportunity.objects.order_by("external_id").values_list("outcome", flat=True)) == ["won", "won", "lost"]


SIGNALS = """Signal,Date,Company Domain,Email,Topic
Page view,2026-01-05,www.fjordlys.example,,Pricing
Page view,2026-01-05,www.fjordlys.example,,Pricing
Demo request,2026-01-06 10:30,,rosa@fjordlys.example,
Dance,2026-01-06,fjordlys.example,,
Webinar,2026-01-07,unknown.example,,
"""


def test_signals_come_once_however_often_the_file_comes() -> None:
    account = AccountFactory(name="Fjordlys", domain="fjordlys.example")
    rosa = ContactFactory(account=account, email="rosa@fjordlys.example")
    counts = bring("signals", SIGNALS)
    assert counts == {"rows": 5, "created": 4, "error": 1, "unassigned": 1, "account_not_found": 1}
    assert Signal.objects.filter(account=account, kind="site_visit").count() == 2
    demo = Signal.objects.get(kind="demo_request")
    assert (demo.account, demo.contact, demo.person_key) == (account, rosa, f"c{rosa.pk}")
    assert (demo.occurred_on, demo.occurred_at.hour) == (date(2026, 1, 6), 10)
    unmatched = Signal.objects.get(kind="webinar")
    assert (unmatched.account, unmatched.match_hint) == (None, "unknown.example")
    assert bring("signals", SIGNALS)["unchanged"] == 4
    AccountFactory(name="Unknown", domain="unknown.example")
    assert bring("signals", SIGNALS)["updated"] == 1


def test_several_accounts_of_one_name_make_a_conflict_not_a_guess() -> None:
    AccountFactory(name="Tindra", match_name="tindra", country="Norway", domain="")
    AccountFactory(name="Tindra", match_name="tindra", country="Norway", domain="")
    counts = bring("accounts", "name,country,city\nTindra AS,Norway,Oslo\n")
    assert counts == {"rows": 1, "conflict": 1}
    row = ImportRow.objects.get()
    assert (row.reason, len(row.candidates)) == ("2 accounts have this name.", 2)
    assert not Account.objects.filter(city="Oslo").exists()
    deals = bring("opportunities", "id,account\n1,Tindra GmbH\n")
    assert deals == {"rows": 1, "conflict": 1}
    assert not Opportunity.objects.exists()


def test_the_same_name_in_another_country_or_with_another_domain_is_another_company() -> None:
    AccountFactory(name="Tindra", match_name="tindra", country="Norway", domain="tindra.example")
    counts = bring(
        "accounts", "name,country,website\nTindra,Sweden,\nTindra,Norway,other.example\nTindra Inc,Norway,\n"
    )
    assert counts == {"rows": 3, "created": 2, "updated": 1}


def test_rows_that_repeat_an_earlier_one_are_conflicts_with_its_line() -> None:
    counts = bring("accounts", "id,name,domain\n1,A,a.example\n1,B,b.example\n3,C,www.a.example\n,D,\n,D Ltd,\n")
    assert counts == {"rows": 5, "created": 2, "conflict": 3}
    assert list(ImportRow.objects.order_by("line").values_list("line", "reason")) == [
        (3, "Line 2 of this file has the same id."),
        (4, "Line 2 of this file has the same domain."),
        (6, "Line 5 of this file has the same name and country."),
    ]


def test_id_and_domain_of_two_accounts_are_a_conflict_that_names_both() -> None:
    AccountFactory(name="One", domain="one.example", source="crm", external_id="1")
    AccountFactory(name="Two", domain="two.example", source="crm", external_id="2")
    bring("accounts", "id,name,domain\n1,One,two.example\n")
    bring("accounts", "id,name,domain\n9,New,two.example\n")
    assert list(ImportRow.objects.order_by("id").values_list("reason", flat=True)) == [
        "The id belongs to One, the domain to Two.",
        "The domain belongs to Two, which has another id in this source.",
    ]
    assert Account.objects.count() == 2


def test_potential_owner_and_technologies_come_along_and_blanks_overwrite_nothing() -> None:
    text = "name,potential,owner,technologies,city\nFjordlys,250000,New Person,SAP; Grid OS,Oslo\n"
    bring("accounts", text)
    account = Account.objects.get()
    assert (account.owner.name, account.technologies, account.city) == ("New Person", ["SAP", "Grid OS"], "Oslo")  # type: ignore[union-attr]
    assert PotentialEntry.objects.get().amount == 250_000
    assert bring("accounts", text) == {"rows": 1, "unchanged": 1}
    assert bring("accounts", "name,potential,owner,city\nFjordlys,,,\n") == {"rows": 1, "unchanged": 1}
    assert bring("accounts", "name,potential,city\nFjordlys,300000,\n") == {"rows": 1, "updated": 1}
    assert list(PotentialEntry.objects.order_by("id").values_list("amount", flat=True)) == [250_000, 300_000]
    account.refresh_from_db()
    assert (account.city, account.owner.name) == ("Oslo", "New Person")  # type: ignore[union-attr]


def test_rules_per_field_fill_or_keep() -> None:
    AccountFactory(name="Fjordlys", match_name="fjordlys", domain="", city="Oslo", industry="", country="")
    bring("accounts", "name,city,industry\nFjordlys,Bergen,Energy\n", rules={"city": "fill", "industry": "fill"})
    assert Account.objects.values_list("city", "industry").get() == ("Oslo", "Energy")
    assert bring("accounts", "name,city\nFjordlys,Bergen\n", rules={"city": "keep"}) == {"rows": 1, "unchanged": 1}


def test_a_parent_may_stand_later_in_the_file_or_come_with_a_later_file() -> None:
    bring("accounts", "id,name,parent id\n1,Child,2\n2,Parent,\n3,Orphan,9\n")
    assert Account.objects.get(name="Child").parent == Account.objects.get(name="Parent")
    assert bring("accounts", "id,name,parent id\n3,Orphan,9\n9,Found,\n") == {"rows": 2, "created": 1, "updated": 1}
    assert Account.objects.get(name="Orphan").parent == Account.objects.get(name="Found")


def test_salesforce_sample_comes_in_whole() -> None:
    folder = "crm_export_headers/salesforce_dev_edition_sample"
    accounts = bring("accounts", shared_file(f"{folder}/Account.csv").read_text(), "salesforce")
    contacts = bring("contacts", shared_file(f"{folder}/Contact.csv").read_text(), "salesforce")
    deals = bring("opportunities", shared_file(f"{folder}/Opportunity.csv").read_text(), "salesforce")
    assert (accounts["created"], contacts["created"], deals["created"]) == (18, 25, 36)
    assert not Contact.objects.filter(account__isnull=True).exists()
    won = Opportunity.objects.filter(outcome="won")
    assert (won.count(), Opportunity.objects.filter(outcome="lost").count()) == (12, 8)
    assert sum(deal.amount or 0 for deal in won) == 2_815_000
    assert won.filter(dates_doubtful=True).count() == 12


def test_marks_are_left_once_per_account_when_the_import_has_ended() -> None:
    bring("accounts", "name\nA\nB\n")
    marks = list(RescoreMark.objects.values_list("account__name", flat=True))
    assert sorted(marks) == ["A", "B"]
    assert all(mark.marked_at <= clock.now() for mark in RescoreMark.objects.all())


def test_a_mapping_is_remembered_for_the_same_source_and_headers() -> None:
    def start(source: str) -> ImportJob:
        text = BytesIO(b"Firmenkuerzel,city\nFjordlys,Oslo\n")
        return imports.start_import(actor=None, kind="accounts", file=text, file_name="f.csv", source=source)

    job = start("erp")
    assert job.mapping == {"city": "city"}
    imports.run_to_end(imports.set_mapping(actor=None, job=job, mapping={"Firmenkuerzel": "name"}))
    assert start("erp").mapping == {"Firmenkuerzel": "name"}
    assert start("other").mapping == {"city": "city"}
