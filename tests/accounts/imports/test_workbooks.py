"""Excel through the pages: upload, the sheet, another sheet, the rows; and the answers that a file's columns decide."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.choices import ImportStage
from accounts.models import Account, Contact, ImportJob, ImportMapping, ImportRow
from accounts.services import import_survey, imports
from tests.accounts.imports.archives import workbook
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ACCOUNTS = [["Name", "Website", "Employees"], ["Fjordlys", "fjordlys.example", "51-200"], [], ["Tindra", "", "many"]]
PEOPLE = [["First name", "Last name", "Email"], ["Rosa", "Lind", "rosa@fjordlys.example"]]


def signed_in(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.marketer)
    return client


def upload(client: Client, content: bytes, name: str = "list.xlsx") -> ImportJob:
    file = SimpleUploadedFile(name, content)
    answer = client.post("/accounts/import/new/", {"file": file, "kind": "", "source": "Fair"})
    assert answer.status_code == 302, answer.content.decode()
    return ImportJob.objects.latest("pk")


def test_a_workbook_is_imported_under_its_own_row_numbers(cast: Cast) -> None:
    job = upload(signed_in(cast), workbook(("Accounts", ACCOUNTS)))
    assert (job.file_name, job.kind, job.headers) == ("list.xlsx", "accounts", ["Name", "Website", "Employees"])
    job = imports.run_to_end(job)
    assert (job.stage, job.counts["created"], job.counts["error"]) == (ImportStage.APPLIED, 1, 1)
    assert Account.objects.values_list("name", "domain", "employees").get() == ("Fjordlys", "fjordlys.example", 126)
    row = ImportRow.objects.get(job=job)
    assert (row.line, row.reason) == (4, "Employees: “many” is not a number.")


def test_another_sheet_of_the_workbook_can_be_read_instead(cast: Cast) -> None:
    client = signed_in(cast)
    job = upload(client, workbook(("Accounts", ACCOUNTS), ("People", PEOPLE)))
    page = client.get(f"/accounts/import/{job.pk}/").content.decode()
    assert "Read from the sheet “Accounts”; the workbook also has “People”." in page
    assert "Read this sheet" in page
    before = job.file.name
    assert client.post(f"/accounts/import/{job.pk}/sheet/", {"sheet": "People"}).status_code == 302
    job.refresh_from_db()
    assert (job.kind, job.options["file"]["sheet"], job.file.name == before) == ("contacts", "People", False)
    imports.run_to_end(job)
    assert Contact.objects.values_list("name", "email").get() == ("Rosa Lind", "rosa@fjordlys.example")
    assert not Account.objects.exists()


def test_a_sheet_that_is_not_there_changes_nothing(cast: Cast) -> None:
    client = signed_in(cast)
    job = upload(client, workbook(("Accounts", ACCOUNTS), ("People", PEOPLE)))
    answer = client.post(f"/accounts/import/{job.pk}/sheet/", {"sheet": "Nowhere"}, follow=True)
    assert "This file has no such sheet." in answer.content.decode()
    job.refresh_from_db()
    assert (job.kind, job.options["file"]["sheet"]) == ("accounts", "Accounts")


def test_a_sheet_is_chosen_only_before_the_import_goes_on(cast: Cast) -> None:
    client = signed_in(cast)
    job = imports.run_to_end(upload(client, workbook(("Accounts", ACCOUNTS), ("People", PEOPLE))))
    answer = client.post(f"/accounts/import/{job.pk}/sheet/", {"sheet": "People"}, follow=True)
    assert "Somebody else has gone on with this import meanwhile." in answer.content.decode()
    job.refresh_from_db()
    assert (job.kind, job.stage) == ("accounts", ImportStage.APPLIED)


def test_a_text_file_named_as_a_workbook_is_read_as_what_it_is(cast: Cast) -> None:
    job = upload(signed_in(cast), b"Name;City\nFjordlys;Oslo\n", "list.xlsx")
    assert (job.delimiter, job.headers, job.options) == (";", ["Name", "City"], {"file": {"notes": []}})


def bring(text: str, kind: str = "accounts", **options: Any) -> ImportJob:
    job = imports.start_import(actor=None, kind=kind, file=io.BytesIO(text.encode()), file_name="f.csv", source="erp")
    return imports.set_mapping(actor=None, job=job, mapping=job.mapping, options=options)


def test_a_column_decides_its_decimal_mark_by_itself() -> None:
    imports.run_to_end(bring("Firma;Jahresumsatz;Land\nA;1.234;DE\nB;2.500.000,50;DE\n", units={"revenue": "units"}))
    assert dict(Account.objects.values_list("name", "revenue")) == {"A": 1234, "B": 2_500_000}
    assert ImportMapping.objects.get().options.get("marks", {}) == {}


def test_a_decimal_mark_that_nothing_decides_is_asked() -> None:
    job = bring("Name;Revenue\nA;1.234\n", units={"revenue": "units"})
    (asked,) = [question for question in import_survey.questions_of(job) if question.about == "mark"]
    assert (asked.sentence, asked.open) == ("Revenue: what is 1.234?", True)
    with pytest.raises(imports.Unanswered, match=r"Revenue: what is 1\.234\?"):
        imports.begin_dry_run(actor=None, job=job)
    imports.run_to_end(bring("Name;Revenue\nA;1.234\n", units={"revenue": "units"}, marks={"revenue": ","}))
    assert Account.objects.get().revenue == 1234


def test_what_is_kept_of_ranges_and_read_in_units_is_said() -> None:
    job = bring('Name,# Employees,Revenue (in 000s USD)\nA,51-200,1200\nB,"1,001-5,000",9\n')
    assert import_survey.remarks_of(job) == [
        "# Employees: 2 cells give a range such as “51-200”; its middle is kept.",
        "Revenue (in 000s USD): read in thousands, as the header says.",
    ]
    imports.run_to_end(job)
    assert list(Account.objects.order_by("name").values_list("employees", "revenue")) == [
        (126, 1_200_000),
        (3000, 9_000),
    ]
