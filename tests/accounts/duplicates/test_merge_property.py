"""Merging and undoing gives the same workspace, whatever the two accounts hold (random small workspaces)."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from abxsite.lib import clock
from accounts import models as acc
from accounts.matching import match_name
from accounts.models import Account
from accounts.services.merge import merge_accounts, undo_merge
from accounts.services.merge_fields import BOTH, FIELDS, KEEP, TAKE
from tests.accounts.duplicates.worlds import days_ago, furnish, join, picture
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory, OpportunityFactory, SignalFactory
from tests.reviews.factories import make_cycle, make_move, make_tiers
from tiering.choices import PlacementSource
from tiering.models import Hold, Placement

pytestmark = pytest.mark.django_db
FACTS: dict[str, tuple[Any, ...]] = {
    "name": ("Acme", "Acme Works", "ACME Inc."), "country": ("", "Norway", "Chile"), "employees": (None, 0, 12),
    "status": ("prospect", "customer"), "industry": ("", "Energy"), "technologies": ([], ["SAP"], ["SAP", "Oracle"]),
    "custom": ({}, {"fleet": 3}, {"fleet": 4, "x": "y"}), "website": ("", "https://www.acme.example"),
    "closed_on": (None, days_ago(3)), "source": ("", "crm"),
}  # fmt: skip


def random_account(pick: random.Random, cast: Cast, number: int) -> Account:
    facts = {name: pick.choice(values) for name, values in FACTS.items()}
    facts["match_name"] = match_name(facts["name"])
    domain = pick.choice(["", f"acme{number}.example"])
    owner = pick.choice([None, cast.rep.person, cast.other_rep.person])
    external = str(number) if pick.random() < 0.5 else ""
    account: Account = AccountFactory.create(**facts, domain=domain, owner=owner, external_id=external)
    return account


def fill(pick: random.Random, cast: Cast, account: Account, tiers: list[Any], cycle: Any) -> None:
    for make in (ContactFactory, OpportunityFactory, SignalFactory):
        for _ in range(pick.randrange(3)):
            make.create(account=account)
    if pick.random() < 0.5:
        furnish(account, cast)
    if pick.random() < 0.5:
        join(account, days_ago(pick.randrange(100, 300)), pick.choice([None, days_ago(pick.randrange(1, 90))]))
    since = clock.now() - timedelta(days=600)
    for _ in range(pick.randrange(3)):
        until = since + timedelta(days=pick.randrange(1, 120))
        Placement.objects.create(account=account, tier=pick.choice(tiers), since=since, until=until,
                                 source=PlacementSource.CYCLE)  # fmt: skip
        since = until + timedelta(days=pick.randrange(0, 5))
    held = pick.choice([None, *tiers])
    if pick.random() < 0.4:  # it places the account too
        wanted = next(tier for tier in tiers if tier != held)
        make_move(cycle, from_tier=held, to_tier=wanted, signer=cast.rep, account=account)
    elif held is not None:
        Placement.objects.create(account=account, tier=held, since=since, source=PlacementSource.CYCLE)
        if pick.random() < 0.3:
            Hold.objects.create(account=account, kind="agreed", tier=held, until=days_ago(-50))


def relate(pick: random.Random, survivor: Account, loser: Account) -> None:
    how = pick.randrange(5)
    top = AccountFactory.create(name="Top")
    if how in (1, 2):
        first, second = (survivor, loser) if how == 1 else (loser, survivor)
        first.parent = second
        first.save()
        acc.AccountFollowing.objects.create(account=first, parent=second, since=days_ago(90))
    elif how == 3:
        for one in (survivor, loser):
            one.parent = top
            one.save()
            acc.AccountFollowing.objects.create(account=one, parent=top, since=days_ago(90))
    elif how == 4:
        for one in (survivor, loser):
            child = AccountFactory.create(parent=one)
            acc.AccountFollowing.objects.create(account=child, parent=one, since=days_ago(50))


def check(seed: int, cast: Cast) -> None:
    pick = random.Random(seed)
    tiers = make_tiers()
    cycle = make_cycle(tiers)
    survivor, loser = random_account(pick, cast, 1), random_account(pick, cast, 2)
    for one in (survivor, loser):
        fill(pick, cast, one, tiers, cycle)
    relate(pick, survivor, loser)
    choices = {name: pick.choice([KEEP, TAKE, BOTH]) for name in FIELDS if pick.random() < 0.5 and name != "parent"}
    before = picture()
    merge = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser, choices=choices)
    moved = picture()
    assert all(row[1] != loser.pk for row in acc.Contact.objects.values_list("id", "account_id"))
    undone = undo_merge(actor=cast.marketer, merge=merge)
    assert undone.left == [], seed
    after = picture()
    assert {key: after[key] for key in before if after[key] != before[key]} == {
        key: before[key] for key in before if after[key] != before[key]
    }, seed
    assert moved["accounts"] != before["accounts"]


def run(seeds: range, cast: Cast) -> None:
    for seed in seeds:
        with transaction.atomic():
            check(seed, cast)
            transaction.set_rollback(True)


def test_merge_then_undo_gives_the_same_workspace(cast: Cast) -> None:
    run(range(5), cast)


@pytest.mark.soak
def test_merge_then_undo_gives_the_same_workspace_many_times(cast: Cast) -> None:
    run(range(1000, 1100), cast)
