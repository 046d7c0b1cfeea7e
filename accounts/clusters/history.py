"""What happened to a cluster, in sentences, from the audit record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from abxsite.audit.models import AuditEntry
from abxsite.users.access import sees_all
from abxsite.users.models import User
from accounts.models import Account, Cluster

SHOWN: Final = 200
ELSEWHERE: Final = "an account of another team"


@dataclass(frozen=True)
class Event:
    at: datetime
    who: str
    says: str


def history(user: User, cluster: Cluster) -> list[Event]:
    """The newest first. What one person did to several members at once is one line; hidden accounts are not named."""
    entries = AuditEntry.objects.filter(subject="accounts.cluster", subject_id=cluster.pk).select_related(
        "actor__person"
    )
    rows = list(entries.order_by("-at", "-pk")[:SHOWN])
    names = _Names(user, rows)
    events = []
    for _, same in groupby(rows, key=lambda row: (row.at.replace(microsecond=0), row.actor_id, _verb(row))):
        some = list(same)
        says = _say(some, names)
        if says:
            events.append(Event(some[0].at, str(some[0].actor.person) if some[0].actor else "abxsite", says))
    return events


class _Names:
    """Names of accounts as far as the person may see them."""

    def __init__(self, user: User, rows: list[AuditEntry]) -> None:
        self.all = sees_all(user)
        ids = {_account(row).get("account_id") for row in rows} - {None}
        seen = Account.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
        self.seen = set() if self.all else set(seen)

    def of(self, row: AuditEntry) -> str:
        said = _account(row)
        may = self.all or said.get("account_id") in self.seen
        return str(said.get("account", "")) if may else ELSEWHERE


def _account(row: AuditEntry) -> Mapping[str, Any]:
    return row.after if row.action == "cluster_add" else row.before if row.action == "cluster_remove" else {}


def _verb(row: AuditEntry) -> str:
    """Joining and leaving are told together; everything else by itself."""
    return row.action if row.action in ("cluster_add", "cluster_remove") else f"{row.action} {row.pk}"


def _say(rows: list[AuditEntry], names: _Names) -> str:
    first = rows[0]
    if first.action in ("cluster_add", "cluster_remove"):
        told = _and(sorted({names.of(row) for row in rows}))
        return f"{told} {'joined' if first.action == 'cluster_add' else 'left'}"
    say = SENTENCES.get(first.action)
    return say(first) if say else ""


def _updated(row: AuditEntry) -> str:
    told = [_changed(name, row.before.get(name), row.after[name]) for name in row.after]
    return "; ".join(one for one in told if one)


def _changed(name: str, before: Any, after: Any) -> str:
    match name:
        case "name":
            return f"renamed it from “{before}” to “{after}”"
        case "problem":
            return f"rewrote the problem: “{after}” (before: “{before}”)"
        case "owner":
            return f"made {after or 'nobody'} the owner" + (f" after {before}" if before else "")
        case "problem_tag":
            return f"set the problem tag to “{after}”" if after else "took the problem tag away"
        case "target_size":
            return f"set the target to {after} accounts, {before} before"
        case "conditions":
            return "changed whom it suggests"
        case "frozen_at":
            return "froze it" if after else "opened it again"
    return ""


def _item(verb: str) -> Callable[[AuditEntry], str]:
    return lambda row: f"{verb} “{row.after.get('item') or row.before.get('item')}”"


SENTENCES: Final[dict[str, Callable[[AuditEntry], str]]] = {
    "cluster_create": lambda row: f"wrote down the problem: “{row.after.get('problem', '')}”",
    "cluster_update": _updated,
    "cluster_freeze": lambda _: "froze it: no new members, no seats",
    "cluster_open": lambda _: "opened it again",
    "cluster_split": lambda row: f"split off {row.after['accounts']} of its members as “{row.after['into']}”",
    "cluster_merge": lambda row: f"merged it into “{row.after['into']}”, with {row.after['accounts']} members",
    "cluster_take_over": lambda row: f"merged “{row.after['from']}” into it, with {row.after['accounts']} members",
    "cluster_item_add": _item("put on the checklist"),
    "cluster_item_remove": _item("took off the checklist"),
    "cluster_item_done": _item("ticked off"),
    "cluster_item_reopen": _item("reopened"),
}


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
