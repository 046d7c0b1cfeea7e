"""The set-based writes of one range of rows: changed records, new records, and what must remember that they changed."""

from accounts.choices import ImportKind
from accounts.imports.targets import CONSTANTS, TOUCHED, WRITES, Plan

_RANGE = "m.n > %(low)s AND m.n <= %(high)s AND NOT m.done"

_UPDATE = """
    WITH todo AS MATERIALIZED (
        SELECT t.id AS record_id, {before} AS before, {values}
        FROM {{match}} m JOIN {{rows}} s ON s.n = m.n JOIN {table} t ON t.id = m.target_id
        WHERE {range} AND m.verdict = 'update'
    ), written AS (
        UPDATE {table} t SET {sets} FROM todo
        WHERE t.id = todo.record_id AND ROW({old}) IS DISTINCT FROM ROW({new})
        RETURNING t.id, jsonb_build_object({stored}) AS stored
    )
    INSERT INTO accounts_importchange (job_id, record_id, created, before, after, at)
    SELECT %(job)s, todo.record_id, false, todo.before, (
        SELECT jsonb_object_agg(k, written.stored -> k) FROM jsonb_object_keys(todo.before) k), %(now)s
    FROM todo JOIN written ON written.id = todo.record_id"""

_INSERT = """
    WITH made AS (
        INSERT INTO {table} (id, {columns})
        SELECT m.target_id, {values} FROM {{match}} m JOIN {{rows}} s ON s.n = m.n
        WHERE {range} AND m.verdict = 'create' ORDER BY m.n ON CONFLICT DO NOTHING RETURNING id
    )
    INSERT INTO accounts_importchange (job_id, record_id, created, before, at)
    SELECT %(job)s, id, true, '{{{{}}}}', %(now)s FROM made"""

#: A record that somebody made between the matching and the writing keeps the row out: a person decides.
OVERTAKEN = """
    UPDATE {match} m SET verdict = 'conflict', target_id = NULL,
        reason = 'Somebody made this record while the import was running. Import the row again.'
    WHERE m.n > %(low)s AND m.n <= %(high)s AND NOT m.done AND m.verdict = 'create'
        AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = m.target_id)"""
CREATES = "SELECT count(*) FROM {match} m WHERE " + _RANGE + " AND m.verdict = 'create'"

_POTENTIALS = """
    WITH added AS (
        INSERT INTO accounts_potentialentry (account_id, amount, "on", note, source, entered_by_id, entered_at)
        SELECT m.target_id, s.potential, %(today)s, '', 'import', %(actor)s, %(now)s
        FROM {match} m JOIN {rows} s ON s.n = m.n
        WHERE {range} AND m.verdict IN ('create', 'update') AND s.potential IS NOT NULL
            AND s.potential IS DISTINCT FROM (
                SELECT p.amount FROM accounts_potentialentry p
                WHERE p.account_id = m.target_id ORDER BY p.on DESC, p.id DESC LIMIT 1)
        RETURNING id, account_id
    )
    INSERT INTO accounts_importchange (job_id, record_id, created, before, at)
    SELECT %(job)s, added.account_id, false, jsonb_build_object('potential_entry', added.id), %(now)s
    FROM added JOIN {match} m ON m.target_id = added.account_id WHERE {range} AND m.verdict = 'update'"""

_CHANGED_DEALS = """
    INSERT INTO accounts_opportunitychange (opportunity_id, "on", stage, outcome, amount, source, entered_at)
    SELECT z.id, CASE WHEN z.outcome <> 'open' AND z.old_outcome = 'open' AND z.closed_on IS NOT NULL
            THEN z.closed_on ELSE %(today)s END, z.stage, z.outcome, z.amount, 'import', %(now)s
    FROM (
        SELECT t.id, t.stage AS old_stage, t.outcome AS old_outcome, t.amount AS old_amount,
            {stage} AS stage, {outcome} AS outcome, {amount} AS amount, {closed_on} AS closed_on
        FROM {{match}} m JOIN {{rows}} s ON s.n = m.n JOIN accounts_opportunity t ON t.id = m.target_id
        WHERE {range} AND m.verdict = 'update'
    ) z WHERE ROW(z.stage, z.outcome, z.amount) IS DISTINCT FROM ROW(z.old_stage, z.old_outcome, z.old_amount)"""

_NEW_DEALS = """
    INSERT INTO accounts_opportunitychange (opportunity_id, "on", stage, outcome, amount, source, entered_at)
    SELECT t.id, CASE WHEN t.outcome = 'open' THEN t.opened_on ELSE COALESCE(t.closed_on, t.opened_on) END,
        t.stage, t.outcome, t.amount, 'import', %(now)s
    FROM {match} m JOIN accounts_opportunity t ON t.id = m.target_id
    WHERE {range} AND m.verdict = 'create'"""

#: Parents stand anywhere in the file, so they are set once every account is there.
PARENTS = """
    WITH todo AS MATERIALIZED (
        SELECT t.id AS record_id, t.parent_id AS old, t.updated_at AS stamp,
            COALESCE(m.parent_id, p.target_id) AS parent_id, m.verdict
        FROM {match} m JOIN accounts_account t ON t.id = m.target_id
        LEFT JOIN {match} p ON p.n = m.parent_n AND p.verdict IN ('create', 'update', 'unchanged')
        WHERE m.n > %(low)s AND m.n <= %(high)s AND m.verdict IN ('create', 'update')
    ), written AS (
        UPDATE accounts_account t SET parent_id = todo.parent_id,
            updated_at = CASE WHEN todo.verdict = 'create' THEN t.updated_at ELSE %(now)s END
        FROM todo WHERE t.id = todo.record_id AND todo.parent_id IS NOT NULL AND todo.parent_id <> t.id
            AND t.parent_id IS DISTINCT FROM todo.parent_id RETURNING t.id
    )
    INSERT INTO accounts_importchange (job_id, record_id, created, before, after, at)
    SELECT %(job)s, todo.record_id, false, jsonb_build_object('parent_id', todo.old, 'updated_at', todo.stamp),
        jsonb_build_object('parent_id', todo.parent_id, 'updated_at', %(now)s::timestamptz), %(now)s
    FROM todo JOIN written ON written.id = todo.record_id WHERE todo.verdict = 'update'"""


#: Of the custom attributes only those that change, with what stood there.
_OLD_CUSTOM = """(SELECT jsonb_object_agg(x.key, t.custom -> x.key) FROM jsonb_each(NEW) x
    WHERE t.custom -> x.key IS DISTINCT FROM x.value)"""


def update_statement(plan: Plan) -> str:
    """Write what differs, and remember the old values of exactly those columns."""
    if not plan.updates:
        return ""
    names = [column for column, _ in plan.updates]
    old_values = ", ".join(
        f"('{column}', {_OLD_CUSTOM.replace('NEW', new) if column == 'custom' else f'to_jsonb(t.{column})'},"
        f" t.{column} IS DISTINCT FROM {new})"
        for column, new in plan.updates
    )
    old_values += "".join(f", ('{column}', to_jsonb(t.{column}), true)" for column in TOUCHED[plan.kind])
    sets = {column: f"todo.new_{column}" for column in names} | TOUCHED[plan.kind]
    return _UPDATE.format(
        table=plan.table,
        range=_RANGE,
        before=f"(SELECT jsonb_object_agg(k, v) FROM (VALUES {old_values}) AS x (k, v, differs) WHERE differs)",
        values=", ".join(f"{new} AS new_{column}" for column, new in plan.updates),
        sets=", ".join(f"{column} = {value}" for column, value in sets.items()),
        stored=", ".join(f"'{column}', t.{column}" for column in sets),
        old=", ".join(f"t.{column}" for column in names),
        new=", ".join(f"todo.new_{column}" for column in names),
    )


def insert_statement(plan: Plan) -> str:
    columns = {write.column: write.first for write in WRITES[plan.kind]} | CONSTANTS[plan.kind]
    return _INSERT.format(
        table=plan.table,
        range=_RANGE,
        columns=", ".join(columns),
        values=", ".join(value.replace("{", "{{").replace("}", "}}") for value in columns.values()),
    )


def before_statements(plan: Plan) -> list[str]:
    """What must be remembered before the records change."""
    if plan.kind != ImportKind.OPPORTUNITIES:
        return []
    new = {name: f"t.{name}" for name in ("stage", "outcome", "amount", "closed_on")} | dict(plan.updates)
    wanted = {name: new[name] for name in ("stage", "outcome", "amount", "closed_on")}
    return [_CHANGED_DEALS.format(range=_RANGE, **wanted)]


def after_statements(plan: Plan) -> list[str]:
    """What belongs to the records that were just written."""
    if plan.kind == ImportKind.ACCOUNTS:
        return [_POTENTIALS.replace("{range}", _RANGE)]
    if plan.kind == ImportKind.OPPORTUNITIES:
        return [_NEW_DEALS.replace("{range}", _RANGE)]
    return []


#: The accounts whose inputs an import changed, once each; {links} finds them from the records that it touched.
MARKS = """
    INSERT INTO accounts_rescoremark (account_id, marked_at)
    SELECT DISTINCT account_id, %(now)s::timestamptz FROM ({links}) z
    WHERE account_id IS NOT NULL AND EXISTS (SELECT 1 FROM accounts_account a WHERE a.id = z.account_id)"""
_MOVED = """SELECT t.account_id FROM {{match}} m JOIN {table} t ON t.id = m.target_id
    WHERE m.verdict IN ('create', 'update')
    UNION ALL SELECT (c.before ->> 'account_id')::bigint FROM accounts_importchange c
    WHERE c.job_id = %(job)s AND c.what = ''"""
LINKS: dict[str, str] = {
    ImportKind.ACCOUNTS: "SELECT m.target_id AS account_id FROM {match} m WHERE m.verdict IN ('create', 'update')",
    ImportKind.CONTACTS: _MOVED.format(table="accounts_contact"),
    ImportKind.OPPORTUNITIES: _MOVED.format(table="accounts_opportunity"),
    ImportKind.SIGNALS: _MOVED.format(table="accounts_signal"),
}


def marks_statement(kind: str) -> str:
    return MARKS.replace("{links}", LINKS[kind])


#: What is left to a person stays readable when the staged rows are gone.
KEEP_OPEN_ROWS = """
    INSERT INTO accounts_importrow (job_id, line, verdict, reason, raw, data, target_id, candidates, applied, about,
        fingerprint)
    SELECT %(job)s, m.line, m.verdict, left(m.reason, 400), COALESCE(to_jsonb(s.raw), '[]'),
        jsonb_strip_nulls(to_jsonb(s)), NULL,
        COALESCE(to_jsonb(m.candidates), '[]'), false, COALESCE(m.about, ''), COALESCE(m.fingerprint, '')
    FROM {match} m JOIN {rows} s ON s.n = m.n WHERE m.verdict IN ('conflict', 'error') ON CONFLICT DO NOTHING"""

#: Rows that were left open and about which people have decided since.
RESTAGE = """
    INSERT INTO {rows} SELECT (jsonb_populate_record(NULL::{rows}, z.data || jsonb_build_object('n', z.n))).* FROM (
        SELECT r.data, row_number() OVER (ORDER BY r.line) AS n FROM accounts_importrow r
        JOIN accounts_importjob j ON j.id = r.job_id
        JOIN accounts_importchoice h ON h.kind = j.kind AND h.source = j.source AND h.about = r.about
            AND h.fingerprint = r.fingerprint
        WHERE r.job_id = %(job)s AND r.verdict = 'conflict' AND r.fingerprint <> '') z"""
FORGET_RESTAGED = "DELETE FROM accounts_importrow w USING {rows} s WHERE w.job_id = %(job)s AND w.line = s.line"
