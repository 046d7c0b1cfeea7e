"""Executive sponsors: a tie of one of our leaders to an account, at most so many accounts each."""

from django.db import transaction
from django.db.models import QuerySet

from abxsite.audit.services import record
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import Person, User
from accounts import policies
from accounts.choices import TieKind
from accounts.models import Account, Tie

MOST = 100


def sponsorships(person: Person) -> "QuerySet[Tie]":
    """The person's open ties as a sponsor."""
    ties = Tie.objects.filter(person=person, kind=TieKind.EXECUTIVE_SPONSOR, ended_on__isnull=True)
    return ties.select_related("account").order_by("account__name", "pk")


def check_sponsor(*, actor: User | None, person: Person, account: Account) -> None:
    """Refuses one account more than the person's figure; holds the person's row until the transaction ends."""
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    held = {tie.account_id for tie in sponsorships(person)}
    if account.pk in held:
        raise Conflict(f"{person.name} sponsors {account.name} already.")
    if len(held) >= person.sponsors_at_most:
        raise Conflict(_full(actor, person, held))


def _full(actor: User | None, person: Person, held: set[int]) -> str:
    """Names the accounts that `actor` may see."""
    if not held:
        return f"{person.name} sponsors no account: their figure is {person.sponsors_at_most}."
    seen = Account.objects.all() if actor is None else Account.objects.visible_to(actor)
    names = list(seen.filter(pk__in=held).order_by("name").values_list("name", flat=True))
    rest = len(held) - len(names)
    if rest:
        names.append(f"{rest} {'other' if names else 'of other teams'}")
    said = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return (
        f"{person.name} sponsors {len(held)} of at most {person.sponsors_at_most}: {said}."
        " End one of these, or ask somebody else."
    )


@transaction.atomic
def set_sponsors_at_most(*, actor: User | None, person: Person, at_most: int) -> Person:
    """How many accounts the person may sponsor. Who sponsors more already keeps them and takes on none."""
    policies.check_sponsors(actor)
    if not 0 <= at_most <= MOST:
        raise DomainError(f"Between 0 and {MOST} accounts.", field="sponsors_at_most")
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    before, person.sponsors_at_most = person.sponsors_at_most, at_most
    if before != at_most:
        person.save(update_fields=["sponsors_at_most"])
        record(
            actor=actor, action="person_sponsors", subject=person, before={"sponsors at most": before},
            after={"sponsors at most": at_most},
        )  # fmt: skip
    return person
