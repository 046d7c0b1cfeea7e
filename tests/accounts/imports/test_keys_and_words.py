"""What recognises a record is chosen per file; what words mean is remembered per source, whatever the columns are."""

from io import BytesIO

import pytest

from abxsite.lib.errors import DomainError
from accounts.models import Account, ImportWord, Opportunity
from accounts.services import imports
from tests.accounts.imports.test_conflicts import counted, tried
from tests.accounts.imports.test_import_pages import columns, signed_in, upload
from tests.accounts.imports.test_undo import bring
from tests.cast import Cast
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


def an_account() -> Account:
    return AccountFactory(
        name="Tindra", match_name="tindra", domain="tindra.example", source="crm", external_id="7", city="Bø"
    )


@pytest.mark.parametrize(
    ("keys", "row", "expected"),
    [
        (["id", "domain", "name"], "7,Other,other.example", {"updated": 1}),
        (["id"], "7,Other,other.example", {"updated": 1}),
        (["domain"], "8,Tindra,tindra.example", {"conflict": 1}),
        (["domain"], ",Tindra Group,tindra.example", {"updated": 1}),
        (["id"], ",Tindra,tindra.example", {"conflict": 1}),
        (["domain", "name"], "7,Tindra,new.example", {"conflict": 1}),
        (["name"], ",Tindra,", {"updated": 1}),
        (["id", "domain"], ",Tindra,", {"created": 1}),
    ],
)
def test_only_the_chosen_keys_recognise_an_account(keys: list[str], row: str, expected: dict[str, int]) -> None:
    an_account()
    counts = counted(bring(f"id,name,domain,city\n{row},Oslo\n", keys=keys))
    assert {name: n for name, n in counts.items() if name != "rows"} == expected


def test_no_key_at_all_is_refused() -> None:
    job = imports.start_import(actor=None, kind="accounts", file=BytesIO(b"name\nTindra\n"), file_name="f.csv")
    with pytest.raises(DomainError, match="at least one way"):
        imports.set_mapping(actor=None, job=job, mapping=job.mapping, options={"keys": []})


def test_keys_and_rules_are_chosen_in_the_browser(cast: Cast) -> None:
    account = an_account()
    client = signed_in(cast.marketer)
    job = upload(client, "name,domain,city\nTindra,,Oslo\nNova,nova.example,Bergen\n")
    page = client.get(f"/accounts/import/{job.pk}/").content.decode()
    assert "Its name, with the country where known" in page
    answers = {"keys_shown": "1", "key:id": "1", "key:name": "1", "rule:2": "keep"}
    assert client.post(f"/accounts/import/{job.pk}/mapping/", columns(job, **answers)).status_code == 302
    job.refresh_from_db()
    assert (job.options["keys"], job.options["rules"]) == (["id", "name"], {"city": "keep"})
    job = imports.run_to_end(job)
    account.refresh_from_db()
    assert (counted(job)["created"], account.city) == (1, "Bø")


FIRST = "Deal ID,Deal Name,Company,Stage,Amount,Type\nd1,Grid,Fjordlys,Fulfilled,100,Strategic\n"
OTHER_COLUMNS = "Id,Name,Account Name,Stage,Opportunity Type\nd2,Meters,Fjordlys,fulfilled,strategic\n"


def test_words_said_once_hold_for_the_source_whatever_the_columns(cast: Cast) -> None:
    client = signed_in(cast.marketer)
    job = upload(client, FIRST, kind="opportunities")
    answers = {"stage:Fulfilled": "won", "type:Strategic": "renewal"}
    assert client.post(f"/accounts/import/{job.pk}/mapping/", columns(job, **answers)).status_code == 302
    imports.run_to_end(type(job).objects.get(pk=job.pk))
    assert set(ImportWord.objects.values_list("source", "about", "word", "meaning")) == {
        ("CRM", "stage", "fulfilled", "won"),
        ("CRM", "type", "strategic", "renewal"),
    }
    imports.run_to_end(upload(client, OTHER_COLUMNS, kind="opportunities"))
    assert set(Opportunity.objects.values_list("external_id", "outcome", "type")) == {
        ("d1", "won", "renewal"),
        ("d2", "won", "renewal"),
    }
    imports.run_to_end(tried(OTHER_COLUMNS.replace("d2", "d3"), kind="opportunities", source="another"))
    assert Opportunity.objects.get(external_id="d3").outcome == "open"


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("Existing Business", "expansion"), ("New Business", "new"), ("Renewal", "renewal"), ("Upsell", "expansion"),
     ("Existing Customer - Upgrade", "expansion"), ("Strategic", "")],
)  # fmt: skip
def test_the_kind_of_a_deal_is_guessed_from_its_word(word: str, meaning: str) -> None:
    bring(f"Deal ID,Deal Name,Stage,Type\nd1,Grid,Open,{word}\n", kind="opportunities")
    assert Opportunity.objects.get().type == meaning
