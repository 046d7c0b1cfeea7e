"""A file as it came: text as it is, one sheet of a workbook as text; with what people should know about it."""

from dataclasses import dataclass, field
from typing import IO, Any

from accounts.imports import excel, reading
from accounts.imports.reading import FileShape

#: Where ImportJob.options keeps what is true of this one file and no answer of people.
FILE_FACTS = "file"


@dataclass(frozen=True)
class Upload:
    """`file` is what is stored and read. `sheet` and `sheets` are of a workbook, else empty."""

    file: IO[bytes]
    shape: FileShape
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def is_workbook(self) -> bool:
        return bool(self.sheets)

    @property
    def facts(self) -> dict[str, Any]:
        """For ImportJob.options under FILE_FACTS."""
        found: dict[str, Any] = {"notes": list(self.notes)}
        return found | ({"sheet": self.sheet, "sheets": list(self.sheets)} if self.sheets else {})


def take_in(file: IO[bytes], *, max_bytes: int, sheet: str = "") -> Upload:
    """Look through the file once. Raises UnusableFile with one sentence."""
    if not excel.is_workbook(file):
        shape = reading.inspect(file, max_bytes=max_bytes)
        return Upload(file, shape, notes=shape.notes)
    found = excel.read_sheet(file, sheet)
    shape = reading.inspect(found.file, max_bytes=max_bytes, delimiter=excel.DELIMITER)
    others = [f"“{name}”" for name in found.names if name != found.name]
    notes = [f"Read from the sheet “{found.name}”; the workbook also has {', '.join(others[:10])}."] if others else []
    return Upload(found.file, shape, found.name, found.names, (*notes, *shape.notes))


def without_file_facts(options: dict[str, Any]) -> dict[str, Any]:
    """What people answered, as it is remembered for the next file."""
    return {key: value for key, value in options.items() if key != FILE_FACTS}
