"""The SQL that recognises records (D2): id in the source, then domain or e-mail, then name. Ranges of rows by `n`.

Texts are filled by `Staging.run`; `{differs}` and `{table}` come from the kind's plan. Every statement may be
repeated: a range is deleted before it is matched again.
"""

from accounts.choices import ImportKind

#: Rows of the file that repeat an earlier one: same id, same domain or e-mail, or the same name without either.
REPEAT = """
    INSERT INTO {repeats} (n, first_line, what)
    SELECT n, first_line, %(what)s FROM (
        SELECT n, first_value(line) OVER w AS first_line, row_number() OVER w AS position FROM {rows} s
        WHERE error IS NULL AND {where} WINDOW w AS (PARTITION BY {by} ORDER BY n)
    ) z WHERE position > 1 ON CONFLICT DO NOTHING"""

REPEATS: dict[str, tuple[tuple[str, str, str], ...]] = {
    ImportKind.ACCOUNTS: (
        ("has the same id", "external_id IS NOT NULL", "external_id"),
        ("has the same domain", "domain IS NOT NULL", "domain"),
        (
            "has the same name and country",
            "domain IS NULL AND external_id IS NULL",
            "match_name, lower(COALESCE(country, ''))",
        ),
    ),
    ImportKind.CONTACTS: (
        ("has the same id", "external_id IS NOT NULL", "external_id"),
        ("has the same e-mail address", "email IS NOT NULL AND external_id IS NULL", "email"),
        (
            "has the same name and account",
            "email IS NULL AND external_id IS NULL",
            "lower(name), COALESCE(account_ext, account_domain, account_match, '')",
        ),
    ),
    ImportKind.OPPORTUNITIES: (
        ("has the same id", "external_id IS NOT NULL", "external_id"),
        (
            "has the same name and account",
            "external_id IS NULL",
            "lower(name), COALESCE(account_ext, account_domain, account_match, '')",
        ),
    ),
    ImportKind.SIGNALS: (("has the same id", "NOT COALESCE(hashed, false)", "external_id"),),
}


#: Two equal observations on one day are two: the second gets a number behind its fingerprint.
NUMBER_EQUAL_SIGNALS = """
    UPDATE {rows} s SET external_id = s.external_id || '#' || z.position
    FROM (SELECT n, row_number() OVER (PARTITION BY external_id ORDER BY n) AS position FROM {rows} WHERE hashed) z
    WHERE z.n = s.n AND z.position > 1"""

FORGET = "DELETE FROM {match} WHERE n > %(low)s AND n <= %(high)s"

#: `x`: the account of a contact, deal or signal.
_ACCOUNT_OF = """
    LEFT JOIN accounts_account x ON x.source = %(source)s AND x.external_id = s.account_ext AND x.external_id <> ''
    LEFT JOIN accounts_account d ON d.domain = s.account_domain AND d.domain <> '' AND d.merged_into_id IS NULL
    LEFT JOIN LATERAL (
        SELECT array_agg(a.id ORDER BY a.id) AS ids,
            array_agg(a.id) FILTER (WHERE lower(a.name) = lower(s.account_said)) AS same
        FROM accounts_account a
        WHERE x.id IS NULL AND d.id IS NULL AND a.match_name = s.account_match AND a.merged_into_id IS NULL
    ) named ON true"""
_ACCOUNT_ID = """COALESCE(x.merged_into_id, x.id, d.id,
        CASE WHEN cardinality(named.ids) = 1 THEN named.ids[1]
            WHEN cardinality(named.same) = 1 THEN named.same[1] END)"""
_ACCOUNT_DOUBT = "cardinality(named.ids) > 1 AND cardinality(named.same) IS DISTINCT FROM 1"
_ACCOUNT_NOTE = """CASE WHEN f.account_id IS NULL AND (f.account_ext IS NOT NULL OR f.account_domain IS NOT NULL
        OR f.account_match IS NOT NULL) THEN 'account' END"""

_INTO = """INSERT INTO {match} (n, line, verdict, reason, target_id, candidates, how, account_id, contact_id, owner_id,
    note)"""
_VERDICT = """
    SELECT f.n, f.line,
        CASE WHEN f.error IS NOT NULL THEN 'error' WHEN f.why IS NOT NULL THEN 'conflict'
            WHEN f.found IS NULL THEN 'create' WHEN {differs} THEN 'update' ELSE 'unchanged' END,
        COALESCE(f.error, f.why), CASE WHEN f.error IS NULL AND f.why IS NULL
            THEN COALESCE(f.found, nextval(pg_get_serial_sequence('{table}', 'id'))) END,
        f.candidates, f.how, f.account_id, f.contact_id, f.owner_id, f.note
    FROM judged f
    JOIN {rows} s ON s.n = f.n
    CROSS JOIN LATERAL (SELECT f.account_id, f.contact_id, f.owner_id) AS m
    LEFT JOIN {table} t ON t.id = f.found"""
_REPEATED = "'Line ' || r.first_line || ' of this file ' || r.what || '.'"

_ACCOUNTS = """
    WITH found AS (
        SELECT s.*, r.first_line, r.what, COALESCE(e.merged_into_id, e.id) AS by_id, e.name AS id_name,
            d.id AS by_domain, d.name AS domain_name, d.external_id AS domain_ext, d.source AS domain_source,
            named.ids, o.person_id, o.doubtful, o.key AS known_owner
        FROM {rows} s
        LEFT JOIN {repeats} r ON r.n = s.n
        LEFT JOIN {owners} o ON o.key = s.owner_key
        LEFT JOIN accounts_account e
            ON e.source = %(source)s AND e.external_id = s.external_id AND e.external_id <> ''
        LEFT JOIN accounts_account d ON d.domain = s.domain AND d.domain <> '' AND d.merged_into_id IS NULL
        LEFT JOIN LATERAL (
            SELECT array_agg(z.id ORDER BY z.id) AS ids FROM (
                SELECT a.id, rank() OVER (ORDER BY (lower(a.country) = lower(COALESCE(s.country, '')))::int
                    + (a.domain = COALESCE(s.domain, ''))::int
                    + (a.external_id = COALESCE(s.external_id, ''))::int DESC) AS place
                FROM accounts_account a
                WHERE e.id IS NULL AND d.id IS NULL AND a.match_name = s.match_name AND a.merged_into_id IS NULL
                    AND (s.country IS NULL OR a.country = '' OR lower(a.country) = lower(s.country))
                    AND (s.domain IS NULL OR a.domain = '')
                    AND (s.external_id IS NULL OR a.external_id = '' OR a.source <> %(source)s)
            ) z WHERE z.place = 1
        ) named ON true
        WHERE s.n > %(low)s AND s.n <= %(high)s
    ), judged AS (
        SELECT r.n, r.line, r.error,
            CASE
                WHEN r.first_line IS NOT NULL THEN {repeated}
                WHEN r.by_id <> r.by_domain
                    THEN 'The id belongs to ' || r.id_name || ', the domain to ' || r.domain_name || '.'
                WHEN r.by_id IS NULL AND r.by_domain IS NOT NULL AND r.domain_source = %(source)s
                    AND r.domain_ext <> '' AND r.domain_ext <> r.external_id
                    THEN 'The domain belongs to ' || r.domain_name || ', which has another id in this source.'
                WHEN r.by_id IS NULL AND r.by_domain IS NULL AND cardinality(r.ids) > 1
                    THEN cardinality(r.ids) || ' accounts have this name.'
            END AS why,
            COALESCE(r.by_id, r.by_domain, r.ids[1]) AS found,
            CASE WHEN cardinality(r.ids) > 1 THEN r.ids END AS candidates,
            CASE WHEN r.by_id IS NOT NULL THEN 1 WHEN r.by_domain IS NOT NULL THEN 2 ELSE 3 END AS how,
            NULL::bigint AS account_id, NULL::bigint AS contact_id, r.person_id AS owner_id, r.potential,
            CASE WHEN r.doubtful THEN 'owner' END AS note, r.known_owner IS NOT NULL AND NOT r.doubtful
                AND r.person_id IS NULL AS new_owner
        FROM found r
    ) """

_CONTACTS = """
    WITH placed AS (
        SELECT s.*, r.first_line, r.what, {account_id} AS account_id, named.ids AS account_ids, {account_doubt} AS doubt
        FROM {rows} s LEFT JOIN {repeats} r ON r.n = s.n {account_of}
        WHERE s.n > %(low)s AND s.n <= %(high)s
    ), found AS (
        SELECT p.*, e.id AS by_id, mail.ids AS mail_ids, named.ids AS name_ids
        FROM placed p
        LEFT JOIN accounts_contact e
            ON e.source = %(source)s AND e.external_id = p.external_id AND e.external_id <> ''
        LEFT JOIN LATERAL (
            SELECT array_agg(c.id ORDER BY c.id) AS ids FROM accounts_contact c
            WHERE e.id IS NULL AND lower(c.email) = p.email AND c.email <> ''
                AND (p.external_id IS NULL OR c.external_id = '' OR c.source <> %(source)s)
        ) mail ON true
        LEFT JOIN LATERAL (
            SELECT array_agg(c.id ORDER BY c.id) AS ids FROM accounts_contact c
            WHERE e.id IS NULL AND mail.ids IS NULL AND c.account_id = p.account_id AND lower(c.name) = lower(p.name)
                AND (p.email IS NULL OR c.email = '')
                AND (p.external_id IS NULL OR c.external_id = '' OR c.source <> %(source)s)
        ) named ON true
    ), judged AS (
        SELECT r.n, r.line, r.error,
            CASE
                WHEN r.first_line IS NOT NULL THEN {repeated}
                WHEN r.doubt THEN cardinality(r.account_ids) || ' accounts are called ' || r.account_said || '.'
                WHEN cardinality(r.mail_ids) > 1 THEN cardinality(r.mail_ids) || ' contacts have this e-mail address.'
                WHEN cardinality(r.name_ids) > 1 THEN cardinality(r.name_ids) || ' contacts there have this name.'
            END AS why,
            COALESCE(r.by_id, r.mail_ids[1], r.name_ids[1]) AS found,
            CASE WHEN r.doubt THEN r.account_ids WHEN cardinality(r.mail_ids) > 1 THEN r.mail_ids
                WHEN cardinality(r.name_ids) > 1 THEN r.name_ids END AS candidates,
            CASE WHEN r.by_id IS NOT NULL THEN 1 WHEN r.mail_ids IS NOT NULL THEN 2 ELSE 3 END AS how,
            r.account_id, NULL::bigint AS contact_id, NULL::bigint AS owner_id, r.account_ext, r.account_domain,
            r.account_match
        FROM found r
    ) """

_OPPORTUNITIES = """
    WITH placed AS (
        SELECT s.*, r.first_line, r.what, {account_id} AS account_id, named.ids AS account_ids,
            {account_doubt} AS doubt, o.person_id, o.doubtful, o.key AS known_owner
        FROM {rows} s LEFT JOIN {repeats} r ON r.n = s.n LEFT JOIN {owners} o ON o.key = s.owner_key {account_of}
        WHERE s.n > %(low)s AND s.n <= %(high)s
    ), found AS (
        SELECT p.*, e.id AS by_id, named.ids AS name_ids
        FROM placed p
        LEFT JOIN accounts_opportunity e
            ON e.source = %(source)s AND e.external_id = p.external_id AND e.external_id <> ''
        LEFT JOIN LATERAL (
            SELECT array_agg(c.id ORDER BY c.id) AS ids FROM accounts_opportunity c
            WHERE p.external_id IS NULL AND lower(c.name) = lower(p.name)
                AND (c.account_id = p.account_id OR c.account_id IS NULL AND p.account_id IS NULL)
        ) named ON p.external_id IS NULL
    ), judged AS (
        SELECT r.n, r.line, r.error,
            CASE
                WHEN r.first_line IS NOT NULL THEN {repeated}
                WHEN r.doubt THEN cardinality(r.account_ids) || ' accounts are called ' || r.account_said || '.'
                WHEN cardinality(r.name_ids) > 1 THEN cardinality(r.name_ids) || ' deals of the account have this name.'
            END AS why,
            COALESCE(r.by_id, r.name_ids[1]) AS found,
            CASE WHEN r.doubt THEN r.account_ids WHEN cardinality(r.name_ids) > 1 THEN r.name_ids END AS candidates,
            CASE WHEN r.by_id IS NOT NULL THEN 1 ELSE 3 END AS how, r.account_id, NULL::bigint AS contact_id,
            r.person_id AS owner_id, r.account_ext, r.account_domain, r.account_match,
            r.known_owner IS NOT NULL AND NOT r.doubtful AND r.person_id IS NULL AS new_owner
        FROM found r
    ) """

_SIGNALS = """
    WITH placed AS (
        SELECT s.*, r.first_line, r.what, {account_id} AS account_id, named.ids AS account_ids, {account_doubt} AS doubt
        FROM {rows} s LEFT JOIN {repeats} r ON r.n = s.n {account_of}
        WHERE s.n > %(low)s AND s.n <= %(high)s
    ), judged AS (
        SELECT r.n, r.line, r.error,
            CASE
                WHEN r.first_line IS NOT NULL THEN {repeated}
                WHEN r.doubt AND mail.account_id IS NULL
                    THEN cardinality(r.account_ids) || ' accounts are called ' || r.account_said || '.'
            END AS why,
            e.id AS found, CASE WHEN r.doubt THEN r.account_ids END AS candidates, 1 AS how,
            COALESCE(r.account_id, mail.account_id) AS account_id, mail.contact_id, NULL::bigint AS owner_id,
            r.account_ext, r.account_domain, r.account_match
        FROM placed r
        LEFT JOIN accounts_signal e ON e.source = %(source)s AND e.external_id = r.external_id AND e.external_id <> ''
        LEFT JOIN LATERAL (
            SELECT min(c.id) AS contact_id, min(c.account_id) AS account_id FROM accounts_contact c
            WHERE r.email IS NOT NULL AND lower(c.email) = r.email AND c.email <> ''
                AND (r.account_id IS NULL OR c.account_id = r.account_id OR c.account_id IS NULL)
            HAVING count(*) = 1
        ) mail ON true
    ) """


def _filled(text: str) -> str:
    parts = {
        "account_id": _ACCOUNT_ID,
        "account_doubt": _ACCOUNT_DOUBT,
        "account_of": _ACCOUNT_OF,
        "repeated": _REPEATED,
    }
    for name, sql in parts.items():
        text = text.replace(f"{{{name}}}", sql)
    return text


#: A potential or an owner still to be made counts as a change too.
_POTENTIAL = """(f.potential IS NOT NULL AND f.potential IS DISTINCT FROM (
        SELECT p.amount FROM accounts_potentialentry p
        WHERE p.account_id = t.id ORDER BY p.on DESC, p.id DESC LIMIT 1))"""
_ALSO = {
    ImportKind.ACCOUNTS: f" OR f.new_owner OR {_POTENTIAL}",
    ImportKind.OPPORTUNITIES: " OR f.new_owner",
}
_OF_ACCOUNT = _VERDICT.replace("f.note", _ACCOUNT_NOTE)
_SELECT = {kind: _VERDICT if kind == ImportKind.ACCOUNTS else _OF_ACCOUNT for kind in ImportKind.values}

MATCH: dict[str, str] = {
    kind: _INTO + _filled(body) + _SELECT[kind].replace("{differs}", "({differs}" + _ALSO.get(kind, "") + ")")
    for kind, body in (
        (ImportKind.ACCOUNTS, _ACCOUNTS),
        (ImportKind.CONTACTS, _CONTACTS),
        (ImportKind.OPPORTUNITIES, _OPPORTUNITIES),
        (ImportKind.SIGNALS, _SIGNALS),
    )
}

#: Two rows of the file that mean one record: the surest keeps it.
ONE_ROW_PER_RECORD = """
    UPDATE {match} m SET verdict = 'conflict', target_id = NULL,
        reason = 'Line ' || z.first_line || ' of this file means the same record.'
    FROM (
        SELECT n, first_value(line) OVER w AS first_line, row_number() OVER w AS position
        FROM {match} WHERE verdict IN ('update', 'unchanged')
        WINDOW w AS (PARTITION BY target_id ORDER BY how, n)
    ) z WHERE z.n = m.n AND z.position > 1"""

#: After a database crash the file is matched again: what this import already did stays counted as done.
ALREADY_DONE = """
    UPDATE {match} m SET verdict = CASE WHEN c.created THEN 'create' ELSE 'update' END, done = true
    FROM accounts_importchange c
    WHERE c.job_id = %(job)s AND c.what = '' AND c.record_id = m.target_id AND m.verdict IN ('update', 'unchanged')"""
