"""An account without owner names who has most of its deals."""

import pytest
from django.test import Client

from accounts.services.accounts import suggest_owner
from tests.cast import Cast
from tests.factories import AccountFactory, OpportunityFactory, PersonFactory

pytestmark = pytest.mark.django_db


def test_whoever_has_most_of_the_deals_is_suggested() -> None:
    account = AccountFactory.create(owner=None)
    few, many, gone = (PersonFactory.create(name=name) for name in ("Few Deals", "Many Deals", "Gone Away"))
    gone.active = False
    gone.save(update_fields=["active"])
    for owner in (few, many, many, gone, gone, gone, None):
        OpportunityFactory.create(account=account, owner=owner)
    suggested = suggest_owner(account)
    assert suggested is not None
    assert (suggested.person, suggested.deals, suggested.total) == (many, 2, 7)


def test_nobody_is_suggested_for_an_owned_account_or_one_without_deals(cast: Cast) -> None:
    owned = AccountFactory.create(owner=cast.rep.person)
    OpportunityFactory.create(account=owned, owner=cast.other_rep.person)
    assert suggest_owner(owned) is None
    assert suggest_owner(AccountFactory.create(owner=None)) is None


def test_the_suggestion_stands_on_the_page_and_in_the_form_and_assigns_nobody(client: Client, cast: Cast) -> None:
    account = AccountFactory.create(owner=None)
    OpportunityFactory.create(account=account, owner=cast.rep.person)
    client.force_login(cast.marketer)
    assert "Rea Rep has 1 of its 1 deal<" in client.get(f"/accounts/{account.pk}/").content.decode()
    form = client.get(f"/accounts/{account.pk}/owner/").content.decode()
    assert f'<option value="{cast.rep.person_id}" selected>Rea Rep</option>' in form
    account.refresh_from_db()
    assert account.owner is None
