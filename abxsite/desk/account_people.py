"""The people of an account: seats of the buying group, how well each is known and why, the org chart, ties."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from abxsite.desk.people_grid import gap_sentence, grid_of, groups_of, seats_of
from abxsite.lib import clock
from accounts.choices import Strength, TieKind
from accounts.models import Account, Contact, ContactStrength, Signal, Tie
from tiering.engine.configs import Relationship

SHOWN = 60
CHART = 300
TIES = 60
DEEPEST = 6
#: How long evidence lasts, in days (S5).
EVIDENCE = Relationship().evidence_days


@dataclass(frozen=True)
class Known:
    """A contact with what stands behind the strength. `half`: it counts half, for want of evidence (S5)."""

    contact: Contact
    newest: ContactStrength | None
    half: bool
    evidence: str
    removable: bool

    @property
    def entered_by(self) -> int | None:
        return self.newest.entered_by_id if self.newest else None

    @property
    def confirmable(self) -> bool:
        """Within 12 months of the last contact a second person's word makes it count in full."""
        return bool(self.half and self.newest and (clock.today() - self.newest.on).days <= EVIDENCE)


@dataclass(frozen=True)
class Branch:
    """A line of the org chart: `depth` 1 at the top; `superior` is named where they have left."""

    contact: Contact
    depth: int
    away: str = ""

    @property
    def indent(self) -> int:
        return min(self.depth, DEEPEST)


@dataclass(frozen=True)
class ShownTie:
    """A tie and why it counts in full, half or not at all today."""

    tie: Tie
    said: str
    confirmable: bool


def people(account: Account, page: int = 1) -> dict[str, Any]:
    ordered = account.contacts.order_by(F("left_on").asc(nulls_first=True), "-strength", "name", "id")
    start = (page - 1) * SHOWN
    hanging = (
        Exists(Signal.objects.filter(contact=OuterRef("pk")))
        | Exists(Tie.objects.filter(contact=OuterRef("pk")))
        | Exists(ContactStrength.objects.filter(contact=OuterRef("pk")))
        | Exists(Contact.objects.filter(reports_to=OuterRef("pk")))
    )
    ordered = ordered.annotate(hanging=hanging)
    found = list(ordered.select_related("reports_to")[start : start + SHOWN + 1])
    seats = seats_of(account)
    ties = list(
        Tie.objects.filter(account=account)
        .select_related("person", "contact", "entered_by__person", "confirmed_by__person")
        .order_by(F("ended_on").desc(nulls_first=True), "-on", "-id")[:TIES]
    )
    chart = list(
        account.contacts.filter(Q(reports_to__isnull=False) | Q(reports__isnull=False), left_on__isnull=True)
        .select_related("reports_to")
        .distinct()
        .order_by("name", "id")[:CHART]
    )
    return {
        "known": known_of(account, found[:SHOWN]),
        "people_page": page,
        "more_people": len(found) > SHOWN,
        "heat": grid_of(groups_of(account)),
        "seats": seats,
        "gap_sentence": gap_sentence(seats),
        "without_role": account.contacts.filter(left_on__isnull=True, buying_role="").count(),
        "chart": branches_of(chart),
        "ties": [_shown(tie) for tie in ties],
        "sponsors": [tie for tie in ties if tie.kind == TieKind.EXECUTIVE_SPONSOR and tie.ended_on is None],
    }


def known_of(account: Account, contacts: Iterable[Contact]) -> list[Known]:
    people = list(contacts)
    rows = ContactStrength.objects.filter(account=account, contact__in=people).select_related("entered_by__person")
    newest = {row.contact_id: row for row in rows.order_by("contact_id", "-on", "-id").distinct("contact_id")}
    return [_known(one, newest.get(one.pk)) for one in people]


def _known(contact: Contact, newest: ContactStrength | None) -> Known:
    removable = not getattr(contact, "hanging", True)
    if newest is None or contact.left_on is not None:
        return Known(contact, newest, half=False, evidence="", removable=removable)
    fresh = (clock.today() - newest.on).days <= EVIDENCE
    half = newest.strength > Strength.MET and not (newest.evidenced and fresh)
    return Known(contact, newest, half=half, evidence=_evidence(newest, fresh=fresh), removable=removable)


def _evidence(row: ContactStrength, *, fresh: bool) -> str:
    if row.strength <= Strength.MET:
        return row.note
    if not row.evidenced:
        return "no dated activity and no second person's word"
    if not fresh:
        return "the evidence is older than 12 months"
    return row.note or "an activity on that day"


def _shown(tie: Tie) -> ShownTie:
    today = clock.today()
    if tie.ended_on is not None:
        return ShownTie(tie, f"ended {_day(tie.ended_on)}", confirmable=False)
    if tie.confirmed_on is None:
        return ShownTie(tie, "counts half until a second person confirms it", confirmable=True)
    who = f" by {tie.confirmed_by.name}" if tie.confirmed_by else ""
    if (today - tie.confirmed_on).days > EVIDENCE:
        return ShownTie(tie, f"counts half: confirmed{who} more than 12 months ago", confirmable=True)
    return ShownTie(tie, f"counts in full, confirmed{who} on {_day(tie.confirmed_on)}", confirmable=False)


def branches_of(contacts: Iterable[Contact]) -> list[Branch]:
    """Who reports to whom, from the top, each above their reports; whose superior is not here stands at the top."""
    people = {one.pk: one for one in contacts}
    below: dict[int | None, list[Contact]] = defaultdict(list)
    for one in people.values():
        below[one.reports_to_id if one.reports_to_id in people else None].append(one)
    lines: list[Branch] = []
    waiting = [(one, 1) for one in reversed(below[None])]
    while waiting:
        one, depth = waiting.pop()
        superior = one.reports_to if one.reports_to_id not in people else None
        away = f"reported to {superior.name}, who has left" if superior and superior.left_on else ""
        lines.append(Branch(one, depth, away))
        waiting += [(report, depth + 1) for report in reversed(below[one.pk])]
    return lines


def _day(day: date) -> str:
    return f"{day:%-d %b}" if day.year == clock.today().year else f"{day:%-d %b %Y}"
