"""Who sees whose accounts (DESIGN §4)."""

from datetime import timedelta

import pytest

from abxsite.lib import clock
from abxsite.users.models import Delegation, User
from accounts.models import Account
from tests.cast import Cast
from tests.factories import AccountFactory, PersonFactory

pytestmark = pytest.mark.django_db
TEAM, OTHER, UNOWNED, TEAMLESS = "team", "other team", "unowned", "of nobody's team"
EVERYTHING = {TEAM, OTHER, UNOWNED, TEAMLESS}


@pytest.fixture
def accounts(cast: Cast) -> None:
    owners = {
        TEAM: PersonFactory.create(team=cast.team),
        OTHER: cast.other_rep.person,
        UNOWNED: None,
        TEAMLESS: PersonFactory.create(),
    }
    for name, owner in owners.items():
        AccountFactory.create(name=name, owner=owner)


def seen(user: User) -> set[str]:
    return set(Account.objects.visible_to(user).values_list("name", flat=True))


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("admin", EVERYTHING),
        ("marketer", EVERYTHING),
        ("leader", EVERYTHING),
        ("manager", {TEAM, UNOWNED}),
        ("rep", {TEAM, UNOWNED}),
        ("other_rep", {OTHER, UNOWNED}),
        ("stranger", {UNOWNED}),
    ],
)
def test_each_role_sees_its_accounts(cast: Cast, role: str, expected: set[str]) -> None:
    assert seen(getattr(cast, role)) == expected


@pytest.mark.usefixtures("accounts")
def test_a_manager_sees_every_team_of_theirs(cast: Cast) -> None:
    cast.other_team.manager = cast.manager.person
    cast.other_team.save(update_fields=["manager"])
    assert seen(cast.manager) == {TEAM, OTHER, UNOWNED}


@pytest.mark.usefixtures("accounts")
def test_who_has_left_sees_nothing_by_role(cast: Cast) -> None:
    cast.leader.is_active = False
    assert seen(cast.leader) == {UNOWNED}


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(("since", "until", "stands_in"), [(-1, 1, True), (0, 0, True), (1, 2, False), (-2, -1, False)])
def test_a_delegate_sees_what_the_delegator_sees_for_the_period(
    cast: Cast, since: int, until: int, stands_in: bool
) -> None:
    today = clock.today()
    Delegation.objects.create(
        delegator=cast.rep.person,
        delegate=cast.other_rep.person,
        since=today + timedelta(days=since),
        until=today + timedelta(days=until),
    )
    assert seen(cast.other_rep) == ({TEAM, OTHER, UNOWNED} if stands_in else {OTHER, UNOWNED})


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("role", ["manager", "leader"])
def test_a_delegate_of_a_manager_or_leader_sees_as_they_do(cast: Cast, role: str) -> None:
    today = clock.today()
    delegator = getattr(cast, role)
    Delegation.objects.create(delegator=delegator.person, delegate=cast.other_rep.person, since=today, until=today)
    assert seen(cast.other_rep) == seen(delegator) | {OTHER}
