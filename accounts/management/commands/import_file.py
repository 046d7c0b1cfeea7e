"""`manage.py import_file KIND FILE`: import one file here and now, without a worker; see `--help`."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from abxsite.audit.services import source as audit_source
from abxsite.lib.errors import DomainError
from abxsite.lib.jobs import JobStatus
from abxsite.users.models import User
from accounts.choices import ImportKind, ImportStage
from accounts.models import ImportJob
from accounts.services import imports

COUNTS = ("created", "updated", "unchanged", "conflict", "error")


class Command(BaseCommand):
    help = "Import accounts, contacts, opportunities or signals from a CSV file. Exit 0: applied; 2: cannot be used."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=ImportKind.values)
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default=imports.DEFAULT_SOURCE, help="the system whose ids the file holds")
        parser.add_argument(
            "--map", action="append", default=[], metavar="Column=field", help="an empty field leaves the column out"
        )
        parser.add_argument(
            "--unit", action="append", default=[], metavar="field=millions", help="units, thousands or millions"
        )
        parser.add_argument(
            "--date-format", default="", metavar="F", help="iso, us, eu, or a pattern such as DD.MM.YYYY"
        )
        parser.add_argument("--stage", action="append", default=[], metavar="Value=won|lost|open")
        parser.add_argument("--as", dest="as_email", default="", metavar="EMAIL", help="the login that imports")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        token = audit_source.set("command import_file")
        try:
            job = self._import(options)
        except DomainError as error:
            self._refuse(_sentence(error))
        except OSError as error:
            self._refuse(f"{options['file']} cannot be read: {error.strerror}.")
        else:
            if job.status != JobStatus.DONE:
                self._refuse(job.error or "The import did not end.")
            self._say(job, options)
        finally:
            audit_source.reset(token)

    def _import(self, options: dict[str, Any]) -> ImportJob:
        actor = _actor(options["as_email"])
        path: Path = options["file"]
        with path.open("rb") as file:
            job = imports.start_import(
                actor=actor, kind=options["kind"], file=file, file_name=path.name, source=options["source"]
            )
        try:
            answers = _answers(job, options)
            job = imports.set_mapping(actor=actor, job=job, mapping=_mapping(job, options["map"]), options=answers)
            return imports.run_to_end(job, until=ImportStage.REVIEW if options["dry_run"] else ImportStage.APPLIED)
        except DomainError:
            job.refresh_from_db()
            if not job.is_active and job.stage in (ImportStage.MAPPING, ImportStage.REVIEW):
                imports.cancel_import(actor=actor, job=job)
            raise

    def _say(self, job: ImportJob, options: dict[str, Any]) -> None:
        if options["json"]:
            said = {"import": job.pk, "kind": job.kind, "file": job.file_name, "dry_run": options["dry_run"]}
            counts = {name: job.counts[name] for name in ("rows", *COUNTS)}
            self.stdout.write(json.dumps(said | counts | dict(sorted(job.counts.items() - counts.items()))))
            return
        words = ", ".join(f"{job.counts[name]:,} {name}" for name in COUNTS)
        begun = "Would be" if options["dry_run"] else "Done"
        self.stdout.write(f"{begun}: {words} ({job.counts['rows']:,} rows of {job.file_name}).")
        for name in ("unassigned", "account_not_found", "parent_not_found", "owner_unclear", "dates_doubtful"):
            if job.counts.get(name):
                self.stdout.write(f"  {job.counts[name]:,} {name.replace('_', ' ')}")

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(2)


def _actor(email: str) -> User | None:
    if not email:
        return None
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise DomainError(f"Nobody logs in as {email}.")
    return found


def _pairs(given: list[str], option: str) -> dict[str, str]:
    """`Column=field` by its last `=`, because headers may hold one."""
    pairs = {}
    for text in given:
        left, equals, right = text.rpartition("=")
        if not equals or not left:
            raise CommandError(f"{option} {text}: write it as left=right.", returncode=2)
        pairs[left.strip()] = right.strip()
    return pairs


def _mapping(job: ImportJob, given: list[str]) -> dict[str, str]:
    chosen = _pairs(given, "--map")
    kept = {header: key for header, key in job.mapping.items() if key not in chosen.values()}
    return kept | chosen


def _answers(job: ImportJob, options: dict[str, Any]) -> dict[str, Any]:
    """What the command line answers; by command nothing is remembered, so that a script always does the same."""
    answers: dict[str, Any] = {
        "units": _pairs(options["unit"], "--unit"),
        "stages": {word: outcome.lower() for word, outcome in _pairs(options["stage"], "--stage").items()},
    }
    if options["date_format"]:
        dated = ("opened_on", "closed_on", "occurred_at")
        answers["dates"] = dict.fromkeys(dated, options["date_format"])
    return answers


def _sentence(error: DomainError) -> str:
    """The sentence, with the option that answers it."""
    if not isinstance(error, imports.Unanswered):
        return str(error)
    said = []
    for question in error.questions:
        hint = (
            f"--unit {question.field}=millions (or thousands, units)"
            if question.about == "unit"
            else "--date-format eu (or us)"
        )
        said.append(f"{question.sentence} Say it with {hint}.")
    return " ".join(said)
