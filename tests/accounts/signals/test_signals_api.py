"""`POST /api/v1/signals/`: batches, each item answered, nothing kept twice."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from abxsite.users.models import User
from abxsite.users.services.tokens import create_token
from accounts.models import AccountAlias, RescoreMark, Signal
from accounts.services.imports import run_to_end, start_import
from tests.accounts.signals.makers import visit
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db


def post(user: User, items: Any, scopes: tuple[str, ...] = ("read", "write")) -> Any:
    _, value = create_token(actor=None, user=user, label="feed", scopes=scopes)
    return Client().post(
        reverse("api_signals"),
        json.dumps(items),
        content_type="application/json",
        headers={"Authorization": f"Bearer {value}"},
    )


def told(answer: Any) -> list[tuple[str, int | None]]:
    return [(result["status"], result["account"]) for result in answer.json()["results"]]


def test_the_same_batch_twice_creates_nothing(cast: Cast) -> None:
    account = AccountFactory.create(domain="acme.example")
    batch = [visit("v1", domain="www.acme.example"), visit("", domain="acme.example"), visit("v3", domain="no.example")]
    first = post(cast.marketer, batch)
    assert first.status_code == 200
    assert told(first) == [("created", account.pk), ("created", account.pk), ("unmatched", None)]
    assert {key: first.json()[key] for key in ("created", "exists", "unmatched", "error")} == {
        "created": 2, "exists": 0, "unmatched": 1, "error": 0,
    }  # fmt: skip
    second = post(cast.marketer, batch)
    assert told(second) == [("exists", account.pk), ("exists", account.pk), ("exists", None)]
    assert [one["id"] for one in second.json()["results"]] == [one["id"] for one in first.json()["results"]]
    assert Signal.objects.count() == 3


def test_each_way_to_name_an_account(cast: Cast) -> None:
    account = AccountFactory.create(name="Acme", match_name="acme", domain="acme.example", source="crm",
                                    external_id="7")  # fmt: skip
    contact = ContactFactory.create(account=account, email="Rosa@Acme.example")
    batch = [
        visit("1", account_id=account.pk),
        visit("2", account_external_id="7", account_source="crm"),
        visit("3", domain="https://shop.acme.example/x"),
        visit("4", company="ACME Inc."),
        visit("5", email="rosa@acme.example"),
        visit("6", email="someone@acme.example"),
        visit("7", email="someone@gmail.com"),
        visit("8", domain="gmail.com"),
    ]
    assert told(post(cast.marketer, batch)) == [("created", account.pk)] * 6 + [("unmatched", None)] * 2
    by_id = {signal.external_id: signal for signal in Signal.objects.all()}
    assert (by_id["5"].contact, by_id["5"].person_key) == (contact, f"c{contact.pk}")
    assert (by_id["6"].contact, by_id["6"].person_key) == (None, "someone@acme.example")
    assert (by_id["7"].hint_key, by_id["7"].match_hint) == ("e:someone@gmail.com", "someone@gmail.com")
    assert (by_id["8"].hint_key, by_id["1"].hint_key) == ("", "")
    assert list(RescoreMark.objects.values_list("account", flat=True)) == [account.pk]


def test_bad_items_keep_the_good_ones_in(cast: Cast) -> None:
    account = AccountFactory.create()
    batch = [
        visit("1", account_id=account.pk),
        {"kind": "site_visit"},
        visit("3", account_id=account.pk, kind="sneezed"),
        visit("4", account_id=999_999_999),
        visit("5", account_id=account.pk, occurred_at="2999-01-01T00:00:00Z"),
        "nonsense",
        visit("7", account_id=account.pk, topic="a\x00b"),
    ]
    results = post(cast.marketer, batch).json()["results"]
    assert [result["status"] for result in results] == ["created"] + ["error"] * 6
    assert [result["index"] for result in results] == list(range(7))
    assert results[1]["detail"] == "occurred_at: This field is required."
    assert results[2]["detail"].startswith("“sneezed” is no kind of signal that abxsite knows. Send one of: site_visit")
    assert results[3]["detail"] == "There is no account 999999999."
    assert results[4]["detail"] == "A signal has happened: its day cannot lie in the future."
    assert Signal.objects.count() == 1


def test_equal_signals_of_one_batch_are_numbered_as_imports_do(cast: Cast) -> None:
    AccountFactory.create(domain="acme.example")
    twice = [visit("", domain="acme.example", topic="pricing")] * 2
    assert [status for status, _ in told(post(cast.marketer, twice))] == ["created", "created"]
    assert [status for status, _ in told(post(cast.marketer, twice))] == ["exists", "exists"]
    first, second = Signal.objects.order_by("pk").values_list("external_id", flat=True)
    assert second == f"{first}#2" or first == f"{second}#2"


def test_an_import_of_the_same_observation_finds_the_one_that_was_posted(cast: Cast, tmp_path: Any) -> None:
    AccountFactory.create(domain="acme.example")
    post(cast.marketer, [visit("", domain="acme.example", topic="pricing", occurred_at="2026-03-01T00:00:00Z")])
    path = tmp_path / "signals.csv"
    path.write_text("Type,Date,Account Domain,Topic\nSite visit,2026-03-01,acme.example,pricing\n")
    with path.open("rb") as file:
        job = start_import(actor=cast.marketer, kind="signals", file=file, file_name="signals.csv", source="web")
    assert run_to_end(job).counts["unchanged"] == 1
    assert Signal.objects.count() == 1


def test_an_id_twice_in_one_batch_is_kept_once(cast: Cast) -> None:
    account = AccountFactory.create()
    answer = post(cast.marketer, [visit("1", account_id=account.pk), visit("1", account_id=account.pk)])
    assert [status for status, _ in told(answer)] == ["created", "exists"]
    assert answer.json()["results"][1]["detail"] == "The same id stands earlier in this batch."


def test_a_tombstone_and_a_link_lead_to_the_survivor(cast: Cast) -> None:
    survivor = AccountFactory.create(domain="acme.example")
    tombstone = AccountFactory.create(domain="old.example", source="web", external_id="9", merged_into=survivor)
    AccountAlias.objects.create(account=survivor, kind="domain", key="d:linked.example", said="linked.example")
    batch = [
        visit("1", account_id=tombstone.pk),
        visit("2", account_external_id="9"),
        visit("3", domain="linked.example"),
    ]
    assert told(post(cast.marketer, batch)) == [("created", survivor.pk)] * 3
    assert Signal.objects.get(external_id="3").hint_key == "d:linked.example"


def test_two_of_one_name_park_the_signal(cast: Cast) -> None:
    AccountFactory.create(name="Acme", match_name="acme")
    AccountFactory.create(name="Acme", match_name="acme")
    assert told(post(cast.marketer, [visit("1", company="Acme GmbH")])) == [("unmatched", None)]
    assert Signal.objects.get().hint_key == "n:acme"


@pytest.mark.parametrize("items", [{"kind": "site_visit"}, "x", 7])
def test_only_a_list_is_taken(cast: Cast, items: Any) -> None:
    answer = post(cast.marketer, items)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "Send a list of signals: [{…}, {…}]."


def test_more_than_ten_thousand_are_refused_with_one_sentence(cast: Cast) -> None:
    answer = post(cast.marketer, [{}] * 10_001)
    assert answer.status_code == 422
    assert answer.json() == {"detail": "A batch holds at most 10,000 signals; this one has 10,001. Send it in parts."}
    assert Signal.objects.count() == 0


def test_who_may_post(cast: Cast) -> None:
    account = AccountFactory.create()
    batch = [visit("1", account_id=account.pk)]
    assert post(cast.rep, batch).status_code == 403
    assert post(cast.leader, batch).status_code == 403
    assert post(cast.marketer, batch, scopes=("read",)).status_code == 403
    assert Client().post(reverse("api_signals"), "[]", content_type="application/json").status_code == 401
    assert Signal.objects.count() == 0


def test_the_statements_do_not_grow_with_the_batch(cast: Cast) -> None:
    AccountFactory.create(domain="acme.example")

    def statements(size: int, start: int) -> int:
        batch = [visit(str(start + n), domain="acme.example", email=f"p{n}@acme.example") for n in range(size)]
        with CaptureQueriesContext(connection) as captured:
            post(cast.marketer, batch)
        return len(captured)

    assert statements(3, 0) == statements(300, 1000)


def test_the_schema_says_how(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.marketer)
    schema = client.get(reverse("api_schema")).json()
    operation = schema["paths"]["/api/v1/signals/"]["post"]
    assert operation["operationId"] == "signals_create"
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert body["type"] == "array"
