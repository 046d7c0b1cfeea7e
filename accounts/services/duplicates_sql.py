"""The statements of the search for duplicates; `{grams}` and `{keys}` are the unlogged tables of one search."""

#: Names whose trigrams overlap by this much look alike (Jaccard, as pg_trgm's similarity).
LIKENESS = 0.6
#: A name or base of a domain that more accounts bear says nothing (`info`, `group`).
MOST_PER_KEY = 40
#: A trigram among the rarest of a name that more names share leads nowhere.
MOST_PER_GRAM = 150
LEAST_SCORE = 30


def named(text: str, scan: int) -> str:
    return text.replace("{grams}", f"accounts_scan_{int(scan)}_grams").replace(
        "{keys}", f"accounts_scan_{int(scan)}_keys"
    )


CREATE = """
    DROP TABLE IF EXISTS {grams}, {keys};
    CREATE UNLOGGED TABLE {grams} (gram text NOT NULL, n bigint NOT NULL);
    CREATE UNLOGGED TABLE {keys} (key text NOT NULL, account_id bigint NOT NULL)"""
DROP = "DROP TABLE IF EXISTS {grams}, {keys}"
EXISTS = "SELECT to_regclass('{grams}') IS NOT NULL AND to_regclass('{keys}') IS NOT NULL"
FILLED = "SELECT EXISTS (SELECT 1 FROM {grams}) OR NOT EXISTS (SELECT 1 FROM accounts_account)"

_RANGE = "a.id > %(low)s AND a.id <= %(high)s AND a.merged_into_id IS NULL"
COUNT_GRAMS = f"""
    INSERT INTO {{grams}} SELECT g, count(*) FROM accounts_account a CROSS JOIN unnest(show_trgm(a.match_name)) g
    WHERE {_RANGE} GROUP BY g"""  # noqa: S608 - constants
GRAMS_DONE = """
    CREATE TEMP TABLE summed ON COMMIT DROP AS SELECT gram, sum(n) AS n FROM {grams} GROUP BY gram;
    TRUNCATE {grams};
    INSERT INTO {grams} SELECT gram, n FROM summed;
    DROP TABLE summed;
    ALTER TABLE {grams} ADD PRIMARY KEY (gram);
    ANALYZE {grams}"""
#: Of each name its rarest trigrams, as many as two alike names must share one of.
WRITE_KEYS = f"""
    INSERT INTO {{keys}}
    SELECT 'n:' || a.match_name, a.id FROM accounts_account a WHERE {_RANGE} AND a.match_name <> ''
    UNION ALL
    SELECT 'd:' || split_part(a.domain, '.', 1), a.id FROM accounts_account a WHERE {_RANGE} AND a.domain <> ''
        AND length(split_part(a.domain, '.', 1)) > 2
    UNION ALL
    SELECT 't:' || z.gram, z.id FROM (
        SELECT a.id, f.gram, row_number() OVER (PARTITION BY a.id ORDER BY f.n, f.gram) AS place,
            count(*) OVER (PARTITION BY a.id) AS size
        FROM accounts_account a CROSS JOIN unnest(show_trgm(a.match_name)) g JOIN {{grams}} f ON f.gram = g
        WHERE {_RANGE}
    ) z WHERE z.place <= z.size - ceil(%(likeness)s * z.size) + 1"""  # noqa: S608 - constants
KEYS_DONE = """
    CREATE INDEX ON {keys} (key, account_id);
    CREATE INDEX ON {keys} (account_id);
    ANALYZE {keys}"""
#: How many keys of each kind too many accounts share.
COMMON = """
    SELECT CASE left(key, 1) WHEN 'n' THEN 'names' WHEN 'd' THEN 'domains' ELSE 'trigrams' END, count(*) FROM (
        SELECT key FROM {keys} GROUP BY key
        HAVING count(*) > CASE WHEN left(key, 1) = 't' THEN %(grams)s ELSE %(most)s END
    ) z GROUP BY 1"""
#: Candidates of a range, each pair once (low < high), scored and explained; decided ones keep their decision.
WRITE_PAIRS = """
    WITH near AS MATERIALIZED (
        SELECT k.account_id AS low, o.account_id AS high, bool_or(left(k.key, 1) = 'n') AS by_name,
            bool_or(left(k.key, 1) = 'd') AS by_base
        FROM {keys} k
        CROSS JOIN LATERAL (
            SELECT x.account_id FROM (
                SELECT z.account_id FROM {keys} z WHERE z.key = k.key
                LIMIT CASE WHEN left(k.key, 1) = 't' THEN %(grams)s ELSE %(most)s END + 1
            ) x WHERE x.account_id > k.account_id
        ) o
        WHERE k.account_id > %(low)s AND k.account_id <= %(high)s AND (
            SELECT count(*) FROM (SELECT 1 FROM {keys} z WHERE z.key = k.key
                LIMIT CASE WHEN left(k.key, 1) = 't' THEN %(grams)s ELSE %(most)s END + 1) y
        ) <= CASE WHEN left(k.key, 1) = 't' THEN %(grams)s ELSE %(most)s END
        GROUP BY 1, 2
    ), compared AS (
        SELECT near.low, near.high, near.by_name AS same_name, near.by_base AS same_base,
            CASE WHEN a.match_name <> b.match_name THEN similarity(a.match_name, b.match_name)
                WHEN near.by_name THEN 1 ELSE 0 END AS likeness,
            a.domain = '' OR b.domain = '' AS domain_missing,
            a.country <> '' AND lower(a.country) = lower(b.country) AS same_country,
            a.country <> '' AND b.country <> '' AND lower(a.country) <> lower(b.country) AS other_country,
            a.city <> '' AND lower(a.city) = lower(b.city) AS same_city,
            a.external_id <> '' AND b.external_id <> '' AND a.source = b.source AS two_ids,
            COALESCE(a.parent_id = b.id OR b.parent_id = a.id, false) AS family
        FROM near JOIN accounts_account a ON a.id = near.low JOIN accounts_account b ON b.id = near.high
        WHERE a.merged_into_id IS NULL AND b.merged_into_id IS NULL
    ), judged AS (
        SELECT *, LEAST(100, GREATEST(0,
            CASE WHEN same_name THEN 60 WHEN likeness >= %(likeness)s THEN LEAST(58, round(80 * likeness)::int - 12)
                ELSE 0 END
            + CASE WHEN same_base THEN 35 ELSE 0 END + CASE WHEN domain_missing THEN 5 ELSE 0 END
            - CASE WHEN NOT same_base AND NOT domain_missing THEN 10 ELSE 0 END
            + CASE WHEN same_country THEN 5 ELSE 0 END + CASE WHEN same_city THEN 5 ELSE 0 END
            - CASE WHEN other_country THEN 15 ELSE 0 END - CASE WHEN two_ids THEN 5 ELSE 0 END
            - CASE WHEN family THEN 10 ELSE 0 END))::int AS score
        FROM compared WHERE same_name OR same_base OR likeness >= %(likeness)s
    )
    INSERT INTO accounts_duplicatepair (low_id, high_id, score, similarity, reasons, state, scan_id, found_at)
    SELECT low, high, score, round(100 * likeness)::int, array_remove(ARRAY[
            CASE WHEN same_name THEN 'same_name' WHEN likeness >= %(likeness)s THEN 'like_name' END,
            CASE WHEN same_base THEN 'same_base' END,
            CASE WHEN domain_missing THEN 'domain_missing' WHEN NOT same_base THEN 'other_domain' END,
            CASE WHEN same_country THEN 'same_country' WHEN other_country THEN 'other_country' END,
            CASE WHEN same_city THEN 'same_city' END, CASE WHEN two_ids THEN 'two_ids' END,
            CASE WHEN family THEN 'family' END]::varchar[], NULL), 'open', %(scan)s, %(now)s
    FROM judged WHERE score >= %(least)s ORDER BY low, high
    ON CONFLICT (low_id, high_id) DO UPDATE SET score = excluded.score, similarity = excluded.similarity,
        reasons = excluded.reasons, scan_id = excluded.scan_id"""
#: What this search no longer found; pairs with a tombstone wait for an undo of the merge.
FORGET = """DELETE FROM accounts_duplicatepair p WHERE p.state = 'open' AND p.scan_id IS DISTINCT FROM %(scan)s
    AND NOT EXISTS (SELECT 1 FROM accounts_account a WHERE a.id IN (p.low_id, p.high_id) AND a.merged_into_id > 0)"""
