"""Everybody's numbers are of what they may see."""

import pytest

from abxsite.lib import clock
from reviews.measure import insights
from tests.cast import Cast
from tests.factories import AccountFactory
from tests.reviews.insights.makers import deal, hold, make_tier


@pytest.mark.django_db
def test_numbers_count_only_what_the_reader_sees(cast: Cast) -> None:
    tier = make_tier(1, "One-to-One")
    for owner in (cast.rep.person, cast.other_rep.person, None):
        account = AccountFactory.create(owner=owner)
        hold(account, tier)
        deal(account, clock.today(), owner=owner)
    deal(None, clock.today(), owner=cast.other_rep.person)
    roles = ("admin", "leader", "marketer", "manager", "rep", "other_rep")
    seen = {name: insights(user=getattr(cast, name)) for name in roles}
    assert {name: (found.total.tally.deals, found.rows[0].accounts) for name, found in seen.items()} == {
        "admin": (4, 3),
        "leader": (4, 3),
        "marketer": (4, 3),
        "manager": (2, 2),
        "rep": (2, 2),
        "other_rep": (3, 2),
    }
    assert seen["other_rep"].unassigned == 1
    assert seen["rep"].unassigned == 0
