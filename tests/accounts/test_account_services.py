"""Accounts by hand: facts, owners, followers; what is refused changes nothing."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from abxsite.audit.models import AuditEntry
from abxsite.lib import clock
from abxsite.lib.errors import DomainError, NotAllowed
from accounts.models import Account, AccountFollowing, PotentialEntry, RescoreMark
from accounts.services import accounts as services
from accounts.services.following import follow_parent
from accounts.services.potential import add_buying_center, enter_potential, set_buying_center_value
from tests.cast import Cast
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


def test_create_account_keeps_the_registrable_domain_marks_and_records(cast: Cast) -> None:
    account = services.create_account(
        actor=cast.marketer, name=" Sundholm Ports ", domain="https://www.sundholm.example/about", industry="Transport"
    )
    account.refresh_from_db()
    assert (account.name, account.domain, account.industry) == ("Sundholm Ports", "sundholm.example", "Transport")
    assert list(RescoreMark.objects.values_list("account_id", flat=True)) == [account.pk]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.label) == ("account_create", cast.marketer, "Sundholm Ports")


def test_create_account_refuses_a_domain_that_is_taken(cast: Cast) -> None:
    AccountFactory(domain="taken.example")
    with pytest.raises(ValidationError, match="Another account has this domain"):
        services.create_account(actor=cast.marketer, name="Second", domain="www.taken.example")
    assert Account.objects.count() == 1


def test_update_account_records_only_what_changed(cast: Cast) -> None:
    account = AccountFactory(name="Tessalin Bank", industry="Insurance", employees=900)
    services.update_account(actor=cast.marketer, account=account, industry="Insurance", employees=950)
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"employees": 900}, {"employees": 950})


def test_update_account_without_a_difference_writes_nothing(cast: Cast) -> None:
    account = AccountFactory(industry="Energy")
    services.update_account(actor=cast.marketer, account=account, industry="Energy")
    assert AuditEntry.objects.count() == 0
    assert RescoreMark.objects.count() == 0


def test_rep_does_not_change_an_account_of_another_team(cast: Cast) -> None:
    account = AccountFactory(owner=cast.other_rep.person, industry="Energy")
    with pytest.raises(NotAllowed, match="not yours to change"):
        services.update_account(actor=cast.rep, account=account, industry="Retail")
    account.refresh_from_db()
    assert account.industry == "Energy"


def test_rep_does_not_assign_owners_and_manager_does(cast: Cast) -> None:
    account = AccountFactory(owner=cast.rep.person)
    with pytest.raises(NotAllowed):
        services.assign_owner(actor=cast.rep, account=account, owner=cast.manager.person)
    services.assign_owner(actor=cast.manager, account=account, owner=cast.manager.person)
    account.refresh_from_db()
    assert account.owner == cast.manager.person


def test_visible_to_follows_the_design(cast: Cast) -> None:
    own = AccountFactory(owner=cast.rep.person)
    team = AccountFactory(owner=cast.manager.person)
    other = AccountFactory(owner=cast.other_rep.person)
    unowned = AccountFactory(owner=None)
    seen = lambda user: set(Account.objects.visible_to(user))  # noqa: E731
    assert seen(cast.rep) == {own, team, unowned}
    assert seen(cast.other_rep) == {other, unowned}
    assert seen(cast.manager) == {own, team, unowned}
    assert seen(cast.marketer) == seen(cast.leader) == seen(cast.admin) == {own, team, other, unowned}


def test_follow_parent_opens_and_closes_one_period(cast: Cast) -> None:
    parent = AccountFactory()
    child = AccountFactory(parent=parent)
    with clock.travel(date(2026, 3, 2)):
        follow_parent(actor=cast.marketer, account=child, follow=True)
        follow_parent(actor=cast.marketer, account=child, follow=True)
    with clock.travel(date(2026, 6, 1)):
        follow_parent(actor=cast.marketer, account=child, follow=False)
    row = AccountFollowing.objects.get()
    assert (row.parent, row.since, row.until) == (parent, date(2026, 3, 2), date(2026, 6, 1))


def test_follow_parent_needs_a_parent(cast: Cast) -> None:
    with pytest.raises(DomainError, match="no parent"):
        follow_parent(actor=cast.marketer, account=AccountFactory(), follow=True)
    assert not AccountFollowing.objects.exists()


def test_potential_entries_are_append_only(cast: Cast) -> None:
    account = AccountFactory()
    enter_potential(actor=cast.marketer, account=account, amount=100)
    enter_potential(actor=cast.marketer, account=account, amount=150)
    assert list(PotentialEntry.objects.order_by("id").values_list("amount", flat=True)) == [100, 150]
    with pytest.raises(DatabaseError), transaction.atomic():
        PotentialEntry.objects.update(amount=1)


def test_buying_center_value_keeps_the_earlier_one(cast: Cast) -> None:
    center = add_buying_center(actor=cast.marketer, account=AccountFactory(), name="Grid ops", potential=900)
    set_buying_center_value(actor=cast.marketer, center=center, potential=1200, current_revenue=200)
    newest = center.values.first()
    assert newest is not None
    assert (newest.potential, newest.whitespace, center.values.count()) == (1200, 1000, 2)


def test_the_database_refuses_overlapping_followings() -> None:
    parent, child = AccountFactory(), AccountFactory()
    AccountFollowing.objects.create(account=child, parent=parent, since=date(2026, 1, 1), until=date(2026, 3, 1))
    AccountFollowing.objects.create(account=child, parent=parent, since=date(2026, 3, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountFollowing.objects.create(account=child, parent=parent, since=date(2026, 2, 1), until=date(2026, 2, 9))
    assert AccountFollowing.objects.count() == 2


def test_account_history_keeps_the_old_name(cast: Cast) -> None:
    account = AccountFactory(name="Varnholt")
    services.update_account(actor=cast.marketer, account=account, name="Varnholt Automotive")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM accounts_accountevent WHERE pgh_obj_id = %s", [account.pk])
        assert cursor.fetchall() == [("Varnholt",)]
