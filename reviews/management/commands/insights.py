"""`manage.py insights`: what became of the deals, by tier or another row; the JSON is in the README beside."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from abxsite.lib import display
from reviews.measure import Insights, Row, insights
from reviews.measure.scope import BY, TIER_AS_OF

HEADS = ("", "accounts", "deals", "won", "lost", "win rate", "95 %", "won value", "mean deal", "mean", "median", "open")


class Command(BaseCommand):
    help = "Pipeline, win rate, deal size and cycle by tier, with n and interval."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by", choices=BY, default="tier")
        parser.add_argument("--tier-as-of", choices=TIER_AS_OF, default="opened")
        parser.add_argument("--from", dest="since", type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--renewals", action="store_true", help="count renewals in win rate and cycle too")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = insights(
            by=options["by"],
            tier_as_of=options["tier_as_of"],
            since=options["since"],
            until=options["until"],
            renewals=options["renewals"],
        )
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
            return
        self._table(found)

    def _table(self, found: Insights) -> None:
        lines = [HEADS, *(_cells(row) for row in found.rows), _cells(found.total)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(HEADS))]
        for line in lines:
            figures = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
            self.stdout.write("  ".join([line[0].ljust(widths[0]), *figures]).rstrip())
        self.stdout.write("")
        for finding in found.findings:
            self.stdout.write(f"{finding.title} {finding.text}".rstrip())


def _cells(row: Row) -> tuple[str, ...]:
    t = row.tally
    interval = t.interval
    shown = interval is not None and not row.too_few
    return (
        row.name,
        display.number(row.accounts) + (f"/{row.cap}" if row.cap is not None else ""),
        display.number(t.deals),
        display.number(t.won),
        display.number(t.lost),
        display.percent(t.win_rate, 1) if shown else "too few",
        f"{interval[0] * 100:.0f}–{interval[1] * 100:.0f}" if interval and shown else "",
        display.number(t.won_value),
        display.number(t.mean_won, 2),
        display.days(t.durations.mean),
        display.days(t.durations.median),
        display.number(t.open),
    )
