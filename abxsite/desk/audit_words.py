"""An audit entry in the reader's words: what was done, and each field that changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from abxsite.audit.models import AuditEntry

#: The last word of an action, as it reads once it has happened.
DONE = {
    "add": "added",
    "apply": "applied",
    "approve": "approved",
    "assign": "assigned",
    "cancel": "cancelled",
    "change": "changed",
    "complete": "done",
    "create": "added",
    "delete": "deleted",
    "discard": "discarded",
    "dispute": "disputed",
    "draft": "drafted",
    "drop": "dropped",
    "edit": "changed",
    "end": "ended",
    "fill": "filled",
    "follow": "followed",
    "freeze": "frozen",
    "hold": "held",
    "invite": "invited",
    "judge": "judged",
    "loaded": "loaded",
    "make": "made",
    "merge": "merged",
    "open": "opened",
    "place": "placed",
    "publish": "published",
    "remove": "removed",
    "reopen": "reopened",
    "reorder": "reordered",
    "retire": "retired",
    "revoke": "revoked",
    "set": "set",
    "settle": "settled",
    "skip": "skipped",
    "snooze": "snoozed",
    "split": "split",
    "start": "started",
    "undo": "undone",
    "update": "changed",
    "veto": "vetoed",
    "void": "voided",
    "withdraw": "withdrawn",
}
ODD = {
    "cluster_item_done": "Cluster content done",
    "cluster_take_over": "Cluster taken in",
    "delivery_complete_many": "Deliveries done",
    "demo_loaded": "Sample data loaded",
    "icp_rule_begin": "ICP rule begun",
    "icp_rule_end": "ICP rule ended",
    "import_begin_apply": "Import sent off",
    "run_start": "Scoring started",
    "run_cancel": "Scoring cancelled",
    "signature_pass_on": "Signature passed on",
}
TIERS = frozenset({"to_tier", "from_tier", "tier", "tier_id", "to_tier_id"})
NOTHING = "nothing"
SHORT = 60


@dataclass(frozen=True)
class Changed:
    """One field; `before` is empty where the entry says only what is so now."""

    field: str
    before: str
    after: str


def said_of(action: str) -> str:
    """`move_approve` → `Move approved`."""
    if action in ODD:
        return ODD[action]
    noun, _, verb = action.rpartition("_")
    if verb not in DONE or not noun:
        return action.replace("_", " ").capitalize()
    return f"{noun.replace('_', ' ').capitalize()} {DONE[verb]}"


def changes_of(entry: AuditEntry, tiers: Mapping[int, str]) -> list[Changed]:
    """What differs, in the order of the entry; what was nothing and is nothing is left out. `tiers` are names by id."""
    names = [*entry.before, *(name for name in entry.after if name not in entry.before)]
    found = []
    for name in names:
        old, new = entry.before.get(name), entry.after.get(name)
        if name in TIERS:
            old, new = (tiers.get(value, value) if isinstance(value, int) else value for value in (old, new))
        before, after = _said(old), _said(new)
        if before == after or (name not in entry.before and new == 0 and not isinstance(new, bool)):
            continue
        found.append(Changed(name.removesuffix("_id").replace("_", " "), "" if before == NOTHING else before, after))
    return found


def _said(value: Any) -> str:
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if item not in (None, "", 0, [], {})}
        return _cut(", ".join(f"{key.replace('_', ' ')} {_said(item)}" for key, item in kept.items()) or NOTHING)
    if isinstance(value, list):
        return _cut(", ".join(_said(item) for item in value) or NOTHING)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value in (None, ""):
        return NOTHING
    text = str(value)
    is_key = text.islower() and text.isascii() and "_" in text and " " not in text and "@" not in text
    return _cut(text.replace("_", " ") if is_key else text)


def _cut(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1].rstrip()}…"
