"""Accounts that may be meant by a domain or a name, each with why; several questions in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from accounts.account_lookup import Said, find_accounts
from accounts.matching import company_domain, match_name
from accounts.models import Account
from accounts.querysets import AccountQuerySet

_CANDIDATES = """
    SELECT z.key, c.id, c.name, c.domain, c.place FROM
        unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[]) AS z (key, domain, base, match, said)
    CROSS JOIN LATERAL (
        (SELECT a.id, a.name, a.domain, 1 AS place, 1.0 AS likeness FROM accounts_account a
            WHERE a.domain = z.domain AND a.domain <> '' AND a.merged_into_id IS NULL)
        UNION ALL
        (SELECT a.id, a.name, a.domain, 2, 1.0 FROM accounts_account a
            WHERE z.base <> '' AND a.domain >= z.base || '.' AND a.domain < z.base || '/'
                AND split_part(a.domain, '.', 1) = z.base AND a.merged_into_id IS NULL LIMIT 3)
        UNION ALL
        (SELECT a.id, a.name, a.domain, 3, 1.0 FROM accounts_account a
            WHERE a.match_name = z.match AND a.merged_into_id IS NULL ORDER BY a.id LIMIT 3)
        UNION ALL
        (SELECT a.id, a.name, a.domain, 4, similarity(upper(a.name), upper(z.said)) FROM accounts_account a
            WHERE upper(a.name) %% upper(z.said) AND a.merged_into_id IS NULL
                AND similarity(upper(a.name), upper(z.said)) >= 0.45
            ORDER BY similarity(upper(a.name), upper(z.said)) DESC, a.id LIMIT 3)
    ) c ORDER BY z.key, c.place, c.likeness DESC, c.id"""
HOW = {1: "has this domain", 2: "same name under another suffix", 3: "has this name", 4: "has a name like it"}


@dataclass(frozen=True)
class Question:
    """What is known: the domain, its base, the normalised name, the name to compare; any may be empty."""

    key: str
    domain: str = ""
    base: str = ""
    match: str = ""
    said: str = ""


@dataclass(frozen=True)
class Candidate:
    """`how` says why in words; `exact` is the account's own domain."""

    id: int
    name: str
    domain: str
    how: str
    exact: bool = False


def candidates(questions: Sequence[Question], most: int = 3) -> dict[str, list[Candidate]]:
    """Per question the likeliest accounts, the surest first."""
    found: dict[str, list[Candidate]] = {one.key: [] for one in questions}
    if not questions:
        return found
    columns = [[getattr(one, name) for one in questions] for name in ("key", "domain", "base", "match", "said")]
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, columns)
        for key, pk, name, domain, place in cursor.fetchall():
            if len(found[key]) < most and all(one.id != pk for one in found[key]):
                found[key].append(Candidate(pk, name, domain, HOW[place], exact=place == 1))
    return found


def look_alikes(name: str, domain: str, among: AccountQuerySet) -> list[tuple[Account, str]]:
    """Accounts that a new one may double, with why; only `among` those (what a person sees)."""
    own = company_domain(domain, name)
    base = own.split(".")[0]
    question = Question("new", own, base if len(base) > 2 else "", match_name(name), name)
    hows = {one.id: one.how for one in candidates([question], most=4)["new"]}
    known = find_accounts([Said(domain=own, name=name, match=match_name(name))])[0].account
    if known:
        hows.setdefault(known, "is known by this name or domain")
    rows = among.in_bulk(list(hows))
    return [(rows[pk], how) for pk, how in hows.items() if pk in rows]
