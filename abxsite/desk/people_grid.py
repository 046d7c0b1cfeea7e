"""Who we know at an account: departments by level, those with the most gaps first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.choices import Department, Seniority, Strength
from accounts.models import Account, Contact

#: Columns: label and the levels that it counts.
WIDE = (
    ("C-level", (Seniority.C_LEVEL,)),
    ("VP", (Seniority.VP,)),
    ("Director", (Seniority.DIRECTOR,)),
    ("Manager", (Seniority.MANAGER,)),
    ("Other", (Seniority.OTHER, Seniority.UNKNOWN)),
)
SMALL = (*WIDE[:3], ("Other", (Seniority.MANAGER, Seniority.OTHER, Seniority.UNKNOWN)))
SMALL_LINES = 6


@dataclass(frozen=True)
class Cell:
    """How many people, and how well the best of them is known (0–4)."""

    count: int
    strength: int

    @property
    def shade(self) -> int:
        return 3 if self.strength >= Strength.KNOWN else 2 if self.strength == Strength.MET else 1


@dataclass(frozen=True)
class Line:
    label: str
    cells: tuple[Cell, ...]

    @property
    def gaps(self) -> int:
        return sum(not cell.count for cell in self.cells)


@dataclass(frozen=True)
class Grid:
    """`count` people in all, `hidden` departments that did not fit."""

    levels: tuple[str, ...]
    lines: tuple[Line, ...]
    count: int
    hidden: int = 0


def grid_of(
    contacts: Iterable[Contact], columns: Sequence[tuple[str, Sequence[str]]] = WIDE, limit: int | None = None
) -> Grid:
    people = list(contacts)
    lines = []
    for department in sorted({one.department for one in people if one.department}):
        here = [one for one in people if one.department == department]
        cells = tuple(_cell([one for one in here if one.seniority in levels]) for _, levels in columns)
        lines.append(Line(Department(department).label, cells))
    lines.sort(key=lambda line: (-line.gaps, line.label))
    shown = lines[:limit] if limit else lines
    return Grid(tuple(label for label, _ in columns), tuple(shown), len(people), len(lines) - len(shown))


def small_grid(account: Account) -> Grid:
    return grid_of(account.contacts.only("department", "seniority", "strength"), SMALL, SMALL_LINES)


def _cell(contacts: Sequence[Contact]) -> Cell:
    return Cell(len(contacts), max((one.strength for one in contacts), default=0))
