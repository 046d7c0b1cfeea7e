"""`manage.py open_cycle`: score if needed, freeze the proposal, name the signers, open the review."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from reviews.choices import CycleKind
from reviews.services.cycles import open_cycle
from reviews.services.record import as_json


class Command(BaseCommand):
    help = "Open a review of all tiers (quarterly) or of the top two (monthly)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", choices=[CycleKind.QUARTERLY, CycleKind.MONTHLY], default=CycleKind.QUARTERLY)
        parser.add_argument("--closes-on", type=date.fromisoformat, help="a day such as 2026-12-05; default in 14 days")
        parser.add_argument("--as", dest="actor", default="", metavar="EMAIL", help="who opens it")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = actor_named(options["actor"])
        try:
            cycle = open_cycle(actor=actor, kind=options["kind"], closes_on=options["closes_on"])
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        found = as_json(cycle)
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
        else:
            until = f"until {cycle.closes_on}"
            self.stdout.write(f"{cycle.name} (id {cycle.pk}) is open with {found['moves']} moves {until}.")


def actor_named(email: str) -> User | None:
    """The user behind `--as`; nobody means the system."""
    if not email:
        return None
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"Nobody logs in as {email}.")
    return user
