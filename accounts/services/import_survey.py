"""What the first rows of an import's file ask of people, what they decide themselves, and what is worth saying."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from accounts.imports.parsing import Options
from accounts.imports.pipeline import shape_of
from accounts.imports.reading import FileShape
from accounts.imports.survey import Question, Survey, marks_seen, orders_seen, questions, remarks, survey
from accounts.imports.upload import FILE_FACTS
from accounts.models import ImportJob
from accounts.services.import_words import with_known_words


def survey_of(job: ImportJob, mapping: Mapping[str, str] | None = None) -> Survey:
    """Stored files never change, so that one look per file and mapping is enough."""
    chosen = job.mapping if mapping is None else mapping
    return _surveyed(job.file.name or "", shape_of(job), job.kind, tuple(sorted(chosen.items())))


@lru_cache(maxsize=8)
def _surveyed(name: str, shape: FileShape, kind: str, mapping: tuple[tuple[str, str], ...]) -> Survey:
    with ImportJob._meta.get_field("file").storage.open(name, "rb") as file:
        return survey(file, shape, kind, dict(mapping))


def questions_of(job: ImportJob, mapping: Mapping[str, str] | None = None) -> list[Question]:
    """What the file makes us ask under a mapping (the job's own by default), with the answers given so far."""
    return questions(job.kind, survey_of(job, mapping), Options.of(with_known_words(job, job.options)))


def remarks_of(job: ImportJob, mapping: Mapping[str, str] | None = None) -> list[str]:
    """Sentences about how the file is read: its header, its sheet, ranges, units."""
    notes: list[str] = job.options.get(FILE_FACTS, {}).get("notes", [])
    return [*notes, *remarks(job.kind, survey_of(job, mapping))]


def decided(job: ImportJob) -> dict[str, Any]:
    """The options `dates` and `marks` with what the columns decide themselves, where people have not answered."""
    seen = survey_of(job)
    return {
        "dates": orders_seen(seen) | job.options.get("dates", {}),
        "marks": marks_seen(seen) | job.options.get("marks", {}),
    }
