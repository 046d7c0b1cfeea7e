"""My work: what waits for each role, oldest first, and the count of it in the rail."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from abxsite.lib import clock
from abxsite.users.models import Notification, User
from entitlements.models import Delivery, Entitlement
from entitlements.services.catalogue import ensure_default_catalogue
from tests.cast import Cast
from tests.factories import AccountFactory
from tests.reviews.factories import make_cycle, make_move, make_tiers
from tiering.services.setup import ensure_defaults

pytestmark = pytest.mark.django_db


def work(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get("/").content.decode()


def test_an_empty_workspace_shows_a_marketer_the_first_steps_and_a_rep_quiet(client: Client, cast: Cast) -> None:
    html = work(client, cast.marketer)
    assert "Bring your accounts in" in html
    assert html.count("ax-okc") == 0
    assert "First steps" not in work(client, cast.rep)
    assert "Nothing waits for you" in work(client, cast.rep)


def test_the_first_step_is_ticked_once_accounts_are_there(client: Client, cast: Cast) -> None:
    AccountFactory()
    assert work(client, cast.marketer).count('class="is-done"') == 1


def test_deliveries_due_stand_oldest_first_without_what_is_far_away(client: Client, cast: Cast) -> None:
    ensure_defaults(actor=cast.admin)
    ensure_default_catalogue(actor=cast.admin)
    entitlement = Entitlement.objects.order_by("pk").first()
    assert entitlement is not None
    today = clock.today()
    for name, days in (("Next week", 7), ("Late one", -9), ("Far away", 60)):
        account = AccountFactory(name=name, owner=cast.rep.person)
        Delivery.objects.create(
            entitlement=entitlement, account=account, person=cast.rep.person, due_on=today + timedelta(days=days)
        )
    html = work(client, cast.rep)
    assert html.index("Late one") < html.index("Next week")
    assert "Far away" not in html
    assert "Nothing waits for you" not in html


def test_the_rail_counts_the_moves_that_wait_for_this_person(client: Client, cast: Cast) -> None:
    tiers = make_tiers()
    cycle = make_cycle(tiers)
    for owner in (cast.rep, cast.rep, cast.other_rep):
        make_move(cycle, from_tier=tiers[1], to_tier=tiers[0], signer=owner)
    counts = re.findall(r'data-go="[wr]"[^>]*>.*?(?:<span class="ax-count">(\d+)</span>)?</a>', work(client, cast.rep))
    assert counts == ["2", "2", "2", "2"]
    assert "2 moves to decide" in work(client, cast.rep)


def test_news_leaves_my_work_once_it_is_read_one_by_one_or_all_together(client: Client, cast: Cast) -> None:
    mine = [
        Notification.objects.create(person=cast.rep.person, kind="x", key=key, sentence=f"News {key}") for key in "abc"
    ]
    other = Notification.objects.create(person=cast.marketer.person, kind="x", key="z", sentence="News z")
    assert "Mark all as read" in work(client, cast.rep)
    client.post("/news/read/", {"notice": mine[0].pk})
    page = work(client, cast.rep)
    assert "News a" not in page
    assert "News b" in page
    client.post("/news/read/", {"notice": other.pk})
    client.post("/news/read/")
    assert "News c" not in work(client, cast.rep)
    assert "News z" in work(client, cast.marketer)
