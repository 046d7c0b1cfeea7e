"""`manage.py load_demo`: fills an empty workspace with the demo; does nothing where somebody has been before."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from abxsite.desk.demo.load import SEED, is_half_loaded, load
from abxsite.users.models import User


class Command(BaseCommand):
    help = "Fill an empty workspace with the demo (about a minute)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="say nothing where the workspace is in use")
        parser.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same workspace")

    def handle(self, *args: Any, **options: Any) -> None:
        if is_half_loaded():
            self.stdout.write("The demo was cut off while it loaded; starting it over.")
            call_command("reset_workspace", yes=True, stdout=self.stderr)
        elif User.objects.exists():
            if not options["if_empty"]:
                self.stdout.write("The workspace is in use. `manage.py reset_workspace --yes` empties it.")
            return
        load(seed=options["seed"], say=self._say)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
