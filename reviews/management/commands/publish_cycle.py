"""`manage.py publish_cycle ID`: apply what was approved, in one transaction."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from abxsite.lib.errors import DomainError
from reviews.management.commands.open_cycle import actor_named
from reviews.models import Cycle
from reviews.services.publication import publish_cycle
from reviews.services.record import as_json


class Command(BaseCommand):
    help = "Publish a review. A second time changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cycle", type=int, metavar="ID")
        parser.add_argument("--as", dest="actor", default="", metavar="EMAIL", help="who publishes it")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        cycle = Cycle.objects.filter(pk=options["cycle"]).first()
        if cycle is None:
            raise CommandError(f"There is no review with the id {options['cycle']}.")
        try:
            done = publish_cycle(actor=actor_named(options["actor"]), cycle=cycle)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(as_json(done) | {"already_published": done.already_published}, indent=2))
            return
        summary = done.summary
        said = "was published already" if done.already_published else "is published"
        self.stdout.write(
            f"{done.name} {said}: {summary['applied']['up']} up, {summary['applied']['down']} down,"
            f" {len(summary['on_deck'])} on deck, {summary['vetoed']} vetoed, {summary['lapsed']} not decided."
        )
