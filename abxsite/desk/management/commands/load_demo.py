"""`manage.py load_demo`: fills an empty workspace with the demo; does nothing where somebody has been before."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from abxsite.desk.demo.load import SEED, load
from abxsite.users.models import User


class Command(BaseCommand):
    help = "Fill an empty workspace with the demo (about a minute)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same workspace")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            self.stdout.write("The workspace is in use; nothing was loaded. `manage.py reset_workspace --yes` empties it.")
            return
        load(seed=options["seed"], say=self.stdout.write)
