"""A large workspace made by SQL: accounts, contacts, signals, opportunities, in the proportions of DESIGN §6."""

from datetime import date
from typing import Any

from django.db import connection

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
