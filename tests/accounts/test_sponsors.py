"""Executive sponsors: a cap of accounts each, also for two who ask at once."""

from threading import Thread

import pytest
from django.db import connection

from abxsite.lib.errors import Conflict, NotAllowed
from abxsite.users.models import Person
from accounts.choices import TieKind
from accounts.models import Tie
from accounts.services.sponsors import set_sponsors_at_most
from accounts.services.ties import add_tie, end_tie
from tests.cast import Cast, make_cast
from tests.factories import AccountFactory, PersonFactory

SPONSOR = TieKind.EXECUTIVE_SPONSOR


@pytest.mark.django_db
def test_the_fifth_account_is_refused_with_the_names_of_the_four(cast: Cast) -> None:
    chief = PersonFactory(name="Carla Chief")
    for name in ("Dover", "Abbot", "Corin", "Bexley"):
        add_tie(actor=cast.marketer, account=AccountFactory(name=name), kind=SPONSOR, person=chief)
    sentence = "Carla Chief sponsors 4 of at most 4: Abbot, Bexley, Corin and Dover. End one of these, or ask"
    with pytest.raises(Conflict, match=sentence):
        add_tie(actor=cast.marketer, account=AccountFactory(), kind=SPONSOR, person=chief)
    assert Tie.objects.count() == 4
    end_tie(actor=cast.marketer, tie=Tie.objects.earliest("pk"))
    add_tie(actor=cast.marketer, account=AccountFactory(), kind=SPONSOR, person=chief)
    assert Tie.objects.filter(ended_on__isnull=True).count() == 4


@pytest.mark.django_db
def test_the_refusal_names_no_account_of_another_team(cast: Cast) -> None:
    chief = PersonFactory(name="Carla Chief")
    set_sponsors_at_most(actor=cast.admin, person=chief, at_most=2)
    mine, theirs = AccountFactory(name="Mine", owner=cast.rep.person), AccountFactory(owner=cast.other_rep.person)
    for account in (mine, theirs):
        add_tie(actor=cast.marketer, account=account, kind=SPONSOR, person=chief)
    with pytest.raises(Conflict, match="sponsors 2 of at most 2: Mine and 1 other"):
        add_tie(actor=cast.rep, account=AccountFactory(owner=cast.rep.person), kind=SPONSOR, person=chief)


@pytest.mark.django_db
def test_an_account_is_sponsored_once_by_the_same_person(cast: Cast) -> None:
    chief, account = PersonFactory(name="Carla Chief"), AccountFactory(name="Abbot")
    add_tie(actor=cast.marketer, account=account, kind=SPONSOR, person=chief)
    with pytest.raises(Conflict, match="sponsors Abbot already"):
        add_tie(actor=cast.marketer, account=account, kind=SPONSOR, person=chief)
    assert Tie.objects.count() == 1


@pytest.mark.django_db
def test_the_figure_is_set_by_marketers_and_admins(cast: Cast) -> None:
    person = cast.leader.person
    with pytest.raises(NotAllowed):
        set_sponsors_at_most(actor=cast.manager, person=person, at_most=9)
    set_sponsors_at_most(actor=cast.marketer, person=person, at_most=1)
    assert Person.objects.get(pk=person.pk).sponsors_at_most == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_do_not_exceed_the_cap() -> None:
    cast = make_cast()
    chief = PersonFactory(name="Carla Chief", sponsors_at_most=1)
    refused: list[str] = []

    def ask(account: int) -> None:
        try:
            add_tie(actor=cast.marketer, account=accounts[account], kind=SPONSOR, person=chief)
        except Conflict as error:
            refused.append(str(error))
        finally:
            connection.close()

    accounts = AccountFactory.create_batch(4)
    threads = [Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert (Tie.objects.count(), len(refused)) == (1, 3)
