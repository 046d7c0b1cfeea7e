"""reset_workspace empties, load_demo leaves a used workspace alone, demo_logins shows who can log in."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from abxsite.audit.models import AuditEntry
from abxsite.desk.demo.cast import PASSWORD, address
from abxsite.desk.demo.load import is_half_loaded
from abxsite.users.models import User
from accounts.models import Account
from tests.cast import Cast, make_cast
from tests.factories import AccountFactory, PersonFactory, UserFactory


def said(command: str, **options: object) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_reset_workspace_without_yes_changes_nothing(cast: Cast) -> None:
    AccountFactory()
    with pytest.raises(CommandError, match="--yes"):
        said("reset_workspace")
    assert (Account.objects.count(), User.objects.count()) == (1, 8)


@pytest.mark.django_db(transaction=True)
def test_reset_workspace_empties_the_record_too() -> None:
    cast = make_cast()
    AccountFactory()
    AuditEntry.objects.create(actor=cast.admin, action="test", subject="accounts.account", label="x")
    assert said("reset_workspace", yes=True) == "The workspace is empty.\n"
    assert (Account.objects.count(), User.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)
    assert AccountFactory.create().pk == 1


@pytest.mark.django_db
def test_load_demo_leaves_a_used_workspace_alone(cast: Cast) -> None:
    assert "in use" in said("load_demo")
    assert said("load_demo", if_empty=True) == ""
    assert Account.objects.count() == 0


@pytest.mark.django_db
def test_a_demo_that_was_cut_off_is_known_as_such(cast: Cast) -> None:
    assert not is_half_loaded()
    AuditEntry.objects.create(action="team_add", subject="users.team", label="Nordics", source="demo")
    assert is_half_loaded()


@pytest.mark.django_db
def test_demo_logins_shows_only_those_that_work() -> None:
    person = PersonFactory.create(name="Liv Aasen", email=address("marketer"))
    UserFactory.create(person=person, password=PASSWORD, roles=["marketer"])
    UserFactory.create(person=PersonFactory.create(name="Ines Vidal", email=address("leader")), roles=["leader"])
    assert said("demo_logins").split() == ["Marketer", "marketer@tavlund.example", PASSWORD]
