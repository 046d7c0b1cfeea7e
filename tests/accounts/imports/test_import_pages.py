"""The import pages, through the client: upload, columns, trial, apply, result; and who may not."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from abxsite.users.models import User
from accounts.choices import ImportStage
from accounts.models import Account, ImportJob, Opportunity
from accounts.services import imports
from tests.accounts.imports.shared_data import shared_file
from tests.cast import Cast
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db

ACCOUNTS = """company,website,employees,revenue
Fjordlys Kraft,https://www.fjordlys.example,120,12000000
Tindra Verk,tindra.example,many,5000000
"""


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(client: Client, text: str, kind: str = "accounts", name: str = "list.csv") -> ImportJob:
    file = SimpleUploadedFile(name, text.encode())
    answer = client.post("/accounts/import/new/", {"file": file, "kind": kind, "source": "CRM"})
    assert answer.status_code == 302, answer.content.decode()
    return ImportJob.objects.get(pk=int(answer["Location"].rstrip("/").split("/")[-1]))


def columns(job: ImportJob, **answers: str) -> dict[str, str]:
    chosen = {f"column:{index}": job.mapping.get(header, "") for index, header in enumerate(job.headers)}
    return chosen | answers


def test_a_marketer_uploads_tries_and_applies(cast: Cast) -> None:
    client = signed_in(cast.marketer)
    job = upload(client, ACCOUNTS)
    page = client.get(f"/accounts/import/{job.pk}/").content.decode()
    assert "What the columns mean" in page
    assert "Fjordlys Kraft" in page
    assert client.post(f"/accounts/import/{job.pk}/mapping/", columns(job)).status_code == 302
    assert "Waiting for a worker" in client.get(f"/accounts/import/{job.pk}/").content.decode()
    imports.work(job.pk)
    review = client.get(f"/accounts/import/{job.pk}/").content.decode()
    assert "What would happen" in review
    assert "Employees: “many” is not a number." in review
    assert Account.objects.count() == 0
    client.post(f"/accounts/import/{job.pk}/apply/")
    imports.work(job.pk)
    job.refresh_from_db()
    assert (job.stage, job.counts["created"], job.counts["error"]) == (ImportStage.APPLIED, 1, 1)
    result = client.get(f"/accounts/import/{job.pk}/?show=create").content.decode()
    account = Account.objects.get()
    assert (account.name, account.domain, account.source) == ("Fjordlys Kraft", "fjordlys.example", "CRM")
    assert f"/accounts/{account.pk}/" in result
    assert "list.csv" in client.get("/accounts/import/").content.decode()


def test_the_error_file_holds_the_row_its_line_and_the_reason(cast: Cast) -> None:
    client = signed_in(cast.admin)
    job = imports.run_to_end(upload(client, ACCOUNTS + '=cmd(),x.example,-,"1,2"\n,,1,2000000\n'))
    answer = client.get(f"/accounts/import/{job.pk}/errors/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.splitlines() == [
        "company,website,employees,revenue,Line,Reason",
        "Tindra Verk,tindra.example,many,5000000,3,Employees: “many” is not a number.",
        ",,1,2000000,5,The row has neither a name nor a domain.",
    ]


def test_small_revenue_is_asked_for_its_unit_beside_the_columns(cast: Cast) -> None:
    client = signed_in(cast.marketer)
    job = upload(client, "account,employees,revenue\nFjordlys,500,150.5\nTindra,800,90\n")
    page = client.get(f"/accounts/import/{job.pk}/").content.decode()
    assert "Are they in units, thousands or millions?" in page
    refused = client.post(f"/accounts/import/{job.pk}/mapping/", columns(job))
    assert refused.status_code == 422
    job.refresh_from_db()
    assert job.stage == ImportStage.MAPPING
    assert (
        client.post(f"/accounts/import/{job.pk}/mapping/", columns(job, **{"unit:revenue": "millions"})).status_code
        == 302
    )
    imports.run_to_end(ImportJob.objects.get(pk=job.pk))
    assert set(Account.objects.values_list("name", "revenue")) == {("Fjordlys", 150_500_000), ("Tindra", 90_000_000)}


def test_maven_by_the_browser_gives_what_the_command_gives(cast: Cast) -> None:
    client = signed_in(cast.marketer)
    for kind, name, answers in (
        ("accounts", "accounts.csv", {"unit:revenue": "millions"}),
        ("opportunities", "sales_pipeline.csv", {}),
    ):
        job = upload(client, shared_file(f"maven_crm_sales/{name}").read_text(), kind="", name=name)
        assert job.kind == kind
        assert client.post(f"/accounts/import/{job.pk}/mapping/", columns(job, **answers)).status_code == 302
        imports.run_to_end(ImportJob.objects.get(pk=job.pk))
    assert (Account.objects.count(), Account.objects.filter(parent__isnull=False).count()) == (85, 15)
    assert Opportunity.objects.filter(account__isnull=True).count() == 1425
    assert Opportunity.objects.filter(outcome="won").count() == 4238


def test_a_changed_column_asks_anew_without_leaving_the_page(cast: Cast) -> None:
    client = signed_in(cast.marketer)
    job = upload(client, "account,heads,turnover x\nFjordlys,500,150.5\n")
    posted = columns(job, **{"column:1": "employees", "column:2": "revenue", "check": "1"})
    answer = client.post(f"/accounts/import/{job.pk}/mapping/", posted, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "<html" not in text
    assert "Are they in units, thousands or millions?" in text
    job.refresh_from_db()
    assert "turnover x" not in job.mapping


def test_what_changes_is_shown_before_and_after(cast: Cast) -> None:
    account = AccountFactory(name="Fjordlys Kraft", domain="fjordlys.example", employees=90)
    client = signed_in(cast.marketer)
    job = imports.run_to_end(upload(client, ACCOUNTS), until=ImportStage.REVIEW)
    page = client.get(f"/accounts/import/{job.pk}/?show=update").content.decode()
    assert "90 → " in " ".join(page.split())
    client.post(f"/accounts/import/{job.pk}/apply/")
    imports.work(job.pk)
    page = client.get(f"/accounts/import/{job.pk}/?show=update").content.decode()
    assert "90 → " in " ".join(page.split())
    account.refresh_from_db()
    assert account.employees == 120


@pytest.mark.parametrize("who", ["rep", "manager", "leader", "stranger"])
def test_others_neither_see_nor_start_imports(cast: Cast, who: str) -> None:
    job = upload(signed_in(cast.admin), ACCOUNTS)
    client = signed_in(getattr(cast, who))
    for path in (
        "/accounts/import/",
        "/accounts/import/new/",
        f"/accounts/import/{job.pk}/",
        f"/accounts/import/{job.pk}/errors/",
    ):
        assert client.get(path).status_code == 403
    for part in ("mapping", "remap", "apply", "cancel", "retry"):
        assert client.post(f"/accounts/import/{job.pk}/{part}/").status_code == 403
    file = SimpleUploadedFile("list.csv", ACCOUNTS.encode())
    assert client.post("/accounts/import/new/", {"file": file, "kind": "accounts"}).status_code == 403
    job.refresh_from_db()
    assert (ImportJob.objects.count(), job.stage, Account.objects.count()) == (1, ImportStage.MAPPING, 0)


def test_an_unusable_file_says_so_beside_the_field_and_leaves_nothing(cast: Cast) -> None:
    client = signed_in(cast.marketer)
    file = SimpleUploadedFile("list.xlsx", b"PK\x03\x04rest")
    answer = client.post("/accounts/import/new/", {"file": file, "kind": "accounts"})
    assert answer.status_code == 422
    assert "Save the sheet as CSV" in answer.content.decode()
    assert ImportJob.objects.count() == 0
    empty = client.post("/accounts/import/new/", {"file": SimpleUploadedFile("list.csv", b""), "kind": ""})
    assert "The file is empty." in empty.content.decode()
    bare = client.post("/accounts/import/new/", {"file": SimpleUploadedFile("list.csv", b"name,city\n"), "kind": ""})
    assert "a header line and no rows" in bare.content.decode()
    assert ImportJob.objects.count() == 0


def test_a_trial_can_be_cancelled_and_drops_its_rows(cast: Cast) -> None:
    client = signed_in(cast.marketer)
    job = upload(client, ACCOUNTS)
    client.post(f"/accounts/import/{job.pk}/mapping/", columns(job))
    client.post(f"/accounts/import/{job.pk}/cancel/")
    job.refresh_from_db()
    assert (job.stage, job.status) == (ImportStage.CANCELLED, "cancelled")
    assert imports.work(job.pk) is False
    assert "Cancelled" in client.get(f"/accounts/import/{job.pk}/").content.decode()
