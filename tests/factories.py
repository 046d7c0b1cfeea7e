"""One cast and one set of makers for all tests. Names and domains are invented (`.example`)."""

from datetime import date, timedelta
from functools import cache
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from abxsite.lib import clock
from abxsite.users.choices import Role
from abxsite.users.models import Person, Team, User
from accounts import models as acc
from accounts.choices import Outcome, SignalKind

PASSWORD = "correct-horse-7"


@cache
def _hashed(password: str) -> str:
    """A good hash is dear on purpose; each test pays for none."""
    return make_password(password)


class TeamFactory(DjangoModelFactory[Team]):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")


class PersonFactory(DjangoModelFactory[Person]):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@vendor.example")


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    email = factory.LazyAttribute(lambda user: user.person.email)
    roles = factory.LazyFunction(lambda: [Role.REP])

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        self.password = _hashed(extracted or PASSWORD)  # type: ignore[attr-defined]
        if create:
            self.save(update_fields=["password"])  # type: ignore[attr-defined]


class AccountFactory(DjangoModelFactory[acc.Account]):
    class Meta:
        model = acc.Account

    name = factory.Sequence(lambda n: f"Invented {n}")
    match_name = factory.LazyAttribute(lambda account: account.name.lower())
    domain = factory.Sequence(lambda n: f"invented{n}.example")


class ContactFactory(DjangoModelFactory[acc.Contact]):
    class Meta:
        model = acc.Contact

    account = factory.SubFactory(AccountFactory)
    name = factory.Sequence(lambda n: f"Contact {n}")


class OpportunityFactory(DjangoModelFactory[acc.Opportunity]):
    class Meta:
        model = acc.Opportunity

    account = factory.SubFactory(AccountFactory)
    name = factory.Sequence(lambda n: f"Deal {n}")
    outcome = Outcome.OPEN
    opened_on = factory.LazyFunction(lambda: clock.today() - timedelta(days=30))


class SignalFactory(DjangoModelFactory[acc.Signal]):
    class Meta:
        model = acc.Signal

    account = factory.SubFactory(AccountFactory)
    kind = SignalKind.SITE_VISIT
    occurred_on = factory.LazyFunction(clock.today)
    occurred_at = factory.LazyAttribute(lambda signal: clock.start_of(signal.occurred_on))


class ClusterFactory(DjangoModelFactory[acc.Cluster]):
    class Meta:
        model = acc.Cluster

    name = factory.Sequence(lambda n: f"Cluster {n}")
    problem = "Their grid tenders all fall due in one quarter."
    owner = factory.SubFactory(PersonFactory)


def quarter_ago() -> date:
    return clock.today() - timedelta(days=91)
