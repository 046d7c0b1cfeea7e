"""A new table that points to accounts must say what a merge does with its rows."""

from typing import Any

from accounts.models import Account
from accounts.services.merge_parts import PARTS

#: Stay with the tombstone, or belong to another app, whose handler decides (accounts.merge_handlers).
STAY = {
    "entitlements.delivery.account_id",  # DeliveryMerge
    "tiering.placement.account_id",  # TierMerge: read as a union
    "tiering.hold.account_id",  # TierMerge: ended
    "tiering.standing.account_id",  # TierMerge: removed
    "tiering.move.account_id",  # MoveMerge: with its verdicts
    "tiering.score.account_id",  # rewritten by runs
    "tiering.runmark.account_id",
    "tiering.backtestdeal.account_id",  # a result is kept as it was measured
    "accounts.rescoremark.account_id",
    "accounts.factcheck.account_id",  # the fact that was checked is the tombstone's
    "accounts.accountevent.pgh_obj_id",  # history of the row itself
    "accounts.accountevent.parent_id",
    "accounts.duplicatepair.low_id",  # out of the list while one is a tombstone
    "accounts.duplicatepair.high_id",
    "accounts.accountmerge.survivor_id",
    "accounts.accountmerge.loser_id",
}


def test_every_table_that_points_to_an_account_is_decided() -> None:
    relations: list[Any] = [one for one in Account._meta.get_fields(include_hidden=True) if one.auto_created]
    back = [one for one in relations if one.is_relation and not one.concrete]
    pointing = {f"{one.related_model._meta.label_lower}.{one.field.attname}" for one in back}
    moving = {part.name for part in PARTS}
    assert pointing - moving - STAY == set(), "say in merge_parts.PARTS, or here, what a merge does with these"
    assert (moving | STAY) - pointing == set(), "these are gone"
