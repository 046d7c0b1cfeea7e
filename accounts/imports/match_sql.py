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

#: `how` of a row that means an account by way of a tombstone or a link: its facts were settled by people, so it is
#: matched and changes nothing.
KNOWN = 9
FORGET = "DELETE FROM {match} WHERE n > %(low)s AND n <= %(high)s"

#: `x`: the account of a contact, deal or signal.
_ACCOUNT_OF = """{account_choice}
    LEFT JOIN accounts_account x ON x.source = %(source)s AND x.external_id = s.account_ext AND x.external_id <> ''
    LEFT JOIN accounts_account d ON d.domain = s.account_domain AND d.domain <> '' AND d.merged_into_id IS NULL
    LEFT JOIN LATERAL (
        SELECT array_agg(a.id ORDER BY a.id) AS ids,
            array_agg(a.id) FILTER (WHERE lower(a.name) = lower(s.account_said)) AS same
        FROM accounts_account a
        WHERE x.id IS NULL AND d.id IS NULL AND a.match_name = s.account_match AND a.merged_into_id IS NULL
    ) named ON true
    LEFT JOIN LATERAL (
        SELECT max(l.account_id) FILTER (WHERE left(l.key, 1) = 'i') AS by_ext,
            max(l.account_id) FILTER (WHERE left(l.key, 1) = 'd') AS by_domain,
            max(l.account_id) FILTER (WHERE left(l.key, 1) = 'n') AS by_name
        FROM accounts_accountalias l
        WHERE x.id IS NULL AND d.id IS NULL AND l.source IN ('', %(source)s)
            AND l.key IN ('i:' || %(source)s || '/' || s.account_ext, 'd:' || s.account_domain,
                'n:' || s.account_match)
    ) alias ON true"""
#: What a person linked, or a merge remembers, answers where the records themselves do not (accounts.hints).
_ALIASED = "COALESCE(alias.by_ext, alias.by_domain, alias.by_name)"
_ACCOUNT_ID = """COALESCE(x.merged_into_id, x.id, alias.by_ext, d.id, alias.by_domain,
        CASE WHEN cardinality(named.ids) = 1 THEN named.ids[1]
            WHEN cardinality(named.same) = 1 THEN named.same[1] ELSE {account_picked} END, alias.by_name)"""
_ACCOUNT_DOUBT = (
    "(cardinality(named.ids) > 1 AND cardinality(named.same) IS DISTINCT FROM 1"
    f" AND {_ALIASED} IS NULL){{account_undecided}}"
)
_ACCOUNT_NOTE = """CASE WHEN f.account_id IS NULL AND (f.account_ext IS NOT NULL OR f.account_domain IS NOT NULL
        OR f.account_match IS NOT NULL) THEN 'account' END"""

_INTO = """INSERT INTO {match} (n, line, verdict, reason, target_id, candidates, how, account_id, contact_id, owner_id,
    note, about, fingerprint, decided)"""
_VERDICT = """
    SELECT f.n, f.line,
        CASE WHEN f.error IS NOT NULL THEN 'error' WHEN {left_out} THEN 'skip' WHEN {why} IS NOT NULL THEN 'conflict'
            WHEN {found} IS NULL THEN 'create' WHEN f.how < {known} AND {differs} THEN 'update' ELSE 'unchanged' END,
        COALESCE(f.error, {why}), CASE WHEN f.error IS NULL AND {why} IS NULL AND NOT {left_out}
            THEN COALESCE({found}, nextval(pg_get_serial_sequence('{table}', 'id'))) END,
        f.candidates, f.how, f.account_id, f.contact_id, f.owner_id, f.note,
        CASE WHEN f.why IS NOT NULL THEN f.about END,
        CASE WHEN f.why IS NOT NULL OR {decided} IS NOT NULL
            THEN CASE f.about WHEN 'account' THEN {account_print} ELSE {record_print} END END, {decided}
    FROM judged f
    JOIN {rows} s ON s.n = f.n{choice}
    CROSS JOIN LATERAL (SELECT f.account_id, f.contact_id, f.owner_id) AS m
    LEFT JOIN {table} t ON t.id = {found}"""
_REPEATED = "'Line ' || r.first_line || ' of this file ' || r.what || '.'"

_ACCOUNTS = """
    WITH found AS (
        SELECT s.*, r.first_line, r.what, COALESCE(e.merged_into_id, e.id) AS by_id, e.name AS id_name,
            e.merged_into_id IS NOT NULL AS by_tombstone, COALESCE(alias.by_domain,
                CASE WHEN s.domain IS NULL AND s.external_id IS NULL AND named.ids IS NULL THEN alias.by_name END
            ) AS by_alias,
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
                WHERE %(by_name)s AND e.id IS NULL AND d.id IS NULL AND a.match_name = s.match_name
                    AND a.merged_into_id IS NULL
                    AND (s.country IS NULL OR a.country = '' OR lower(a.country) = lower(s.country))
                    AND (s.domain IS NULL OR a.domain = '')
                    AND (s.external_id IS NULL OR a.external_id = '' OR a.source <> %(source)s)
            ) z WHERE z.place = 1
        ) named ON true
        LEFT JOIN LATERAL (
            SELECT max(l.account_id) FILTER (WHERE left(l.key, 1) = 'd') AS by_domain,
                max(l.account_id) FILTER (WHERE left(l.key, 1) = 'n') AS by_name
            FROM accounts_accountalias l
            WHERE e.id IS NULL AND d.id IS NULL AND l.source IN ('', %(source)s)
                AND l.key IN ('d:' || s.domain, 'n:' || s.match_name)
        ) alias ON true
        WHERE s.n > %(low)s AND s.n <= %(high)s
    ), judged AS (
        SELECT r.n, r.line, r.error,
            CASE
                WHEN r.first_line IS NOT NULL THEN {repeated}
                WHEN r.by_id IS NOT NULL AND NOT %(by_id)s
                    AND NOT (%(by_domain)s AND r.by_domain IS NOT DISTINCT FROM r.by_id)
                    THEN 'The id belongs to ' || r.id_name || ', and ids are not looked at.'
                WHEN r.by_domain IS NOT NULL AND NOT %(by_domain)s
                    AND NOT (%(by_id)s AND r.by_id IS NOT DISTINCT FROM r.by_domain)
                    THEN 'The domain belongs to ' || r.domain_name || ', and domains are not looked at.'
                WHEN r.by_id <> r.by_domain
                    THEN 'The id belongs to ' || r.id_name || ', the domain to ' || r.domain_name || '.'
                WHEN r.by_id IS NULL AND r.by_domain IS NOT NULL AND r.domain_source = %(source)s
                    AND r.domain_ext <> '' AND r.domain_ext <> r.external_id
                    THEN 'The domain belongs to ' || r.domain_name || ', which has another id in this source.'
                WHEN r.by_id IS NULL AND r.by_domain IS NULL AND r.by_alias IS NULL AND cardinality(r.ids) > 1
                    THEN cardinality(r.ids) || ' accounts have this name.'
            END AS why,
            COALESCE(r.by_id, r.by_domain, r.by_alias, r.ids[1]) AS found,
            CASE WHEN r.by_id <> r.by_domain THEN ARRAY[r.by_id, r.by_domain]
                WHEN r.by_id IS NULL AND r.by_domain IS NOT NULL THEN ARRAY[r.by_domain]
                WHEN r.by_id IS NOT NULL AND NOT %(by_id)s THEN ARRAY[r.by_id]
                WHEN cardinality(r.ids) > 1 THEN r.ids END AS candidates, r.first_line, 'record' AS about,
            CASE WHEN r.by_tombstone OR r.by_id IS NULL AND r.by_domain IS NULL AND r.by_alias IS NOT NULL
                THEN {known} WHEN r.by_id IS NOT NULL THEN 1 WHEN r.by_domain IS NOT NULL THEN 2 ELSE 3 END AS how,
            NULL::bigint AS account_id, NULL::bigint AS contact_id, r.person_id AS owner_id, r.potential,
            CASE WHEN r.doubtful THEN 'owner' END AS note, r.known_owner IS NOT NULL AND r.doubtful IS NOT TRUE
                AND r.person_id IS NULL AS new_owner
        FROM found r
    ) """

_CONTACTS = """
    WITH placed AS (
        SELECT s.*, r.first_line, r.what, {account_id} AS account_id, named.ids AS account_ids,
            {account_doubt} AS doubt, {account_left_out} AS account_left_out
        FROM {rows} s LEFT JOIN {repeats} r ON r.n = s.n {account_of}
        WHERE s.n > %(low)s AND s.n <= %(high)s
    ), found AS (
        SELECT p.*, e.id AS by_id, mail.ids AS mail_ids, named.ids AS name_ids
        FROM placed p
        LEFT JOIN accounts_contact e
            ON e.source = %(source)s AND e.external_id = p.external_id AND e.external_id <> ''
        LEFT JOIN LATERAL (
            SELECT array_agg(c.id ORDER BY c.id) AS ids FROM accounts_contact c
            WHERE %(by_domain)s AND e.id IS NULL AND lower(c.email) = p.email AND c.email <> ''
                AND (p.external_id IS NULL OR c.external_id = '' OR c.source <> %(source)s)
        ) mail ON true
        LEFT JOIN LATERAL (
            SELECT array_agg(c.id ORDER BY c.id) AS ids FROM accounts_contact c
            WHERE %(by_name)s AND e.id IS NULL AND mail.ids IS NULL
                AND c.account_id = p.account_id AND lower(c.name) = lower(p.name)
                AND (p.email IS NULL OR c.email = '')
                AND (p.external_id IS NULL OR c.external_id = '' OR c.source <> %(source)s)
        ) named ON true
    ), judged AS (
        SELECT r.n, r.line, r.error,
            CASE
                WHEN r.first_line IS NOT NULL THEN {repeated}
                WHEN r.by_id IS NOT NULL AND NOT %(by_id)s
                    THEN 'The id belongs to a record that is here, and ids are not looked at.'
                WHEN r.doubt THEN cardinality(r.account_ids) || ' accounts are called ' || r.account_said || '.'
                WHEN cardinality(r.mail_ids) > 1 THEN cardinality(r.mail_ids) || ' contacts have this e-mail address.'
                WHEN cardinality(r.name_ids) > 1 THEN cardinality(r.name_ids) || ' contacts there have this name.'
            END AS why,
            COALESCE(r.by_id, r.mail_ids[1], r.name_ids[1]) AS found,
            CASE WHEN r.doubt THEN r.account_ids WHEN cardinality(r.mail_ids) > 1 THEN r.mail_ids
                WHEN cardinality(r.name_ids) > 1 THEN r.name_ids END AS candidates,
            r.first_line, r.account_left_out,
            CASE WHEN r.doubt AND r.first_line IS NULL THEN 'account' ELSE 'record' END AS about,
            CASE WHEN r.by_id IS NOT NULL THEN 1 WHEN r.mail_ids IS NOT NULL THEN 2 ELSE 3 END AS how,
            r.account_id, NULL::bigint AS contact_id, NULL::bigint AS owner_id, r.account_ext, r.account_domain,
            r.account_match
        FROM found r
    ) """

_OPPORTUNITIES = """
    WITH placed AS (
        SELECT s.*, r.first_line, r.what, {account_id} AS account_id, named.ids AS account_ids,
            {account_doubt} AS doubt, {account_left_out} AS account_left_out, o.person_id, o.doubtful,
            o.key AS known_owner
        FROM {rows} s LEFT JOIN {repeats} r ON r.n = s.n LEFT JOIN {owners} o ON o.key = s.owner_key {account_of}
        WHERE s.n > %(low)s AND s.n <= %(high)s
    ), found AS (
        SELECT p.*, e.id AS by_id, named.ids AS name_ids
        FROM placed p
        LEFT JOIN accounts_opportunity e
            ON e.source = %(source)s AND e.external_id = p.external_id AND e.external_id <> ''
        LEFT JOIN LATERAL (
            SELECT array_agg(c.id ORDER BY c.id) AS ids FROM accounts_opportunity c
            WHERE %(by_name)s AND p.external_id IS NULL AND lower(c.name) = lower(p.name)
                AND (c.account_id = p.account_id OR c.account_id IS NULL AND p.account_id IS NULL)
        ) named ON p.external_id IS NULL
    ), judged AS (
        SELECT r.n, r.line, r.error,
            CASE
                WHEN r.first_line IS NOT NULL THEN {repeated}
                WHEN r.by_id IS NOT NULL AND NOT %(by_id)s
                    THEN 'The id belongs to a record that is here, and ids are not looked at.'
                WHEN r.doubt THEN cardinality(r.account_ids) || ' accounts are called ' || r.account_said || '.'
                WHEN cardinality(r.name_ids) > 1 THEN cardinality(r.name_ids) || ' deals of the account have this name.'
            END AS why,
            COALESCE(r.by_id, r.name_ids[1]) AS found,
            CASE WHEN r.doubt THEN r.account_ids WHEN cardinality(r.name_ids) > 1 THEN r.name_ids END AS candidates,
            r.first_line, r.account_left_out,
            CASE WHEN r.doubt AND r.first_line IS NULL THEN 'account' ELSE 'record' END AS about,
            CASE WHEN r.by_id IS NOT NULL THEN 1 ELSE 3 END AS how, r.account_id, NULL::bigint AS contact_id,
            r.person_id AS owner_id, r.account_ext, r.account_domain, r.account_match,
            r.known_owner IS NOT NULL AND r.doubtful IS NOT TRUE AND r.person_id IS NULL AS new_owner
        FROM found r
    ) """

_SIGNALS = """
    WITH placed AS (
        SELECT s.*, r.first_line, r.what, {account_id} AS account_id, named.ids AS account_ids,
            {account_doubt} AS doubt, {account_left_out} AS account_left_out, {aliased} IS NOT NULL AS aliased
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
            r.first_line, r.account_left_out,
            CASE WHEN r.doubt AND r.first_line IS NULL THEN 'account' ELSE 'record' END AS about,
            COALESCE(r.account_id, mail.account_id, person.account_id) AS account_id, mail.contact_id,
            NULL::bigint AS owner_id, r.account_ext, r.account_domain, r.account_match,
            r.aliased OR COALESCE(r.account_id, mail.account_id) IS NULL AND person.account_id IS NOT NULL AS aliased
        FROM placed r
        LEFT JOIN accounts_accountalias person ON person.key = 'e:' || r.email AND person.source = ''
        LEFT JOIN accounts_signal e ON e.source = %(source)s AND e.external_id = r.external_id AND e.external_id <> ''
        LEFT JOIN LATERAL (
            SELECT min(c.id) AS contact_id, min(c.account_id) AS account_id FROM accounts_contact c
            WHERE r.email IS NOT NULL AND lower(c.email) = r.email AND c.email <> ''
                AND (r.account_id IS NULL OR c.account_id = r.account_id OR c.account_id IS NULL)
            HAVING count(*) = 1
        ) mail ON true
    ) """


#: What a remembered decision is keyed by: the values of the row that matching reads.
def _print(*values: str) -> str:
    return "md5(concat_ws(chr(31), " + ", ".join(f"COALESCE({value}, '')" for value in values) + "))"


_OWN = {
    ImportKind.ACCOUNTS: ("s.external_id", "s.domain", "s.match_name", "lower(s.country)"),
    ImportKind.CONTACTS: ("s.external_id", "s.email", "lower(s.name)", "s.account_ext", "s.account_match"),
    ImportKind.OPPORTUNITIES: (
        "s.external_id",
        "lower(s.name)",
        "s.account_ext",
        "s.account_domain",
        "s.account_match",
    ),
    ImportKind.SIGNALS: ("s.external_id",),
}
_ACCOUNT_PRINT = _print("s.account_ext", "s.account_domain", "s.account_match")
#: People's decisions, joined only where this source has any.
_CHOICE = """
    LEFT JOIN accounts_importchoice h ON (f.why IS NOT NULL OR s.fp IS NOT NULL) AND f.error IS NULL
        AND h.kind = '{kind}' AND h.source = %(source)s AND h.about = 'record' AND f.about = 'record'
        AND h.fingerprint = {record_print} AND (f.first_line IS NULL OR h.decision = 'skip')
        AND (h.decision <> 'pick' OR EXISTS (SELECT 1 FROM {table} z WHERE z.id = h.target_id))"""
_ACCOUNT_CHOICE = """
    LEFT JOIN accounts_importchoice ah ON ah.kind = '{kind}' AND ah.source = %(source)s AND ah.about = 'account'
        AND ah.fingerprint = {account_print}
    LEFT JOIN accounts_account ac ON ah.decision = 'pick' AND ac.id = ah.target_id"""
_PICKED = {
    ImportKind.ACCOUNTS: "(SELECT COALESCE(z.merged_into_id, z.id) FROM accounts_account z WHERE z.id = h.target_id)",
}
_UNDECIDED = " AND (ah.id IS NULL OR ah.decision = 'pick' AND ac.id IS NULL)"

_WITHOUT_CHOICES = {
    "account_choice": "", "account_picked": "NULL::bigint", "account_undecided": "", "account_left_out": "false",
    "choice": "", "why": "f.why", "found": "f.found", "left_out": "false", "decided": "NULL::text",
}  # fmt: skip


def _with_choices(kind: str) -> dict[str, str]:
    picked = _PICKED.get(ImportKind(kind), "h.target_id")
    left_out = "COALESCE(h.decision = 'skip', false)"
    return {
        "account_choice": _ACCOUNT_CHOICE,
        "account_picked": "COALESCE(ac.merged_into_id, ac.id)",
        "account_undecided": _UNDECIDED,
        "account_left_out": "COALESCE(ah.decision = 'skip' AND cardinality(named.ids) > 1"
        " AND cardinality(named.same) IS DISTINCT FROM 1, false)",
        "choice": _CHOICE,
        "why": "CASE WHEN h.id IS NULL THEN f.why END",
        "found": f"CASE h.decision WHEN 'pick' THEN {picked} WHEN 'new' THEN NULL ELSE f.found END",
        "left_out": left_out if kind == ImportKind.ACCOUNTS else f"({left_out} OR f.account_left_out)",
        "decided": "h.decision",
    }


def _filled(text: str, kind: str, *, choices: bool) -> str:
    parts = {
        "account_id": _ACCOUNT_ID,
        "account_doubt": _ACCOUNT_DOUBT,
        "account_of": _ACCOUNT_OF,
        "repeated": _REPEATED,
        "aliased": _ALIASED,
        "known": str(KNOWN),
        **(_with_choices(kind) if choices else _WITHOUT_CHOICES),
        "account_print": "NULL" if kind == ImportKind.ACCOUNTS else _ACCOUNT_PRINT,
        "record_print": "COALESCE(s.fp, " + _print(*_OWN[ImportKind(kind)]) + ")",
        "kind": kind,
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
_SELECT[ImportKind.SIGNALS] = _VERDICT.replace("f.note", f"CASE WHEN f.aliased THEN 'alias' ELSE {_ACCOUNT_NOTE} END")

_FOUND = {
    ImportKind.ACCOUNTS: _ACCOUNTS,
    ImportKind.CONTACTS: _CONTACTS,
    ImportKind.OPPORTUNITIES: _OPPORTUNITIES,
    ImportKind.SIGNALS: _SIGNALS,
}


def match_statement(kind: str, *, choices: bool) -> str:
    """Recognise a range of rows; `choices` says whether people have decided about rows of this source before."""
    select = _SELECT[kind].replace("{differs}", "({differs}" + _ALSO.get(ImportKind(kind), "") + ")")
    return _INTO + _filled(_FOUND[ImportKind(kind)] + select, kind, choices=choices)


HAS_CHOICES = "SELECT EXISTS (SELECT 1 FROM accounts_importchoice WHERE kind = %(kind)s AND source = %(source)s)"
#: A row that a person gave to one account, though its id or domain belongs to another: it leaves those to that one.
LEAVE_TAKEN_KEYS = """
    UPDATE {rows} s SET fp = m.fingerprint,
        domain = CASE WHEN EXISTS ({domain_taken}) THEN NULL ELSE s.domain END,
        external_id = CASE WHEN EXISTS ({id_taken}) THEN NULL ELSE s.external_id END
    FROM {match} m WHERE m.n = s.n AND m.n > %(low)s AND m.n <= %(high)s AND m.decided IN ('pick', 'new')
        AND s.fp IS NULL AND (EXISTS ({domain_taken}) OR EXISTS ({id_taken}))""".replace(
    "{domain_taken}",
    "SELECT 1 FROM accounts_account a WHERE a.domain = s.domain AND a.domain <> '' AND a.merged_into_id IS NULL"
    " AND a.id <> m.target_id",
).replace(
    "{id_taken}",
    "SELECT 1 FROM accounts_account a WHERE a.source = %(source)s AND a.external_id = s.external_id"
    " AND a.external_id <> '' AND a.id <> m.target_id",
)
#: A new record that a person asked for is the one that is picked from then on.
REMEMBER_NEW = """
    UPDATE accounts_importchoice h SET decision = 'pick', target_id = m.target_id
    FROM {match} m JOIN {table} t ON t.id = m.target_id
    WHERE m.n > %(low)s AND m.n <= %(high)s AND m.verdict = 'create' AND m.decided = 'new' AND h.kind = %(kind)s
        AND h.source = %(source)s AND h.about = 'record' AND h.fingerprint = m.fingerprint"""

#: Two rows of the file that mean one record: the surest keeps it.
ONE_ROW_PER_RECORD = """
    UPDATE {match} m SET verdict = 'conflict', target_id = NULL,
        reason = 'Line ' || z.first_line || ' of this file means the same record.'
    FROM (
        SELECT n, first_value(line) OVER w AS first_line, row_number() OVER w AS position
        FROM {match} WHERE verdict IN ('update', 'unchanged') AND how < 9
        WINDOW w AS (PARTITION BY target_id ORDER BY how, n)
    ) z WHERE z.n = m.n AND z.position > 1"""


def fingerprint_statement(kind: str) -> str:
    """Conflicts found after the matching of their range get what a decision about them is remembered by."""
    record_print = _filled("{record_print}", kind, choices=False)
    return (
        f"UPDATE {{match}} m SET about = 'record', fingerprint = {record_print} FROM {{rows}} s"
        " WHERE s.n = m.n AND m.verdict = 'conflict' AND m.fingerprint IS NULL"
    )


#: After a database crash the file is matched again: what this import already did stays counted as done.
ALREADY_DONE = """
    UPDATE {match} m SET verdict = CASE WHEN c.created THEN 'create' ELSE 'update' END, done = true
    FROM accounts_importchange c
    WHERE c.job_id = %(job)s AND c.what = '' AND c.record_id = m.target_id AND m.verdict IN ('update', 'unchanged')"""
