"""What must be asked before a file can be tried: units, the order of ambiguous dates, what stage words mean.

Looks at the first rows of the file; later rows that disagree become row errors, never silent guesses.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median_low
from typing import IO

from accounts.choices import ImportKind, OpportunityType, Outcome
from accounts.imports import tier_column, values, words
from accounts.imports.fields import Type, field_of
from accounts.imports.headers import unit_in
from accounts.imports.parsing import Options, amount_as_number
from accounts.imports.reading import FileShape, open_rows

LOOKED_AT = 50_000
MOST_STAGES = 60
#: Fields whose words people give a meaning.
WORD_FIELDS = ("stage", "outcome", "type", "tier")
#: Below so much revenue per employee a year, or so little revenue at all, the figures are in thousands or millions.
LEAST_PER_HEAD = 1_000
LEAST_REVENUE = 100_000

UNIT_CHOICES = (("units", "as they stand"), ("thousands", "in thousands"), ("millions", "in millions"))
MARK_CHOICES = (
    (values.COMMA, "one thousand and more: the point parts thousands"),
    (values.POINT, "one and a fraction"),
)
KEPT_CELLS = 2_000
DATE_CHOICES = ((values.DAY_FIRST, "day first (31/12/2026)"), (values.MONTH_FIRST, "month first (12/31/2026)"))


@dataclass(frozen=True)
class Question:
    """`about` is unit, date, mark or stage; `answer` holds now; `must`: nothing may go on without one."""

    about: str
    field: str
    header: str
    sentence: str
    choices: tuple[tuple[str, str], ...]
    answer: str = ""
    suggestion: str = ""
    must: bool = False
    word: str = ""
    count: int = 0

    @property
    def open(self) -> bool:
        return self.must and not self.answer

    @property
    def name(self) -> str:
        """The name of its control in a form."""
        return f"{self.about}:{self.word or self.field}"


@dataclass
class Column:
    """What was seen in one mapped column."""

    header: str
    orders: Counter[str] = field(default_factory=Counter)
    example: str = ""
    words: Counter[str] = field(default_factory=Counter)
    cells: list[str] = field(default_factory=list)
    marks: Counter[str] = field(default_factory=Counter)
    ranges: int = 0

    @property
    def mark(self) -> str:
        """The decimal mark that the column itself decides; '' where it says nothing, or both."""
        point, comma = self.marks[values.POINT], self.marks[values.COMMA]
        return "" if bool(point) == bool(comma) else values.POINT if point else values.COMMA

    @property
    def mark_open(self) -> bool:
        """Only cells such as 1.234, which two conventions read differently."""
        return bool(self.marks["?."]) and not self.marks[values.POINT] and not self.marks[values.COMMA]

    def numbers(self, mark: str = "") -> list[Decimal | None]:
        return [amount_as_number(cell, mark or self.mark) for cell in self.cells]


Survey = Mapping[str, Column]


def survey(file: IO[bytes], shape: FileShape, kind: str, mapping: Mapping[str, str]) -> Survey:
    """{field: Column} for the mapped columns that may raise a question."""
    wanted: list[tuple[int, str, Type, Column]] = []
    for index, header in enumerate(shape.headers):
        found = field_of(kind, mapping.get(header, ""))
        if found and (found.type in (Type.DATE, Type.MONEY, Type.COUNT) or found.key in WORD_FIELDS):
            wanted.append((index, found.key, found.type, Column(header)))
    if wanted:
        with open_rows(file, shape) as reader:
            for row in reader.rows(LOOKED_AT):
                if not row.problem:
                    _note(row.cells, wanted)
    return {key: column for _, key, _, column in wanted}


def _note(cells: Sequence[str], wanted: Sequence[tuple[int, str, Type, Column]]) -> None:
    for index, key, type_, column in wanted:
        cell = cells[index]
        if type_ is Type.DATE:
            if cell and (order := values.date_order(cell)):
                column.orders[order] += 1
                if order == "either" and not column.example:
                    column.example = cell.strip()
        elif key in WORD_FIELDS:
            if cell.strip() and len(column.words) < 1000:
                column.words[values.clean(cell)] += 1
        else:
            _note_number(cell, column)


def _note_number(cell: str, column: Column) -> None:
    if len(column.cells) < KEPT_CELLS:
        column.cells.append(cell)
    if cell.isdigit():
        return
    if said := values.decimal_mark(cell):
        column.marks[said] += 1
    if values.is_range(cell):
        column.ranges += 1
        if column.ranges == 1:
            column.example = cell.strip()


def questions(kind: str, seen: Survey, options: Options) -> list[Question]:
    found = [question for key, column in seen.items() if (question := _date(kind, key, column, options))]
    found += [question for key, column in seen.items() if (question := _mark(kind, key, column, options))]
    if kind == ImportKind.ACCOUNTS and "revenue" in seen and (asked := _unit(seen, options)):
        found.append(asked)
    if kind == ImportKind.OPPORTUNITIES:
        found += _stages(seen, options) + _types(seen, options)
    if kind == ImportKind.ACCOUNTS:
        found += _tiers(seen, options)
    return found


def _date(kind: str, key: str, column: Column, options: Options) -> Question | None:
    """Asked where days and months could be swapped and no row of the column decides it."""
    if not column.orders:
        return None
    decided = values.date_format(options.dates[key]) if key in options.dates else ""
    day_first, month_first = column.orders[values.DAY_FIRST], column.orders[values.MONTH_FIRST]
    if not column.orders["either"] or (bool(day_first) != bool(month_first)):
        return None
    found = field_of(kind, key)
    assert found is not None
    return Question(
        "date", key, column.header,
        f"{column.header}: is {column.example} day first or month first?",
        DATE_CHOICES, answer=decided, must=True,
    )  # fmt: skip


def _mark(kind: str, key: str, column: Column, options: Options) -> Question | None:
    """Asked where 1.234 may be one thousand or one and a fraction, and no cell of the column decides it."""
    found = field_of(kind, key)
    if found is None or found.type is not Type.MONEY or not column.mark_open:
        return None
    example = next((cell.strip() for cell in column.cells if values.decimal_mark(cell) == "?."), "1.234")
    return Question(
        "mark", key, column.header, f"{column.header}: what is {example}?",
        MARK_CHOICES, answer=options.marks.get(key, ""), must=True,
    )  # fmt: skip


def _unit(seen: Survey, options: Options) -> Question | None:
    """Asked where the revenue is too small for the employees beside it, or too small to be meant."""
    column = seen["revenue"]
    figures = [value for value in column.numbers(options.marks.get("revenue", "")) if value is not None and value > 0]
    if unit_in(column.header) or not figures:
        return None
    heads = seen["employees"].numbers() if "employees" in seen else []
    both = zip(column.numbers(options.marks.get("revenue", "")), heads, strict=False)
    pairs = [(a, b) for a, b in both if a is not None and b and a > 0 and b > 0]
    per_head = median_low([a / b for a, b in pairs]) if pairs else None
    small = per_head < LEAST_PER_HEAD if per_head is not None else median_low(figures) < LEAST_REVENUE
    if not small and "revenue" not in options.units:
        return None
    shown = next((pair for pair in pairs if pair[0] / pair[1] < LEAST_PER_HEAD), None)
    beside = f" ({shown[0]:,f} beside {shown[1]:,f} employees)" if shown else f" ({figures[0]:,f})"
    return Question(
        "unit", "revenue", column.header,
        f"{column.header}: the figures look small{beside}. Are they in units, thousands or millions?"
        if small else f"{column.header}: in which unit are the figures?",
        UNIT_CHOICES, answer=options.units.get("revenue", ""), must=small,
        suggestion=_likely_unit(per_head) if small else "",
    )  # fmt: skip


def _likely_unit(per_head: Decimal | None) -> str:
    """The unit under which an employee brings a likely revenue a year."""
    if per_head is None:
        return ""
    for name in ("thousands", "millions"):
        if 10_000 <= per_head * values.UNITS[name] <= 20_000_000:
            return name
    return ""


def _stages(seen: Survey, options: Options) -> list[Question]:
    """Each stage word with what it was taken for; never stops an import, because unknown words mean open."""
    key = "stage" if "stage" in seen else "outcome"
    if key not in seen:
        return []
    decided_elsewhere = bool({"is_won", "is_closed"} & set(seen))
    return [
        Question(
            "stage", key, seen[key].header, f"“{word}” means", tuple(Outcome.choices),
            answer=options.stages.get(word.lower()) or words.outcome_of(word) or Outcome.OPEN, word=word, count=count,
        )
        for word, count in seen[key].words.most_common(MOST_STAGES)
        if not decided_elsewhere
    ]  # fmt: skip


def _types(seen: Survey, options: Options) -> list[Question]:
    """Words for the kind of a deal: all are shown, and one that says nothing is asked."""
    if "type" not in seen:
        return []
    return [
        Question(
            "type", "type", seen["type"].header, f"“{word}” means", tuple(OpportunityType.choices),
            answer=options.meaning("type", word) or words.type_of(word), word=word, count=count,
        )
        for word, count in seen["type"].words.most_common(MOST_STAGES)
    ]  # fmt: skip


def _tiers(seen: Survey, options: Options) -> list[Question]:
    """Each word in a tier's column, and the tier that it most likely means."""
    known = tier_column.tiers()
    if "tier" not in seen or not known:
        return []
    said = options.words.get("tier", {})
    return [
        Question(
            "tier", "tier", seen["tier"].header, f"“{word}” means", (("", "No tier"), *known),
            answer=said.get(word.lower(), tier_column.guess(word)), word=word, count=count,
        )
        for word, count in seen["tier"].words.most_common(MOST_STAGES)
    ]  # fmt: skip


def orders_seen(seen: Survey) -> dict[str, str]:
    """{field: order} of the date columns that decide it themselves."""
    found = {}
    for key, column in seen.items():
        day_first, month_first = column.orders[values.DAY_FIRST], column.orders[values.MONTH_FIRST]
        if bool(day_first) != bool(month_first):
            found[key] = values.DAY_FIRST if day_first else values.MONTH_FIRST
    return found


def marks_seen(seen: Survey) -> dict[str, str]:
    """{field: decimal mark} of the columns that decide it themselves."""
    return {key: column.mark for key, column in seen.items() if column.mark}


def remarks(kind: str, seen: Survey) -> list[str]:
    """What people should know of how the columns are read, and need not answer."""
    found = []
    for key, column in seen.items():
        of = field_of(kind, key)
        if of is None or of.type not in (Type.MONEY, Type.COUNT):
            continue
        if column.ranges:
            cells = "one cell gives" if column.ranges == 1 else f"{column.ranges:,} cells give"
            found.append(f"{column.header}: {cells} a range such as “{column.example}”; its middle is kept.")
        if of.type is Type.MONEY and (unit := unit_in(column.header)):
            found.append(f"{column.header}: read in {unit}, as the header says.")
    return found
