"""Who we know at an account: departments by level, most gaps first; and the seats of the buying group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Max, Min

from accounts.choices import BuyingRole, Department, Seniority, Strength
from accounts.models import Account, Contact

#: Columns: label and the levels that it counts; the first is what a gap would be filled with.
WIDE = (
    ("C-level", (Seniority.C_LEVEL,)),
    ("VP", (Seniority.VP,)),
    ("Director", (Seniority.DIRECTOR,)),
    ("Manager", (Seniority.MANAGER,)),
    ("Other", (Seniority.OTHER, Seniority.UNKNOWN)),
)
SMALL = (*WIDE[:3], ("Other", (Seniority.MANAGER, Seniority.OTHER, Seniority.UNKNOWN)))
SMALL_LINES = 6
#: Without these three nothing is bought; the other roles help.
NEEDED = (BuyingRole.DECIDER, BuyingRole.BUDGET, BuyingRole.CHAMPION)
ROLES = (*NEEDED, BuyingRole.INFLUENCER, BuyingRole.USER, BuyingRole.BLOCKER)


@dataclass(frozen=True)
class Group:
    """People of one department and level: how many, how well the best is known, and one name."""

    department: str
    seniority: str
    count: int
    strength: int
    name: str = ""


@dataclass(frozen=True)
class Cell:
    """How many people, and how well the best of them is known (0–4). `seat` is the query that would fill a gap."""

    count: int
    strength: int
    name: str = ""
    seat: str = ""

    @property
    def shade(self) -> int:
        return 3 if self.strength >= Strength.KNOWN else 2 if self.strength == Strength.MET else 1

    @property
    def others(self) -> int:
        return self.count - 1


@dataclass(frozen=True)
class Line:
    label: str
    cells: tuple[Cell, ...]

    @property
    def gaps(self) -> int:
        return sum(not cell.count for cell in self.cells)


@dataclass(frozen=True)
class Grid:
    """`count` people in all, `hidden` departments that did not fit, `adrift` people without a department."""

    levels: tuple[str, ...]
    lines: tuple[Line, ...]
    count: int
    hidden: int = 0
    adrift: int = 0


@dataclass(frozen=True)
class Seat:
    """A role in the buying group: nobody, somebody whom we never met, or somebody whom we did."""

    role: BuyingRole
    people: tuple[Contact, ...] = ()
    count: int = 0

    @property
    def label(self) -> str:
        return str(self.role.label)

    @property
    def strength(self) -> int:
        return max((one.strength for one in self.people), default=0)

    @property
    def state(self) -> str:
        if not self.count:
            return "empty"
        return "met" if self.strength >= Strength.MET else "unmet"

    @property
    def query(self) -> str:
        return urlencode({"buying_role": self.role})


def groups_of(account: Account) -> list[Group]:
    """One small row per department and level, however many people there are; who has left is not counted."""
    here = account.contacts.filter(left_on__isnull=True).order_by()
    rows = here.values("department", "seniority").annotate(n=Count("id"), best=Max("strength"), one=Min("name"))
    best = {
        (one.department, one.seniority): one.name
        for one in here.order_by("department", "seniority", "-strength", "name").distinct("department", "seniority")
    }
    return [
        Group(row["department"], row["seniority"], row["n"], row["best"], best[row["department"], row["seniority"]])
        for row in rows
    ]


def grid_of(
    groups: Iterable[Group], columns: Sequence[tuple[str, Sequence[str]]] = WIDE, limit: int | None = None
) -> Grid:
    found = list(groups)
    lines = []
    for department in sorted({one.department for one in found if one.department}):
        here = [one for one in found if one.department == department]
        cells = tuple(_cell(department, levels, here) for _, levels in columns)
        lines.append(Line(Department(department).label, cells))
    lines.sort(key=lambda line: (-line.gaps, line.label))
    shown = lines[:limit] if limit else lines
    return Grid(
        tuple(label for label, _ in columns),
        tuple(shown),
        count=sum(one.count for one in found),
        hidden=len(lines) - len(shown),
        adrift=sum(one.count for one in found if not one.department),
    )


def small_grid(account: Account) -> Grid:
    return grid_of(groups_of(account), SMALL, SMALL_LINES)


def _cell(department: str, levels: Sequence[str], groups: Iterable[Group]) -> Cell:
    inside = sorted((one for one in groups if one.seniority in levels), key=lambda one: -one.strength)
    seat = urlencode({"department": department, "seniority": levels[0]})
    best = inside[0] if inside else None
    return Cell(
        sum(one.count for one in inside), best.strength if best else 0, name=best.name if best else "", seat=seat
    )


def seats_of(account: Account) -> list[Seat]:
    """The buying group, empty seats first, then people whom we never met; a blocker only where there is one."""
    here = account.contacts.filter(left_on__isnull=True, buying_role__in=ROLES).order_by()
    counts = dict(here.values_list("buying_role").annotate(n=Count("id")))
    best = here.order_by("buying_role", "-strength", "name").distinct("buying_role")
    people = {one.buying_role: (one,) for one in best}
    seats = [Seat(role, people.get(role, ()), counts.get(role, 0)) for role in ROLES]
    order = {"empty": 0, "unmet": 1, "met": 2}
    return sorted((seat for seat in seats if seat.count or seat.role in NEEDED), key=lambda seat: order[seat.state])


def gap_sentence(seats: Sequence[Seat]) -> str:
    """`No decision maker and no champion is known; the budget holder was never met.`"""
    empty = [seat.label.lower() for seat in seats if seat.state == "empty"]
    unmet = [seat.label.lower() for seat in seats if seat.state == "unmet" and seat.role in NEEDED]
    parts = []
    if empty:
        parts.append(f"{_joined([f'no {name}' for name in empty])} is known".capitalize())
    if unmet:
        said = f"the {_joined(unmet)} {'was' if len(unmet) == 1 else 'were'} never met"
        parts.append(said if parts else said.capitalize())
    return f"{'; '.join(parts)}." if parts else "Every seat that matters is held by somebody whom we met."


def _joined(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
