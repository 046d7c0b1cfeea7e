"""Merging two accounts: what moves, what stays, what is refused; and the undo."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from abxsite.audit.models import AuditEntry
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError, NotAllowed
from accounts import models as acc
from accounts.models import Account, AccountAlias, AccountFollowing, ClusterMembership, RescoreMark
from accounts.services.merge import merge_accounts, undo_merge
from entitlements.models import Delivery, Entitlement
from entitlements.services.catalogue import ensure_default_catalogue
from tests.accounts.duplicates.worlds import DAY, days_ago, furnish, join, picture
from tests.cast import Cast
from tests.factories import AccountFactory, ContactFactory
from tests.reviews.factories import make_cycle, make_move, make_tiers, place_in
from tiering.choices import HoldKind, MoveState
from tiering.models import Hold, Move, Placement
from tiering.services.placements import current_base
from tiering.services.setup import ensure_defaults
from tiering.services.tiers import active_tiers

pytestmark = pytest.mark.django_db


def pair(**loser: object) -> tuple[Account, Account]:
    survivor = AccountFactory.create(name="Acme", match_name="acme", domain="acme.example")
    given = {"name": "Acme Works", "match_name": "acme works", "domain": "acmeworks.example"} | loser
    return survivor, AccountFactory.create(**given)


def test_everything_that_belongs_to_the_loser_moves(cast: Cast) -> None:
    survivor, loser = pair()
    furnish(loser, cast)
    join(loser)
    merge = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    assert merge.counts == {
        "contacts": 1, "notes on how well a contact is known": 1, "opportunities": 1, "signals": 1, "ties": 1,
        "buying centers": 1, "entered potentials": 1, "judgements": 1, "data tasks": 1, "subsidiaries": 1,
        "cluster memberships": 1,
    }  # fmt: skip
    for model in (acc.Contact, acc.Opportunity, acc.Signal, acc.Tie, acc.PotentialEntry, acc.Judgement):
        assert set(model._default_manager.values_list("account", flat=True)) == {survivor.pk}
    loser.refresh_from_db()
    assert (loser.merged_into, loser.domain) == (survivor, "acmeworks.example")
    assert set(RescoreMark.objects.values_list("account", flat=True)) >= {survivor.pk, loser.pk}
    told = AuditEntry.objects.filter(action="account_merge").values_list("subject_id", "sentence")
    assert set(told) == {(survivor.pk, "Merged with Acme Works"), (loser.pk, "Merged into Acme")}


def test_undo_gives_the_same_workspace(cast: Cast) -> None:
    tiers = make_tiers()
    survivor, loser = pair()
    furnish(survivor, cast)
    furnish(loser, cast)
    join(survivor)
    join(loser)
    place_in(loser, tiers[1])
    before = picture()
    merge = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser, choices={"name": "take"})
    assert picture() != before
    undone = undo_merge(actor=cast.admin, merge=merge)
    assert (undone.left, undone.undone_by) == ([], cast.admin)
    assert picture() == before


def test_facts_are_chosen_one_by_one_and_blanks_are_filled(cast: Cast) -> None:
    survivor, loser = pair(country="Norway", employees=40, technologies=["SAP", "Oracle"], custom={"fleet": 3, "x": 1})
    survivor.employees, survivor.technologies, survivor.custom = 70, ["SAP"], {"x": 2}
    survivor.save()
    choices = {"name": "take", "domain": "take", "employees": "keep", "custom.x": "take"}
    merge = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser, choices=choices)
    survivor.refresh_from_db()
    assert (survivor.name, survivor.match_name, survivor.domain) == ("Acme Works", "acme works", "acmeworks.example")
    assert (survivor.country, survivor.employees, survivor.technologies) == ("Norway", 70, ["SAP", "Oracle"])
    assert survivor.custom == {"x": 1, "fleet": 3}
    assert set(AccountAlias.objects.values_list("key", "account")) == {
        ("d:acme.example", survivor.pk), ("n:acme", survivor.pk),
    }  # fmt: skip
    undo_merge(actor=cast.marketer, merge=merge)
    survivor.refresh_from_db()
    assert (survivor.name, survivor.domain, survivor.country) == ("Acme", "acme.example", "")
    assert (survivor.technologies, survivor.custom) == (["SAP"], {"x": 2})
    assert AccountAlias.objects.count() == 0


def test_a_survivor_off_the_list_takes_over_the_seat_and_gives_it_back(cast: Cast) -> None:
    tiers = make_tiers()
    survivor, loser = pair()
    place_in(loser, tiers[0])
    Hold.objects.create(account=loser, kind=HoldKind.PIN, tier=tiers[0], until=clock.today() + timedelta(days=90))
    since = Placement.objects.get().since
    merge = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    assert current_base(loser) is None
    held = current_base(survivor)
    assert held
    assert (held.tier, held.source, held.since) == (tiers[0], "merged", merge.at)
    assert Hold.objects.filter(ended_at__isnull=True).count() == 0
    undo_merge(actor=cast.marketer, merge=merge)
    assert current_base(survivor) is None
    again = current_base(loser)
    assert again
    assert (again.tier, again.since) == (tiers[0], merge.at)
    first = Placement.objects.filter(account=loser).earliest("since")
    assert (first.since, first.until) == (since, merge.at)
    assert Hold.objects.filter(ended_at__isnull=True).count() == 1


def test_a_survivor_with_a_tier_keeps_it(cast: Cast) -> None:
    tiers = make_tiers()
    survivor, loser = pair()
    place_in(survivor, tiers[2])
    place_in(loser, tiers[0])
    merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    held = current_base(survivor)
    assert held
    assert held.tier == tiers[2]
    assert current_base(loser) is None


def test_a_waiting_move_is_withdrawn_and_waits_again_after_the_undo(cast: Cast) -> None:
    tiers = make_tiers()
    survivor, loser = pair()
    cycle = make_cycle(tiers)
    move = make_move(cycle, from_tier=tiers[2], to_tier=tiers[1], signer=cast.rep, account=loser)
    merge = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    move.refresh_from_db()
    assert (move.state, move.deck_sentence) == (MoveState.WITHDRAWN, "Acme Works was merged into Acme")
    undo_merge(actor=cast.marketer, merge=merge)
    move.refresh_from_db()
    assert (move.state, move.settled_at, move.deck_sentence) == (MoveState.PENDING, None, "")


def test_a_move_whose_review_has_ended_stays_withdrawn_and_is_listed(cast: Cast) -> None:
    tiers = make_tiers()
    survivor, loser = pair()
    cycle = make_cycle(tiers)
    move = make_move(cycle, from_tier=tiers[2], to_tier=tiers[1], signer=cast.rep, account=loser)
    merge = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    cycle.status = "published"
    cycle.save()
    undone = undo_merge(actor=cast.marketer, merge=merge)
    assert undone.left == ["The move of Acme Works stays withdrawn: its review has ended, or another waits."]
    assert Move.objects.get(pk=move.pk).state == MoveState.WITHDRAWN


def test_deliveries_promised_by_hand_go_along(cast: Cast) -> None:
    ensure_defaults(actor=cast.admin)
    ensure_default_catalogue(actor=cast.admin)
    survivor, loser = pair()
    entitlement = Entitlement.objects.filter(tier=active_tiers()[0]).earliest("pk")
    due = Delivery.objects.create(entitlement=entitlement, account=loser, due_on=clock.today(), number=1)
    done = Delivery.objects.create(entitlement=entitlement, account=loser, due_on=DAY, number=2, state="done")
    merge = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    assert dict(Delivery.objects.values_list("pk", "account")) == {due.pk: survivor.pk, done.pk: loser.pk}
    undo_merge(actor=cast.marketer, merge=merge)
    assert set(Delivery.objects.values_list("account", flat=True)) == {loser.pk}


def test_a_center_that_both_have_is_not_summed_twice(cast: Cast) -> None:
    survivor, loser = pair()
    furnish(survivor, cast)
    furnish(loser, cast)
    merge = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    centers = acc.BuyingCenter.objects.filter(account=survivor)
    assert [(center.name, center.values.count()) for center in centers] == [("Plant", 2)]
    undo_merge(actor=cast.marketer, merge=merge)
    assert [center.values.count() for center in acc.BuyingCenter.objects.all()] == [1, 1]


def test_overlapping_memberships_end_and_the_cluster_goes_on_with_the_survivor(cast: Cast) -> None:
    survivor, loser = pair()
    past = join(survivor, days_ago(400), days_ago(100))
    open_one = join(loser, days_ago(200))
    merge = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    assert ClusterMembership.objects.get(pk=open_one.pk).until == clock.today()
    now = ClusterMembership.objects.get(account=survivor, until__isnull=True)
    assert (now.cluster, now.since) == (open_one.cluster, clock.today())
    undo_merge(actor=cast.marketer, merge=merge)
    assert set(ClusterMembership.objects.values_list("pk", "account", "until")) == {
        (past.pk, survivor.pk, days_ago(100)), (open_one.pk, loser.pk, None),
    }  # fmt: skip


def test_what_was_touched_since_stays_and_is_listed(cast: Cast) -> None:
    survivor, loser = pair(country="Norway")
    furnish(loser, cast)
    merge = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    third = AccountFactory.create()
    acc.Contact.objects.update(account=third)
    acc.Tie.objects.all().delete()
    Account.objects.filter(pk=survivor.pk).update(country="Sweden")
    added = ContactFactory.create(account=survivor)
    Account.objects.filter(pk=third.pk).update(domain="new.example")
    undone = undo_merge(actor=cast.marketer, merge=merge)
    assert undone.left == [
        "Country stays: it was changed since.",
        "1 contacts stay where they are: they were changed or removed since.",
        "1 ties stay where they are: they were changed or removed since.",
    ]
    survivor.refresh_from_db()
    assert survivor.country == "Sweden"
    assert set(acc.Contact.objects.values_list("account", flat=True)) == {third.pk, survivor.pk}
    assert added.account_id == survivor.pk
    assert set(acc.Opportunity.objects.values_list("account", flat=True)) == {loser.pk}


def test_a_domain_taken_meanwhile_does_not_stop_the_undo(cast: Cast) -> None:
    survivor, loser = pair()
    merge = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    AccountFactory.create(name="Newcomer", domain="acmeworks.example")
    undone = undo_merge(actor=cast.marketer, merge=merge)
    assert undone.left == ["Acme Works returns without its domain acmeworks.example: Newcomer has it by now."]
    loser.refresh_from_db()
    assert (loser.merged_into, loser.domain) == (None, "")


def test_merging_is_refused(cast: Cast) -> None:
    survivor, loser = pair()
    with pytest.raises(NotAllowed, match="merged by marketers and admins"):
        merge_accounts(actor=cast.rep, survivor=survivor, loser=loser)
    with pytest.raises(DomainError, match="cannot be merged into itself"):
        merge_accounts(actor=cast.marketer, survivor=survivor, loser=survivor)
    child = AccountFactory.create(name="Child", parent=loser)
    grandchild = AccountFactory.create(name="Grandchild", parent=child)
    with pytest.raises(DomainError, match="Grandchild would become its own parent's parent"):
        merge_accounts(actor=cast.marketer, survivor=grandchild, loser=loser)
    assert Account.objects.present().count() == 4
    assert acc.AccountMerge.objects.count() == 0


def test_a_parent_and_its_subsidiary_can_become_one(cast: Cast) -> None:
    top = AccountFactory.create(name="Top")
    survivor, loser = pair(parent=top)
    survivor.parent = loser
    survivor.save()
    AccountFollowing.objects.create(account=survivor, parent=loser, since=DAY)
    merge = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser, choices={"parent": "take"})
    survivor.refresh_from_db()
    assert survivor.parent == top
    assert AccountFollowing.objects.get().until == clock.today()
    undo_merge(actor=cast.marketer, merge=merge)
    survivor.refresh_from_db()
    assert survivor.parent == loser
    assert AccountFollowing.objects.get().until is None


def test_the_second_to_merge_is_told_who_was_first(cast: Cast) -> None:
    survivor, loser = pair()
    merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    with pytest.raises(Conflict, match=r"Mika Marketer merged Acme Works into Acme meanwhile\."):
        merge_accounts(actor=cast.admin, survivor=survivor, loser=loser)
    with pytest.raises(Conflict, match=r"Mika Marketer merged Acme Works into Acme meanwhile\."):
        merge_accounts(actor=cast.admin, survivor=loser, loser=survivor)


def test_an_undo_happens_once_and_from_the_last_merge_on(cast: Cast) -> None:
    survivor, loser = pair()
    third = AccountFactory.create(name="Third")
    first = merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    second = merge_accounts(actor=cast.marketer, survivor=third, loser=survivor)
    loser.refresh_from_db()
    assert loser.merged_into == third
    with pytest.raises(DomainError, match=r"Mika Marketer merged Acme into Third since\. Undo that merge first\."):
        undo_merge(actor=cast.marketer, merge=first)
    undo_merge(actor=cast.marketer, merge=second)
    loser.refresh_from_db()
    assert loser.merged_into == survivor
    undo_merge(actor=cast.marketer, merge=first)
    with pytest.raises(Conflict, match="Mika Marketer has undone this merge already"):
        undo_merge(actor=cast.admin, merge=first)
    merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)


def test_the_same_external_ids_stay_on_each(cast: Cast) -> None:
    survivor, loser = pair(source="crm", external_id="2")
    survivor.source, survivor.external_id = "crm", "1"
    survivor.save()
    merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    assert set(Account.objects.values_list("external_id", flat=True)) == {"1", "2"}
    with pytest.raises(IntegrityError):
        AccountFactory.create(source="crm", external_id="2")


def test_nothing_is_merged_while_an_import_is_being_written(cast: Cast) -> None:
    survivor, loser = pair()
    job = acc.ImportJob.objects.create(
        kind="contacts", stage="apply", status="running", source="crm", file_name="x.csv"
    )
    with pytest.raises(Conflict, match="An import is being written just now"):
        merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
    acc.ImportJob.objects.filter(pk=job.pk).update(stage="applied", status="done")
    merge_accounts(actor=cast.marketer, survivor=survivor, loser=loser)
