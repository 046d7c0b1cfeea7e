"""Accounts: made by hand, changed, given to an owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count

from abxsite.audit.services import changes, record
from abxsite.lib import clock
from abxsite.lib.errors import DomainError
from abxsite.users.models import Person, User
from accounts import policies
from accounts.matching import match_name, registrable_domain
from accounts.models import Account
from accounts.services.following import check_parent_change
from accounts.services.marks import mark_for_rescore

EDITABLE = frozenset(
    {
        "name", "domain", "website", "status", "industry", "country", "region", "city", "employees", "revenue",
        "year_founded", "description", "technologies", "problem_tags", "parent", "closure", "closed_on", "insight_on",
    }
)  # fmt: skip


@transaction.atomic
def create_account(*, actor: User | None, name: str, despite: Sequence[Account] = (), **fields: Any) -> Account:
    """A new account by hand. `domain` may be a website or an address; the registrable domain is kept.

    `despite` are look-alikes that the person was shown and took for other companies; it is put on record.
    """
    policies.check_create(actor)
    owner = fields.pop("owner", None)
    _check_fields(fields)
    moment = clock.now()
    account = Account(name=name.strip(), owner=owner, created_at=moment, updated_at=moment, insight_on=clock.today())
    _apply(account, fields)
    account.full_clean()
    account.save(force_insert=True)
    record(
        actor=actor, action="account_create", subject=account, after={"name": account.name, "domain": account.domain}
    )
    if despite:
        names = ", ".join(other.name for other in despite)
        record(
            actor=actor, action="account_create_despite", subject=account, after={"alike": [one.pk for one in despite]},
            sentence=f"Added although it looks like {names}",
        )  # fmt: skip
    mark_for_rescore([account.pk])
    return account


@transaction.atomic
def update_account(*, actor: User | None, account: Account, **fields: Any) -> Account:
    """Change some facts; everything else stays. Nothing is written when nothing differs."""
    policies.check_edit(actor, account)
    _check_fields(fields)
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    before, after = changes(account, fields)
    if not after:
        return account
    if "parent" in after:
        check_parent_change(account)
    _apply(account, after)
    account.updated_at = clock.now()
    account.insight_on = fields.get("insight_on", clock.today())
    account.full_clean()
    account.save(update_fields=[*after, "match_name", "domain", "website", "insight_on", "updated_at"])
    record(actor=actor, action="account_update", subject=account, before=before, after=after)
    mark_for_rescore([account.pk])
    return account


@transaction.atomic
def assign_owner(*, actor: User | None, account: Account, owner: Person | None) -> Account:
    policies.check_assign(actor)
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if account.owner_id == (owner.pk if owner else None):
        return account
    before = str(account.owner) if account.owner else None
    account.owner = owner
    account.updated_at = clock.now()
    account.save(update_fields=["owner", "updated_at"])
    after = str(owner) if owner else None
    record(actor=actor, action="account_assign", subject=account, before={"owner": before}, after={"owner": after})
    return account


@dataclass(frozen=True)
class OwnerSuggestion:
    """Who has most of an account's deals: `deals` of `total`."""

    person: Person
    deals: int
    total: int


def suggest_owner(account: Account) -> OwnerSuggestion | None:
    """For an account without owner, the active person with most of its deals (ties by name); None without deals."""
    if account.owner_id is not None:
        return None
    owned = account.opportunities.filter(owner__active=True)
    most = owned.values("owner").annotate(n=Count("id")).order_by("-n", "owner__name", "owner").first()
    if most is None:
        return None
    return OwnerSuggestion(Person.objects.get(pk=most["owner"]), most["n"], account.opportunities.count())


def _check_fields(fields: dict[str, Any]) -> None:
    unknown = set(fields) - EDITABLE
    if unknown:
        raise DomainError(f"These are not facts of an account: {', '.join(sorted(unknown))}.")


def _apply(account: Account, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(account, name, value)
    account.domain = registrable_domain(account.domain or account.website)
    account.match_name = match_name(account.name)
