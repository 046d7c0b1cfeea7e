"""The SQL of undoing an import, for a range of record ids: what must stay and why, what goes, what returns.

`{table}` is the kind's table, `{columns}` what an import of the kind writes. A record that the import made goes
unless somebody touched it since or other data hangs on it; a field that it changed returns unless it changed since.
"""

from accounts.choices import ImportKind
from accounts.imports.targets import TOUCHED, WRITES
from accounts.imports.undo_relations import Relation

_RANGE = "c.job_id = %(job)s AND c.record_id > %(low)s AND c.record_id <= %(high)s AND c.what = ''"

#: The last record id of the next batch, and how many records it holds.
BATCH = """
    SELECT max(record_id), count(*) FROM (
        SELECT DISTINCT record_id FROM accounts_importchange
        WHERE job_id = %(job)s AND what = '' AND record_id > %(low)s ORDER BY record_id LIMIT %(size)s) z"""
TOTAL = "SELECT count(DISTINCT record_id) FROM accounts_importchange WHERE job_id = %(job)s AND what = ''"
FORGET_KEPT = "DELETE FROM accounts_importkept WHERE job_id = %(job)s"

LOCK = (
    """
    SELECT t.id FROM {table} t WHERE t.id IN (SELECT c.record_id FROM accounts_importchange c WHERE """
    + _RANGE
    + """)
    ORDER BY t.id FOR UPDATE OF t"""
)

_KEEP = "INSERT INTO accounts_importkept (job_id, record_id, field, reason) "
#: Several reasons for one record stand together.
_AND = """ ON CONFLICT (job_id, record_id, field) DO UPDATE SET reason =
    CASE WHEN strpos(accounts_importkept.reason, excluded.reason) > 0 THEN accounts_importkept.reason
    ELSE left(accounts_importkept.reason || ' ' || excluded.reason, 300) END"""

_TOUCHED = (
    _KEEP
    + """
    SELECT %(job)s, c.record_id, '', COALESCE((
            SELECT 'Changed since by the import of ' || j.file_name || '.' FROM accounts_importchange o
            JOIN accounts_importjob j ON j.id = o.job_id
            WHERE o.record_id = c.record_id AND o.job_id <> %(job)s AND j.kind = %(kind)s AND o.at > c.at
                AND j.stage <> 'undone' AND o.what = '' ORDER BY o.id DESC LIMIT 1), 'Changed since by hand.')
    FROM accounts_importchange c JOIN {table} t ON t.id = c.record_id
    WHERE """
    + _RANGE
    + " AND c.created AND t.updated_at <> c.at{and_not_merged}"
    + _AND
)
_MERGED = (
    _KEEP
    + """
    SELECT %(job)s, c.record_id, '', 'Merged into ' || k.name || '.'
    FROM accounts_importchange c JOIN accounts_account t ON t.id = c.record_id
    JOIN accounts_account k ON k.id = t.merged_into_id WHERE """
    + _RANGE
    + " AND c.created"
    + _AND
)
_HOLDS = (
    _KEEP
    + """
    SELECT %(job)s, c.record_id, '', 'Holds ' || count(*) || ' ' || CASE count(*) WHEN 1 THEN %(one)s ELSE %(many)s END
        || '.'
    FROM accounts_importchange c JOIN {related} r ON r.{column} = c.record_id
    WHERE """
    + _RANGE
    + " AND c.created{unless} GROUP BY c.record_id"
    + _AND
)
#: Of the import's own making: they go with their record.
_OWN_DATED = " AND NOT (r.source = 'import' AND r.entered_at = c.at)"
#: A child that the same import made and nobody touched since goes too; one that it put there goes back.
_OWN_CHILD = """ AND NOT EXISTS (
        SELECT 1 FROM accounts_importchange o WHERE o.job_id = %(job)s AND o.record_id = r.id AND o.created
            AND o.what = '' AND o.at = r.updated_at)
    AND NOT EXISTS (
        SELECT 1 FROM accounts_importchange o WHERE o.job_id = %(job)s AND o.record_id = r.id AND NOT o.created
            AND o.what = '' AND o.after ->> '{column}' = c.record_id::text)"""

#: A record above one that stays, stays. Repeated until nothing is added.
SPREAD = (
    _KEEP
    + """
    SELECT DISTINCT %(job)s, t.{up}, '', 'Stands above a record that stays.'
    FROM accounts_importkept k JOIN {table} t ON t.id = k.record_id
    JOIN accounts_importchange c ON c.job_id = %(job)s AND c.record_id = t.{up} AND c.created AND c.what = ''
    WHERE k.job_id = %(job)s AND k.field = '' ON CONFLICT DO NOTHING"""
)
UP = {ImportKind.ACCOUNTS: "parent_id", ImportKind.CONTACTS: "reports_to_id"}

#: The records of the range that go: `id`, and the moment at which they were made.
_DOOMED = (
    """
    SELECT t.id, c.at FROM accounts_importchange c JOIN {table} t ON t.id = c.record_id WHERE """
    + _RANGE
    + """ AND c.created AND NOT EXISTS (
        SELECT 1 FROM accounts_importkept k WHERE k.job_id = %(job)s AND k.record_id = c.record_id AND k.field = '')"""
)
_IN_DOOMED = "IN (SELECT d.id FROM (" + _DOOMED + ") d)"
COUNT_DOOMED = "SELECT count(*) FROM (" + _DOOMED + ") d"


def judge_statements(kind: str, relations: list[Relation]) -> list[tuple[str, dict[str, str]]]:
    """(statement, words for what it counts); they add to ImportKept."""
    found: list[tuple[str, dict[str, str]]] = []
    if "updated_at" in TOUCHED[kind]:
        merged = " AND t.merged_into_id IS NULL" if kind == ImportKind.ACCOUNTS else ""
        found.append((_TOUCHED.replace("{and_not_merged}", merged), {}))
    if kind == ImportKind.ACCOUNTS:
        found.append((_MERGED, {}))
    for relation in relations:
        unless = _OWN_DATED if relation.dated else _OWN_CHILD if relation.child else ""
        sql = _HOLDS.replace("{unless}", unless).replace("{related}", relation.table)
        found.append((sql.replace("{column}", relation.column), {"one": relation.one, "many": relation.many}))
    return found


def delete_statements(kind: str, gone_along: list[tuple[str, str]]) -> list[str]:
    """Remove the doomed of the range: what is derived from them or was written with them, then they themselves."""
    found = [f"DELETE FROM {table} r WHERE r.{column} " + _IN_DOOMED for table, column in gone_along]
    if up := UP.get(ImportKind(kind)):
        found.append("UPDATE {table} t SET " + up + " = NULL WHERE t." + up + " " + _IN_DOOMED)
    found.append(
        "DELETE FROM accounts_importchoice h WHERE h.about = 'record' AND h.kind = %(kind)s AND h.target_id "
        + _IN_DOOMED
    )
    return [*found, "DELETE FROM {table} z WHERE z.id " + _IN_DOOMED]


#: The accounts whose inputs change when the doomed go, or when a record of the range returns.
MARK_DOOMED = (
    """
    INSERT INTO accounts_rescoremark (account_id, marked_at)
    SELECT DISTINCT t.account_id, %(now)s::timestamptz FROM {table} t
    WHERE t.account_id IS NOT NULL AND t.id """
    + _IN_DOOMED
)
_CHANGED = """SELECT c.record_id FROM accounts_importchange c WHERE """ + _RANGE + " AND NOT c.created"
MARK_ACCOUNTS = (
    """
    INSERT INTO accounts_rescoremark (account_id, marked_at)
    SELECT DISTINCT t.id, %(now)s::timestamptz FROM accounts_account t WHERE t.id IN ("""
    + _CHANGED
    + ")"
)
MARK_RETURNED = (
    """
    INSERT INTO accounts_rescoremark (account_id, marked_at)
    SELECT DISTINCT z.id, %(now)s::timestamptz FROM (
        SELECT t.account_id AS id FROM {table} t WHERE t.id IN ("""
    + _CHANGED
    + """)
        UNION SELECT (x.account)::bigint FROM accounts_importchange c
        CROSS JOIN LATERAL (VALUES (c.before ->> 'account_id'), (c.after ->> 'account_id')) AS x (account)
        WHERE """
    + _RANGE
    + """ AND NOT c.created) z
    WHERE EXISTS (SELECT 1 FROM accounts_account a WHERE a.id = z.id)"""
)

#: Columns that only follow another one: they return or stay with it, and are never listed.
_LEADERS = """(VALUES ('match_name', 'name'), ('source', 'external_id'), ('occurred_on', 'occurred_at'),
    ('dates_doubtful', 'closed_on')) AS l (key, leader)"""
QUIET = ("match_name", "source", "occurred_on", "updated_at", "insight_on", "dates_doubtful")
_QUIET = ", ".join(f"'{name}'" for name in QUIET)

#: Field by field: what stood there before the import (old), what it wrote (new), what stands there now.
_JUDGED = (
    """
    WITH c AS MATERIALIZED (
        SELECT c.id, c.record_id, c.at, c.before, c.after FROM accounts_importchange c WHERE """
    + _RANGE
    + """ AND NOT c.created
    ), docs AS MATERIALIZED (
        SELECT t.id, to_jsonb(t) AS doc FROM {table} t WHERE t.id IN (SELECT record_id FROM c)
    ), said AS (
        SELECT c.record_id, c.id, c.at, e.key, e.value AS old, c.after -> e.key AS new
        FROM c CROSS JOIN LATERAL jsonb_each(c.before) e WHERE e.key NOT IN ('custom', 'potential_entry')
        UNION ALL
        SELECT c.record_id, c.id, c.at, 'custom.' || e.key, e.value, c.after -> 'custom' -> e.key
        FROM c CROSS JOIN LATERAL jsonb_each(COALESCE(c.before -> 'custom', '{{}}')) e
    ), fields AS (
        SELECT record_id, key, (array_agg(old ORDER BY id))[1] AS old, (array_agg(new ORDER BY id DESC))[1] AS new,
            max(at) AS at FROM said GROUP BY record_id, key
    ), judged AS (
        SELECT f.record_id, f.key, f.old, CASE
            WHEN d.doc IS NULL THEN 'The record is gone.'
            WHEN d.doc ->> 'merged_into_id' IS NOT NULL THEN 'The account was merged into another since.'
            WHEN f.new IS NULL AND (d.doc ->> 'updated_at')::timestamptz > f.at OR f.new IS NOT NULL AND
                COALESCE(CASE WHEN f.key LIKE 'custom.%%' THEN d.doc -> 'custom' -> substr(f.key, 8)
                    ELSE d.doc -> f.key END, 'null') IS DISTINCT FROM f.new THEN 'Changed since.'
            WHEN f.key = 'domain' AND f.old <> '""' AND to_jsonb('{table}'::text) = '"accounts_account"' AND EXISTS (
                SELECT 1 FROM accounts_account o WHERE o.domain = f.old #>> '{{}}' AND o.id <> f.record_id
                    AND o.merged_into_id IS NULL) THEN 'Another account has this domain by now.'
            WHEN f.key IN ('account_id', 'parent_id') AND f.old <> 'null' AND NOT EXISTS (
                SELECT 1 FROM accounts_account o WHERE o.id = (f.old #>> '{{}}')::bigint)
                THEN 'That account is gone.'
            WHEN f.key = 'owner_id' AND f.old <> 'null' AND NOT EXISTS (
                SELECT 1 FROM users_person o WHERE o.id = (f.old #>> '{{}}')::bigint) THEN 'That person is gone.'
            WHEN f.key = 'contact_id' AND f.old <> 'null' AND NOT EXISTS (
                SELECT 1 FROM accounts_contact o WHERE o.id = (f.old #>> '{{}}')::bigint) THEN 'That contact is gone.'
        END AS own_why FROM fields f LEFT JOIN docs d ON d.id = f.record_id
    ), decided AS (
        SELECT j.record_id, j.key, j.old, COALESCE(j.own_why, up.own_why) AS why, j.key IN ("""
    + _QUIET
    + """) AS quiet
        FROM judged j LEFT JOIN """
    + _LEADERS
    + """ ON l.key = j.key
        LEFT JOIN judged up ON up.record_id = j.record_id AND up.key = l.leader
    ) """
)
KEEP_FIELDS = (
    _JUDGED
    + _KEEP
    + """
    SELECT %(job)s, record_id, key, why FROM decided WHERE why IS NOT NULL AND NOT quiet
    ON CONFLICT DO NOTHING"""
)
#: Records of the range of which at least one thing returns.
COUNT_RETURNING = (
    """
    SELECT count(DISTINCT c.record_id) FROM accounts_importchange c WHERE """
    + _RANGE
    + """ AND NOT c.created AND (c.before ? 'potential_entry' OR EXISTS (
        SELECT 1 FROM (
            SELECT jsonb_object_keys(c.before - 'custom') AS key
            UNION ALL SELECT 'custom.' || jsonb_object_keys(COALESCE(c.before -> 'custom', '{{}}'))) e
        WHERE e.key NOT IN ("""
    + _QUIET
    + """) AND NOT EXISTS (SELECT 1 FROM accounts_importkept k WHERE k.job_id = %(job)s
            AND k.record_id = c.record_id AND k.field IN ('', e.key))))"""
)


def return_statement(kind: str) -> str:
    """Put back what stood there, where nothing else has been written since."""
    columns = list(dict.fromkeys([*(write.column for write in WRITES[kind]), *TOUCHED[kind]]))
    custom = ""
    if kind == ImportKind.ACCOUNTS:
        columns = [name for name in [*columns, "parent_id"] if name != "custom"]
        custom = ", custom = jsonb_strip_nulls(t.custom || todo.custom)"
    names = ", ".join(columns)
    values = ", ".join(f"r.{name}" for name in columns)
    return (
        _JUDGED
        + f""", todo AS (
        SELECT record_id,
            COALESCE(jsonb_object_agg(key, old) FILTER (WHERE key NOT LIKE 'custom.%%'), '{{{{}}}}') AS fields,
            COALESCE(jsonb_object_agg(substr(key, 8), old) FILTER (WHERE key LIKE 'custom.%%'), '{{{{}}}}') AS custom
        FROM decided WHERE why IS NULL GROUP BY record_id
    )
    UPDATE {{table}} t SET ({names}) = (SELECT {values} FROM jsonb_populate_record(t, todo.fields) r){custom}
    FROM todo WHERE t.id = todo.record_id"""
    )


#: Dated facts that the import appended to records that it changed.
TAKE_BACK_POTENTIALS = (
    """
    DELETE FROM accounts_potentialentry p USING accounts_importchange c
    WHERE """
    + _RANGE
    + " AND c.before ? 'potential_entry' AND p.id = (c.before ->> 'potential_entry')::bigint"
)
TAKE_BACK_DEAL_CHANGES = (
    """
    DELETE FROM accounts_opportunitychange h USING accounts_importchange c
    WHERE """
    + _RANGE
    + """ AND NOT c.created AND h.opportunity_id = c.record_id AND h.entered_at = c.at AND h.source = 'import'
        AND NOT EXISTS (SELECT 1 FROM accounts_importkept k WHERE k.job_id = %(job)s AND k.record_id = c.record_id
            AND k.field IN ('stage', 'outcome', 'amount'))"""
)
