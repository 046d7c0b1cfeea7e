"""The undo of an import through the client: the look first, then the word, then what came of it."""

import pytest
from django.test import Client

from accounts.choices import ImportStage
from accounts.models import Account, ImportJob
from accounts.services import imports
from tests.accounts.imports.test_import_pages import signed_in
from tests.accounts.imports.test_undo import bring
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db
FILE = "name,domain,city\nFjordlys,fjordlys.example,Oslo\nTindra,tindra.example,Bodø\nBrim,brim.example,Bergen\n"


def page(client: Client, job: ImportJob, query: str = "") -> str:
    return " ".join(client.get(f"/accounts/import/{job.pk}/{query}").content.decode().split())


def test_a_marketer_looks_and_undoes(cast: Cast) -> None:
    AccountFactory(name="Fjordlys", match_name="fjordlys", domain="fjordlys.example", city="Ås")
    job = bring(FILE)
    holding = Account.objects.get(name="Brim")
    ContactFactory(account=holding)
    client = signed_in(cast.marketer)
    assert "Undo…" in page(client, job)
    client.post(f"/accounts/import/{job.pk}/undo/look/")
    assert "nothing changes yet" in page(client, job)
    imports.work(job.pk)
    assert "What undoing would do" in page(client, job)
    assert "Tindra" in page(client, job, "?show=go")
    assert "Brim" not in page(client, job, "?show=go")
    assert "Oslo → <span class=\"ax-b\">Ås</span>" in page(client, job, "?show=back")  # fmt: skip
    assert "Holds 1 contact." in page(client, job, "?show=stay")
    assert Account.objects.count() == 3
    client.post(f"/accounts/import/{job.pk}/undo/")
    imports.work(job.pk)
    after = page(client, job)
    assert "f.csv is undone" in after
    assert "Holds 1 contact." in after
    assert set(Account.objects.values_list("name", "city")) == {("Fjordlys", "Ås"), ("Brim", "Bergen")}
    again = client.post(f"/accounts/import/{job.pk}/undo/", follow=True).content.decode()
    assert "being undone already, or is undone" in again


def test_left_as_it_is_the_result_stands_again(cast: Cast) -> None:
    job = bring(FILE)
    client = signed_in(cast.admin)
    client.post(f"/accounts/import/{job.pk}/undo/look/")
    imports.work(job.pk)
    client.post(f"/accounts/import/{job.pk}/undo/leave/")
    assert "f.csv is in" in page(client, job)
    assert Account.objects.count() == 3


@pytest.mark.parametrize("who", ["rep", "manager", "leader", "stranger"])
def test_others_cannot(cast: Cast, who: str) -> None:
    job = bring(FILE)
    client = signed_in(getattr(cast, who))
    for part in ("undo/look", "undo/leave", "undo"):
        assert client.post(f"/accounts/import/{job.pk}/{part}/").status_code == 403
    job.refresh_from_db()
    assert (job.stage, Account.objects.count()) == (ImportStage.APPLIED, 3)
