"""People who are edited, move, leave and come back; who reports to whom; a second person's word."""

from datetime import timedelta

import pytest

from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from accounts.choices import Seniority, Strength, TieKind
from accounts.models import Contact, ContactStrength, RescoreMark, Tie
from accounts.services import people
from accounts.services.signals import record_signal
from accounts.services.ties import add_tie
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db


def strengths(contact: Contact) -> list[tuple[int, int]]:
    """(account, strength) of each row, the oldest first."""
    rows = ContactStrength.objects.filter(contact=contact).order_by("on", "pk")
    return list(rows.values_list("account_id", "strength"))


def test_a_person_is_edited_and_the_account_scored_again(cast: Cast) -> None:
    contact = ContactFactory(account=AccountFactory(owner=cast.rep.person))
    people.update_contact(actor=cast.rep, contact=contact, seniority=Seniority.VP, buying_role="champion")
    contact.refresh_from_db()
    assert (contact.seniority, contact.buying_role) == (Seniority.VP, "champion")
    assert set(RescoreMark.objects.values_list("account_id", flat=True)) == {contact.account_id}


def test_another_team_edits_nobody(cast: Cast) -> None:
    contact = ContactFactory(account=AccountFactory(owner=cast.other_rep.person), name="Astrid")
    with pytest.raises(NotAllowed):
        people.update_contact(actor=cast.rep, contact=contact, name="Other")
    contact.refresh_from_db()
    assert contact.name == "Astrid"


def test_nobody_reports_to_somebody_below_them(cast: Cast) -> None:
    account = AccountFactory()
    top, middle, low = (ContactFactory(account=account, name=name) for name in ("Tora", "Mats", "Lars"))
    people.update_contact(actor=cast.marketer, contact=middle, reports_to=top)
    people.update_contact(actor=cast.marketer, contact=low, reports_to=middle)
    with pytest.raises(DomainError, match="Lars reports to Tora, directly or through others: that would be a circle"):
        people.update_contact(actor=cast.marketer, contact=top, reports_to=low)
    with pytest.raises(DomainError, match="Nobody reports to themselves"):
        people.update_contact(actor=cast.marketer, contact=top, reports_to=top)
    with pytest.raises(DomainError, match="at another account"):
        people.update_contact(actor=cast.marketer, contact=top, reports_to=ContactFactory())
    top.refresh_from_db()
    assert top.reports_to is None


def test_who_leaves_stays_on_record_and_counts_no_longer(cast: Cast) -> None:
    contact = ContactFactory()
    met_on = clock.today() - timedelta(days=90)
    people.set_strength(actor=cast.marketer, contact=contact, strength=Strength.KNOWN, on=met_on)
    left_on = clock.today() - timedelta(days=10)
    people.leave_account(actor=cast.marketer, contact=contact, on=left_on)
    contact.refresh_from_db()
    assert (contact.left_on, contact.strength, contact.last_contact_on) == (left_on, Strength.NONE, met_on)
    assert strengths(contact) == [(contact.account_id, Strength.KNOWN), (contact.account_id, Strength.NONE)]
    with pytest.raises(DomainError, match="choose an earlier day"):
        people.set_strength(actor=cast.marketer, contact=contact, strength=Strength.TRUSTED)
    with pytest.raises(Conflict, match="already"):
        people.leave_account(actor=cast.marketer, contact=contact)
    people.come_back(actor=cast.marketer, contact=contact)
    contact.refresh_from_db()
    assert (contact.left_on, contact.strength) == (None, Strength.KNOWN)


def test_nobody_leaves_before_our_last_contact(cast: Cast) -> None:
    contact = ContactFactory()
    people.set_strength(actor=cast.marketer, contact=contact, strength=Strength.MET)
    with pytest.raises(DomainError, match="after that day"):
        people.leave_account(actor=cast.marketer, contact=contact, on=clock.today() - timedelta(days=1))
    contact.refresh_from_db()
    assert contact.left_on is None


def test_who_moves_is_known_there_as_well_as_here(cast: Cast) -> None:
    old, new = AccountFactory(name="Old Ports"), AccountFactory(name="New Ports")
    contact = ContactFactory(account=old)
    below = ContactFactory(account=old, reports_to=contact)
    met_on = clock.today() - timedelta(days=30)
    people.set_strength(actor=cast.marketer, contact=contact, strength=Strength.TRUSTED, on=met_on, evidenced=True)
    people.move_contact(actor=cast.marketer, contact=contact, account=new, former_client=True)
    contact.refresh_from_db()
    below.refresh_from_db()
    assert (contact.account, contact.strength, below.reports_to) == (new, Strength.TRUSTED, None)
    assert strengths(contact) == [(old.pk, Strength.TRUSTED), (new.pk, Strength.TRUSTED)]
    assert list(Tie.objects.values_list("account", "kind", "note")) == [
        (new.pk, TieKind.FORMER_CLIENT, "Was at Old Ports")
    ]
    with pytest.raises(DomainError, match="is at New Ports already"):
        people.move_contact(actor=cast.marketer, contact=contact, account=new)


def test_nobody_is_moved_to_an_account_that_one_may_not_change(cast: Cast) -> None:
    contact = ContactFactory(account=AccountFactory(owner=cast.rep.person))
    with pytest.raises(NotAllowed):
        people.move_contact(actor=cast.rep, contact=contact, account=AccountFactory(owner=cast.other_rep.person))
    assert Contact.objects.get().account_id == contact.account_id


def test_only_a_person_on_whom_nothing_hangs_is_deleted(cast: Cast) -> None:
    account = AccountFactory()
    contact, mistake = ContactFactory(account=account, name="Astrid"), ContactFactory(account=account)
    add_tie(actor=cast.marketer, account=account, kind=TieKind.EVENT, contact=contact)
    record_signal(
        actor=cast.marketer, account=account, kind="reply", source="hand", contact=contact, occurred_at=clock.now()
    )
    with pytest.raises(Conflict, match="1 signal and 1 tie are on record for Astrid: mark them as left instead"):
        people.delete_contact(actor=cast.marketer, contact=contact)
    people.delete_contact(actor=cast.marketer, contact=mistake)
    assert list(Contact.objects.all()) == [contact]


def test_a_second_persons_word_makes_a_strength_count_in_full(cast: Cast) -> None:
    contact = ContactFactory(account=AccountFactory(owner=cast.rep.person))
    with pytest.raises(DomainError, match="Only a strength above met"):
        people.confirm_strength(actor=cast.manager, contact=contact)
    people.set_strength(actor=cast.rep, contact=contact, strength=Strength.KNOWN)
    with pytest.raises(DomainError, match="you entered"):
        people.confirm_strength(actor=cast.rep, contact=contact)
    row = people.confirm_strength(actor=cast.manager, contact=contact)
    assert (row.strength, row.evidenced, row.on, row.note) == (
        Strength.KNOWN, True, clock.today(), "Confirmed by Mona Manager",
    )  # fmt: skip
    assert people.confirm_strength(actor=cast.marketer, contact=contact).pk == row.pk
    assert ContactStrength.objects.count() == 2


def test_an_old_contact_is_met_again_before_anybody_vouches(cast: Cast) -> None:
    contact = ContactFactory()
    long_ago = clock.today() - timedelta(days=400)
    people.set_strength(actor=cast.rep, contact=contact, strength=Strength.KNOWN, on=long_ago)
    with pytest.raises(DomainError, match="more than 12 months ago: meet them first"):
        people.confirm_strength(actor=cast.marketer, contact=contact)
    assert ContactStrength.objects.count() == 1
