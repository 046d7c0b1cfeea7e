"""One SQL expression per kind of criterion; `tiering.engine.kinds` says the same in plain Python.

A kind gives `points` and `raw`, expressions over the joined row of an account (`a` the account, `pot` its resolved
potential, `own` its buying centers) and over the CTEs that it brings along, each joined by account id.
"""

from dataclasses import dataclass, field

from tiering.engine.configs import (
    OTHER_ROLE,
    SENIORITIES,
    STRENGTHS,
    TIES,
    Bands,
    Choice,
    Config,
    Judged,
    Overlap,
    Relationship,
    Signals,
    Trait,
    Traits,
)
from tiering.engine.decay import WHOLE, decay_table
from tiering.engine.kinds import ACCOUNT_LEVEL, CORROBORATED, FADED, HAND_RAISES, LOWEST_CEILING, MET
from tiering.engine.types import FULL
from tiering.scoring.binding import Binder


@dataclass(frozen=True, slots=True)
class Scope:
    """Which accounts (`of("s.account_id")` is the condition), as of when, and which sources have any data."""

    condition: str
    as_of: str
    connected: frozenset[str]

    def of(self, column: str) -> str:
        return f"{column} {self.condition}"


@dataclass(frozen=True, slots=True)
class Compiled:
    """`ctes` are (name, query); `joins` the names to be joined on account_id."""

    points: str
    raw: str
    ctes: tuple[tuple[str, str], ...] = ()
    joins: tuple[str, ...] = field(default=())


UNKNOWN = Compiled("NULL::int", "NULL::bigint")


def compile_kind(config: Config, number: int, scope: Scope, binder: Binder) -> Compiled:
    """`number` is the criterion's place; it keeps the names of its CTEs apart."""
    match config:
        case Bands():
            return _bands(config, binder)
        case Choice():
            return _choice(config, binder)
        case Traits():
            return _traits(config, binder)
        case Overlap():
            return _overlap(config, binder)
        case Signals():
            return _signals(config, number, scope, binder)
        case Relationship():
            return _relationship(config, number, scope, binder)
        case Judged():
            return _judged(config, number, scope, binder)


def _number(field: str, binder: Binder) -> str:
    if field == "potential":
        return "pot.value"
    if field == "whitespace":
        return "(own.summed - own.current)"
    if field.startswith("custom."):
        value = f"a.custom -> {binder.bind(field.removeprefix('custom.'), 'text')}"
        whole = f"floor(({value} #>> '{{}}')::numeric)"
        fits = f"abs({whole}) <= 9000000000000000000"
        return f"(CASE WHEN jsonb_typeof({value}) = 'number' THEN CASE WHEN {fits} THEN {whole}::bigint END END)"
    return f"a.{field}::bigint"


def _lower(field: str) -> str:
    return f'lower(a.{field} COLLATE "C")'


def _bands(config: Bands, binder: Binder) -> Compiled:
    value = _number(config.field, binder)
    steps = " ".join(f"WHEN {value} >= {start} THEN {points}" for start, points in reversed(config.bands))
    return Compiled(f"CASE {steps} WHEN {value} IS NOT NULL THEN {config.below} END", value)


def _choice(config: Choice, binder: Binder) -> Compiled:
    field = f"a.{config.field}"
    if not config.points:
        return Compiled(f"CASE WHEN {field} <> '' THEN {config.other} END", "NULL::bigint")
    steps = " ".join(f"WHEN {binder.bind(value, 'text')} THEN {points}" for value, points in config.points)
    chosen = f"CASE {_lower(config.field)} {steps} ELSE {config.other} END"
    return Compiled(f"CASE WHEN {field} <> '' THEN {chosen} END", "NULL::bigint")


def _traits(config: Traits, binder: Binder) -> Compiled:
    """Each answer is true, false or NULL; `num_nonnulls` counts the known ones."""
    answers = [_trait(trait, binder) for trait in config.traits if trait.is_set]
    if not answers:
        return UNKNOWN
    met = " + ".join(f"coalesce(({answer})::int, 0)" for answer in answers)
    known = f"num_nonnulls({', '.join(answers)})"
    return Compiled(
        f"{FULL} * ({met}) / nullif({known}, 0)", f"CASE WHEN {known} > 0 THEN (({met}) * 100 + {known})::bigint END"
    )


def _trait(trait: Trait, binder: Binder) -> str:
    if trait.field in ("technologies", "problem_tags"):
        return (
            f"CASE WHEN cardinality(a.{trait.field}) > 0 THEN {_held(trait.field)} && {binder.texts(trait.wanted)} END"
        )
    if trait.field in ("industry", "country", "region", "status"):
        return f"CASE WHEN a.{trait.field} <> '' THEN {_lower(trait.field)} = ANY({binder.texts(trait.wanted)}) END"
    value = _number(trait.field, binder)
    tests = [f"{value} >= {trait.low}"] if trait.low is not None else []
    tests += [f"{value} <= {trait.high}"] if trait.high is not None else []
    return f"({' AND '.join(tests)})"


def _held(field: str) -> str:
    """The set in lower case, member by member (no separator can be mistaken for one)."""
    return f'ARRAY(SELECT lower(member COLLATE "C") FROM unnest(a.{field}) AS member)'


def _overlap(config: Overlap, binder: Binder) -> Compiled:
    shared = (
        f'(SELECT count(DISTINCT lower(member COLLATE "C")) FROM unnest(a.{config.field}) AS member'
        f' WHERE lower(member COLLATE "C") = ANY({binder.texts(config.wanted)}))'
    )
    known = f"cardinality(a.{config.field}) > 0"
    return Compiled(
        f"CASE WHEN {known} THEN ({FULL} * least({shared}, {config.full}) / {config.full})::int END",
        f"CASE WHEN {known} THEN {shared} END",
    )


def _role(seniority: str) -> str:
    steps = " ".join(f"WHEN '{name}' THEN {value}" for name, value in SENIORITIES.items())
    return f"(CASE {seniority} {steps} ELSE {OTHER_ROLE} END)"


def _share(strength: str, full: int) -> str:
    return f"least({FULL}, {FULL} * {strength} / {full})"


def _texts(values: tuple[str, ...]) -> str:
    """Kinds of our own closed lists, as SQL text."""
    return ", ".join(f"'{value}'" for value in values)


def _signals(config: Signals, number: int, scope: Scope, binder: Binder) -> Compiled:
    if "signals" not in scope.connected:
        return UNKNOWN
    name, near = f"signals_{number}", f"near_{number}"
    plain, hand = f"coalesce({name}.plain, 0)", f"coalesce({name}.hand, 0)"
    limited = f"least(coalesce({name}.ceiling, {LOWEST_CEILING}), {_share(plain, config.full)})"
    return Compiled(
        f"least({FULL}, {limited} + {_share(hand, config.full)})::int",
        f"{plain} + {hand}",
        ctes=(
            (near, _near(config, scope)),
            (f"{name}_sum", _sums(config, scope, binder)),
            (f"{name}_seen", _corroborated(near)),
            (
                name,
                f"SELECT account_id, plain, hand, CASE WHEN seen.d <= {CORROBORATED} THEN {FULL}"
                f" WHEN seen.d IS NOT NULL THEN {LOWEST_CEILING} + 200 * ({FADED} - seen.d) END AS ceiling"
                f" FROM {name}_sum LEFT JOIN {name}_seen seen USING (account_id)",
            ),
        ),
        joins=(name,),
    )


def _sums(config: Signals, scope: Scope, binder: Binder) -> str:
    """Σ of whole strengths, hand-raises apart. One small table of kinds, joined, spares a CASE over texts per row."""
    age = f"({scope.as_of} - s.occurred_on)"
    kinds = ", ".join(
        f"('{kind}', {base}, {str(kind in HAND_RAISES).lower()}, {binder.integers(decay_table(half_life))})"
        for kind, base, half_life in config.kinds
    )
    lookback = max(len(decay_table(half_life)) for _, _, half_life in config.kinds)
    return f"""
        SELECT account_id,
               coalesce(sum(strength) FILTER (WHERE NOT hand), 0) AS plain,
               coalesce(sum(strength) FILTER (WHERE hand), 0) AS hand
        FROM (
            SELECT s.account_id, k.hand,
                   (coalesce(s.weight, k.base)::bigint * {_role("c.seniority")}
                    * coalesce(k.decay[{age} + 1], 0) / {WHOLE})::int AS strength
            FROM accounts_signal s
            JOIN (VALUES {kinds}) AS k(kind, base, hand, decay) ON k.kind = s.kind
            LEFT JOIN accounts_contact c ON c.id = s.contact_id AND c.account_id = s.account_id
                 AND {scope.of("c.account_id")}
            WHERE {scope.of("s.account_id")} AND s.occurred_on <= {scope.as_of}
              AND s.occurred_on > {scope.as_of} - {lookback}
        ) weighed GROUP BY account_id"""


def _near(config: Signals, scope: Scope) -> str:
    return f"""
        SELECT s.account_id, s.kind, s.source, {scope.as_of} - s.occurred_on AS age,
               CASE WHEN s.contact_id IS NOT NULL THEN 'c' || s.contact_id ELSE s.person_key END AS who
        FROM accounts_signal s
        WHERE {scope.of("s.account_id")} AND s.occurred_on <= {scope.as_of}
          AND s.occurred_on >= {scope.as_of} - {FADED}
          AND s.kind IN ({_texts(tuple(kind for kind, _, _ in config.kinds))})"""


def _corroborated(near: str) -> str:
    """`d`: the shortest look-back that holds 2 kinds and 2 people, per account."""
    return f"""
        SELECT kinds.account_id, greatest(kinds.d, people.d) AS d
        FROM (
            SELECT account_id, (array_agg(age ORDER BY age))[2] AS d
            FROM (SELECT account_id, kind, min(age) AS age FROM {near} GROUP BY 1, 2) k
            GROUP BY 1 HAVING count(*) >= 2
        ) kinds
        JOIN (
            SELECT account_id, (array_agg(age ORDER BY age))[2] AS d
            FROM (
                SELECT account_id, min(age) AS age FROM {near} WHERE who <> '' GROUP BY account_id, who
                UNION ALL
                SELECT account_id, (array_agg(age ORDER BY age))[2]
                FROM (SELECT account_id, source, min(age) AS age FROM {near}
                      WHERE kind IN ({_texts(ACCOUNT_LEVEL)}) AND source <> '' GROUP BY 1, 2) l
                GROUP BY account_id HAVING count(*) >= 2
            ) p GROUP BY 1 HAVING count(*) >= 2
        ) people USING (account_id)"""


def _relationship(config: Relationship, number: int, scope: Scope, binder: Binder) -> Compiled:
    if "relationship" not in scope.connected:
        return UNKNOWN
    name = f"relationship_{number}"
    strength = f"coalesce({name}.strength, 0)"
    query = f"""
        SELECT account_id, sum(strength) AS strength
        FROM ({_people(config, scope, binder)} UNION ALL {_ties(config, scope)}) evidence GROUP BY account_id"""
    return Compiled(f"{_share(strength, config.full)}::int", strength, ctes=((name, query),), joins=(name,))


def _people(config: Relationship, scope: Scope, binder: Binder) -> str:
    bases = binder.integers(STRENGTHS)
    table = binder.integers(decay_table(config.half_life))
    return f"""
        SELECT account_id, CASE WHEN doubtful THEN value / 2 ELSE value END AS strength FROM (
            SELECT s.account_id,
                   s.strength > {MET}
                       AND NOT (s.evidenced AND {scope.as_of} - s.day <= {config.evidence_days}) AS doubtful,
                   (({bases})[s.strength + 1]::bigint * {_role("c.seniority")}
                    * coalesce(({table})[{scope.as_of} - s.day + 1], 0) / {WHOLE})::int AS value
            FROM (
                SELECT DISTINCT ON (account_id, contact_id) account_id, contact_id, strength, evidenced, "on" AS day
                FROM accounts_contactstrength
                WHERE {scope.of("account_id")} AND "on" <= {scope.as_of}
                ORDER BY account_id, contact_id, "on" DESC, id DESC
            ) s JOIN accounts_contact c ON c.id = s.contact_id AND c.account_id = s.account_id
                 AND {scope.of("c.account_id")}
        ) people"""


def _ties(config: Relationship, scope: Scope) -> str:
    steps = " ".join(f"WHEN '{kind}' THEN {points * 100}" for kind, points in TIES.items())
    return f"""
        SELECT t.account_id,
               (CASE t.kind {steps} ELSE 0 END) /
               CASE WHEN {scope.as_of} - t.confirmed_on BETWEEN 0 AND {config.evidence_days} THEN 1 ELSE 2 END
        FROM accounts_tie t
        WHERE {scope.of("t.account_id")} AND t."on" <= {scope.as_of}
          AND (t.ended_on IS NULL OR t.ended_on > {scope.as_of})"""


def _judged(config: Judged, number: int, scope: Scope, binder: Binder) -> Compiled:
    name = f"judged_{number}"
    query = f"""
        SELECT DISTINCT ON (account_id) account_id, points
        FROM accounts_judgement
        WHERE {scope.of("account_id")} AND key = {binder.bind(config.key)}
          AND "on" <= {scope.as_of} AND "on" > {scope.as_of} - {config.age_days}
        ORDER BY account_id, "on" DESC, id DESC"""
    return Compiled(f"{name}.points * 1000", f"{name}.points::bigint", ctes=((name, query),), joins=(name,))
