"""The search for accounts that look alike: what it finds, how it ranks, what it leaves alone."""

import pytest

from abxsite.lib.errors import Conflict, NotAllowed
from abxsite.lib.jobs import JobStatus
from accounts.duplicates import pairs, reasons_of
from accounts.matching import match_name
from accounts.models import Account, DuplicatePair, DuplicateScan
from accounts.services import duplicates, duplicates_sql
from accounts.services.duplicates import dismiss_pair, run_to_end, start_scan
from accounts.services.merge import merge_accounts, undo_merge
from tests.cast import Cast
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


def make(name: str, domain: str = "", **fields: object) -> Account:
    account: Account = AccountFactory.create(name=name, match_name=match_name(name), domain=domain, **fields)
    return account


def search(cast: Cast) -> DuplicateScan:
    return run_to_end(start_scan(actor=cast.marketer))


def found() -> list[tuple[str, str, int, list[str]]]:
    return [(pair.low.name, pair.high.name, pair.score, pair.reasons) for pair in pairs()]


def test_doubles_are_found_by_domain_by_name_and_by_likeness_and_ranked(cast: Cast) -> None:
    make("Acme GmbH & Co. KG", "acme.example", country="Norway")
    make("ACME, Inc.", "acme.test", country="Norway")
    make("Vandelay Industries", "vandelay.example")
    make("Vandelay Industrie", "")
    make("Müller & Söhne", "mueller.example", country="Germany")
    make("Muller und Sohne Ltd", "elsewhere.example", country="Chile")
    make("Borealis", "borealis.example")
    make("Austral", "austral.example")
    scan = search(cast)
    assert scan.status == JobStatus.DONE
    assert (scan.counts["pairs"], scan.counts["new"], scan.done, scan.total) == (3, 3, scan.total, scan.done)
    assert found() == [
        ("Acme GmbH & Co. KG", "ACME, Inc.", 100, ["same_name", "same_base", "same_country"]),
        ("Vandelay Industries", "Vandelay Industrie", 62, ["like_name", "domain_missing"]),
        ("Müller & Söhne", "Muller und Sohne Ltd", 35, ["same_name", "other_domain", "other_country"]),
    ]
    told = [(one.speaking_for, one.against) for one in map(reasons_of, pairs())]
    assert told == [
        ("Same name but for the legal form, same domain under two suffixes, same country", ""),
        ("Names alike (86 %), one has no domain", ""),
        ("Same name but for the legal form", "different domains, different countries"),
    ]


def test_nothing_is_merged_and_a_second_search_finds_the_same(cast: Cast) -> None:
    make("Acme", "acme.example")
    make("Acme Inc", "acme.test")
    search(cast)
    first = found()
    again = search(cast)
    assert (found(), again.counts["new"], DuplicatePair.objects.count()) == (first, 0, 1)
    assert Account.objects.present().count() == 2


def test_not_the_same_is_remembered_and_can_be_asked_again(cast: Cast) -> None:
    make("Acme", "acme.example")
    make("Acme Inc", "acme.test")
    search(cast)
    pair = DuplicatePair.objects.get()
    with pytest.raises(NotAllowed):
        dismiss_pair(actor=cast.rep, pair=pair)
    dismiss_pair(actor=cast.marketer, pair=pair)
    search(cast)
    assert found() == []
    assert [one.dismissed_by for one in pairs(state="dismissed")] == [cast.marketer]
    dismiss_pair(actor=cast.marketer, pair=pair, dismissed=False)
    assert len(found()) == 1


def test_a_pair_that_no_longer_looks_alike_goes(cast: Cast) -> None:
    make("Acme", "acme.example")
    other = make("Acme Inc", "acme.test")
    search(cast)
    other.name, other.match_name, other.domain = "Zephyr", "zephyr", "zephyr.example"
    other.save()
    search(cast)
    assert DuplicatePair.objects.count() == 0


def test_merged_accounts_leave_the_list_and_come_back_with_the_undo(cast: Cast) -> None:
    first, second, third = make("Acme", "acme.example"), make("Acme Inc", "acme.test"), make("Acme Ltd")
    search(cast)
    assert len(found()) == 3
    merge = merge_accounts(actor=cast.marketer, survivor=first, loser=second)
    assert [(low, high) for low, high, *_ in found()] == [(first.name, third.name)]
    search(cast)
    assert len(found()) == 1
    undo_merge(actor=cast.marketer, merge=merge)
    assert len(found()) == 3


def test_what_too_many_share_says_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates_sql, "MOST_PER_KEY", 3)
    for n in range(4):
        make(f"Invented {'qxzjkw'[n] * 6}{n}", f"info.a{n}x.example".replace("info.", "info", 1))
        make("Municipality", "")
    scan = search(cast)
    assert found() == []
    assert scan.counts["common"] == {"names": 1}


def test_one_search_at_a_time_in_any_slices(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "BATCH", 2)
    make("Acme", "acme.example")
    for n in range(5):
        make("qwrtzuiop"[n] * 7)
    make("Acme Inc", "acme.test")
    scan = start_scan(actor=cast.marketer)
    with pytest.raises(Conflict, match="going on already"):
        start_scan(actor=cast.admin)
    slices = 0
    while duplicates.work(scan.pk, seconds=0):
        slices += 1
    scan.refresh_from_db()
    assert slices > 6
    assert scan.status == JobStatus.DONE
    assert [(low, high) for low, high, *_ in found()] == [("Acme", "Acme Inc")]


def test_a_cancelled_search_leaves_no_table_behind(cast: Cast) -> None:
    make("Acme", "acme.example")
    scan = start_scan(actor=cast.marketer)
    duplicates.work(scan.pk, seconds=0)
    duplicates.cancel_scan(actor=cast.marketer, scan=scan)
    duplicates.work(scan.pk, seconds=0)
    scan.refresh_from_db()
    assert scan.status == JobStatus.CANCELLED
    assert duplicates._run(scan, "SELECT to_regclass('{keys}')") == [(None,)]
