"""Two accounts become one: a survivor and a tombstone; and the undo that gives back what nobody touched since.

The tombstone keeps its name, domain and id, so that a re-imported file finds the survivor through it; its placements
and verdicts stay on it and are read as a union. Other apps take part through accounts.merge_handlers.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from abxsite.audit.services import plain, record
from abxsite.lib import clock, queue
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import User
from accounts import policies
from accounts.choices import AliasKind
from accounts.hints import key_of
from accounts.matching import match_name
from accounts.merge_handlers import registered
from accounts.models import Account, AccountAlias, AccountFollowing, AccountMerge, ClusterMembership
from accounts.services.following import check_parent_change
from accounts.services.imports import is_applying
from accounts.services.marks import mark_for_rescore
from accounts.services.merge_fields import CUSTOM, chosen_values, label_of
from accounts.services.merge_parts import move_all, return_all

#: Fields that are kept in a merge's record by id.
LINKS = {"owner": "owner_id", "parent": "parent_id"}
DATES = frozenset({"closed_on", "insight_on"})


@transaction.atomic
def merge_accounts(
    *, actor: User | None, survivor: Account, loser: Account, choices: Mapping[str, str] | None = None
) -> AccountMerge:
    """`choices` says per fact keep, take or both (merge_fields); what is not chosen fills the survivor's blanks."""
    policies.check_merge(actor)
    _check_no_import()
    survivor, loser = _locked(survivor.pk, loser.pk)
    _check_pair(survivor, loser)
    moment = clock.now()
    values = chosen_values(survivor, loser, choices or {})
    if "parent" in values and survivor.parent_id != loser.pk:
        check_parent_change(survivor)
    old_domain, old_name = survivor.domain, survivor.match_name
    merge = AccountMerge(survivor=survivor, loser=loser, at=moment, actor=actor)
    merge.done = {name: handler.merge(actor=actor, survivor=survivor, loser=loser, moment=moment)
                  for name, handler in registered().items()}  # fmt: skip
    loser.merged_into, loser.updated_at = survivor, moment
    loser.save(update_fields=["merged_into", "updated_at"])
    merge.before, merge.after = _write_fields(survivor, loser, values, moment)
    merge.save(force_insert=True)
    merge.counts = move_all(merge, moment, clock.today())
    merge.done["accounts"] = {
        "aliases": _remember_names(actor, survivor, loser, old_domain, old_name),
        "membership": _keep_in_cluster(actor, survivor, loser),
    }
    merge.save(update_fields=["counts", "done"])
    _check_family_tree(survivor)
    _tell(actor, merge, "account_merge", f"Merged with {loser.name}", f"Merged into {survivor.name}")
    return merge


def _check_no_import() -> None:
    """An import that has matched its rows would write some of them to the tombstone."""
    if is_applying():
        raise Conflict("An import is being written just now. Try again when it has ended.")


def _locked(*ids: int) -> tuple[Account, ...]:
    """Both accounts, locked in the order of their ids and against new rows that would point to either."""
    rows = {one.pk: one for one in Account.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    if len(rows) != len(set(ids)):
        raise DomainError("One of the two accounts is gone.")
    return tuple(rows[pk] for pk in ids)


def _check_pair(survivor: Account, loser: Account) -> None:
    if survivor.pk == loser.pk:
        raise DomainError("An account cannot be merged into itself.")
    for one in (loser, survivor):
        if one.merged_into_id is not None:
            raise Conflict(_told(one))
    followed = AccountFollowing.objects.current().filter(parent=loser).exclude(account=survivor).exists()
    above = AccountFollowing.objects.current().filter(account=survivor).exclude(parent=loser)
    if followed and (row := above.select_related("parent").first()):
        raise DomainError(
            f"{survivor.name} follows {row.parent.name}, others follow {loser.name}, and following goes one level."
            f" Let {survivor.name} stand for itself first."
        )


def _told(tombstone: Account) -> str:
    merge = AccountMerge.objects.filter(loser=tombstone, undone_at__isnull=True).select_related(
        "survivor", "actor__person"
    )
    found = merge.first()
    who = found.actor.person.name if found and found.actor else "abxsite"
    into = found.survivor.name if found else "another account"
    return f"{who} merged {tombstone.name} into {into} meanwhile."


def _write_fields(
    survivor: Account, loser: Account, values: dict[str, Any], moment: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The chosen facts; what they were and are, as JSON."""
    before = {name: _plain(survivor, name) for name in values}
    for name, value in values.items():
        setattr(survivor, name, value)
    survivor.match_name, survivor.updated_at = match_name(survivor.name), moment
    try:
        survivor.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    _check_domain(survivor)
    survivor.save(update_fields=[*values, "match_name", "updated_at"])
    return before, {name: _plain(survivor, name) for name in values}


def _check_domain(survivor: Account) -> None:
    """A third account may have taken a domain that only a tombstone held."""
    if not survivor.domain:
        return
    other = Account.objects.present().filter(domain=survivor.domain).exclude(pk=survivor.pk).first()
    if other is not None:
        raise DomainError(f"{other.name} has the domain {survivor.domain} already. Keep another one.")


def _plain(account: Account, name: str) -> Any:
    return plain(getattr(account, LINKS.get(name, name)))


def _remember_names(actor: User | None, survivor: Account, loser: Account, old_domain: str, old_name: str) -> list[int]:
    """Domains and names that the survivor does not bear itself lead to it from now on."""
    keys = {
        key_of(AliasKind.DOMAIN, domain): (AliasKind.DOMAIN, domain)
        for domain in (loser.domain, old_domain)
        if domain and domain != survivor.domain
    } | {
        key_of(AliasKind.NAME, name): (AliasKind.NAME, name)
        for name in (loser.match_name, old_name)
        if name and name != survivor.match_name
    }
    taken = set(AccountAlias.objects.filter(key__in=keys, source="").values_list("key", flat=True))
    names = [value for kind, value in keys.values() if kind == AliasKind.NAME]
    domains = [value for kind, value in keys.values() if kind == AliasKind.DOMAIN]
    borne = set(Account.objects.present().filter(match_name__in=names).values_list("match_name", flat=True))
    borne |= set(Account.objects.present().filter(domain__in=domains).values_list("domain", flat=True))
    made = AccountAlias.objects.bulk_create(
        AccountAlias(account=survivor, kind=kind, key=key, said=value[:255], by_merge=True, created_by=actor)
        for key, (kind, value) in keys.items()
        if key not in taken and value not in borne
    )
    return [alias.pk for alias in made]


def _keep_in_cluster(actor: User | None, survivor: Account, loser: Account) -> int | None:
    """The loser's cluster goes on with the survivor, from today, where that has none and its period could not move."""
    today = clock.today()
    if ClusterMembership.objects.filter(account=survivor).on(today).exists():
        return None
    ended = ClusterMembership.objects.filter(account=loser, until=today).select_related("cluster").first()
    if ended is None or ended.cluster.frozen_at is not None:
        return None
    made = ClusterMembership.objects.create(account=survivor, cluster=ended.cluster, since=today, added_by=actor)
    return int(made.pk)


_CIRCLE = """WITH RECURSIVE up (id, depth) AS (
        SELECT parent_id, 1 FROM accounts_account WHERE id = %s
        UNION ALL SELECT a.parent_id, up.depth + 1 FROM up JOIN accounts_account a ON a.id = up.id WHERE up.depth < 60
    ) SELECT 1 FROM up WHERE id = %s LIMIT 1"""


def _check_family_tree(survivor: Account) -> None:
    """After the move: nobody is their own parent's parent."""
    with connection.cursor() as cursor:
        cursor.execute(_CIRCLE, [survivor.pk, survivor.pk])
        if cursor.fetchone():
            raise DomainError(
                f"{survivor.name} would become its own parent's parent. Choose another parent account, or merge"
                " the other way round."
            )


def _tell(actor: User | None, merge: AccountMerge, action: str, to_survivor: str, to_loser: str) -> None:
    survivor, loser = merge.survivor, merge.loser
    record(actor=actor, action=action, subject=survivor, before=merge.before,
           after={"merge": merge.pk, "loser": loser.name, **merge.counts}, sentence=to_survivor)  # fmt: skip
    record(actor=actor, action=action, subject=loser, after={"merge": merge.pk, "survivor": survivor.name},
           sentence=to_loser)  # fmt: skip
    parents = [pk for pk in (survivor.parent_id, loser.parent_id) if pk]
    mark_for_rescore([survivor.pk, loser.pk, *parents])
    queue.wake("tiering.rescore_marked")


# The way back


@transaction.atomic
def undo_merge(*, actor: User | None, merge: AccountMerge) -> AccountMerge:
    """What was moved and not touched since goes back; `left` says in sentences what could not."""
    policies.check_merge(actor)
    _check_no_import()
    survivor, loser = _locked(merge.survivor_id, merge.loser_id)
    merge = AccountMerge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    _check_undo(merge, survivor)
    merge.survivor, merge.loser = survivor, loser
    moment = clock.now()
    own = merge.done.get("accounts", {})
    left = _return_fields(survivor, merge, moment)
    AccountAlias.objects.filter(pk__in=own.get("aliases", []), account=survivor, by_merge=True).delete()
    _leave_cluster(survivor, own.get("membership"))
    left += _stand_up(loser, moment)
    left += return_all(merge)
    for name, handler in registered().items():
        left += handler.undo(actor=actor, survivor=survivor, loser=loser, done=merge.done.get(name, {}), moment=moment)
    for one in (survivor, loser):
        _check_family_tree(one)
    merge.undone_at, merge.undone_by, merge.left = moment, actor, left
    merge.save(update_fields=["undone_at", "undone_by", "left"])
    _tell(
        actor, merge, "account_unmerge", f"Undid the merge with {loser.name}", f"Undid the merge into {survivor.name}"
    )
    return merge


def _check_undo(merge: AccountMerge, survivor: Account) -> None:
    if merge.undone_at is not None:
        who = merge.undone_by.person.name if merge.undone_by else "abxsite"
        raise Conflict(f"{who} has undone this merge already.")
    if survivor.merged_into_id is not None:
        raise DomainError(f"{_told(survivor).removesuffix(' meanwhile.')} since. Undo that merge first.")


def _return_fields(survivor: Account, merge: AccountMerge, moment: datetime) -> list[str]:
    """Each chosen fact that still stands as chosen becomes what it was."""
    left, back = [], []
    for name, old in merge.before.items():
        if name == "custom":
            left += _return_custom(survivor, old, merge.after.get(name) or {})
        elif _plain(survivor, name) != merge.after.get(name):
            left.append(f"{label_of(name)} stays: it was changed since.")
            continue
        elif name == "parent" and old and old != merge.loser_id and not _stands(old):
            left.append("Parent account stays empty: it was merged itself since.")
            survivor.parent_id = None
        else:
            setattr(survivor, LINKS.get(name, name), date.fromisoformat(old) if name in DATES and old else old)
        back.append(name)
    survivor.match_name, survivor.updated_at = match_name(survivor.name), moment
    if survivor.domain and Account.objects.present().filter(domain=survivor.domain).exclude(pk=survivor.pk).exists():
        left.append(f"The domain {survivor.domain} belongs to another account by now.")
        survivor.domain = ""
    survivor.save(update_fields=[*back, "domain", "match_name", "updated_at"])
    return left


def _stands(pk: int) -> bool:
    return Account.objects.present().filter(pk=pk).exists()


def _return_custom(survivor: Account, old: dict[str, Any], chosen: dict[str, Any]) -> list[str]:
    left, now = [], dict(survivor.custom)
    for key in {*old, *chosen}:
        if old.get(key) == chosen.get(key):
            continue
        if now.get(key) != chosen.get(key):
            left.append(f"{label_of(CUSTOM + key)} stays: it was changed since.")
        elif key in old:
            now[key] = old[key]
        else:
            now.pop(key, None)
    survivor.custom = now
    return left


def _leave_cluster(survivor: Account, membership: int | None) -> None:
    """The period that the merge itself opened never was, unless somebody has ended it since."""
    if membership:
        ClusterMembership.objects.filter(pk=membership, account=survivor, until__isnull=True).delete()


def _stand_up(loser: Account, moment: datetime) -> list[str]:
    left = []
    taken = Account.objects.present().filter(domain=loser.domain).exclude(pk=loser.pk)
    if loser.domain and (other := taken.first()):
        left.append(f"{loser.name} returns without its domain {loser.domain}: {other.name} has it by now.")
        loser.domain = ""
    loser.merged_into, loser.updated_at = None, moment
    loser.save(update_fields=["merged_into", "domain", "updated_at"])
    return left
