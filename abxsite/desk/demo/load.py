"""Loads the demo: two past quarters lived through the real services, at the times when they would have happened."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from io import BytesIO
from random import Random

from django.db import connection, transaction
from django.db.models import F

from abxsite.audit import services as audit
from abxsite.audit.models import AuditEntry
from abxsite.desk.demo import files
from abxsite.desk.demo.cast import Company, hire
from abxsite.desk.demo.delivering import deliver
from abxsite.desk.demo.facts import judge_and_know, name_problems, organise_and_write, value_accounts
from abxsite.desk.demo.plans import build_clusters, plan_capacity, seat_in_clusters, set_up
from abxsite.desk.demo.reviewing import decide_all, decide_some
from abxsite.desk.demo.story import Story, tell
from abxsite.lib import clock, queue
from abxsite.lib.clock import add_months
from abxsite.users.models import Notification, User
from accounts.choices import ImportKind
from accounts.models import ImportJob
from accounts.services.imports import run_to_end, start_import
from entitlements.services.placements import handle_placements
from reviews.models import Cycle
from reviews.services.cycles import open_cycle
from reviews.services.publication import publish_cycle
from tiering.services.runs import run_to_end as finish_run
from tiering.services.runs import start_run
from tiering.services.settings import current_settings

SEED = 20
CRM = "Tavlund CRM"
WEB = "Tavlund web"
OPEN_SINCE = 6
ENDED = "demo_loaded"
Say = Callable[[str], None]


def _silent(line: str) -> None:
    """Says nothing."""


def load(*, seed: int = SEED, say: Say = _silent) -> Story:
    """Fill an empty database. `say` gets one line per step. Ends with the queue as it was."""
    began = time.monotonic()
    muted, source = queue.muted.set(True), audit.source.set("demo")
    try:
        story = _live(seed, lambda line: say(f"{time.monotonic() - began:5.1f} s  {line}"))
        audit.record(actor=None, action=ENDED, subject=current_settings())
    finally:
        queue.muted.reset(muted)
        audit.source.reset(source)
    return story


def is_half_loaded() -> bool:
    """True when a load began and was cut off before its end."""
    entries = AuditEntry.objects.filter(source="demo")
    return entries.exists() and not entries.filter(action=ENDED).exists()


def review_days(today: date) -> list[date]:
    """The days on which the three reviews opened, a quarter apart; the last is still open."""
    last = today - timedelta(days=OPEN_SINCE)
    return [add_months(last, -6), add_months(last, -3), last]


def _live(seed: int, say: Say) -> Story:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    today = clock.today()
    rng = Random(seed)  # noqa: S311 - invented data
    first, second, third = review_days(today)
    with at(first - timedelta(days=12)):
        company = hire()
        story = tell(seed=seed, today=today, reps=company.reps_by_team())
        say("people and teams")
        marketer = company.user("marketer")
        bring_in(marketer, story, first - timedelta(days=12), None, say)
        with transaction.atomic():
            name_problems(story, marketer)
            value_accounts(story, company, rng)
            judge_and_know(story, company, rng, until=first - timedelta(days=12), share=0.3)
            organise_and_write(story, company, seed)
        say("problems, potentials, judgements and ties")
    with at(first - timedelta(days=9)):
        set_up(marketer, company)
        plan_capacity(marketer, company, first)
        say("setup, scorecard, entitlements, people and budget")
    review(company, rng, first, say)
    with at(first + timedelta(days=20)):
        build_clusters(marketer, story, company)
        handle_placements()
        say("clusters")
    previous = first - timedelta(days=12)
    for opened, last in ((second, False), (third, True)):
        day = opened - timedelta(days=1)
        with at(day):
            bring_in(marketer, story, day, previous, say)
            with transaction.atomic():
                judge_and_know(story, company, rng, until=day, share=0.1)
        previous = day
        deliver(company, rng, since=add_months(opened, -3), until=opened)
        review(company, rng, opened, say, still_open=last)
    deliver(company, rng, since=third, until=today)
    say("deliveries")
    bring_in(marketer, story, today, previous, say)
    seat_in_clusters(marketer)
    finish_run(start_run(actor=marketer, reason="Daily"))
    Notification.objects.filter(created_at__lt=clock.start_of(third)).update(read_at=F("created_at"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    say("done")
    return story


@contextmanager
def at(day: date) -> Iterator[datetime]:
    moment = clock.start_of(day) + timedelta(hours=9)
    with clock.travel(moment):
        yield moment


def bring_in(actor: User, story: Story, day: date, since: date | None, say: Say) -> None:
    """What the CRM and the web site export on `day`: accounts and contacts the first time, then what is new."""
    if since is None:
        take(actor, ImportKind.ACCOUNTS, files.accounts_csv(story, day), "accounts", CRM)
        take(actor, ImportKind.CONTACTS, files.contacts_csv(story), "contacts", CRM)
    take(actor, ImportKind.OPPORTUNITIES, files.opportunities_csv(story, day), "opportunities", CRM)
    take(actor, ImportKind.SIGNALS, files.signals_csv(story, since, day), "signals", WEB)
    say(f"imports of {day}")


def take(actor: User, kind: ImportKind, file: BytesIO, name: str, source: str) -> ImportJob:
    """One file through the whole import, as the browser would."""
    job = start_import(actor=actor, kind=kind, file=file, file_name=f"{name}-{clock.today():%Y-%m}.csv", source=source)
    return run_to_end(job)


def review(company: Company, rng: Random, opened: date, say: Say, *, still_open: bool = False) -> Cycle:
    """Open a quarterly review; decide and publish it, or leave it half decided."""
    marketer = company.user("marketer")
    with at(opened):
        finish_run(start_run(actor=marketer, reason="Before the review"))
        cycle = open_cycle(actor=marketer, closes_on=opened + timedelta(days=14))
        say(f"{cycle.name} opened")
    if still_open:
        decide_some(cycle, company, rng, since=opened)
        say("some moves decided, vetoed, disputed")
        return cycle
    with at(opened + timedelta(days=5)):
        decide_all(cycle, company, rng)
    with at(opened + timedelta(days=14)):
        cycle = publish_cycle(actor=marketer, cycle=cycle)
        handle_placements()
        say(f"{cycle.name} published, deliveries planned")
    return cycle
