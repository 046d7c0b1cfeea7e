"""Signals without an account: grouped, linked by one click, remembered, taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import User
from accounts.models import Account, AccountAlias, RescoreMark, Signal
from accounts.services.signals_unmatched import create_from_hint, ignore_hint, link_hint, undo_link
from accounts.unmatched import MOST_COUNTED, count_hints, page_of
from tests.accounts.signals.makers import visit
from tests.accounts.signals.test_signals_api import post, told
from tests.cast import Cast
from tests.factories import AccountFactory, SignalFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def park(key: str, said: str, count: int = 1, **fields: Any) -> None:
    for n in range(count):
        SignalFactory.create(
            account=None, hint_key=key, match_hint=said, **{"occurred_on": DAY - timedelta(days=n)} | fields
        )


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_hints_stand_by_weight_with_kinds_days_and_candidates(cast: Cast) -> None:
    account = AccountFactory.create(name="Acme Works", match_name="acme works", domain="acme.example")
    AccountFactory.create(name="Borealis Foods", match_name="borealis foods", domain="borealis.example")
    park("d:acme.test", "acme.test", 3)
    park("d:acme.test", "acme.test", 1, kind="download")
    park("n:acme works", "ACME Works Inc.", 2)
    park("e:joe@gmail.com", "joe@gmail.com")
    hints, more = page_of()
    assert more is False
    assert [(hint.key, hint.signals, hint.first, hint.last) for hint in hints] == [
        ("d:acme.test", 4, date(2026, 2, 28), DAY),
        ("n:acme works", 2, date(2026, 3, 1), DAY),
        ("e:joe@gmail.com", 1, DAY, DAY),
    ]
    assert hints[0].kinds == [("Site visit", 3), ("Download", 1)]
    assert [(one.id, one.how) for one in hints[0].candidates] == [(account.pk, "same name under another suffix")]
    assert [(one.id, one.how) for one in hints[1].candidates] == [(account.pk, "has this name")]
    assert hints[2].candidates == []
    assert [hint.key for hint in page_of(kind="name")[0]] == ["n:acme works"]
    assert [hint.key for hint in page_of(text="gmail")[0]] == ["e:joe@gmail.com"]
    assert page_of(text="100%_")[0] == []


def test_one_click_links_all_and_what_comes_later(cast: Cast) -> None:
    account = AccountFactory.create(name="Acme")
    park("d:visitors.example", "visitors.example", 3)
    park("d:other.example", "other.example")
    answer = client_of(cast.marketer).post(
        reverse("unmatched_link"), {"key": "d:visitors.example", "account": account.pk, "in": "kind=domain"}
    )
    assert answer["Location"] == f"{reverse('unmatched_list')}?kind=domain"
    assert Signal.objects.filter(account=account).count() == 3
    assert list(RescoreMark.objects.values_list("account", flat=True)) == [account.pk]
    alias = AccountAlias.objects.get()
    assert (alias.key, alias.signals, alias.created_by) == ("d:visitors.example", 3, cast.marketer)
    assert told(post(cast.marketer, [visit("9", domain="www.visitors.example")])) == [("created", account.pk)]
    assert undo_link(actor=cast.marketer, alias=alias) == 4
    assert Signal.objects.filter(account__isnull=True, hint_key="d:visitors.example").count() == 4
    assert AccountAlias.objects.count() == 0
    assert told(post(cast.marketer, [visit("10", domain="www.visitors.example")])) == [("unmatched", None)]


def test_a_typed_name_links_and_a_wrong_one_says_so(cast: Cast) -> None:
    account = AccountFactory.create(name="Acme")
    park("d:visitors.example", "visitors.example")
    client = client_of(cast.marketer)
    wrong = client.post(reverse("unmatched_link"), {"key": "d:visitors.example", "named": "Nobody"})
    assert wrong.status_code == 422
    assert "No account of yours is called Nobody or has that domain." in wrong.content.decode()
    assert AccountAlias.objects.count() == 0
    client.post(reverse("unmatched_link"), {"key": "d:visitors.example", "named": "acme"})
    assert Signal.objects.get().account == account


def test_a_new_account_from_a_domain_or_a_name(cast: Cast) -> None:
    park("d:acme-works.example", "acme-works.example", 2)
    park("n:borealis", "Borealis Oy")
    park("i:crm/77", "77")
    create_from_hint(actor=cast.marketer, key="d:acme-works.example")
    create_from_hint(actor=cast.marketer, key="n:borealis")
    assert set(Account.objects.values_list("name", "domain")) == {
        ("Acme Works", "acme-works.example"), ("Borealis Oy", ""),
    }  # fmt: skip
    assert Signal.objects.filter(account__isnull=True).count() == 1
    with pytest.raises(DomainError, match="makes no account"):
        create_from_hint(actor=cast.marketer, key="i:crm/77")


def test_an_ignored_hint_is_out_of_sight_until_taken_back(cast: Cast) -> None:
    park("d:isp.example", "isp.example", 2)
    alias = ignore_hint(actor=cast.marketer, key="d:isp.example")
    assert (page_of()[0], count_hints()) == ([], 0)
    assert told(post(cast.marketer, [visit("1", domain="isp.example")])) == [("unmatched", None)]
    assert page_of()[0] == []
    assert undo_link(actor=cast.marketer, alias=alias) == 0
    assert [hint.signals for hint in page_of()[0]] == [3]


def test_the_second_to_link_is_told_who_was_first(cast: Cast) -> None:
    first, second = AccountFactory.create(name="Acme"), AccountFactory.create(name="Borealis")
    park("d:visitors.example", "visitors.example")
    link_hint(actor=cast.marketer, key="d:visitors.example", account=first)
    with pytest.raises(Conflict, match=r"Mika Marketer has linked visitors\.example to Acme\."):
        link_hint(actor=cast.admin, key="d:visitors.example", account=second)
    assert Signal.objects.get().account == first


def test_all_with_a_known_domain_are_linked_at_once(cast: Cast) -> None:
    park("d:acme.example", "acme.example", 2)
    park("d:unknown.example", "unknown.example")
    account = AccountFactory.create(domain="acme.example")
    client = client_of(cast.marketer)
    page = client.get(reverse("unmatched_list"))
    assert "Link 1 with a known domain" in page.content.decode()
    client.post(reverse("unmatched_link_exact"), {"pair": [f"d:acme.example={account.pk}", "d:x=9999", "nonsense"]})
    assert Signal.objects.filter(account=account).count() == 2


def test_the_count_stops_early_and_the_page_reads_a_fixed_number_of_times(cast: Cast) -> None:
    for n in range(MOST_COUNTED + 20):
        park(f"d:a{n:03}.example", f"a{n:03}.example")
    assert count_hints() == MOST_COUNTED + 1
    client = client_of(cast.marketer)
    with CaptureQueriesContext(connection) as full:
        page = client.get(reverse("unmatched_list"))
    assert page.content.decode().count('name="key"') == 25 * 3
    Signal.objects.exclude(hint_key="d:a000.example").delete()
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("unmatched_list"))
    assert len(full) == len(one)


def test_the_links_are_listed(cast: Cast) -> None:
    account = AccountFactory.create(name="Acme")
    park("d:visitors.example", "visitors.example")
    alias = link_hint(actor=cast.marketer, key="d:visitors.example", account=account)
    client = client_of(cast.admin)
    assert "Mika Marketer" in client.get(reverse("alias_list")).content.decode()
    client.post(reverse("alias_undo", args=[alias.pk]))
    assert Signal.objects.get().account is None
