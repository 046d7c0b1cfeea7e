"""The record of an account in sentences: what an audit entry says to a reader."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import TextChoices

from abxsite.audit.models import AuditEntry
from abxsite.lib import display
from accounts.choices import BuyingRole, Department, DossierSection, Seniority, SignalKind
from tiering.choices import HoldKind

Values = dict[str, Any]


def sentence_of(entry: AuditEntry) -> str:
    """One sentence without a full stop; the entry's own words where the action is not known here."""
    told = _TOLD.get(entry.action)
    if told is not None:
        return told(entry.before, entry.after, entry.sentence)
    return entry.sentence or entry.action.replace("_", " ").capitalize()


def _created(before: Values, after: Values, sentence: str) -> str:
    return "Added by hand" + (f", with the domain {after['domain']}" if after.get("domain") else "")


def _updated(before: Values, after: Values, sentence: str) -> str:
    parts = [f"{_field(name)} from {_value(before.get(name))} to {_value(value)}" for name, value in after.items()]
    return f"Changed {'; '.join(parts)}" if parts else "Saved without a change"


def _assigned(before: Values, after: Values, sentence: str) -> str:
    return f"Owner changed from {before.get('owner') or 'nobody'} to {after.get('owner') or 'nobody'}"


def _followed(before: Values, after: Values, sentence: str) -> str:
    return "Follows its parent from now on" if after.get("follows") else "Stands for itself again"


def _placed(before: Values, after: Values, sentence: str) -> str:
    said = f"{before.get('tier') or 'Off list'} to {after.get('tier') or 'off list'}"
    return f"{said}: {sentence}" if sentence else said


def _held(before: Values, after: Values, sentence: str) -> str:
    kind = str(after.get("kind", ""))
    label = HoldKind(kind).label if kind in HoldKind.values else kind
    said = f"{label}: {after.get('tier') or 'Off list'}"
    return f"{said}, {sentence}" if sentence else said


def _potential(before: Values, after: Values, sentence: str) -> str:
    return f"Entered a potential of {display.money_short(_number(after.get('potential')))} a year"


def _judged(before: Values, after: Values, sentence: str) -> str:
    keys = [key for key in after if key != "note"]
    said = f"Judged {_field(keys[0])} {after[keys[0]]} of 5" if keys else "Judged"
    return f"{said}: {after['note']}" if after.get("note") else said


def _signal(before: Values, after: Values, sentence: str) -> str:
    kind = after.get("kind", "")
    label = SignalKind(kind).label if kind in SignalKind.values else str(kind)
    return f"Recorded a signal: {label.lower()}"


def _center(before: Values, after: Values, sentence: str) -> str:
    worth = display.money_short(_number(after.get("potential")))
    buys = _number(after.get("current revenue"))
    said = f"Valued {after.get('buying center', 'a buying center')} at {worth} a year"
    return f"{said}, of which they buy {display.money_short(buys)}" if buys else said


def _field(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def _value(value: Any) -> str:
    if value in (None, "", []):
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _number(value: Any) -> int | float | None:
    return value if isinstance(value, int | float) else None


def _person_changed(before: Values, after: Values, sentence: str) -> str:
    parts = [
        f"{_field(name)} from {_chosen(name, before.get(name))} to {_chosen(name, value)}"
        for name, value in after.items()
    ]
    return f"Changed {'; '.join(parts)}"


def _chosen(name: str, value: Any) -> str:
    """The label of a chosen value, else the value."""
    choices: dict[str, type[TextChoices]] = {
        "seniority": Seniority, "department": Department, "buying_role": BuyingRole,
    }  # fmt: skip
    among = choices.get(name)
    return str(among(value).label) if among and value in among.values else _value(value)


def _strength(before: Values, after: Values, sentence: str) -> str:
    return f"Known: {str(after.get('strength', '')).lower()}, last contact {_day(after.get('on'))}"


def _left(before: Values, after: Values, sentence: str) -> str:
    return f"Left on {_day(after.get('on'))}"


def _day(value: Any) -> str:
    """A day that the record keeps as ISO text."""
    try:
        return display.exact(date.fromisoformat(str(value)))
    except ValueError:
        return "a day unknown"


def _person_moved(before: Values, after: Values, sentence: str) -> str:
    return f"Moved from {before.get('account', 'another account')} to {after.get('account', 'another account')}"


def _tie(verb: str) -> Callable[[Values, Values, str], str]:
    def told(before: Values, after: Values, sentence: str) -> str:
        kind, note = str(after.get("kind", "")).lower(), after.get("note")
        return f"{verb} a tie{f': {kind}' if kind else ''}{f', {note}' if note else ''}"

    return told


def _dossier(verb: str) -> Callable[[Values, Values, str], str]:
    def told(before: Values, after: Values, sentence: str) -> str:
        section = after.get("section", "")
        part = DossierSection(section).label.lower() if section in DossierSection.values else "dossier"
        return f"{verb} ({part}): {after.get('text', '')}"

    return told


def _checked(before: Values, after: Values, sentence: str) -> str:
    facts = [_field(str(name)) for name in after.get("facts", [])]
    return f"Verified {', '.join(facts)}" if facts else "Verified the facts"


def _task(before: Values, after: Values, sentence: str) -> str:
    said = f"Asked {after.get('owner', 'somebody')} to find out {_field(str(after.get('fact', 'a fact')))}"
    return f"{said}: {after['note']}" if after.get("note") else said


def _task_done(before: Values, after: Values, sentence: str) -> str:
    return f"Task done: {_field(str(after.get('fact', 'a fact')))}"


def _plain(words: str, key: str = "", *, old: bool = False) -> Callable[[Values, Values, str], str]:
    """`words` with the value under `key` behind it."""

    def told(before: Values, after: Values, sentence: str) -> str:
        value = (before if old else after).get(key) if key else None
        return f"{words} {value}" if value else words

    return told


_TOLD: dict[str, Callable[[Values, Values, str], str]] = {
    "account_create": _created,
    "account_update": _updated,
    "account_assign": _assigned,
    "account_follow": _followed,
    "account_place": _placed,
    "account_hold": _held,
    "potential_enter": _potential,
    "judgement_record": _judged,
    "signal_record": _signal,
    "buying_center_value": _center,
    "buying_center_rename": _plain("Renamed a buying center to", "name"),
    "buying_center_close": _plain("Closed the buying center", "name"),
    "buying_center_reopen": _plain("Reopened the buying center", "name"),
    "contact_add": _plain("Added as a person"),
    "contact_update": _person_changed,
    "contact_strength": _strength,
    "contact_confirm": _plain("Confirmed how well they are known:", "strength"),
    "contact_leave": _left,
    "contact_return": _plain("Not left after all"),
    "contact_move": _person_moved,
    "contact_delete": _plain("Deleted the person", "person", old=True),
    "tie_add": _tie("Added"),
    "tie_confirm": _tie("Confirmed"),
    "tie_end": _tie("Ended"),
    "dossier_add": _dossier("Dossier"),
    "dossier_reword": _dossier("Dossier worded anew"),
    "dossier_confirm": _dossier("Dossier still true"),
    "dossier_retire": _dossier("Dossier retired"),
    "dossier_restore": _dossier("Dossier back"),
    "fact_check": _checked,
    "data_task_open": _task,
    "data_task_done": _task_done,
}
