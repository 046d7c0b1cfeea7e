"""Conflicts as a work list: decided once, brought in, remembered for the next file of the source."""

from io import BytesIO

import pytest

from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from accounts.choices import ImportStage
from accounts.imports import conflicts
from accounts.models import Account, Contact, ImportChoice, ImportJob
from accounts.services import import_choices, imports
from tests.accounts.imports.test_import_pages import signed_in
from tests.accounts.imports.test_undo import bring, undo
from tests.cast import Cast
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db
TWO = "name,city\nTindra,Oslo\nBrim,Bergen\n"


def tried(text: str, kind: str = "accounts", source: str = "crm") -> ImportJob:
    job = imports.start_import(actor=None, kind=kind, file=BytesIO(text.encode()), file_name="f.csv", source=source)
    return imports.run_to_end(job, until=ImportStage.REVIEW)


def two_tindras() -> tuple[Account, Account]:
    make = lambda domain: AccountFactory(name="Tindra", match_name="tindra", domain=domain)  # noqa: E731
    return make("tindra.example"), make("tindra-group.example")


def decide(job: ImportJob, decision: str, target: Account | None = None, at: int = 0) -> None:
    group = conflicts.page_of(job, decided=False, after=-1)[at]
    import_choices.decide_conflict(
        actor=None, job=job, about=group.about, fingerprint=group.fingerprint, decision=decision,
        target_id=target.pk if target else None,
    )  # fmt: skip


def counted(job: ImportJob) -> dict[str, int]:
    return {name: n for name, n in job.counts.items() if n and name != "undo"}


def test_a_pick_is_written_and_remembered_for_the_next_file() -> None:
    first, second = two_tindras()
    job = tried(TWO)
    group = conflicts.page_of(job, decided=False, after=-1)[0]
    assert (group.line, group.said, group.reason) == (2, "Tindra", "2 accounts have this name.")
    assert [(one.pk, one.why) for one in group.candidates] == [(first.pk, "name"), (second.pk, "name")]
    decide(job, "pick", second)
    job = imports.run_to_end(job)
    assert counted(job) == {"rows": 2, "created": 1, "updated": 1}
    second.refresh_from_db()
    assert second.city == "Oslo"
    assert counted(bring(TWO)) == {"rows": 2, "unchanged": 2}
    assert counted(bring(TWO, source="another")) == {"rows": 2, "unchanged": 1, "conflict": 1}


def test_a_new_one_is_made_once_and_picked_from_then_on() -> None:
    two_tindras()
    job = tried(TWO)
    decide(job, "new")
    job = imports.run_to_end(job)
    assert counted(job) == {"rows": 2, "created": 2}
    made = Account.objects.get(name="Tindra", city="Oslo")
    assert (ImportChoice.objects.get().decision, ImportChoice.objects.get().target_id) == ("pick", made.pk)
    assert counted(bring(TWO)) == {"rows": 2, "unchanged": 2}
    assert undo(job) == {"gone": 2}
    assert not ImportChoice.objects.exists()


def test_left_out_stays_out() -> None:
    two_tindras()
    job = tried(TWO)
    decide(job, "skip")
    assert counted(imports.run_to_end(job)) == {"rows": 2, "created": 1, "skipped": 1}
    assert counted(bring(TWO)) == {"rows": 2, "unchanged": 1, "skipped": 1}
    assert Account.objects.count() == 3


def test_what_is_decided_after_the_import_is_brought_in_and_undone_with_it() -> None:
    _, second = two_tindras()
    job = bring(TWO)
    assert counted(job) == {"rows": 2, "created": 1, "conflict": 1}
    with pytest.raises(Conflict, match="Nothing is decided"):
        import_choices.bring_in_decided(actor=None, job=job)
    decide(job, "pick", second)
    import_choices.bring_in_decided(actor=None, job=job)
    imports.work(job.pk)
    job.refresh_from_db()
    assert (job.stage, counted(job)) == (ImportStage.APPLIED, {"rows": 2, "created": 1, "updated": 1})
    second.refresh_from_db()
    assert (second.city, job.rows.count()) == ("Oslo", 0)
    assert undo(job) == {"gone": 1, "returned": 1}
    second.refresh_from_db()
    assert second.city == ""


def test_a_repeated_row_can_be_left_out_and_after_the_import_added_to_its_record() -> None:
    text = "name,domain,city\nFjordlys,fjordlys.example,Oslo\nFjordlys AS,fjordlys.example,Bergen\n"
    job = tried(text)
    group = conflicts.page_of(job, decided=False, after=-1)[0]
    assert [option for option, _ in group.options] == ["skip"]
    with pytest.raises(DomainError, match="Say which"):
        decide(job, "new")
    job = imports.run_to_end(job)
    account = Account.objects.get()
    decide(job, "pick", account)
    import_choices.bring_in_decided(actor=None, job=job)
    imports.work(job.pk)
    job.refresh_from_db()
    account.refresh_from_db()
    assert (counted(job), account.city) == ({"rows": 2, "created": 1, "updated": 1}, "Bergen")


def test_a_row_given_to_one_account_leaves_the_domain_to_the_other() -> None:
    one = AccountFactory(name="One", match_name="one", domain="", source="crm", external_id="7")
    other = AccountFactory(name="Other", match_name="other", domain="other.example")
    text = "id,name,domain,city\n7,One,other.example,Oslo\n"
    job = tried(text)
    assert [candidate.pk for candidate in conflicts.page_of(job, decided=False, after=-1)[0].candidates] == [
        one.pk,
        other.pk,
    ]
    decide(job, "pick", one)
    assert counted(imports.run_to_end(job)) == {"rows": 1, "updated": 1}
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.city, one.domain, other.domain) == ("Oslo", "", "other.example")
    assert counted(bring(text)) == {"rows": 1, "unchanged": 1}


CONTACTS = "Name,Email,Company\nRosa Lind,rosa@gmail.com,Tindra\nSven Berg,sven@gmail.com,Tindra\n"


def test_one_word_about_an_account_name_settles_all_its_rows() -> None:
    first, _ = two_tindras()
    job = tried(CONTACTS, kind="contacts")
    groups = conflicts.page_of(job, decided=False, after=-1)
    assert [(group.about, group.rows, group.said) for group in groups] == [("account", 2, "Tindra")]
    assert conflicts.count_open(job) == (2, 1)
    decide(job, "pick", first)
    assert counted(imports.run_to_end(job)) == {"rows": 2, "created": 2}
    assert {contact.account for contact in Contact.objects.all()} == {first}


@pytest.mark.parametrize(("decision", "expected"), [("none", 2), ("skip", 0)])
def test_rows_without_a_clear_account_can_stay_without_or_out(decision: str, expected: int) -> None:
    two_tindras()
    job = tried(CONTACTS, kind="contacts")
    decide(job, decision)
    assert imports.run_to_end(job).counts["rows"] == 2
    assert Contact.objects.filter(account__isnull=True).count() == Contact.objects.count() == expected


def test_an_account_merged_since_is_followed() -> None:
    first, second = two_tindras()
    third = AccountFactory(name="Whole", domain="whole.example")
    job = tried(TWO)
    decide(job, "pick", first)
    Account.objects.filter(pk=first.pk).update(merged_into=third)
    AccountFactory(name="Tindra", match_name="tindra")
    assert counted(imports.run_to_end(job)) == {"rows": 2, "created": 1, "updated": 1}
    third.refresh_from_db()
    assert third.city == "Oslo"
    second.refresh_from_db()
    assert second.city == ""


def test_in_the_browser_decide_ask_again_and_bring_in(cast: Cast) -> None:
    first, _ = two_tindras()
    client = signed_in(cast.marketer)
    job = bring(TWO)
    page = client.get(f"/accounts/import/{job.pk}/conflicts/").content.decode()
    assert "2 accounts have this name." in page
    assert "tindra-group.example" in page
    group = conflicts.page_of(job, decided=False, after=-1)[0]
    key = {"group": f"{group.about}:{group.fingerprint}"}
    client.post(f"/accounts/import/{job.pk}/decide/", key | {"choice": f"pick:{first.pk}"})
    assert "It is Tindra." in client.get(f"/accounts/import/{job.pk}/conflicts/").content.decode()
    client.post(f"/accounts/import/{job.pk}/decide/", key | {"forget": "1"})
    assert not ImportChoice.objects.exists()
    client.post(f"/accounts/import/{job.pk}/decide/", key | {"skip_all": "1"})
    assert ImportChoice.objects.get().decision == "skip"
    client.post(f"/accounts/import/{job.pk}/bring-in/")
    imports.work(job.pk)
    job.refresh_from_db()
    assert counted(job) == {"rows": 2, "created": 1, "skipped": 1}


def test_nobody_else_decides(cast: Cast) -> None:
    two_tindras()
    job = bring(TWO)
    group = conflicts.page_of(job, decided=False, after=-1)[0]
    with pytest.raises(NotAllowed):
        import_choices.decide_conflict(
            actor=cast.rep, job=job, about=group.about, fingerprint=group.fingerprint, decision="skip"
        )
    assert signed_in(cast.rep).get(f"/accounts/import/{job.pk}/conflicts/").status_code == 403
    assert not ImportChoice.objects.exists()
