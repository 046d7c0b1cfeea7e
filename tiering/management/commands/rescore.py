"""`manage.py rescore [--as-of DATE] [--json]`: score every account now, and wait for it."""

import json
import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from abxsite.audit.services import source
from abxsite.lib.errors import DomainError
from tiering.services.runs import run_to_end, start_run


class Command(BaseCommand):
    help = "Score every account with the published scorecard, as of today or a past day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, default=None, metavar="DATE", help="YYYY-MM-DD")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        source.set("command rescore")
        began = time.monotonic()
        try:
            run = run_to_end(start_run(actor=None, as_of=options["as_of"], reason="by command"))
        except DomainError as error:
            raise CommandError(str(error)) from error
        said = {
            "run": run.pk,
            "scorecard": run.scorecard.version,
            "as_of": run.as_of.isoformat(),
            "accounts": run.accounts,
            "seconds": round(time.monotonic() - began, 3),
        }
        if options["json"]:
            self.stdout.write(json.dumps(said))
        else:
            self.stdout.write(f"{run.accounts:,} accounts scored with v{said['scorecard']} as of {run.as_of}.")
