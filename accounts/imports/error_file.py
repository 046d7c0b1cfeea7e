"""The rows that were not taken, as a file to mend and upload again: the original cells, the line, the reason."""

import csv
from collections.abc import Iterator
from io import StringIO

from abxsite.lib.csv import neutral
from accounts.choices import ImportStage
from accounts.imports.pipeline import shape_of
from accounts.imports.reading import open_rows
from accounts.imports.staging import Staging
from accounts.imports.values import BadValue, number
from accounts.models import ImportJob, ImportRow

COLUMNS = ("Line", "Reason")
_CHUNK = 2_000
_OPEN = """SELECT line, reason FROM {match} WHERE verdict IN ('conflict', 'error') AND line > %(after)s
    ORDER BY line LIMIT %(limit)s"""


def open_lines(job: ImportJob) -> Iterator[tuple[int, str]]:
    """(line, reason) of every row that was not taken, in the file's order, a few thousand at a time."""
    after = 0
    while True:
        if job.stage == ImportStage.APPLIED:
            kept = ImportRow.objects.filter(job=job, line__gt=after).order_by("line")
            found = list(kept.values_list("line", "reason")[:_CHUNK])
        else:
            staging = Staging(job.pk, job.kind)
            found = staging.fetch(_OPEN, {"after": after, "limit": _CHUNK}) if staging.exists() else []
        yield from found
        if len(found) < _CHUNK:
            return
        after = found[-1][0]


def error_file(job: ImportJob) -> Iterator[str]:
    """Lines of the CSV; the source file is read once more beside the list of what was not taken."""
    waiting = open_lines(job)
    wanted = next(waiting, None)
    yield "\ufeff" + _line([*job.headers, *COLUMNS])
    if wanted is None:
        return
    with job.file.open("rb") as file, open_rows(file, shape_of(job)) as reader:
        for row in reader.rows(10**9):
            if row.line != wanted[0]:
                continue
            yield _line([*map(_safe, _fitted(row.cells, len(job.headers))), str(row.line), wanted[1] or ""])
            wanted = next(waiting, None)
            if wanted is None:
                return


def _fitted(cells: list[str], width: int) -> list[str]:
    """As many cells as there are headers; what is too much stands together in the last one."""
    if len(cells) <= width:
        return cells + [""] * (width - len(cells))
    return [*cells[: width - 1], " ".join(cells[width - 1 :])]


def _safe(cell: str) -> str:
    """Formulas become text; numbers stay as they are. Reading takes the apostrophe off again."""
    try:
        number(cell)
    except BadValue:
        return str(neutral(cell))
    return cell


def _line(cells: list[str]) -> str:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
