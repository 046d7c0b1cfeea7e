"""A large workspace made by SQL: accounts, contacts, signals, opportunities, in the proportions of DESIGN §6."""

from datetime import date
from typing import Any

from django.db import connection

from abxsite.users.models import Person
from accounts.models import Account, Cluster, CustomAttribute
from tiering.models import Run, RunPart, Scorecard, Tier

#: Per account.
SIGNALS, CONTACTS, DEALS = 5, 2, 0.3

STATEMENTS = (
    """
    INSERT INTO accounts_account (name, match_name, domain, website, source, external_id, status, industry, country,
        region, city, employees, revenue, year_founded, description, technologies, problem_tags, custom, closure,
        created_at, updated_at)
    SELECT 'Invented ' || n, 'invented ' || n, 'invented' || n || '.example', '', 'bench', n::text,
        (ARRAY['prospect', 'customer', 'former'])[1 + n %% 3],
        (ARRAY['Ports', 'Energy', 'Banking', 'Retail', 'Pharma', 'Steel', ''])[1 + n %% 7],
        (ARRAY['Norway', 'Spain', 'Germany', 'Chile', 'Japan'])[1 + n %% 5], '', '',
        CASE WHEN n %% 9 = 0 THEN NULL ELSE (n * 7919::bigint) %% 20000 END, (n * 104729::bigint) %% 900000000, 1900 + n %% 120,
        '', CASE WHEN n %% 4 = 0 THEN ARRAY['sap', 'grid'] ELSE '{}' END, '{}', '{}', '', now(), now()
    FROM generate_series(1, %(size)s) n""",
    """
    INSERT INTO accounts_contact (account_id, name, email, phone, title, seniority, department, buying_role, strength,
        source, external_id, created_at, updated_at)
    SELECT a.id, 'Contact', '', '', '', (ARRAY['c_level', 'vp', 'director', 'manager', 'other', ''])[1 + (a.id + k) %% 6], '', '',
        0, '', '', now(), now()
    FROM accounts_account a, generate_series(1, %(contacts)s) k""",
    """
    INSERT INTO accounts_contactstrength (contact_id, account_id, strength, "on", evidenced, note, source, entered_at)
    SELECT c.id, c.account_id, 1 + c.id %% 4, %(day)s::date - (c.id * 31 %% 900)::int, c.id %% 2 = 0, '', 'hand', now()
    FROM accounts_contact c WHERE c.id %% 4 = 0""",
    """
    INSERT INTO accounts_signal (account_id, contact_id, kind, occurred_at, occurred_on, person_key, topic, url,
        match_hint, source, external_id, created_at)
    SELECT c.account_id, CASE WHEN c.k %% 3 = 0 THEN c.id END,
        (ARRAY['site_visit', 'download', 'webinar', 'ad_click', 'linkedin', 'job_posting', 'intent', 'reply', 'meeting',
               'demo_request'])[1 + (c.id * 13 + c.k * 7) %% 10],
        now(), %(day)s::date - ((c.id * 37 + c.k * 101) %% 400)::int,
        CASE WHEN c.k %% 3 = 0 THEN 'c' || c.id WHEN c.k %% 3 = 1 THEN 'v' || c.id %% 9 ELSE '' END, '', '', '',
        (ARRAY['web', 'ads'])[1 + c.k %% 2], '', now()
    FROM (SELECT min(id) AS id, account_id, k FROM accounts_contact, generate_series(1, %(signals)s) k
          GROUP BY account_id, k) c
    ORDER BY random()""",
    """
    INSERT INTO accounts_opportunity (account_id, name, type, stage, outcome, amount, opened_on, closed_on,
        dates_doubtful, product, source, external_id, created_at, updated_at)
    SELECT a.id, '', 'new', '', (ARRAY['won', 'lost', 'open'])[1 + a.id %% 3], (a.id * 7) %% 90000,
        %(day)s::date - (a.id * 3 %% 700)::int - 60, CASE WHEN a.id %% 3 < 2 THEN %(day)s::date - (a.id * 3 %% 700)::int END,
        false, '', '', '', now(), now()
    FROM accounts_account a WHERE a.id %% 10 < %(deals)s""",
    """
    INSERT INTO accounts_potentialentry (account_id, amount, "on", note, source, entered_at)
    SELECT id, (id * 7727) %% 3000000, %(day)s::date - 90, '', 'hand', now() FROM accounts_account WHERE id %% 3 = 0""",
)


def fill(size: int, day: date) -> None:
    """`size` accounts and what belongs to them, then vacuum (the visibility map makes index-only scans)."""
    values: dict[str, Any] = {
        "size": size,
        "day": day,
        "contacts": CONTACTS,
        "signals": SIGNALS,
        "deals": int(10 * DEALS),
    }
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, values)
        for table in ("account", "contact", "contactstrength", "signal", "opportunity", "potentialentry"):
            cursor.execute(f"VACUUM ANALYZE accounts_{table}")


# --- what stands beside the accounts in the list ---------------------------------------------------------------------

#: Of 1,000 accounts so many hold each tier, up to the caps of a real workspace.
TIERS = (("One-to-One", 20), ("One-to-Few", 100), ("One-to-Many", 500), ("Targeted Demand Gen", 2_000))
PEOPLE, CLUSTERS = 200, 8

BESIDE = (
    """
    UPDATE accounts_account a SET owner_id = CASE WHEN a.id %% 5 = 0 THEN NULL ELSE %(first_person)s + a.id %% %(people)s END,
        insight_on = CASE WHEN a.id %% 6 = 0 THEN NULL ELSE %(day)s::date - (a.id * 17 %% 420)::int END,
        region = 'Region ' || a.id %% 40, city = 'City ' || a.id %% 700,
        technologies = CASE WHEN a.id %% 5000 = 7 THEN ARRAY['mainframe'] ELSE a.technologies END,
        problem_tags = CASE WHEN a.id %% 50 = 3 THEN ARRAY['grid tenders'] ELSE '{}' END,
        custom = CASE WHEN a.id %% 10 = 1 THEN jsonb_build_object('hub', 'hub ' || a.id %% 7, 'sites', a.id %% 90) ELSE '{}' END,
        closure = CASE WHEN a.id %% 400 = 9 THEN 'acquired' ELSE '' END""",
    """
    UPDATE accounts_contact SET strength = 1 + id %% 4, last_contact_on = %(day)s::date - (id * 31 %% 900)::int
    WHERE id %% 4 = 0""",
    """
    INSERT INTO accounts_clustermembership (account_id, cluster_id, since)
    SELECT id, %(first_cluster)s + n %% %(clusters)s, %(day)s::date - 30
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts_account WHERE id %% 3 = 0 ORDER BY id LIMIT 80) a""",
    """
    INSERT INTO {scores} (run_id, account_id, total, coverage, points, raw, fit, signals, relationship, potential,
        potential_source, potential_n, follows, scored_on)
    SELECT %(run)s, id, (id * 7919 %% 499000)::int, 20 + id %% 80, ARRAY[(id %% 5000)::int, NULL, 2500, 100, 4000], ARRAY[1, NULL, 2, 3, 4]::bigint[],
        id %% 100, id %% 90, id %% 80, CASE WHEN id %% 3 = 0 THEN (id * 7727) %% 3000000 END,
        CASE WHEN id %% 3 = 0 THEN 2 ELSE 0 END, NULL, false, %(day)s::date
    FROM accounts_account ORDER BY id""",
    """
    INSERT INTO tiering_placement (account_id, layer, tier_id, since, source, reason, created_at, void_reason)
    SELECT account_id, 'base', (%(tiers)s::bigint[])[place], now() - interval '90 days', 'cycle', '', now(), ''
    FROM (SELECT account_id, CASE WHEN n <= 20 THEN 1 WHEN n <= 120 THEN 2 WHEN n <= 620 THEN 3 ELSE 4 END AS place
          FROM (SELECT account_id, row_number() OVER (ORDER BY total DESC, account_id) AS n FROM tiering_score
                WHERE run_id = %(run)s) ranked
          WHERE n <= least(2620, %(size)s / 3)) seated""",
    """
    INSERT INTO tiering_standing (account_id, run_id, tier_id, reason, deck, sentence, updated_at)
    SELECT account_id, run_id, NULL, 'stays', CASE WHEN account_id %% 200 = 0 THEN 'find_out' WHEN account_id %% 90 = 0 THEN 'full' ELSE '' END,
        '', now()
    FROM tiering_score WHERE run_id = %(run)s""",
)


def fill_list(size: int, day: date) -> None:
    """What the account list shows beside the accounts: owners, tiers, a scored run, standings, clusters, touches."""
    run = _scored_run(day)
    tiers = [
        Tier.objects.get_or_create(name=name, defaults={"short_name": name[-4:], "order": order})[0].pk
        for order, (name, _) in enumerate(TIERS, start=1)
    ]
    owner = Person.objects.get_or_create(name="Cluster owner")[0]
    clusters = [
        Cluster.objects.get_or_create(name=f"Cluster {n}", defaults={"problem": "x", "owner": owner})[0].pk
        for n in range(CLUSTERS)
    ]
    CustomAttribute.objects.get_or_create(key="hub", defaults={"label": "Hub", "kind": "choice"})
    CustomAttribute.objects.get_or_create(key="sites", defaults={"label": "Sites", "kind": "number"})
    sellers = Person.objects.filter(email__startswith="seller")
    if not sellers.exists():
        Person.objects.bulk_create(Person(name=f"Seller {n}", email=f"seller{n}@vendor.example") for n in range(PEOPLE))
    values: dict[str, Any] = {
        "size": size, "day": day, "run": run.pk, "tiers": tiers, "people": PEOPLE, "clusters": CLUSTERS,
        "first_cluster": clusters[0], "first_person": sellers.earliest("pk").pk,
    }  # fmt: skip
    table = f"tiering_score_{run.pk}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {table} (LIKE tiering_score INCLUDING DEFAULTS, CHECK (run_id = {run.pk}) NO INHERIT)"
        )
        RunPart.objects.create(run=run, low=1, high=Account.objects.latest("pk").pk, status="done")
        for statement in BESIDE:
            if "tiering_placement" in statement:
                _attach(cursor, run.pk)
            cursor.execute(statement.replace("{scores}", table), values)
        for name in (
            "accounts_account",
            "accounts_contact",
            "tiering_placement",
            "tiering_standing",
            "accounts_clustermembership",
        ):
            cursor.execute(f"VACUUM ANALYZE {name}")


def _attach(cursor: Any, run: int) -> None:
    """As the finishing task of a run does."""
    table = f"tiering_score_{run}"
    cursor.execute(f"CREATE UNIQUE INDEX {table}_account ON {table} (run_id, account_id)")
    cursor.execute(f"CREATE INDEX {table}_total ON {table} (run_id, total DESC, account_id)")
    cursor.execute(f"ANALYZE {table}")
    cursor.execute(f"ALTER TABLE tiering_score ATTACH PARTITION {table} FOR VALUES IN ({run})")
    cursor.execute(f"VACUUM {table}")


def _scored_run(day: date) -> Run:
    scorecard = Scorecard.objects.create(version=1 + Scorecard.objects.count())
    Run.objects.filter(is_current=True).update(is_current=False)
    run: Run = Run.objects.create(
        scorecard=scorecard, as_of=day, status="done", is_current=True, weights=[30, 20, 20, 20, 10],
        typical=[2500] * 5, known=[1] * 5, dataless=[False] * 5, definitions=[""] * 5,
    )  # fmt: skip
    return run
