"""A sheet of a workbook as a text file that the reader takes: UTF-8, commas, one line for each row of the sheet.

Line numbers told to people are then the sheet's own. The workbook is opened by another process that has little memory
and little time (`excel_child.py`): whatever is in it, neither the web nor a worker suffers.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from abxsite.lib.errors import UnusableFile

#: How the converted file is written.
DELIMITER = ","
MOST_ENTRIES = 5_000
MOST_UNPACKED = 1024**3
#: A part of more than so many bytes that shrank more than so many times is no honest sheet.
SMALL_PART, MOST_RATIO = 20 * 1024**2, 200
SECONDS = 45

_ZIP, _ZIP_EMPTY, _OLE = b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"
_CHILD = Path(__file__).with_name("excel_child.py")
_AS_CSV = "Save the sheet as CSV (UTF-8) and upload that."

DAMAGED = f"The workbook is damaged or was cut off on the way. {_AS_CSV}"
PROTECTED = "The workbook is protected by a password. Save it without one and upload it again."
TOO_LARGE = f"The workbook is too large to be read, or has cells in use far outside its table. {_AS_CSV}"
_REFUSED = {
    "damaged": DAMAGED,
    "password": PROTECTED,
    "no-sheet": "The workbook has no sheet with cells, only macros or charts. Upload the one that holds the table.",
    "empty": "The workbook's sheets are all empty.",
    "missing": "The workbook has no such sheet.",
}


@dataclass(frozen=True)
class Sheet:
    """The chosen sheet as text; `names` are all sheets of the workbook, in its order."""

    file: IO[bytes]
    name: str
    names: tuple[str, ...]


def is_workbook(file: IO[bytes]) -> bool:
    """By its first bytes, whatever its name; also where it turns out to be another kind of archive."""
    file.seek(0)
    return file.read(4) in (_ZIP, _ZIP_EMPTY, _OLE)


def read_sheet(file: IO[bytes], sheet: str = "") -> Sheet:
    """The sheet of that name, else the first visible one that holds a table. Raises UnusableFile."""
    file.seek(0)
    suffix = _check_old(file) if file.read(4) == _OLE else _check_archive(file)
    with tempfile.TemporaryDirectory(prefix="abx-sheet-") as folder:
        source, target = Path(folder, f"workbook{suffix}"), Path(folder, "sheet.csv")
        with source.open("wb") as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy, 1 << 20)
        said = _convert(source, target, sheet)
        return Sheet(target.open("rb"), said["sheet"], tuple(said["sheets"]))


def _convert(source: Path, target: Path, sheet: str) -> dict[str, Any]:
    environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    command = [sys.executable, "-I", str(_CHILD), str(source), str(target), sheet]
    try:
        done = subprocess.run(  # noqa: S603  (our own program; the file's content is only data to it)
            command, capture_output=True, timeout=SECONDS, check=False, env=environment
        )
    except subprocess.TimeoutExpired as error:
        raise UnusableFile(TOO_LARGE) from error
    try:
        said: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        died_of_memory = done.returncode < 0 or b"MemoryError" in done.stderr or b"memory" in done.stderr
        raise UnusableFile(TOO_LARGE if died_of_memory else DAMAGED) from error
    if refused := said.get("refused"):
        raise UnusableFile(_REFUSED[refused])
    return said


def _check_archive(file: IO[bytes]) -> str:
    """Look at the archive's directory before anything is unpacked. The suffix that says what it is."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnusableFile(DAMAGED) from error
    names = {entry.filename for entry in entries}
    suffix = _kind(names)
    if len(entries) > MOST_ENTRIES:
        raise UnusableFile(f"The workbook has {len(entries):,} parts: it will not be opened. {_AS_CSV}")
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnusableFile(PROTECTED)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        most = MOST_UNPACKED // 1024**2
        raise UnusableFile(f"The workbook unpacks to more than {most:,} MB: it will not be opened. {_AS_CSV}")
    if any(entry.file_size > max(SMALL_PART, entry.compress_size * MOST_RATIO) for entry in entries):
        raise UnusableFile(f"The workbook unpacks to far more than its size: it will not be opened. {_AS_CSV}")
    return suffix


def _kind(names: set[str]) -> str:
    if "xl/workbook.xml" in names:
        return ".xlsx"
    if {"mimetype", "content.xml"} <= names and not any(name.startswith("Object") for name in names):
        return ".ods"
    if "xl/workbook.bin" in names:
        raise UnusableFile("This is a binary workbook (.xlsb). Save it as .xlsx or CSV and upload that.")
    if any(name.startswith("word/") for name in names):
        raise UnusableFile("This is a Word document, not a table. Export the list as CSV or Excel.")
    if any(name.startswith("ppt/") for name in names):
        raise UnusableFile("These are slides, not a table. Export the list as CSV or Excel.")
    if any(name.endswith(".iwa") for name in names):
        raise UnusableFile("This is a Numbers document. Export it as Excel (.xlsx) or CSV and upload that.")
    raise UnusableFile("This is a ZIP archive. Unpack it and upload the CSV or Excel file inside.")


def _check_old(file: IO[bytes]) -> str:
    """Files of the old office format name their parts in UTF-16."""
    found = _holds(file, "EncryptedPackage", "WordDocument", "PowerPoint Document", "Workbook", "Book")
    if "EncryptedPackage" in found:
        raise UnusableFile(PROTECTED)
    if found & {"Workbook", "Book"}:
        return ".xls"
    if found:
        raise UnusableFile("This is an old Word or PowerPoint file, not a table. Export the list as CSV or Excel.")
    raise UnusableFile("This is a file of an old office format without a table in it. Save the list as .xlsx or CSV.")


def _holds(file: IO[bytes], *names: str) -> set[str]:
    wanted = {name: name.encode("utf-16-le") for name in names}
    found: set[str] = set()
    tail = b""
    file.seek(0)
    while chunk := file.read(1 << 20):
        found |= {name for name, letters in wanted.items() if letters in tail + chunk}
        tail = chunk[-64:]
    return found
