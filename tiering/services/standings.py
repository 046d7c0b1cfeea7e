"""Standings: where the model would put every account now. Written set-based, only what changed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from abxsite.lib import clock, locks
from accounts.models import Account
from tiering.assignment import Outcome, assign
from tiering.engine.assignment_types import Recommendation
from tiering.models import Proposal, Run
from tiering.sentences import Words
from tiering.services.settings import current_settings
from tiering.services.tiers import active_tiers, current_caps

STAGE = """
DROP TABLE IF EXISTS new_standing;
CREATE TEMPORARY TABLE new_standing (
    account_id bigint, tier_id bigint, reason varchar(16), deck varchar(14), deck_tier_id bigint, sentence varchar(400)
) ON COMMIT DROP
"""
COPY = "COPY new_standing (account_id, tier_id, reason, deck, deck_tier_id, sentence) FROM STDIN"
UPSERT = """
INSERT INTO tiering_standing AS old
       (account_id, run_id, tier_id, reason, deck, deck_tier_id, sentence, updated_at)
SELECT account_id, %(run)s, tier_id, reason, deck, deck_tier_id, sentence, %(now)s FROM new_standing new
WHERE NOT EXISTS (
    SELECT FROM tiering_standing same
    WHERE same.account_id = new.account_id AND same.tier_id IS NOT DISTINCT FROM new.tier_id
      AND same.reason = new.reason AND same.deck = new.deck
      AND same.deck_tier_id IS NOT DISTINCT FROM new.deck_tier_id AND same.sentence = new.sentence
      AND same.run_id = %(run)s
)
ON CONFLICT (account_id) DO UPDATE SET
    run_id = excluded.run_id, tier_id = excluded.tier_id, reason = excluded.reason, deck = excluded.deck,
    deck_tier_id = excluded.deck_tier_id, sentence = excluded.sentence, updated_at = excluded.updated_at
"""
#: Everything that a standing depends on, as one digest: what nobody changed is not worked out again.
FINGERPRINT = """
SELECT md5(concat_ws('|', %(day)s::text,
    (SELECT concat_ws(',', count(*), sum(total), sum(total::numeric * account_id),
            sum(coverage::numeric * account_id), sum(potential::numeric * account_id),
            sum(CASE WHEN follows THEN account_id END))
     FROM tiering_score WHERE run_id = %(run)s),
    (SELECT string_agg(t::text, ';' ORDER BY t.id) FROM tiering_tier t),
    (SELECT max(version) FROM tiering_workspacesettings),
    (SELECT max(id) FROM tiering_cap),
    (SELECT concat_ws(',', count(*), sum(id), max(id)) FROM tiering_placement
     WHERE until IS NULL AND voided_at IS NULL),
    (SELECT concat_ws(',', count(*), sum(id)) FROM tiering_hold WHERE ended_at IS NULL),
    (SELECT max(id) FROM tiering_proposal),
    (SELECT string_agg(r::text, ';' ORDER BY r.id) FROM tiering_icprule r),
    CASE WHEN EXISTS (SELECT FROM tiering_icprule WHERE until IS NULL)
         THEN (SELECT max(updated_at)::text FROM accounts_account) END,
    (SELECT concat_ws(',', count(*), sum(m.id)) FROM accounts_clustermembership m
     JOIN accounts_cluster c ON c.id = m.cluster_id
     WHERE m.until IS NULL AND c.owner_id IS NOT NULL AND c.frozen_at IS NULL),
    (SELECT concat_ws(',', count(*), sum(id)) FROM accounts_account WHERE closure <> '' OR merged_into_id IS NOT NULL)
))
"""
REST = """
DELETE FROM tiering_standing old
WHERE NOT EXISTS (SELECT FROM new_standing new WHERE new.account_id = old.account_id)
"""


#: From so many accounts on, a refresh is dear enough to wait for the minute (DESIGN §4).
LARGE = 20_000
PAUSE = timedelta(minutes=1)


def cycle_now() -> int:
    """The number of the last quarterly cycle that made a proposal; 1 before the first."""
    return Proposal.objects.filter(below__isnull=False).aggregate(last=Max("cycle_number"))["last"] or 1


@transaction.atomic
def refresh_standings() -> int:
    """Write what the current run recommends; rows written. Coalesced: while one refreshes, others leave it be."""
    if not locks.try_take("standings"):
        return 0
    run = Run.objects.filter(is_current=True).first()
    if run is None or _rests(run):
        return 0
    seen = _fingerprint(run)
    if run.counts.get("standings") == seen:
        return 0
    outcome = assign(
        run=run,
        settings=current_settings(),
        tiers=active_tiers(),
        caps=current_caps(),
        cycle_number=cycle_now(),
        counts_review=False,
    )
    written = _write(run, outcome)
    Run.objects.filter(pk=run.pk).update(
        counts=run.counts | {"standings": seen, "standings_at": clock.now().isoformat()}
    )
    return written


def _rests(run: Run) -> bool:
    """A large workspace was refreshed within the minute; the beat comes again."""
    last = run.counts.get("standings_at")
    return run.accounts >= LARGE and bool(last) and clock.now() < datetime.fromisoformat(last) + PAUSE


def _fingerprint(run: Run) -> str:
    with connection.cursor() as cursor:
        cursor.execute(FINGERPRINT, {"run": run.pk, "day": clock.today()})
        return str(cursor.fetchone()[0])


def words_of(outcome: Outcome) -> Words:
    """Sentences over an outcome; names only the accounts that a sentence names."""
    names = dict(Account.objects.filter(pk__in=linked(outcome.assignment.recommendations)).values_list("pk", "name"))
    tiers = {tier.id: tier for tier in outcome.tiers}
    return Words(names, tiers, outcome.candidates, outcome.rules, outcome.run.as_of, outcome.unheld)


def linked(recommendations: Iterable[Recommendation]) -> set[int]:
    """Accounts that take another's seat, or give theirs."""
    pairs = ((told.displaces, told.displaced_by) for told in recommendations)
    return {account for pair in pairs for account in pair if account is not None}


def _write(run: Run, outcome: Outcome) -> int:
    words = words_of(outcome)
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy(COPY) as copy:
            for told in outcome.assignment.recommendations:
                copy.write_row(
                    (told.account, told.tier, told.why.value, told.deck.value, told.deck_tier, words.both(told))
                )
        cursor.execute(UPSERT, {"run": run.pk, "now": clock.now()})
        written = int(cursor.rowcount)
        cursor.execute(REST)
    return written
