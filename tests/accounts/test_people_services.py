"""Contacts, strengths, ties, judgements, signals."""

from datetime import date, timedelta

import pytest

from abxsite.lib import clock
from abxsite.lib.errors import DomainError, NotAllowed
from accounts.choices import SignalKind, Strength, TieKind
from accounts.models import Contact, ContactStrength, Judgement, Signal, Tie
from accounts.services.judgements import record_judgement
from accounts.services.people import add_contact, set_strength
from accounts.services.signals import record_signal
from accounts.services.ties import add_tie, confirm_tie
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db


def test_set_strength_copies_the_newest_day_to_the_contact(cast: Cast) -> None:
    contact = ContactFactory()
    today = clock.today()
    set_strength(actor=cast.marketer, contact=contact, strength=Strength.KNOWN, on=today)
    set_strength(actor=cast.marketer, contact=contact, strength=Strength.MET, on=today - timedelta(days=40))
    contact.refresh_from_db()
    assert (contact.strength, contact.last_contact_on) == (Strength.KNOWN, today)
    assert ContactStrength.objects.count() == 2


def test_set_strength_refuses_the_future(cast: Cast) -> None:
    contact = ContactFactory()
    with pytest.raises(DomainError, match="future"):
        set_strength(actor=cast.marketer, contact=contact, strength=2, on=clock.today() + timedelta(days=1))
    assert not ContactStrength.objects.exists()


def test_a_tie_is_confirmed_by_a_second_person(cast: Cast) -> None:
    account = AccountFactory(owner=cast.rep.person)
    tie = add_tie(actor=cast.rep, account=account, kind=TieKind.REFERRAL, note="By a supplier")
    with pytest.raises(DomainError, match="second person"):
        confirm_tie(actor=cast.rep, tie=tie)
    tie.refresh_from_db()
    assert tie.confirmed_by is None
    confirm_tie(actor=cast.manager, tie=tie)
    tie.refresh_from_db()
    assert (tie.confirmed_by, tie.confirmed_on) == (cast.manager, clock.today())


def test_a_tie_is_with_a_contact_of_the_account(cast: Cast) -> None:
    with pytest.raises(DomainError, match="another account"):
        add_tie(actor=cast.marketer, account=AccountFactory(), kind=TieKind.EVENT, contact=ContactFactory())
    assert not Tie.objects.exists()


def test_leader_reads_and_adds_nobody(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        add_contact(actor=cast.leader, account=AccountFactory(), name="Astrid")
    assert not Contact.objects.exists()


def test_judgement_is_somebodys(cast: Cast) -> None:
    account = AccountFactory()
    with pytest.raises(DomainError, match="say whose"):
        record_judgement(actor=None, account=account, key="need", points=4)
    row = record_judgement(actor=cast.marketer, account=account, key="need", points=4, note="Budget named")
    assert (row.person, row.points, row.on) == (cast.marketer.person, 4, clock.today())
    assert Judgement.objects.count() == 1


def test_a_signal_that_a_source_sends_twice_is_one_signal(cast: Cast) -> None:
    account = AccountFactory()
    send = lambda: record_signal(  # noqa: E731
        actor=cast.marketer, account=account, kind=SignalKind.WEBINAR, source="web", external_id="42",
        occurred_at=clock.start_of(date(2026, 2, 3)),
    )  # fmt: skip
    assert send().pk == send().pk
    assert list(Signal.objects.values_list("occurred_on", flat=True)) == [date(2026, 2, 3)]
