"""Parents by id or name, also of accounts that stand later in the same file. One statement per step."""

_FREE = "m.n = s.n AND m.parent_id IS NULL AND m.parent_n IS NULL AND m.verdict IN ('create', 'update', 'unchanged')"

STEPS = (
    # the source's id, of an account that is here already
    f"""UPDATE {{match}} m SET parent_id = COALESCE(a.merged_into_id, a.id) FROM {{rows}} s, accounts_account a
    WHERE {_FREE} AND a.source = %(source)s AND a.external_id = s.parent_ext AND a.external_id <> ''""",
    # the source's id, of a row of this file
    f"""UPDATE {{match}} m SET parent_n = p.n FROM {{rows}} s, {{rows}} p
    WHERE {_FREE} AND s.parent_ext IS NOT NULL AND p.external_id = s.parent_ext AND p.n <> s.n""",
    # a name that one account here has
    f"""UPDATE {{match}} m SET parent_id = z.id FROM {{rows}} s, (
        SELECT match_name, min(id) AS id FROM accounts_account WHERE merged_into_id IS NULL
            AND match_name IN (SELECT DISTINCT parent_match FROM {{rows}} WHERE parent_match IS NOT NULL)
        GROUP BY 1 HAVING count(*) = 1) z
    WHERE {_FREE} AND z.match_name = s.parent_match AND z.id IS DISTINCT FROM m.target_id""",
    # a name that one row of this file has
    f"""UPDATE {{match}} m SET parent_n = z.n FROM {{rows}} s, (
        SELECT match_name, min(n) AS n FROM {{rows}} WHERE error IS NULL
            AND match_name IN (SELECT DISTINCT parent_match FROM {{rows}} WHERE parent_match IS NOT NULL)
        GROUP BY 1 HAVING count(*) = 1) z
    WHERE {_FREE} AND z.match_name = s.parent_match AND z.n <> s.n""",
    # a row that means an account that is here
    """UPDATE {match} m SET parent_id = p.target_id FROM {match} p
    WHERE p.n = m.parent_n AND m.parent_id IS NULL AND p.verdict IN ('update', 'unchanged')""",
    # said, but nowhere to be found
    """UPDATE {match} m SET note = COALESCE(m.note, 'parent') FROM {rows} s
    WHERE m.n = s.n AND m.parent_id IS NULL AND (s.parent_ext IS NOT NULL OR s.parent_match IS NOT NULL)
        AND m.verdict IN ('create', 'update', 'unchanged') AND NOT EXISTS (
            SELECT 1 FROM {match} p WHERE p.n = m.parent_n AND p.verdict = 'create')""",
    # a parent that changes is a change
    """UPDATE {match} m SET verdict = 'update' FROM accounts_account t
    WHERE m.verdict = 'unchanged' AND t.id = m.target_id AND (
        m.parent_id IS DISTINCT FROM t.parent_id AND m.parent_id IS NOT NULL AND m.parent_id <> t.id
        OR m.parent_id IS NULL AND EXISTS (SELECT 1 FROM {match} p WHERE p.n = m.parent_n AND p.verdict = 'create'))""",
)
